//! The job that makes papers.

use crate::context::{Context, Outcome, Run};
use crate::press::typeset;
use shared::Result;
use shared::billing::jobs::RenderPaper;
use shared::papers::keep;

impl Run for RenderPaper {
    /// A death between the file and the commit leaves a file that nobody names; the next run puts the same bytes in its place.
    async fn run(self, cx: Context) -> Result<Outcome> {
        let Some(paper) = keep::needed(&cx.app, self.paper).await? else { return Ok(Outcome::Done) };
        if keep::lacks_number(&cx.app, &paper).await? {
            let tx = cx.step().await?;
            keep::number(&tx, &paper).await?;
            tx.commit().await?;
        }
        let sheet = keep::compose(&cx.app, &paper).await?;
        let bytes = typeset(&cx.app, sheet).await?;
        let stored = keep::store(&cx.app, &paper, bytes).await?;
        let tx = cx.begin().await?;
        keep::finish(&tx, &paper, stored).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
