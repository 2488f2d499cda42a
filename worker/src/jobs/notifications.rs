//! Jobs of notifications.

use crate::context::{Context, Outcome, Run};
use shared::notifications::jobs::SendReceipt;
use shared::notifications::{notification, receipt};
use shared::{Error, Result};

impl Run for SendReceipt {
    /// The mail leaves before it can be marked as sent; a death in between repeats it with the same Message-ID.
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mail = receipt::compose(&cx.app, cx.job(), self.invoice).await?;
        let sent = cx.app.mailer.send(&mail).await;
        let tx = cx.begin().await?;
        match sent {
            Ok(message_id) => notification::sent(&tx, self.notification, &message_id).await?,
            Err(Error::Refused { reason, .. }) => notification::refused(&tx, self.notification, &reason).await?,
            Err(error) => return Err(error),
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
