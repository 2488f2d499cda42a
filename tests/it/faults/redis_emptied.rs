//! Redis forgets: everything in it can be rebuilt from the database.

use super::Stage;
use crate::support::eventually;
use std::time::Duration;

/// Events pile up while no worker runs, and everything that Redis knew about them is lost, twice.
#[tokio::test(flavor = "multi_thread")]
async fn flushall_and_a_restarted_redis_lose_nothing() {
    let Some(mut stage) = Stage::fleet().await else { return };
    let bills = stage.bills(300).await;
    let mut api = stage.api().await;
    stage.send(&api.url, &bills).await;
    eventually("redis knows of them", Duration::from_secs(10), async || (stage.ready().await == 300).then_some(())).await;

    stage.redis().flushall().await;
    stage.redis().restart().await;
    assert_eq!(stage.ready().await, 0, "redis knows nothing");
    let (mut one, mut two) = (stage.worker().await, stage.worker().await);
    assert_eq!(stage.paid_once(&bills).await, 0, "mails sent twice");
    for process in [&mut one, &mut two, &mut api] {
        assert!(process.terminate().await.success());
    }
    stage.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn flushall_under_load_loses_nothing() {
    let Some(mut stage) = Stage::fleet().await else { return };
    let bills = stage.bills(200).await;
    let (mut one, mut two) = (stage.worker().await, stage.worker().await);
    let door = stage.door(&one);
    let mut flushed = 0;
    for some in bills.chunks(20) {
        let flushes = async {
            for _ in 0..5 {
                stage.redis().flushall().await;
                tokio::time::sleep(Duration::from_millis(20)).await; // spread over the sending, which has no event for "half way"
            }
            5
        };
        flushed += tokio::join!(stage.send(&door, some), flushes).1;
    }
    assert_eq!(flushed, 50);
    assert_eq!(stage.paid_once(&bills).await, 0, "mails sent twice");
    for process in [&mut one, &mut two] {
        assert!(process.terminate().await.success());
    }
    stage.done().await;
}
