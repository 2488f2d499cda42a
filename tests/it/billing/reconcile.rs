//! What was missed is asked for, fetched and compared, whatever fails meanwhile.

use crate::support::client::Client;
use crate::support::provider::{Told, charge, usd};
use crate::support::stripe_events::Payment;
use crate::support::{PASSWORD, TestApp};
use chrono::{DurationRound, TimeDelta};
use serde_json::{Value, json};
use shared::billing::Gateway;
use shared::billing::apply::{self, Source};
use shared::billing::event::{Change, Charge, ChargeStep, Dispute, DisputeStep, Refund, RefundStep};
use shared::billing::jobs::{CompareBooks, FetchMissed, SweepPending};
use shared::billing::provider::{Missed, Movement};
use shared::queue::Job;
use std::sync::Arc;

/// An application whose Stripe says what the test tells it.
struct House {
    test: TestApp,
    provider: Told,
    user: Value,
}

impl House {
    async fn new() -> Self {
        let provider = Told::default();
        let stand_in = provider.clone();
        let change = move |config: &mut shared::config::Config| {
            config.sandbox = false;
            config.stand_ins.put(Gateway::Stripe, Arc::new(stand_in));
        };
        let test = TestApp::builder().config(change).start().await;
        let (_, user) = test.customer("amina@example.com").await;
        Self { test, provider, user }
    }

    /// A begun payment over 10.00: invoice and transaction.
    async fn pending(&self) -> (Value, Value) {
        let invoice = self.test.invoice(&self.user, "10.00").await;
        let pay = format!("/api/invoices/{}/pay/", invoice["id"].as_str().unwrap());
        let begun = self.customer().await.post(&pay, &json!({ "gateway": "STRIPE" })).await.expect(201);
        (invoice, begun["transaction"].clone())
    }

    /// Payments that we know of, under these ids.
    async fn paid(&self, references: &[&str]) {
        for reference in references {
            let (_, transaction) = self.pending().await;
            let id = transaction["id"].as_str().unwrap().parse().unwrap();
            let of_ours = Charge { transaction: Some(id), ..charge(reference, 1_000, ChargeStep::Succeeded) };
            self.provider.answer(|answers| drop(answers.of_row.insert(id, Change::Charge(of_ours))));
        }
        self.test.app.clock.advance(TimeDelta::minutes(16));
        self.run(SweepPending {}).await;
    }

    /// The customer, signed in now: the clock moves on here.
    async fn customer(&self) -> Client {
        self.test.http.sign_in("amina@example.com", PASSWORD).await
    }

    async fn run<J: Job>(&self, job: J) {
        let tx = self.test.app.begin().await.unwrap();
        tx.enqueue(job).await.unwrap();
        tx.commit().await.unwrap();
        self.test.settle().await;
    }

    async fn status(&self, transaction: &Value) -> Value {
        let path = format!("/api/payments/{}/", transaction["id"].as_str().unwrap());
        self.customer().await.get(&path).await.expect(200)
    }

    async fn open_cases(&self) -> Vec<(String, String)> {
        let admin = self.test.admin().await;
        let list = admin.get("/api/admin/payment-reviews/?resolved=false&page_size=100").await.expect(200);
        let text = |case: &Value, field: &str| case[field].as_str().unwrap().to_owned();
        let mut cases: Vec<_> =
            list["results"].as_array().unwrap().iter().map(|case| (text(case, "reason"), text(case, "object_reference"))).collect();
        cases.sort();
        cases
    }

