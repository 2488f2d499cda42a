//! What we send to providers: never faster than they take it, and each failure treated as what it is.

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::stripe::FakeStripe;
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::queue::State;

async fn with_pace(per_second: u32) -> (TestApp, FakeStripe) {
    let fake = FakeStripe::start().await;
    let base = fake.base_url().parse().unwrap();
    let change = move |config: &mut shared::config::Config| {
        config.stripe.as_mut().unwrap().api_base = base;
        config.calls.stripe = per_second;
    };
    (TestApp::builder().config(change).start().await, fake)
}

/// Begins as many payments at the same moment; the statuses of the answers.
async fn pay_at_once(test: &TestApp, customer: &Client, user: &Value, count: usize) -> Vec<u16> {
    let mut doors = vec![];
    for _ in 0..count {
        doors.push(format!("/api/invoices/{}/pay/", test.invoice(user, "10.00").await["id"].as_str().unwrap()));
    }
    let body = json!({ "gateway": "STRIPE" });
    let answers = futures::future::join_all(doors.iter().map(|door| customer.post(door, &body))).await;
    answers.into_iter().map(|answer| answer.status).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_beyond_the_pace_of_the_fleet_wait_in_the_ledger_and_none_is_lost() {
    let (test, stripe) = with_pace(2).await;
    let (customer, user) = test.customer("amina@example.com").await;
    let begun = tokio::time::Instant::now();
    let statuses = pay_at_once(&test, &customer, &user, 6).await;
    assert!(begun.elapsed().as_secs() < 10, "nobody waits for the pace");
    assert!(statuses.iter().all(|status| [201, 202].contains(status)), "{statuses:?}");
    test.settle().await;
    assert!(statuses.contains(&202), "six calls do not fit into a second of two: {statuses:?}");
    assert_eq!(stripe.sessions().len(), 6, "all got their page");
    assert_eq!(test.count("payment_transactions", "redirect_url IS NOT NULL").await, 6);
    let metrics = test.http.get("/metrics").await.text;
    assert!(metrics.contains("provider_calls_total") && metrics.contains("provider_call_seconds"), "{metrics}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_second_is_answered_with_the_wait_and_the_job_honours_it() {
    let (mut test, stripe) = with_pace(1).await;
    let (customer, user) = test.customer("amina@example.com").await;
    test.stop_workers().await;
    let waits = pay_at_once(&test, &customer, &user, 4).await.into_iter().filter(|status| *status == 202).count();
    assert!(waits > 0, "four calls do not fit into a second of one");
    assert_eq!(stripe.sessions().len(), 4 - waits, "what was not sent was not sent");
    test.start_worker(worker::registry::registry());
    test.settle().await;
    assert_eq!(stripe.sessions().len(), 4);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_refuses_goes_to_the_dead_letter_at_the_first_try() {
    let (test, stripe) = with_pace(80).await;
    let (customer, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    stripe.down(true);
    let pay = format!("/api/invoices/{}/pay/", invoice["id"].as_str().unwrap());
    customer.post(&pay, &json!({ "gateway": "STRIPE" })).await.expect(202);
    stripe.refuse_next();
    stripe.down(false);
    // both the job of the request and the one that takes over from it
    test.app.clock.advance(TimeDelta::minutes(2));
    test.settle().await;
    let jobs = test.jobs("billing.open_checkout").await;
    let dead: Vec<_> = jobs.iter().filter(|job| job.state == State::Discarded).collect();
    assert_eq!(dead.len(), 1, "{jobs:?}");
    assert!(dead[0].last_error.as_deref().unwrap().contains("refused"), "{:?}", dead[0].last_error);
    assert!(dead[0].attempt < 20, "it was not tried to the end");
    assert_eq!(test.count("payment_transactions", "status = 'FAILED' AND failure_code = 'gateway_refused'").await, 1);
    test.close().await;
}
