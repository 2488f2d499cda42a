//! What there is to do for one row, judged at the moment of sending: people change their minds, their addresses and their
//! accounts while a message waits.

use super::event::{Choice, Event};
use super::letter::Letter;
use super::notification::{self, Channel, Status};
use super::{device, preference, receipt, told, undeliverable, unsubscribe, words};
use crate::accounts::{User, session, user};
use crate::billing::status::InvoiceStatus;
use crate::billing::{invoice, paylink};
use crate::clients::mail::Mail;
use crate::clients::push::Push;
use crate::clients::sms::Sms;
use crate::clock::Time;
use crate::feedback::{self, About};
use crate::i18n::format::Pen;
use crate::ids::{InvoiceId, JobId, NotificationId};
use crate::throttle::{self, Rule};
use crate::{App, Error, Result, i18n, papers};
use chrono::TimeDelta;
use sea_orm::EntityTrait;
use sea_orm::prelude::Uuid;
use std::time::Duration;

/// An SMS costs money, and a number that was typed wrong is somebody else's: more than this a day is nobody's wish.
const SMS_OF_A_DAY: Rule = Rule { name: "sms", most: 20, within: Duration::from_secs(24 * 3600), message: "error-too-many-requests" };
/// The same by whoever causes them, whatever numbers they give.
const SMS_OF_AN_ACCOUNT: Rule = Rule { name: "sms-account", most: 40, ..SMS_OF_A_DAY };
/// Nobody tells us that a number works again, or has another owner: after so long it is tried once more.
const FORGIVEN: TimeDelta = TimeDelta::days(30);
/// After this a push is no news.
const PUSH_LIFE: Duration = Duration::from_secs(24 * 3600);

/// What there is to do.
#[derive(Debug)]
pub enum Errand {
    /// Send this mail.
    Mail {
        /// What to whom.
        mail: Box<Mail>,
        /// The paid invoice that it is the receipt of.
        receipt_of: Option<InvoiceId>,
    },
    /// Send this SMS; if that has begun, perhaps it was sent already, and the carrier knows.
    Sms {
        /// What to whom.
        sms: Sms,
        /// When a send of it began whose end is not known.
        begun: Option<Time>,
    },
    /// Send this to a device.
    Push(Box<Push>),
    /// Wait: it is quiet there.
    Later(Time),
    /// Nothing any more; the reason, for those who look after messages.
    Nothing(&'static str),
    /// Nothing: it is done.
    Done,
}

/// Judges a row. `job` makes the Message-ID of a mail.
pub async fn of(app: &App, job: JobId, id: NotificationId) -> Result<Errand> {
    let db = &app.db.conn;
    let row = notification::find(app, id).await?;
    if !matches!(row.status, Status::Queued | Status::Sending | Status::Failed) {
        return Ok(Errand::Done);
    }
    let event = Event::named(&row.event).ok_or_else(|| Error::internal(format!("no words are known for {}", row.event)))?;
    let owner = user::find(db, row.user_id).await?;
    if owner.erased_at.is_some() {
        return Ok(Errand::Nothing("the account was erased"));
    }
    let was_begun = row.channel == Channel::Sms && row.address.is_some();
    if !was_begun && let Some(reason) = is_pointless(app, event, row.subject_id).await? {
        return Ok(Errand::Nothing(reason));
    }
    if row.channel == Channel::Email && event.choice() != Choice::Free {
        return mail(app, job, event, row, owner).await;
    }
    // what was begun is finished, whatever anybody prefers by now
    if !was_begun {
        if !owner.is_active {
            return Ok(Errand::Nothing("the account is closed"));
        }
        let preferences = preference::of(db, owner.id).await?;
        if !preferences.wants(event, row.channel) {
            return Ok(Errand::Nothing("not wanted any more"));
        }
        if matches!(row.channel, Channel::Sms | Channel::Push)
            && let Some(until) = preferences.quiet.and_then(|quiet| quiet.until(app.clock.now()))
        {
            return Ok(Errand::Later(until));
        }
    }
    match row.channel {
        Channel::InApp => Ok(Errand::Done),
        Channel::Email if undeliverable::find(db, Channel::Email, &owner.email).await?.is_some() => {
            Ok(Errand::Nothing("this address refuses our mails"))
        }
        Channel::Email => mail(app, job, event, row, owner).await,
        Channel::Sms => sms(app, row, owner).await,
        Channel::Push => push(app, row, owner).await,
    }
}

/// Why it would make no sense any more, whatever anybody prefers: what was asked for is done.
async fn is_pointless(app: &App, event: Event, subject: Option<Uuid>) -> Result<Option<&'static str>> {
    let (true, Some(subject)) = (matches!(event, Event::InvoiceReminder | Event::PayLink), subject) else { return Ok(None) };
    let invoice = invoice::Entity::find_by_id(InvoiceId(subject)).one(&app.db.conn).await?;
    let is_owed = |invoice: invoice::Model| invoice.status != InvoiceStatus::Void && invoice.balance_minor() > 0;
    Ok(if invoice.is_none_or(is_owed) { None } else { Some("nothing is owed any more") })
}

