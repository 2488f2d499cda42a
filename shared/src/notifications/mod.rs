//! Messages to people. A row says what is told to whom on which channel, a job hands it to a carrier, the row remembers how
//! that ended. What happens is told here and nowhere else ([`tell`]); only the links that open an account travel by themselves
//! (`account`), because their reader may not have one.

pub mod account;
pub mod device;
mod errand;
mod event;
pub mod jobs;
mod letter;
pub mod list;
pub mod notification;
pub mod preference;
pub mod quiet;
pub mod reach;
mod receipt;
pub mod told;
pub mod undeliverable;
pub mod unsubscribe;
pub mod words;

pub use errand::{Errand, of as errand};
pub use event::{Choice, Event};

use crate::billing::invoice::Model as Invoice;
use crate::ids::{NotificationId, UserId};
use crate::live::LiveEvent;
use crate::queue::NewJob;
use crate::{Result, Tx, accounts};
use jobs::SendNotice;
use notification::{Channel, Status};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

/// An invoice was paid: the customer gets a receipt. Called once per invoice, in the transaction that makes it so.
pub async fn invoice_paid(tx: &Tx, invoice: &Invoice) -> Result<()> {
    let facts = serde_json::json!({ "number": invoice.invoice_number, "amount": invoice.money(invoice.due_minor())?.to_string() });
    tell(tx, invoice.user_id, Event::InvoicePaid, invoice.id.0, facts).await
}

/// Something about the account that its owner must know.
pub async fn about_account(tx: &Tx, user: UserId, event: Event) -> Result<()> {
    tell(tx, user, event, user.0, serde_json::json!({})).await
}

/// Something happened. `facts` are strings by the names that [`Event`] lists; each channel that the person wants gets a row, and
/// a job where somebody must carry it.
pub async fn tell(tx: &Tx, user: UserId, event: Event, subject: Uuid, facts: Json) -> Result<()> {
    let (mut rows, mut jobs) = (vec![], vec![]);
    for (channel, address) in ways(tx, user, event).await? {
        let id = NotificationId::new();
        let is_there = channel == Channel::InApp;
        if is_there {
            let data = serde_json::json!({ "id": id, "event": event.name(), "subject": subject });
            tx.publish(user, LiveEvent { kind: "notification", data }).await?;
        }
        rows.push(notification::ActiveModel {
            id: Set(id),
            user_id: Set(user),
            event: Set(event.name().to_owned()),
            channel: Set(channel),
            status: Set(if is_there { Status::Sent } else { Status::Queued }),
            subject_id: Set(Some(subject)),
            facts: Set(Some(facts.clone())),
            address: Set(address),
            message_id: Set(None),
            error: Set(None),
            created_at: Set(tx.now()),
            sent_at: Set(is_there.then(|| tx.now())),
            read_at: Set(None),
        });
        if !is_there {
            jobs.push(NewJob::new(&SendNotice { notification: id }));
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    notification::Entity::insert_many(rows).exec_without_returning(tx).await?;
    tx.enqueue_all(jobs).await?;
    Ok(())
}

/// The channels by which somebody is told of an event. What must be told takes no statement unless a telephone could ring.
async fn ways(tx: &Tx, user: UserId, event: Event) -> Result<Vec<(Channel, Option<String>)>> {
    let rings = event.choice() != Choice::MailOnly && (tx.app.sms.is_some() || tx.app.push.is_some());
    let preferences = match event.choice() == Choice::Free || rings {
        true => preference::of(tx, user).await?,
        false => preference::Preferences::default(),
    };
    let wants = |channel| preferences.wants(event, channel);
    let mut ways: Vec<_> =
        [Channel::InApp, Channel::Email].into_iter().filter(|channel| wants(*channel)).map(|channel| (channel, None)).collect();
    if tx.app.sms.is_some() && wants(Channel::Sms) && accounts::user::find(tx, user).await?.phone_number.is_some() {
        ways.push((Channel::Sms, None));
    }
    if tx.app.push.is_some() && wants(Channel::Push) {
        let devices = device::of(tx, user).await?.into_iter();
        ways.extend(devices.map(|device| (Channel::Push, Some(device.id.to_string()))));
    }
    Ok(ways)
}
