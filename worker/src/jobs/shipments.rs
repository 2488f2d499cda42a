//! Jobs of shipments.

use crate::context::{Context, Outcome, Run};
use shared::Result;
use shared::shipments::bill;
use shared::shipments::jobs::IssueInvoice;

impl Run for IssueInvoice {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let tx = cx.begin().await?;
        bill::settle(&tx, self.shipment).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
