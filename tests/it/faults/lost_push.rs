//! The commit is the promise; what comes after it may be lost.

use super::Stage;
use crate::support::eventually;
use std::time::Duration;

/// Redis is frozen, so the push cannot arrive, and the API dies right after its 200. Redis itself remembers all it ever
/// knew, so nothing tells the workers that something is missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_commit_and_push_delays_the_event_and_no_more() {
    let Some(mut stage) = Stage::fleet().await else { return };
    let bills = stage.bills(20).await;
    let mut worker = stage.worker().await;
    eventually("a worker marked the index as whole", Duration::from_secs(10), async || (stage.keys("epoch").await == 1).then_some(()))
        .await;
    assert!(worker.terminate().await.success());

    let mut api = stage.api().await;
    stage.redis().pause();
    stage.send(&api.url, &bills).await;
    api.kill9().await;
    stage.redis().resume();
    // what was under way in the socket arrives all the same; for this test it is lost as well
    let _: i64 = stage.redis().ask(&["DEL", &stage.key("ready:critical")]).await;
    assert_eq!((stage.ready().await, stage.keys("epoch").await), (0, 1), "redis knows nothing of them, and thinks that it knows all");

    let mut worker = stage.worker().await;
    assert_eq!(stage.paid_once(&bills).await, 0, "mails sent twice");
    assert!(worker.terminate().await.success());
    stage.done().await;
}

impl Stage {
    /// A key as the product names it.
    pub fn key(&self, name: &str) -> String {
        format!("{{{}}}:{name}", self.test.app.config.redis_prefix)
    }

    pub async fn keys(&self, name: &str) -> i64 {
        self.redis().ask(&["EXISTS", &self.key(name)]).await
    }

    /// Payment events that Redis knows to be ready.
    pub async fn ready(&self) -> i64 {
        self.redis().ask(&["ZCARD", &self.key("ready:critical")]).await
    }
}
