//! Customers make their own account. Nothing of it exists until the address is proved by the link in the mail, so an address
//! can neither be taken from its owner nor be found out to have an account: the answer is the same and takes the same time.

use super::limits::{REGISTER, REGISTER_ADDRESS};
use super::link::{self, Purpose};
use super::profile::{self, Profile};
use super::user::{self, Sets};
use super::{Origin, password};
use crate::error::{Problems, on_unique};
use crate::ids::UserId;
use crate::notifications::jobs::SendLink;
use crate::policy::Role;
use crate::settings::{self, Switch};
use crate::{App, Error, Result, Tx, audit, throttle};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// A registration as it waits in the link's payload.
#[derive(Serialize, Deserialize)]
struct Waiting {
    email: String,
    username: String,
    password_hash: String,
    first_name: String,
    last_name: String,
    phone_number: Option<String>,
    language: String,
    currency: String,
}

/// Begins a registration and mails the link that finishes it. The username is a wish: if it is taken by then, the account goes
/// by its e-mail, because an answer would tell who is here.
pub async fn register(
    app: &App,
    email: &str,
    username: Option<&str>,
    given: &SecretString,
    profile: Profile,
    from: &Origin,
) -> Result<String> {
    if !settings::is_on(app, Switch::RegistrationOpen).await? {
        return Err(Error::Denied("error-registration-closed".into()));
    }
    throttle::count(app, &[(REGISTER_ADDRESS, from.subject())]).await?;
    let mut problems = Problems::default();
    let (email, username) = profile::check_login(&mut problems, email, username);
    let profile = profile.check(app, &mut problems)?;
    password::check(app, &mut problems, given, &[&email, &username, &profile.first_name, &profile.last_name]).await?;
    problems.finish()?;
    throttle::count(app, &[(REGISTER, email.clone())]).await?;
    let waiting = Waiting {
        email: email.clone(),
        username,
        password_hash: password::hash(app, given).await?,
        first_name: profile.first_name,
        last_name: profile.last_name,
        phone_number: profile.phone_number,
        language: profile.language,
        currency: profile.currency,
    };
    let tx = app.begin().await?;
    let payload = serde_json::to_value(&waiting).map_err(Error::internal)?;
    let link = link::make(&tx, Purpose::Register, None, Some(payload)).await?;
    tx.enqueue(SendLink { link }).await?;
    tx.commit().await?;
    Ok(email)
}

/// The address is proved: the account begins.
pub(super) async fn finish(tx: &Tx, link: link::Model, from: &Origin) -> Result<user::Model> {
    let useless = || Error::invalid("token", "error-link");
    let waiting: Waiting = link.payload.and_then(|payload| serde_json::from_value(payload).ok()).ok_or_else(useless)?;
    let is_taken = user::find_by_login(tx, &waiting.username).await?.is_some();
    // several have registered this address: who of them has the mailbox is proved, whose password this is is not
    let is_contested = link::void_registrations(tx, &waiting.email).await? > 0;
    let now = tx.now();
    let row = user::ActiveModel {
        id: Set(UserId::new()),
        username: Set(if is_taken { waiting.email.clone() } else { waiting.username }),
        email: Set(waiting.email),
        password_hash: Set(if is_contested { password::unusable() } else { waiting.password_hash }),
        first_name: Set(waiting.first_name),
        last_name: Set(waiting.last_name),
        phone_number: Set(waiting.phone_number),
        role: Set(Role::Buy4Me),
        permission_sets: Set(Sets(vec![])),
        is_active: Set(true),
        language: Set(waiting.language),
        currency: Set(waiting.currency),
        email_verified_at: Set(Some(now)),
        date_joined: Set(now),
        updated_at: Set(now),
        version: Set(1),
        ..Default::default()
    };
    // registered twice, or made by staff meanwhile: the account that is there stays as it is
    let inserted = on_unique(row.insert(tx).await, "users_", "users.", useless)?;
    if is_contested {
        let link = link::make(tx, Purpose::Invite, Some(inserted.id), None).await?;
        tx.enqueue(SendLink { link }).await?;
    }
    audit::record(tx, &from.owner(&inserted), "user.registered", "user", inserted.id.0, None).await?;
    Ok(inserted)
}
