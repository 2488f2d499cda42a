//! Keeps the leases of this process alive, all in one statement, whatever the jobs themselves are doing.

use crate::engine::Engine;
use shared::ids::JobId;
use shared::queue;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

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
        let held: Vec<(JobId, Uuid)> = engine.running().iter().map(|(id, job)| (*id, job.claimed.claim)).collect();
        let ids: Vec<JobId> = held.iter().map(|(id, _)| *id).collect();
        metrics::gauge!("jobs_running").set(held.len() as f64);
        match queue::renew(&engine.app, &engine.owner, &ids).await {
            Ok(ours) => {
                renewed = Instant::now();
                let ours: HashSet<JobId> = ours.into_iter().collect();
                lose(&engine, held.iter().filter(|(id, _)| !ours.contains(id)));
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

fn lose<'a>(engine: &Engine, claims: impl Iterator<Item = &'a (JobId, Uuid)>) {
    let running = engine.running();
    // a claim that ended meanwhile is in the list no more, or the job is there under a later claim, which lives
    let held = claims.filter_map(|(id, claim)| running.get(id).filter(|job| job.claimed.claim == *claim));
    held.for_each(|job| job.lost.cancel());
}
