//! Redis is not there: at the start, or frozen with open connections, or back again.

use super::{PATIENCE, Stage};
use crate::support::client::Client;
use crate::support::redis::PrivateRedis;
use crate::support::{ADMIN, PASSWORD, eventually, store};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn redis_down_at_start_and_later() {
    if store::servers().is_none() {
        return eprintln!("not run: this is about a fleet on PostgreSQL and Redis, and this half has neither");
    }
    let mut stage = Stage::with(Some(PrivateRedis::absent())).await;
    let bills = stage.bills(40).await;
    let (mut api, mut worker) = (stage.api().await, stage.worker().await);
    let client = Client::new(&api.url);
    let ready = client.get("/readyz").await.expect(200);
    assert_eq!((&ready["status"], &ready["redis"]), (&"degraded".into(), &"unavailable".into()), "{ready}");
    client.sign_in(ADMIN, PASSWORD).await.get("/api/invoices/").await.expect(200);

    stage.send(&api.url, &bills[..20]).await;
    stage.settled(&bills[..20]).await; // workers take from the ledger

    stage.redis().restart().await;
    eventually("the API finds redis", PATIENCE, async || (client.get("/readyz").await.json()["status"] == "ok").then_some(())).await;
    worker.says("the delivery is back").await;
    stage.send(&api.url, &bills[20..30]).await;
    stage.settled(&bills[..30]).await;

    stage.redis().kill9().await;
    stage.send(&api.url, &bills[30..]).await;
    assert_eq!(stage.paid_once(&bills).await, 0, "mails sent twice");
    assert!(api.terminate().await.success() && worker.terminate().await.success(), "both stop cleanly without redis");
    stage.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_paused_for_thirty_seconds_neither_kills_workers_nor_loses_jobs() {
    let Some(mut stage) = Stage::fleet().await else { return };
    let bills = stage.bills(155).await;
    let (mut api, mut worker) = (stage.api().await, stage.worker().await);
    let pids = (api.pid(), worker.pid());
    stage.send(&api.url, &bills[..5]).await;
    stage.settled(&bills[..5]).await; // connections are open, and will stay so

    stage.redis().pause();
    let mut every = tokio::time::interval(Duration::from_millis(200));
    for bill in &bills[5..] {
        every.tick().await;
        let took = stage.taken(&api.url, bill).await.expect("the webhook is taken");
        assert!(took < Duration::from_secs(2), "the webhook waited {took:?} for its answer");
    }
    let told = stage.test.count("notifications", "channel = 'EMAIL' AND status = 'SENT'").await;
    assert!(told > 100, "work went on meanwhile: {told} of 155 were told");
    stage.redis().resume();
    assert_eq!(stage.paid_once(&bills).await, 0, "mails sent twice");
    assert!(api.is_running() && worker.is_running() && pids == (api.pid(), worker.pid()), "nobody died");
    assert!(api.terminate().await.success() && worker.terminate().await.success());
    stage.done().await;
}
