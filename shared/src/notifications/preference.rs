//! What people want to be told, and how. Table `notification_preferences`: only what differs from the defaults is written.

use super::event::{Choice, Event};
use super::notification::Channel;
use super::quiet::QuietHours;
use crate::clock::Time;
use crate::error::Problems;
use crate::ids::UserId;
use crate::policy::Actor;
use crate::{App, Error, Result, Tx, accounts, version};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{FromJsonQueryResult, Iterable};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// On or off by channel, where somebody chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the names are the definition
pub struct Chosen {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_app: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push: Option<bool>,
}

impl Chosen {
    fn on(&self, channel: Channel) -> Option<bool> {
        match channel {
            Channel::InApp => self.in_app,
            Channel::Email => self.email,
            Channel::Sms => self.sms,
            Channel::Push => self.push,
        }
    }
}

/// By the name of the event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Choices(pub BTreeMap<String, Chosen>);

/// What a person chose.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notification_preferences")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    pub choices: Choices,
    /// `22:00`
    pub quiet_from: Option<String>,
    pub quiet_to: Option<String>,
    /// `Africa/Cairo`
    pub time_zone: Option<String>,
    /// The resource's ETag.
    pub version: i32,
    pub updated_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What holds for a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Preferences {
    choices: Choices,
    /// When no telephone rings.
    pub quiet: Option<QuietHours>,
    /// 1 while they chose nothing.
    pub version: i32,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { choices: Choices::default(), quiet: None, version: 1 }
    }
}

impl Preferences {
    /// Whether they want to hear of an event this way.
    pub fn wants(&self, event: Event, channel: Channel) -> bool {
        if let Some(fixed) = fixed(event, channel) {
            return fixed;
        }
        let chosen = self.choices.0.get(event.name()).and_then(|chosen| chosen.on(channel));
        // an SMS costs money and disturbs: only for who asked for it
        chosen.unwrap_or(channel != Channel::Sms)
    }
}

/// Whether a channel is on or off for an event whatever anybody chooses.
pub fn fixed(event: Event, channel: Channel) -> Option<bool> {
    match (event.choice(), channel) {
        (Choice::Mandatory, Channel::InApp | Channel::Email) | (Choice::MailOnly, Channel::Email) => Some(true),
        (Choice::MailOnly, Channel::InApp | Channel::Sms | Channel::Push) => Some(false),
        (Choice::Mandatory, Channel::Sms | Channel::Push) | (Choice::Free, _) => None,
    }
}

impl TryFrom<Model> for Preferences {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self> {
        let quiet = match (&row.quiet_from, &row.quiet_to, &row.time_zone) {
            // a zone may lose its name in a later list of them
            (Some(from), Some(to), Some(zone)) => QuietHours::parse(from, to, zone).ok(),
            _ => None,
        };
        Ok(Self { choices: row.choices, quiet, version: row.version })
    }
}

/// What holds for a person.
pub async fn of(db: &impl ConnectionTrait, user: UserId) -> Result<Preferences> {
    Entity::find_by_id(user).one(db).await?.map_or_else(|| Ok(Preferences::default()), Preferences::try_from)
}

/// The events that a person can be told about, with what may be chosen.
pub fn offered(actor: &Actor) -> impl Iterator<Item = Event> {
    let is_staff = actor.is_staff();
    Event::iter().filter(move |event| event.choice() != Choice::MailOnly && (is_staff || !event.is_for_staff()))
}

/// Puts other choices in the place of all that were made; what is left out takes its default.
pub async fn put(
    app: &App,
    actor: &Actor,
    seen: Option<i32>,
    events: BTreeMap<String, Chosen>,
    quiet: Option<QuietHours>,
) -> Result<Preferences> {
    let id = actor.user.ok_or(Error::Forbidden(None))?;
    let mut problems = Problems::default();
    for (name, chosen) in &events {
        let event = offered(actor).find(|event| event.name() == name);
        problems.check(event.is_some(), format!("events.{name}"), "error-unknown-event");
        for channel in event.iter().flat_map(|_| Channel::iter()) {
            let fixed = event.and_then(|event| fixed(event, channel));
            let fits = chosen.on(channel).is_none() || fixed.is_none() || fixed == chosen.on(channel);
            problems.check(fits, format!("events.{name}.{}", field(channel)), "error-mandatory-message");
        }
    }
    problems.finish()?;
    let tx = app.begin().await?;
    accounts::user::lock_active(&tx, id).await?;
    let before = of(&tx, id).await?;
    version::check(seen, before.version)?;
    let preferences = write(&tx, id, before.version, Choices(events), quiet).await?;
    tx.commit().await?;
    Ok(preferences)
}

/// The name of a channel in preferences.
pub fn field(channel: Channel) -> &'static str {
    match channel {
        Channel::InApp => "in_app",
        Channel::Email => "email",
        Channel::Sms => "sms",
        Channel::Push => "push",
    }
}

/// Ends the mails of an event; whoever holds the link in one of them may say so. Saying it twice changes nothing.
pub(super) async fn end_mails(tx: &Tx, id: UserId, event: Event) -> Result<()> {
    accounts::user::lock(tx, id).await?;
    let before = of(tx, id).await?;
    if !before.wants(event, Channel::Email) {
        return Ok(());
    }
    let mut choices = before.choices;
    choices.0.entry(event.name().to_owned()).or_default().email = Some(false);
    write(tx, id, before.version, choices, before.quiet).await?;
    Ok(())
}

async fn write(tx: &Tx, id: UserId, version: i32, choices: Choices, quiet: Option<QuietHours>) -> Result<Preferences> {
    let parts = quiet.map(|quiet| quiet.parts());
    let row = ActiveModel {
        user_id: Set(id),
        choices: Set(choices.clone()),
        quiet_from: Set(parts.as_ref().map(|(from, ..)| from.clone())),
        quiet_to: Set(parts.as_ref().map(|(_, to, _)| to.clone())),
        time_zone: Set(parts.map(|(.., zone)| zone.to_owned())),
        version: Set(version + 1),
        updated_at: Set(tx.now()),
    };
    match version {
        1 => Entity::insert(row).exec_without_returning(tx).await.map(drop)?,
        _ => Entity::update(row).exec(tx).await.map(drop)?,
    }
    Ok(Preferences { choices, quiet, version: version + 1 })
}
