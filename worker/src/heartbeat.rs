//! Keeps the leases of this process alive, all in one statement, whatever the jobs themselves are doing.

use crate::engine::Engine;
use shared::ids::JobId;
use shared::queue;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// Renews three times per lease. Runs whose lease went to another worker are stopped; so are all, when no renewal
/// succeeded for as long as a lease lives.
pub(crate) async fn run(engine: Arc<Engine>, stop: CancellationToken) {
    let lease = engine.app.config.lease;
    let mut renewed = Instant::now();
    loop {
        tokio::select! {
            () = tokio::time::sleep(lease / 3) => {}
            () = stop.cancelled() => return,
        }
        let held: Vec<JobId> = engine.running().keys().copied().collect();
        metrics::gauge!("jobs_running").set(held.len() as f64);
        match queue::renew(&engine.app, &engine.owner, &held).await {
            Ok(ours) => {
                renewed = Instant::now();
                let ours: HashSet<JobId> = ours.into_iter().collect();
                lose(&engine, held.iter().filter(|id| !ours.contains(*id)));
            }
            Err(error) => {
                tracing::warn!(%error, jobs = held.len(), "leases cannot be renewed");
                if renewed.elapsed() > lease {
                    lose(&engine, held.iter());
                }
            }
        }
    }
}

fn lose<'a>(engine: &Engine, ids: impl Iterator<Item = &'a JobId>) {
    let running = engine.running();
    // a job that ended meanwhile is in the list no more; its token has nothing left to stop
    ids.filter_map(|id| running.get(id)).for_each(|job| job.lost.cancel());
}
