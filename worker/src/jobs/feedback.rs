//! Jobs of feedback.

use crate::context::{Context, Outcome, Run};
use shared::Result;
use shared::feedback::{self, jobs::Invite};

impl Run for Invite {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let tx = cx.begin().await?;
        feedback::invite(&tx, self.about).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