    /// To the early morning of the next day, when books are compared.
    fn next_morning(&self) {
        let now = self.test.app.clock.now();
        let midnight = now.duration_trunc(TimeDelta::days(1)).unwrap() + TimeDelta::days(1);
        self.test.app.clock.advance(midnight + TimeDelta::hours(4) - now);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_whose_webhook_never_came_is_asked_for_and_booked_once() {
    let house = House::new().await;
    let (invoice, transaction) = house.pending().await;
    let id = transaction["id"].as_str().unwrap().parse().ok();
    let paid = Charge { transaction: id, ..charge("pi_1", 1_000, ChargeStep::Succeeded) };
    house.provider.answer(|answers| answers.fetched = vec![Change::Charge(paid)]);
    house.run(SweepPending {}).await;
    assert_eq!(house.provider.asked("fetch"), 0, "its webhook may still be on the way");
    house.test.app.clock.advance(TimeDelta::minutes(16));
    house.provider.answer(|answers| answers.is_away = true);
    house.run(SweepPending {}).await;
    assert_eq!(house.status(&transaction).await["status"], "PENDING");
    house.provider.answer(|answers| answers.is_away = false);
    tokio::join!(house.run(SweepPending {}), house.run(SweepPending {}));
    let row = house.status(&transaction).await;
    assert_eq!((&row["status"], &row["transaction_reference"]), (&json!("SUCCESS"), &json!("pi_1")));
    let paid = house.customer().await.get(&format!("/api/invoices/{}/", invoice["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&paid["payment_status"], &paid["pay_url"]), (&json!("PAID"), &Value::Null));
    assert_eq!(house.test.receipts().len(), 1);
    house.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_closed_unpaid_is_over_but_never_while_money_may_come() {
    let house = House::new().await;
    let (_, transaction) = house.pending().await;
    let id = transaction["id"].as_str().unwrap().parse().ok();
    let slow = Charge { transaction: id, ..charge("pi_2", 1_000, ChargeStep::Processing) };
    house.test.app.clock.advance(TimeDelta::minutes(20));
    house.run(SweepPending {}).await;
    assert_eq!(house.status(&transaction).await["status"], "PENDING", "its page is open");
    house.provider.answer(|answers| answers.fetched = vec![Change::Charge(slow)]);
    house.test.app.clock.advance(TimeDelta::hours(25));
    house.run(SweepPending {}).await;
    assert_eq!(house.status(&transaction).await["status"], "PENDING", "a debit is on its way");
    house.provider.answer(|answers| answers.fetched = vec![]);
    house.run(SweepPending {}).await;
    let row = house.status(&transaction).await;
    assert_eq!((&row["status"], &row["failure_code"]), (&json!("CANCELLED"), &json!("expired")));
    assert!(row["failure_message"].as_str().unwrap().contains("expired"), "{row}");
    let asked = house.provider.asked("fetch");
    house.run(SweepPending {}).await;
    assert_eq!(house.provider.asked("fetch"), asked, "and is not asked about again");
    house.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_does_not_know_is_one_case_and_no_dead_letter() {
    let house = House::new().await;
    house.pending().await;
    house.test.app.clock.advance(TimeDelta::minutes(20));
    house.provider.answer(|answers| answers.refuses = true);
    house.run(SweepPending {}).await;
    house.run(SweepPending {}).await;
    let cases = house.open_cases().await;
    assert_eq!((cases.len(), cases[0].0.as_str()), (1, "missing_there"));
    house.provider.answer(|answers| answers.refuses = false);
    house.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_never_came_are_fetched_into_the_same_inbox() {
    let house = House::new().await;
    let invoice = house.test.invoice(&house.user, "10.00").await;
    let payment = Payment::of(1, invoice["id"].as_str().unwrap(), 1_000);
    let events = [payment.payment_intent_succeeded(), payment.checkout_session_completed(true)];
    house.test.stripe_event(&events[0].1).await.expect(200);
    let missed = events.map(|(_, body)| {
        let event: Value = serde_json::from_str(&body).unwrap();
        let text = |field: &str| event[field].as_str().unwrap().to_owned();
        Missed { event_id: text("id"), event_type: text("type"), body: body.into_bytes() }
    });
    house.provider.answer(|answers| (answers.missed, answers.is_away) = (missed.to_vec(), true));
    house.run(FetchMissed {}).await;
    assert_eq!(house.test.count("reconciliations", "1 = 1").await, 0, "the mark does not move while the provider is away");
    house.provider.answer(|answers| answers.is_away = false);
    house.run(FetchMissed {}).await;
    house.run(FetchMissed {}).await;
    assert_eq!(house.test.count("webhook_events", "status = 'PROCESSED'").await, 2, "one came, the other was fetched once");
    assert_eq!(house.test.receipts().len(), 1);
    assert!(house.provider.asked("missed 696") > 0, "at first as far back as it remembers");
    assert!(house.provider.asked("missed 1") > 0, "then from the mark, with an overlap");
    let admin = house.test.admin().await;
    let runs = admin.get("/api/admin/reconciliations/?kind=EVENTS&gateway=STRIPE").await.expect(200);
    let found: Vec<_> = runs["results"].as_array().unwrap().iter().map(|run| (run["compared"].clone(), run["found"].clone())).collect();
    assert_eq!(found, [(json!(2), json!(0)), (json!(2), json!(1))]);
    house.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_difference_between_the_books_is_one_case_and_ends_when_both_agree() {
    let house = House::new().await;
    house.paid(&["pi_same", "pi_amount", "pi_fee", "pi_gone"]).await;
    house.test.sql("UPDATE payment_transactions SET fee_minor = 59 WHERE transaction_reference = 'pi_fee'").await;
    let at = house.test.app.clock.now();
    let told =
        |reference: &str, minor, fee: Option<i64>| (at, Movement::Charge(charge(reference, minor, ChargeStep::Succeeded), fee.map(usd)));
    let refund =
        Refund { reference: "re_1".into(), charge: "pi_same".into(), transaction: None, amount: usd(300), step: RefundStep::Succeeded };
    let theirs = vec![
        told("pi_same", 1_000, Some(59)),
        told("pi_amount", 999, None),
        told("pi_fee", 1_000, Some(60)),
        told("pi_unknown", 500, None),
        (at, Movement::Refund(refund)),
    ];
    house.provider.answer(|answers| answers.movements = theirs);
    house.next_morning();
    house.run(CompareBooks {}).await;
    house.run(CompareBooks {}).await;
    let expected = [
        ("amount_differs", "pi_amount"),
        ("fee_differs", "pi_fee"),
        ("missing_here", "pi_unknown"),
        ("missing_here", "re_1"),
        ("missing_there", "pi_gone"),
    ];
    let expected = expected.map(|(reason, object)| (reason.to_owned(), object.to_owned()));
    assert_eq!(house.open_cases().await, expected);
    assert_eq!(house.test.count("payment_transactions", "transaction_reference = 'pi_same' AND fee_minor = 59").await, 1, "filled in");
    assert_eq!(house.test.count("reconciliations", "kind = 'BOOKS' AND compared = 5 AND found = 5").await, 1, "a day is compared once");

    let theirs = ["pi_same", "pi_amount", "pi_gone"].map(|reference| told(reference, 1_000, None));
    house.provider.answer(|answers| answers.movements = [theirs.to_vec(), vec![told("pi_fee", 1_000, Some(59))]].concat());
    house.next_morning();
    house.run(CompareBooks {}).await;
    let left: Vec<_> = house.open_cases().await.into_iter().filter(|(reason, _)| reason != "missing_here").collect();
    assert_eq!(left, []);
    assert_eq!(house.test.count("payment_reviews", "resolution = 'agrees by a later comparison' AND resolved_by IS NULL").await, 3);
    house.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_at_night_is_compared_later_with_nothing_left_out() {
    let house = House::new().await;
    house.paid(&["pi_1"]).await;
    house.provider.answer(|answers| answers.is_away = true);
    house.next_morning();
    house.run(CompareBooks {}).await;
    assert_eq!(house.test.count("reconciliations", "1 = 1").await, 0);
    house.provider.answer(|answers| answers.is_away = false);
    house.run(CompareBooks {}).await;
    assert_eq!(house.open_cases().await, [("missing_there".to_owned(), "pi_1".to_owned())]);
    house.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_never_got_its_page_does_not_stay_open_for_ever() {
    let house = House::new().await;
    house.provider.answer(|answers| answers.is_away = true);
    let invoice = house.test.invoice(&house.user, "10.00").await;
    let pay = format!("/api/invoices/{}/pay/", invoice["id"].as_str().unwrap());
    let transaction = house.customer().await.post(&pay, &json!({ "gateway": "STRIPE" })).await.expect(202)["transaction"].clone();
    house.test.quiet().await;
    house.test.sql("UPDATE jobs SET state = 'cancelled' WHERE kind = 'billing.open_checkout'").await;
    house.provider.answer(|answers| answers.is_away = false);
    house.test.app.clock.advance(TimeDelta::hours(2));
    house.run(SweepPending {}).await;
    assert_eq!(house.status(&transaction).await["status"], "PENDING", "its job may still come");
    house.test.app.clock.advance(TimeDelta::hours(23));
    house.run(SweepPending {}).await;
    let row = house.status(&transaction).await;
    assert_eq!((&row["status"], &row["failure_code"]), (&json!("CANCELLED"), &json!("gateway_unavailable")));
    house.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_refunds_and_disputes_ended_is_compared_too() {
    let house = House::new().await;
    house.paid(&["pi_1", "pi_2", "pi_3"]).await;
    let at = house.test.app.clock.now();
    let refund =
        |reference: &str, step| Refund { reference: reference.into(), charge: "pi_1".into(), transaction: None, amount: usd(100), step };
    let dispute = |reference: &str, charge: &str, step| Dispute {
        reference: reference.into(),
        charge: charge.into(),
        amount: usd(1_000),
        due_by: None,
        reason: None,
        step,
    };
    let tx = house.test.app.begin().await.unwrap();
    let source = Source { gateway: Gateway::Stripe, name: "test", event: None };
    let known = vec![
        Change::Refund(refund("re_back", RefundStep::Succeeded)),
        Change::Refund(refund("re_back", RefundStep::Failed)),
        Change::Refund(refund("re_gone", RefundStep::Succeeded)),
        Change::Dispute(dispute("du_lost", "pi_2", DisputeStep::Open)),
        Change::Dispute(dispute("du_open", "pi_3", DisputeStep::Open)),
    ];
    apply::take(&tx, source, known, false).await.unwrap();
    tx.commit().await.unwrap();
    house.test.settle().await;
    let mut theirs = ["pi_1", "pi_2", "pi_3"].map(|id| (at, Movement::Charge(charge(id, 1_000, ChargeStep::Succeeded), None))).to_vec();
    theirs.extend([
        (at, Movement::Refund(refund("re_back", RefundStep::Failed))),
        (at, Movement::Refund(refund("re_gone", RefundStep::Failed))),
        (at, Movement::Dispute(dispute("du_lost", "pi_2", DisputeStep::Lost))),
        (at, Movement::Dispute(dispute("du_open", "pi_3", DisputeStep::Open))),
        // begun and not settled there: nothing to compare yet
        (at, Movement::Charge(charge("pi_slow", 700, ChargeStep::Processing), None)),
    ]);
    house.provider.answer(|answers| answers.movements = theirs);
    house.next_morning();
    house.run(CompareBooks {}).await;
    let differ: Vec<_> = house.open_cases().await.into_iter().filter(|(reason, _)| reason.starts_with("missing")).collect();
    let expected = [("missing_here", "du_lost"), ("missing_there", "re_gone")];
    assert_eq!(differ, expected.map(|(reason, object)| (reason.to_owned(), object.to_owned())));
    house.test.done().await;
}

/// Its webhook was three days late: our row is younger than the money.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_was_told_late_is_found_on_the_day_it_was_made() {
    let house = House::new().await;
    let made = house.test.app.clock.now() - TimeDelta::days(3);
    house.paid(&["pi_late"]).await;
    house
        .provider
        .answer(|answers| answers.movements = vec![(made, Movement::Charge(charge("pi_late", 1_000, ChargeStep::Succeeded), None))]);
    house.next_morning();
    house.run(CompareBooks {}).await;
    assert_eq!(house.open_cases().await, []);
    house.test.done().await;
}
