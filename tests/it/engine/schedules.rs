//! Ticks fire once, whoever looks and whatever their clocks say.

use super::{LONG, registry};
use crate::support::{TestApp, eventually};
use chrono::{DateTime, TimeDelta, Timelike};
use futures::future::join_all;
use shared::clock::Time;
use shared::queue::{NewJob, Row};
use shared::{App, Result};
use tokio_util::sync::CancellationToken;
use worker::jobs::engine::Noop;
use worker::schedule::{CatchUp, Schedule, fire};

fn schedule(name: &'static str, cron: &str, catch_up: CatchUp) -> Schedule {
    Schedule::new(name, cron, catch_up, || NewJob::new(&Noop { number: 0 }))
}

/// The ticks of a schedule that became jobs, in order.
fn ticks(jobs: &[Row], name: &str) -> Vec<Time> {
    let prefix = format!("cron:{name}:");
    let tick = |row: &Row| row.unique_key.as_ref()?.strip_prefix(&prefix).map(|tick| DateTime::parse_from_rfc3339(tick).unwrap().to_utc());
    let mut ticks: Vec<_> = jobs.iter().filter_map(tick).collect();
    ticks.sort_unstable();
    ticks
}

fn are_all(ticks: &[Time], apart: TimeDelta) -> bool {
    ticks.windows(2).all(|pair| pair[1] - pair[0] == apart)
}

#[tokio::test(flavor = "multi_thread")]
async fn schedulers_with_skewed_clocks_fire_a_tick_once() {
    let test = TestApp::builder().without_worker().start().await;
    let every_minute = schedule("minutely", "0 * * * * *", CatchUp::All);
    let started = test.app.clock.now();
    assert_eq!(fire(&test.app, &every_minute).await.unwrap(), 0, "the past of a new schedule is not caught up");
    let mut fleet = vec![test.app.clone()];
    for _ in 0..3 {
        fleet.push(test.sibling(|_| {}).await);
    }
    fleet.iter().for_each(|app| app.clock.advance(TimeDelta::minutes(2)));
    fleet[3].clock.advance(TimeDelta::minutes(10));

    let all_fire = async || {
        let looks = fleet.iter().cycle().take(20).cloned().map(|app| {
            let schedule = every_minute.clone();
            tokio::spawn(async move { fire(&app, &schedule).await })
        });
        let fired: Result<Vec<usize>> = join_all(looks).await.into_iter().map(|look| look.unwrap()).collect();
        fired.unwrap().into_iter().sum::<usize>()
    };
    let fired = all_fire().await;
    let jobs = test.jobs("engine.noop").await;
    let first = ticks(&jobs, "minutely");
    assert_eq!((first.len(), jobs.len()), (fired, fired), "each fired tick is one job");
    assert!((12..=13).contains(&first.len()) && are_all(&first, TimeDelta::minutes(1)), "{first:?}");
    assert!(first[0] > started && first[0] - started <= TimeDelta::minutes(1), "from the first: {first:?}");

    // when the jobs are done their keys are free, and the slower clocks come to ticks that the fast one has fired
    test.sql("UPDATE jobs SET state = 'completed', finished_at = created_at").await;
    fleet[..3].iter().for_each(|app| app.clock.advance(TimeDelta::minutes(9)));
    assert!(all_fire().await <= 1, "but for a minute that ends just now");
    let later = ticks(&test.jobs("engine.noop").await, "minutely");
    assert!(are_all(&later, TimeDelta::minutes(1)), "{later:?}");
    test.close().await;
}

/// Half an hour away from the ticks, so that none is in time by chance.
#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_caught_up_as_declared_and_the_last_tick_survives_it() {
    let test = TestApp::builder().without_worker().start().await;
    let hourly = format!("0 {} * * * *", (test.app.clock.now().minute() + 30) % 60);
    let schedules =
        [("none", CatchUp::None), ("last", CatchUp::Last), ("all", CatchUp::All)].map(|(name, policy)| schedule(name, &hourly, policy));
    let look = async |app: &App| {
        let mut fired = vec![];
        for schedule in &schedules {
            fired.push(fire(app, schedule).await.unwrap());
        }
        fired
    };
    assert_eq!(look(&test.app).await, [0, 0, 0]);
    let restarted = test.sibling(|_| {}).await;
    restarted.clock.advance(TimeDelta::hours(5));
    assert_eq!(look(&restarted).await, [0, 1, 5]);
    assert_eq!(look(&restarted).await, [0, 0, 0]);
    let jobs = test.jobs("engine.noop").await;
    assert_eq!(ticks(&jobs, "last")[0], ticks(&jobs, "all")[4], "the latest");
    assert!(are_all(&ticks(&jobs, "all"), TimeDelta::hours(1)));

    let again = test.sibling(|_| {}).await;
    let next = ticks(&jobs, "all")[4] + TimeDelta::hours(1);
    again.clock.advance(next - again.clock.now() + TimeDelta::seconds(1));
    assert_eq!(look(&again).await, [1, 1, 1], "a tick in time fires, whatever the policy");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_run_every_tick_once() {
    let test = TestApp::builder().without_worker().start().await;
    let every_second = schedule("secondly", "* * * * * *", CatchUp::All);
    let stop = CancellationToken::new();
    let workers = [test.app.clone(), test.sibling(|_| {}).await]
        .map(|app| tokio::spawn(worker::run(app, registry(), vec![every_second.clone()], stop.clone())));
    eventually("three ticks run", LONG, || async { (test.count("jobs", "state = 'completed'").await >= 3).then_some(()) }).await;
    stop.cancel();
    for worker in workers {
        assert!(worker.await.unwrap(), "it ended well");
    }
    let jobs = test.jobs("engine.noop").await;
    let fired = ticks(&jobs, "secondly");
    assert_eq!(fired.len(), jobs.len());
    assert!(are_all(&fired, TimeDelta::seconds(1)), "{fired:?}");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_new_installation_needs_at_once_fires_before_its_first_tick_and_never_again() {
    let test = TestApp::builder().without_worker().start().await;
    let yearly = schedule("yearly", "0 0 0 1 1 *", CatchUp::Last).at_first_sight();
    let sibling = test.sibling(|_| {}).await;
    let (one, other) = tokio::join!(fire(&test.app, &yearly), fire(&sibling, &yearly));
    assert!(one.unwrap() + other.unwrap() >= 1);
    assert_eq!(fire(&test.app, &yearly).await.unwrap(), 0);
    assert_eq!(test.count("jobs", "unique_key = 'cron:yearly:first'").await, 1);
    test.close().await;
}
