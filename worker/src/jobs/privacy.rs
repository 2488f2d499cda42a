//! Jobs of privacy.

use crate::context::{Context, Outcome, Run};
use shared::Result;
use shared::privacy::export;
use shared::privacy::jobs::ExportData;

impl Run for ExportData {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let Some(waiting) = export::waiting(&cx.app, self.export).await? else { return Ok(Outcome::Done) };
        let content = export::gather(&cx.app, &waiting).await?;
        let tx = cx.begin().await?;
        export::finish(&tx, &waiting, content).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
