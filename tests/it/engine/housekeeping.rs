//! Old rows.

use super::{Play, Script, enqueue, enqueue_each, reaches, registry, row};
use crate::support::TestApp;
use chrono::TimeDelta;
use sea_orm::EntityTrait;
use shared::queue::{Jobs, NewJob, State};
use std::collections::HashSet;
use worker::Outcome;
use worker::jobs::engine::Prune;

#[tokio::test(flavor = "multi_thread")]
async fn prune_deletes_old_completed_jobs_and_never_discarded_ones() {
    let test = TestApp::builder().registry(registry()).start().await;
    let script = Script::new(|_, number| async move {
        Ok(if number == 0 { Outcome::Done } else { Outcome::Fail { reason: "for the dead letter".into() } })
    });
    let old = enqueue_each(&test.app, (0..2).map(|n| Play::of(script, n))).await;
    let waits = enqueue(&test.app, Play::of(script, 0).at(test.app.clock.now() + TimeDelta::days(30))).await;
    reaches(&test.app, old[0], State::Completed).await;
    let dead = reaches(&test.app, old[1], State::Discarded).await;
    test.app.clock.advance(TimeDelta::days(8));
    let young = enqueue(&test.app, Play::of(script, 0)).await;
    reaches(&test.app, young, State::Completed).await;
    test.app.clock.advance(TimeDelta::days(6));
    let prune = enqueue(&test.app, NewJob::new(&Prune {})).await;
    reaches(&test.app, prune, State::Completed).await;

    let left: HashSet<_> = Jobs::find().all(&test.app.db.conn).await.unwrap().into_iter().map(|row| row.id).collect();
    assert_eq!(left, HashSet::from([old[1], waits, young, prune]), "all but the old completed one");
    assert_eq!(row(&test.app, old[1]).await, dead);
    test.close().await;
}