async fn mail(app: &App, job: JobId, event: Event, row: notification::Model, owner: User) -> Result<Errand> {
    let mut letter = Letter::new(Some(&owner.language), &owner.full_name());
    let words = words::of(&row, &Pen::new(letter.language())?, &owner.email)?;
    (letter.subject, letter.paragraphs) = (words.title, words.body);
    if let (true, Some(invoice)) = (event.asks_for_money(), row.subject_id) {
        letter.button = Some((letter.say("notice-pay-button", &[]), paylink::url(app, InvoiceId(invoice))?));
    }
    let reference = row.facts.as_ref().and_then(|facts| facts["reference"].as_str());
    if let (Event::FeedbackWanted, Some(reference), Some(subject)) = (event, reference, row.subject_id)
        && let Some(about) = About::named(reference, subject)
    {
        letter.button = Some((letter.say("notice-feedback-button", &[]), feedback::url(app, about)?));
    }
    if let (Some((kind, label)), Some(subject)) = (event.paper(), row.subject_id) {
        letter.papers.push((letter.say(label, &[]), papers::link(app, kind, subject)));
    }
    let receipt_of = row.subject_id.filter(|_| event == Event::InvoicePaid).map(InvoiceId);
    if let Some(invoice) = receipt_of {
        receipt::complete(app, &mut letter, invoice).await?;
    }
    letter.unsubscribe = unsubscribe::url(app, owner.id, event);
    Ok(Errand::Mail { mail: Box::new(letter.mail(job, owner.email)?), receipt_of })
}

async fn sms(app: &App, row: notification::Model, owner: User) -> Result<Errand> {
    let language = i18n::choose(None, Some(&owner.language), None);
    let title = words::of(&row, &Pen::new(language)?, &owner.email)?.title;
    let text = i18n::text(language, "sms-text", &[("text", title)]);
    let begun = row.address.as_ref().map(|_| row.sent_at.unwrap_or(row.created_at));
    // where a send was begun the carrier is asked about that very number
    let Some(to) = row.address.or(owner.phone_number) else {
        return Ok(Errand::Nothing("the account has no telephone number"));
    };
    if begun.is_none() {
        let known = undeliverable::find(&app.db.conn, Channel::Sms, &to).await?;
        if known.is_some_and(|mark| mark.updated_at > app.clock.now() - FORGIVEN) {
            return Ok(Errand::Nothing("this number refuses our messages"));
        }
        match throttle::count(app, &[(SMS_OF_A_DAY, to.clone()), (SMS_OF_AN_ACCOUNT, owner.id.to_string())]).await {
            Err(Error::TooMany { .. }) => return Ok(Errand::Nothing("too many messages to this number today")),
            counted => counted?,
        }
    }
    let status_callback = told::address(app, row.id);
    let sms = Sms { to, body: cheap(&i18n::plain(&text)), status_callback };
    Ok(Errand::Sms { sms, begun })
}

/// One letter outside the alphabet of GSM 03.38 halves what a message holds: spaces and quotation marks need none.
fn cheap(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ").replace(['“', '”', '„', '«', '»'], "\"")
}

async fn push(app: &App, row: notification::Model, owner: User) -> Result<Errand> {
    let known = row.address.as_deref().and_then(|id| id.parse().ok());
    let device = match known {
        Some(id) => device::find(app, id).await?.filter(|device| device.user_id == owner.id),
        None => None,
    };
    let Some(device) = device else { return Ok(Errand::Nothing("the device is not registered any more")) };
    // whoever was signed out there, by whatever, sees nothing more there
    if !session::alive(app, &[device.session_id]).await?.contains_key(&device.session_id) {
        return Ok(Errand::Nothing("nobody is signed in on the device any more"));
    }
    let words = words::of(&row, &Pen::new(i18n::choose(None, Some(&owner.language), None))?, &owner.email)?;
    let subject = row.subject_id.map(|id| ("subject".to_owned(), id.to_string()));
    Ok(Errand::Push(Box::new(Push {
        token: device.token.into(),
        title: words.title,
        body: i18n::plain(words.body.first().map(String::as_str).unwrap_or_default()).chars().take(500).collect(),
        data: [("event".to_owned(), row.event)].into_iter().chain(subject).collect(),
        delivery: row.id.0,
        ttl: PUSH_LIFE,
        is_urgent: true,
    })))
}
