//! Mails with the links that open an account. They go to whoever has the address, whatever anybody prefers.

use super::letter::Letter;
use super::notification::{self, Channel, Status};
use super::undeliverable;
use crate::accounts::link::{self, Purpose};
use crate::accounts::{User, user};
use crate::clients::mail::Mail;
use crate::ids::{JobId, LinkId, NotificationId, UserId};
use crate::{App, Error, Result, Tx};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use serde::Deserialize;

/// The mail of a link.
pub struct LinkMail {
    /// What to send.
    pub mail: Mail,
    /// Whose link it is; `None` while there is no account.
    pub owner: Option<UserId>,
    /// Whether the link was made for an address only, and must be bound to its owner before the mail goes.
    pub is_unbound: bool,
    purpose: Purpose,
}

impl LinkMail {
    /// Writes down how the mail ended, among the messages to its owner; of one to a stranger nothing is kept. Once: in the
    /// transaction that ends the job.
    /// A refusal says whether the address is the trouble.
    pub async fn remember(&self, tx: &Tx, answer: Result<&str, (&str, bool)>) -> Result<()> {
        let Some(owner) = self.owner else { return Ok(()) };
        match answer {
            Ok(_) => undeliverable::clear(tx, Channel::Email, &self.mail.to).await?,
            Err((reason, true)) => undeliverable::mark(tx, Channel::Email, &self.mail.to, reason).await?,
            Err((_, false)) => {}
        }
        let event = match self.purpose {
            Purpose::Register | Purpose::VerifyEmail => "account.verify_email",
            Purpose::ResetPassword => "account.reset_password",
            Purpose::Invite => "account.invitation",
            Purpose::EmailChanged => "account.email_changed",
        };
        let row = notification::ActiveModel {
            id: Set(NotificationId::new()),
            user_id: Set(owner),
            event: Set(event.to_owned()),
            channel: Set(Channel::Email),
            status: Set(if answer.is_ok() { Status::Sent } else { Status::Refused }),
            message_id: Set(answer.ok().map(str::to_owned)),
            error: Set(answer.err().map(|(reason, _)| reason.to_owned())),
            created_at: Set(tx.now()),
            sent_at: Set(answer.is_ok().then(|| tx.now())),
            ..Default::default()
        };
        notification::Entity::insert(row).exec_without_returning(tx).await?;
        Ok(())
    }
}

/// What the payload of a link says about whoever asked for it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    email: Option<String>,
    first_name: String,
    language: Option<String>,
}

