//! What carriers tell of messages that they took.

use super::notification::{self, Channel, Column, Entity, Status};
use super::undeliverable;
use crate::accounts::user;
use crate::clients::mail_bounce::MailBounce;
use crate::clients::sms;
use crate::clients::sms_status::{self, SmsStatus};
use crate::ids::NotificationId;
use crate::{App, Result, Tx};
use sea_orm::entity::prelude::*;
use url::{Host, Url};

/// Where Twilio posts what became of a message. It names the message by our id, because the word may come before we know
/// Twilio's; nobody can change it, because Twilio signs the whole address.
/// `None` where it could not reach us: it refuses messages that name an address of this machine.
pub fn address(app: &App, id: NotificationId) -> Option<Url> {
    let mut url = sms_status::address(&app.config.public_url);
    let carrier = app.config.twilio.as_ref().map(|twilio| &twilio.api_base);
    if is_local(&url) && !carrier.is_some_and(is_local) {
        return None;
    }
    url.query_pairs_mut().append_pair("message", &id.to_string());
    Some(url)
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Twilio told how an SMS stands: the message with our id, or with Twilio's. Words come in any order, and more than once; the first
/// that ends it counts.
pub async fn sms(tx: &Tx, id: Option<NotificationId>, told: &SmsStatus) -> Result<()> {
    let named = match id {
        Some(id) => Column::Id.eq(id),
        None => Column::MessageId.eq(told.sid.as_str()),
    };
    let found = Entity::find().filter(named).filter(Column::Channel.eq(Channel::Sms)).one(tx).await?;
    let Some(row) = found.filter(|row| matches!(row.status, Status::Sending | Status::Sent)) else { return Ok(()) };
    // two messages in the same words may have been taken for each other
    let is_anothers = row.message_id.as_ref().is_some_and(|sid| *sid != told.sid)
        || row.message_id.is_none() && notification::known(&tx.app, std::slice::from_ref(&told.sid)).await?.contains(&told.sid);
    if is_anothers {
        return Ok(());
    }
    match told.status {
        sms_status::Status::Delivered => {
            notification::arrived(tx, row.id, &told.sid).await?;
            match row.address {
                Some(number) => undeliverable::clear(tx, Channel::Sms, &number).await,
                None => Ok(()),
            }
        }
        sms_status::Status::Undelivered | sms_status::Status::Failed => {
            let code = told.error_code.unwrap_or_default();
            let reason = format!("not delivered, error {code} of Twilio");
            notification::bounced(tx, row.id, &told.sid, &reason).await?;
            match row.address {
                Some(number) if sms::is_about_number(code) => undeliverable::mark(tx, Channel::Sms, &number, &reason).await,
                Some(_) | None => Ok(()),
            }
        }
        sms_status::Status::Sent | sms_status::Status::Other => Ok(()),
    }
}

/// A mail that its server took came back. `false`: no such mail, or that was known. Only the address that it was sent to is
/// blamed: a mailbox may pass its mails on to another that is no more.
pub async fn mail(tx: &Tx, bounce: &MailBounce) -> Result<bool> {
    let sent = Entity::find().filter(Column::Channel.eq(Channel::Email)).filter(Column::MessageId.eq(bounce.message_id.as_str()));
    let Some(row) = sent.one(tx).await?.filter(|row| row.status == Status::Sent) else { return Ok(false) };
    let reason = format!("came back, {} {}", bounce.status, bounce.diagnostic);
    let is_new = notification::bounced(tx, row.id, &bounce.message_id, reason.trim_end()).await?;
    let email = user::find(tx, row.user_id).await?.email;
    if is_new && bounce.is_about_address() && bounce.addresses.iter().any(|address| address.eq_ignore_ascii_case(&email)) {
        undeliverable::came_back(tx, &email, &reason).await?;
    }
    Ok(is_new)
}
