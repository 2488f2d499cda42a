//! Jobs of notifications.

use crate::context::{Context, Outcome, Run};
use shared::clients::mail::Mail;
use shared::ids::NotificationId;
use shared::notifications::jobs::{SendAccountNotice, SendLink, SendNotice, SendReceipt};
use shared::notifications::{account, happening, notification, receipt};
use shared::{Error, Result, Tx, papers};

impl Run for SendReceipt {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mail = receipt::compose(&cx.app, cx.job(), self.invoice).await?;
        let sent = deliver(&cx, mail).await;
        let tx = cx.begin().await?;
        note(&tx, self.notification, sent).await?;
        // here and not where the money was booked: see `papers::keep::number`
        papers::want_receipts(&tx, self.invoice).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

impl Run for SendAccountNotice {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mail = account::notice_mail(&cx.app, cx.job(), self.notification, self.user, self.notice).await?;
        send(&cx, self.notification, mail).await
    }
}

impl Run for SendNotice {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mail = happening::mail(&cx.app, cx.job(), self.notification).await?;
        send(&cx, self.notification, mail).await
    }
}

async fn send(cx: &Context, id: NotificationId, mail: Option<Mail>) -> Result<Outcome> {
    let sent = deliver(cx, mail).await;
    remember(cx, id, sent).await
}

/// To an account that was erased meanwhile nothing is sent.
async fn deliver(cx: &Context, mail: Option<Mail>) -> Result<String> {
    match mail {
        Some(mail) => cx.app.mailer.send(&mail).await,
        None => Err(Error::refused("mail", "the account was erased")),
    }
}

/// The mail left before it can be marked as sent; a death in between repeats it with the same Message-ID.
async fn remember(cx: &Context, id: NotificationId, sent: Result<String>) -> Result<Outcome> {
    let tx = cx.begin().await?;
    note(&tx, id, sent).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

async fn note(tx: &Tx, id: NotificationId, sent: Result<String>) -> Result<()> {
    match sent {
        Ok(message_id) => notification::sent(tx, id, &message_id).await,
        Err(Error::Refused { reason, .. }) => notification::refused(tx, id, &reason).await,
        Err(error) => Err(error),
    }
}

impl Run for SendLink {
    /// Nothing is written after the mail has left, so a death in between repeats it with the same Message-ID; unless the
    /// link was used by then.
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
            sent => sent.map(|_| Outcome::Done),
        }
    }
}
