//! Reminding those who have not paid.

use crate::context::{Context, Outcome, Run};
use shared::Result;
use shared::billing::jobs::RemindUnpaid;
use shared::billing::remind;

impl Run for RemindUnpaid {
    /// One invoice a transaction: one that is locked by its payment does not hold up the others.
    async fn run(self, cx: Context) -> Result<Outcome> {
        let ladder = remind::ladder(&cx.app).await?;
        let mut mark = None;
        loop {
            let (due, next) = remind::due(&cx.app, &ladder, mark).await?;
            for id in due {
                let tx = cx.step().await?;
                remind::remind(&tx, &ladder, id).await?;
                tx.commit().await?;
            }
            mark = next;
            if mark.is_none() {
                return Ok(Outcome::Done);
            }
        }
    }
}
