//! A fleet: two API nodes and a worker as processes of their own, with a Redis that is cut off meanwhile.

use super::{open, open_after};
use crate::faults::Stage;
use crate::support::client::Client;
use crate::support::events::Events;
use crate::support::process::Process;
use crate::support::{ADMIN, PASSWORD};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A customer who looks at one node while staff work on the other.
struct Desk {
    stage: Stage,
    here: Process,
    there: Process,
    worker: Process,
    staff: Client,
    customer: Client,
    user: Value,
}

impl Desk {
    async fn open() -> Option<Self> {
        let stage = Stage::fleet().await?;
        let (here, there, worker) = tokio::join!(stage.api(), stage.api(), stage.worker());
        let (_, user) = stage.test.walk_in("amina@example.com").await;
        let staff = Client::new(&here.url).sign_in(ADMIN, PASSWORD).await;
        let customer = Client::new(&there.url).sign_in("amina@example.com", PASSWORD).await;
        Some(Self { stage, here, there, worker, staff, customer, user })
    }

    /// Staff make a shipment for the customer; its id.
    async fn shipment(&self) -> String {
        let parcel = json!({ "weight_kg": "2.5", "length_cm": 30, "width_cm": 20, "height_cm": 10, "contents": "Books" });
        let address = json!({ "recipient": "Amina Diallo", "line1": "7 Baobab Road", "city": "Thiès", "country": "SN" });
        let body = json!({ "user": self.user["id"], "delivery_address": address, "package_details": { "parcels": [parcel] } });
        self.staff.post("/api/shipments/", &body).await.expect(201)["id"].as_str().unwrap().to_owned()
    }

    async fn cancel(&self, shipment: &str) {
        self.staff.delete(&format!("/api/shipments/{shipment}/")).await.expect(204);
    }

    /// What the customer's node found in the database instead of hearing of it.
    async fn found(&self, what: &str) -> u64 {
        let metrics = Client::new(&self.there.url).get("/metrics").await.text;
        let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("live_found_total{{what=\"{what}\"}} ")));
        line.map_or(0, |count| count.parse().unwrap())
    }

    async fn close(mut self) {
        for process in [&mut self.here, &mut self.there, &mut self.worker] {
            assert!(process.terminate().await.success());
        }
        self.stage.done().await;
    }
}

async fn hears(events: &mut Events, shipment: &str, status: &str) -> i64 {
    let told = events.expect("shipment.changed").await;
    assert_eq!((&told.data["id"], &told.data["status"]), (&json!(shipment), &json!(status)));
    told.id
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_or_a_worker_does_reaches_a_stream_of_another_node_at_once() {
    let Some(desk) = Desk::open().await else { return };
    let mut events = open(&desk.customer).await;
    for _ in 0..5 {
        let shipment = desk.shipment().await;
        hears(&mut events, &shipment, "PENDING").await;
    }
    let shipment = desk.shipment().await;
    hears(&mut events, &shipment, "PENDING").await;
    // moved here; its invoice is a worker's work
    let door = format!("/api/shipments/{shipment}/status/");
    desk.staff.patch(&door, &json!({ "status": "PROCESSING" })).await.expect(200);
    hears(&mut events, &shipment, "PROCESSING").await;
    assert_eq!(events.expect("invoice.changed").await.data["status"], "OPEN");
    // and so does the end of the session
    desk.staff.delete(&format!("/api/admin/users/{}/", desk.user["id"].as_str().unwrap())).await.expect(204);
    assert!(events.rest().await.is_empty());
    // a busy machine may be too slow even for a ping of Redis
    if !desk.there.log().contains("redis is away") {
        // a look may come between a commit and its word
        assert!(desk.found("events").await <= 1 && desk.found("sessions").await == 0, "through Redis, not by looks at the database");
    }
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_killed_paused_or_emptied_costs_a_moment_and_no_event() {
    let Some(desk) = Desk::open().await else { return };
    let redis = desk.stage.redis();
    let mut events = open(&desk.customer).await;
    let shipment = desk.shipment().await;
    hears(&mut events, &shipment, "PENDING").await;

    redis.kill9().await;
    desk.cancel(&shipment).await;
    hears(&mut events, &shipment, "CANCELLED").await;
    redis.restart().await;
    let shipment = desk.shipment().await;
    hears(&mut events, &shipment, "PENDING").await;

    redis.pause();
    desk.cancel(&shipment).await;
    hears(&mut events, &shipment, "CANCELLED").await;
    redis.resume();
    redis.flushall().await;
    for _ in 0..5 {
        let shipment = desk.shipment().await;
        let last = hears(&mut events, &shipment, "PENDING").await;
        assert!(open_after(&desk.customer, last - 1).await.numbers(1).await == [last], "the same by another stream");
    }
    // ended while nobody can say so
    redis.kill9().await;
    desk.staff.delete(&format!("/api/admin/users/{}/", desk.user["id"].as_str().unwrap())).await.expect(204);
    assert!(events.rest().await.is_empty());
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_stops_ends_its_streams_at_once_and_another_goes_on_with_them() {
    let Some(mut desk) = Desk::open().await else { return };
    let mut events = open(&desk.customer).await;
    let one = desk.shipment().await;
    let last = hears(&mut events, &one, "PENDING").await;
    let since = Instant::now();
    desk.there.ask_to_stop();
    assert!(events.rest().await.is_empty(), "the stream ends, and nothing half");
    assert!(desk.there.exit().await.success());
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    let two = desk.shipment().await;
    let mut elsewhere = open_after(&Client::new(&desk.here.url).with_token(desk.customer.token()), last).await;
    hears(&mut elsewhere, &two, "PENDING").await;
    drop(elsewhere);
    for process in [&mut desk.here, &mut desk.worker] {
        assert!(process.terminate().await.success());
    }
    desk.stage.done().await;
}

/// Everything in one process, as it runs with nothing configured.
#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_process_tells_and_ends_streams_too() {
    let stage = Stage::new().await;
    let mut process = Process::start("serve", &stage.env()).await;
    let staff = Client::new(&process.url).sign_in(ADMIN, PASSWORD).await;
    let (_, user) = stage.test.customer("amina@example.com").await;
    let customer = Client::new(&process.url).sign_in("amina@example.com", PASSWORD).await;
    let mut events = open(&customer).await;
    let lines = json!([{ "description": "Parcel", "quantity": 1, "unit_price": "12.50" }]);
    let body = json!({ "user": user["id"], "currency": "USD", "lines": lines });
    let invoice = staff.post("/api/invoices/", &body).await.expect(201);
    assert_eq!(events.expect("invoice.changed").await.data["id"], invoice["id"]);
    stage.test.quiet().await;
    let since = Instant::now();
    process.ask_to_stop();
    assert!(events.rest().await.is_empty());
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    assert!(process.exit().await.success());
    stage.done().await;
}