/// The mail of a link. `None`: there is nothing to mail, because the link does not work any more, or because the address
/// that a new password was asked for has no active account.
pub async fn link_mail(app: &App, job: JobId, id: LinkId) -> Result<Option<LinkMail>> {
    let link = match link::find(app, id).await {
        Ok(link) if link.used_at.is_none() && link.expires_at > app.clock.now() => link,
        Ok(_) | Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let asked: Asked = link.payload.clone().map(serde_json::from_value).transpose().map_err(Error::internal)?.unwrap_or_default();
    let db = &app.db.conn;
    let owner = match (link.user_id, &asked.email) {
        (Some(id), _) => Some(user::find(db, id).await?),
        (None, Some(email)) => user::find_by_login(db, email).await?,
        (None, None) => return Err(Error::internal("a link of nobody to nowhere")),
    };
    let is_unbound = link.user_id.is_none();
    let (mail, owner) = match (link.purpose, owner) {
        (Purpose::Register, None) => (registration(app, job, &link, &asked)?, None),
        (Purpose::Register, Some(owner)) => (already_registered(job, &owner)?, None),
        (Purpose::VerifyEmail | Purpose::ResetPassword | Purpose::Invite, Some(owner)) if owner.is_active => {
            (to_owner(app, job, &link, &owner, &asked)?, Some(owner.id))
        }
        (Purpose::VerifyEmail | Purpose::ResetPassword | Purpose::Invite, _) => return Ok(None),
        (Purpose::EmailChanged, Some(owner)) => (email_changed(job, &owner, &asked)?, Some(owner.id)),
        (Purpose::EmailChanged, None) => return Ok(None),
    };
    Ok(Some(LinkMail { mail, is_unbound: is_unbound && owner.is_some(), owner, purpose: link.purpose }))
}

/// Binds a link to the account that its mail goes to, before it goes; not if the account has closed or has another address by now.
pub async fn bind(tx: &Tx, link: LinkId, owner: UserId, to: &str) -> Result<bool> {
    // accounts are locked before their links, here as everywhere
    let owner = user::lock(tx, owner).await?;
    if !owner.is_active || owner.email != to {
        return Ok(false);
    }
    link::bind(tx, link, owner.id).await?;
    Ok(true)
}

/// To the address that an account had.
fn email_changed(job: JobId, owner: &User, asked: &Asked) -> Result<Mail> {
    let mut letter = Letter::new(Some(&owner.language), &owner.full_name());
    letter.subject = letter.say("account-email-changed-subject", &[]);
    letter.paragraphs = vec![letter.say("account-email-changed-lead", &[("email", asked.email.clone().unwrap_or_default())])];
    letter.notes = vec![letter.say("account-email-changed-stranger", &[])];
    letter.mail(job, asked.email.clone().unwrap_or_default())
}

/// To an address that has no account yet.
fn registration(app: &App, job: JobId, link: &link::Model, asked: &Asked) -> Result<Mail> {
    // without the name: anybody can write anything there, to anybody
    let mut letter = Letter::new(asked.language.as_deref(), "");
    letter.subject = letter.say("account-confirm-subject", &[]);
    letter.paragraphs = vec![letter.say("account-register-lead", &[])];
    add_button(app, &mut letter, link, "account-confirm-button", "account-register-stranger")?;
    letter.mail(job, asked.email.clone().unwrap_or_default())
}

/// To the owner of an account that somebody wanted to register once more. Whoever asked learns nothing of it.
fn already_registered(job: JobId, owner: &User) -> Result<Mail> {
    let mut letter = Letter::new(Some(&owner.language), &owner.full_name());
    letter.subject = letter.say("account-exists-subject", &[]);
    let way = if owner.is_active { "account-exists-reset" } else { "account-exists-closed" };
    letter.paragraphs = vec![letter.say("account-exists-lead", &[("email", owner.email.clone())]), letter.say(way, &[])];
    letter.notes = vec![letter.say("account-exists-stranger", &[])];
    letter.mail(job, owner.email.clone())
}

/// To the owner of an account, at its address; to prove another one, at that one.
fn to_owner(app: &App, job: JobId, link: &link::Model, owner: &User, asked: &Asked) -> Result<Mail> {
    let mut letter = Letter::new(Some(&owner.language), &owner.full_name());
    let email = [("email", owner.email.clone())];
    let (subject, lead, button, stranger) = match link.purpose {
        Purpose::Register | Purpose::VerifyEmail | Purpose::EmailChanged => {
            ("account-confirm-subject", "account-verify-lead", "account-confirm-button", "account-verify-stranger")
        }
        Purpose::ResetPassword => ("account-reset-subject", "account-reset-lead", "account-reset-button", "account-reset-stranger"),
        Purpose::Invite => ("account-invite-subject", "account-invite-lead", "account-invite-button", "account-invite-stranger"),
    };
    letter.subject = letter.say(subject, &[]);
    letter.paragraphs = vec![letter.say(lead, &email)];
    if link.purpose == Purpose::Invite && owner.username != owner.email {
        let names = [("email", owner.email.clone()), ("username", owner.username.clone())];
        letter.paragraphs.push(letter.say("account-invite-username", &names));
    } else if link.purpose == Purpose::Invite {
        letter.paragraphs.push(letter.say("account-invite-email", &email));
    }
    add_button(app, &mut letter, link, button, stranger)?;
    // only to prove an address is another one than the account's: a password link goes to no address that was merely typed
    let to = asked.email.clone().filter(|_| link.purpose == Purpose::VerifyEmail);
    letter.mail(job, to.unwrap_or_else(|| owner.email.clone()))
}

/// The button that opens the link, how long it works, and what to do if the reader did not ask for it.
fn add_button(app: &App, letter: &mut Letter, link: &link::Model, label: &str, stranger: &str) -> Result<()> {
    let hours = link.purpose.life().num_hours();
    let life = match hours % 24 {
        0 => letter.say("account-life-days", &[("days", (hours / 24).to_string())]),
        _ => letter.say("account-life-hours", &[("hours", hours.to_string())]),
    };
    letter.button = Some((letter.say(label, &[]), link::url(app, link)?));
    letter.notes = vec![life, letter.say(stranger, &[])];
    Ok(())
}
