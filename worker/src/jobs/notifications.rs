//! Jobs of notifications: what is to be done is judged by `shared::notifications`, here it is done and remembered.

use crate::context::{Context, Outcome, Run};
use chrono::TimeDelta;
use secrecy::ExposeSecret;
use shared::clients::sms::Sms;
use shared::clock::Time;
use shared::ids::{InvoiceId, NotificationId};
use shared::notifications::jobs::{SendLink, SendNotice};
use shared::notifications::notification::{self, Channel, Status};
use shared::notifications::{Errand, account, device, errand, undeliverable};
use shared::queue::Job;
use shared::{Error, Result, Tx, papers};

/// Until a message that was handed over shows in the carrier's list.
const SHOWS: TimeDelta = TimeDelta::seconds(10);

impl Run for SendNotice {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let done = send(&cx, self.notification).await;
        // the last try: whoever looks after messages must not believe that somebody still works at it
        if let Err(error) = &done
            && cx.attempt() >= Self::MAX_ATTEMPTS
            && !matches!(error, Error::LeaseLost)
        {
            let tx = cx.step().await?;
            notification::ended(&tx, self.notification, Status::Failed, None, &error.to_string()).await?;
            tx.commit().await?;
        }
        done
    }
}

async fn send(cx: &Context, id: NotificationId) -> Result<Outcome> {
    match errand(&cx.app, cx.job(), id).await? {
        // The mail leaves before it can be marked as sent; a death in between repeats it with the same Message-ID.
        Errand::Mail { mail, receipt_of } => {
            let answer = cx.app.mailer.send(&mail).await;
            remember(cx, id, Channel::Email, &mail.to, answer, receipt_of).await
        }
        Errand::Sms { sms, begun } => send_sms(cx, id, &sms, begun).await,
        // a repeat replaces the first on the device
        Errand::Push(push) => {
            let answer = match &cx.app.push {
                Some(client) => client.send(&push).await,
                None => Err(Error::refused("push", "nobody carries them here any more")),
            };
            remember(cx, id, Channel::Push, push.token.expose_secret(), answer, None).await
        }
        Errand::Later(until) => Ok(Outcome::Snooze { until }),
        Errand::Nothing(reason) => {
            let tx = cx.begin().await?;
            notification::ended(&tx, id, Status::Skipped, None, reason).await?;
            tx.commit().await?;
            Ok(Outcome::Done)
        }
        Errand::Done => Ok(Outcome::Done),
    }
}

/// The carrier knows no idempotency keys. So the row says that a send begins, durably, before it does; and whoever finds it so
/// asks the carrier, after a while, whether it has the message, before sending it again.
async fn send_sms(cx: &Context, id: NotificationId, sms: &Sms, begun: Option<Time>) -> Result<Outcome> {
    let Some(client) = &cx.app.sms else {
        return remember(cx, id, Channel::Sms, &sms.to, Err(Error::refused("sms", "nobody carries them here any more")), None).await;
    };
    if let Some(begun) = begun {
        let shows_at = begun + SHOWS;
        if cx.app.clock.now() < shows_at {
            return Ok(Outcome::Snooze { until: shows_at });
        }
        let found = client.find(&sms.to, &sms.body, begun).await?;
        // another message in the same words is not this one
        let known = notification::known(&cx.app, &found).await?;
        return match found.into_iter().find(|message| !known.contains(message)) {
            Some(message) => remember(cx, id, Channel::Sms, &sms.to, Ok(message), None).await,
            // nothing has left: by now it may be quiet there, unwanted, or another number
            None => {
                let tx = cx.step().await?;
                notification::unsent(&tx, id).await?;
                tx.commit().await?;
                Ok(Outcome::Retry { after: None, reason: "the carrier knows no such message: judged anew".to_owned() })
            }
        };
    }
    let tx = cx.step().await?;
    notification::sending(&tx, id, &sms.to).await?;
    tx.commit().await?;
    let answer = client.send(sms).await;
    remember(cx, id, Channel::Sms, &sms.to, answer, None).await
}

/// How it ended, in one commit with the end of the job. What may pass is tried again.
async fn remember(
    cx: &Context,
    id: NotificationId,
    channel: Channel,
    address: &str,
    answer: Result<String>,
    receipt_of: Option<InvoiceId>,
) -> Result<Outcome> {
    // a device is named by its row already, and its token is nobody's business
    let shown = Some(address).filter(|_| channel != Channel::Push);
    match answer {
        Ok(message) => {
            let tx = cx.begin().await?;
            let is_new = notification::sent(&tx, id, shown.filter(|_| channel == Channel::Sms), &message).await?;
            // an SMS that was taken has not arrived: `told` clears its number
            if is_new && channel == Channel::Email {
                undeliverable::clear(&tx, channel, address).await?;
            }
            finish(tx, receipt_of).await?;
        }
        Err(Error::Refused { reason, is_address, .. }) => {
            let tx = cx.begin().await?;
            notification::ended(&tx, id, Status::Refused, shown, &reason).await?;
            match channel {
                Channel::Push if is_address => device::forget(&tx, address).await?,
                Channel::Email | Channel::Sms if is_address => undeliverable::mark(&tx, channel, address, &reason).await?,
                Channel::InApp | Channel::Email | Channel::Sms | Channel::Push => {}
            }
            finish(tx, receipt_of).await?;
        }
        Err(error) => return Err(error),
    }
    Ok(Outcome::Done)
}

/// Commits, and has the receipts of a paid invoice made: here and not where the money was booked, see `papers::keep::number`.
async fn finish(tx: Tx, receipt_of: Option<InvoiceId>) -> Result<()> {
    if let Some(invoice) = receipt_of {
        papers::want_receipts(&tx, invoice).await?;
    }
    tx.commit().await
}

impl Run for SendLink {
    /// A death between the mail's leaving and its mark repeats it with the same Message-ID; unless the link was used by then.
    async fn run(self, cx: Context) -> Result<Outcome> {
        let Some(letter) = account::link_mail(&cx.app, cx.job(), self.link).await? else {
            tracing::info!(link.id = %self.link, "no mail: the link does not work any more, or nobody has the address");
            return Ok(Outcome::Done);
        };
        if let Some(owner) = letter.owner.filter(|_| letter.is_unbound) {
            let tx = cx.step().await?;
            if !account::bind(&tx, self.link, owner, &letter.mail.to).await? {
                return Ok(Outcome::Retry { after: None, reason: "the account changed while its mail was being written".to_owned() });
            }
            tx.commit().await?;
        }
        match cx.app.mailer.send(&letter.mail).await {
            // Anybody can register with an address that does not exist: nobody waits for that mail, nobody can mend it,
            // and the dead letter is not for strangers to fill. A refused mail to an account is for an operator to see.
            Err(Error::Refused { reason, .. }) if letter.owner.is_none() => {
                tracing::warn!(link.id = %self.link, %reason, "the mail of a registration was refused");
                Ok(Outcome::Done)
            }
            Err(Error::Refused { service, reason, is_address }) => {
                let tx = cx.step().await?;
                letter.remember(&tx, Err((&reason, is_address))).await?;
                tx.commit().await?;
                Err(Error::Refused { service, reason, is_address })
            }
            Ok(message) => {
                let tx = cx.begin().await?;
                letter.remember(&tx, Ok(&message)).await?;
                tx.commit().await?;
                Ok(Outcome::Done)
            }
            Err(error) => Err(error),
        }
    }
}
