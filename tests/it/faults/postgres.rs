//! The database hangs up: a restart, a failover, an impatient proxy.

use super::{PATIENCE, Stage};
use crate::support::eventually;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn cut_database_connections_lose_nothing_and_end_nobody() {
    let Some(mut stage) = Stage::fleet().await else { return };
    let bills = stage.bills(200).await;
    let url = stage.test.store.env().into_iter().find(|(name, _)| name == "DATABASE_URL").unwrap().1;
    let stage = stage.set("DATABASE_URL", format!("{url}?application_name=victim"));
    let (mut api, mut one, mut two) = (stage.api().await, stage.worker().await, stage.worker().await);

    let victims = "datname = current_database() AND application_name = 'victim'";
    assert!(stage.test.count("pg_stat_activity", victims).await > 0);
    let mut cut = 0;
    let sending = async {
        for bill in &bills {
            // as Stripe does: again, until it is taken
            eventually("the event is taken", PATIENCE, async || stage.taken(&api.url, bill).await).await;
        }
    };
    let cutting = async {
        loop {
            tokio::time::sleep(Duration::from_millis(300)).await; // the fault's own rhythm
            cut +=
                stage.test.count("pg_stat_activity", &format!("CASE WHEN {victims} THEN pg_terminate_backend(pid) ELSE false END")).await;
        }
    };
    tokio::select! {
        () = sending => {}
        () = cutting => {}
    }
    assert!(cut >= 10, "only {cut} connections were cut");
    stage.paid_once(&bills).await;
    for process in [&mut api, &mut one, &mut two] {
        assert!(process.is_running() && process.terminate().await.success());
    }
    stage.done().await;
}
