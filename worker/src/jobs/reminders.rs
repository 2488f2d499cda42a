//! Reminding those who have not paid.

use crate::context::{Context, Outcome, Run};
use shared::billing::jobs::RemindUnpaid;
use shared::billing::remind;
use shared::ids::InvoiceId;
use shared::{Error, Result};

impl Run for RemindUnpaid {
    /// One invoice a transaction: one that is locked by its payment does not hold up the others.
    async fn run(self, cx: Context) -> Result<Outcome> {
        let ladder = remind::ladder(&cx.app).await?;
        let (mut mark, mut failed) = (None, None);
        loop {
            let (due, next) = remind::due(&cx.app, &ladder, mark).await?;
            for id in due {
                match one(&cx, &ladder, id).await {
                    // whoever took the job over goes on
                    Err(Error::LeaseLost) => return Err(Error::LeaseLost),
                    Err(error) => {
                        tracing::error!(invoice = %id, %error, "an invoice could not be reminded of; the others are");
                        failed = Some(error);
                    }
                    Ok(()) => {}
                }
            }
            mark = next;
            if mark.is_none() {
                return failed.map_or(Ok(Outcome::Done), Err);
            }
        }
    }
}

async fn one(cx: &Context, ladder: &[i16], id: InvoiceId) -> Result<()> {
    let tx = cx.step().await?;
    remind::remind(&tx, ladder, id).await?;
    tx.commit().await
}
