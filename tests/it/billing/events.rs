//! Payment events twice, late, in any order, and wrong.

use crate::support::TestApp;
use crate::support::stripe_events::Payment;
use futures::StreamExt;
use serde_json::Value;
use shared::billing::invoice;
use shared::billing::transaction::{Kind, TransactionStatus};
use shared::ids::InvoiceId;

fn payment(seed: u64, invoice: &Value, amount: i64) -> Payment {
    Payment::of(seed, invoice["id"].as_str().unwrap(), amount)
}

/// All orders of `n` things.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let shorter = permutations(n - 1);
    shorter
        .iter()
        .flat_map(|order| {
            (0..n).map(|at| {
                let mut order = order.clone();
                order.insert(at, n - 1);
                order
            })
        })
        .collect()
}

/// All 720 orders of the six events, each with a duplicate, end alike. Each order has an invoice of its own;
/// the invoices go side by side, event by event, so that the jobs of many orders are under way at once.
#[tokio::test(flavor = "multi_thread")]
async fn every_order_of_events_with_duplicates_ends_in_the_same_state() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let orders = permutations(6);
    let invoices: Vec<Value> = futures::stream::iter(&orders).map(|_| test.invoice(&user, "100.00")).buffered(16).collect().await;
    let mut histories = vec![];
    for ((seed, order), invoice) in orders.into_iter().enumerate().zip(invoices) {
        let p = payment(seed as u64, &invoice, 10_000);
        let (refund, dispute) = (format!("re_{seed}"), format!("du_{seed}"));
        let events = [
            p.checkout_session_completed(true),
            p.payment_intent_succeeded(),
            p.charge_refunded(&refund, 3_000, true),
            p.refund_updated(&refund, 3_000, "succeeded"),
            p.dispute_created(&dispute, 10_000),
            p.dispute_closed(&dispute, 10_000, "won"),
        ];
        let mut bodies: Vec<String> = order.iter().map(|i| events[*i].1.clone()).collect();
        // one of the six comes a second time, at the end or right behind itself
        let twice = seed % 6;
        bodies.insert(if seed % 2 == 0 { 6 } else { twice + 1 }, bodies[twice].clone());
        histories.push((invoice, bodies));
    }
    for round in 0..7 {
        let sent = futures::stream::iter(&histories).map(|(_, bodies)| test.stripe_event(&bodies[round])).buffer_unordered(32);
        sent.for_each(|answer| async move { drop(answer.expect(200)) }).await;
        if round == 3 {
            // some are applied before the rest arrives
            test.quiet().await;
        }
    }
    test.settle().await;
    for (created, bodies) in &histories {
        let id: InvoiceId = created["id"].as_str().unwrap().parse().unwrap();
        let (row, _, money) = invoice::show(&test.app, &shared::policy::Actor::system(), id).await.unwrap();
        let figures = (row.payment_status, row.paid_minor, row.refunded_minor, row.balance_minor());
        assert_eq!(figures, (shared::billing::status::PaymentStatus::PartiallyRefunded, 10_000, 3_000, 0), "{bodies:#?}");
        let mut rows: Vec<_> = money.iter().map(|m| (m.kind, m.status, m.amount_minor)).collect();
        rows.sort_by_key(|(kind, ..)| *kind as u8);
        use {Kind::*, TransactionStatus::*};
        assert_eq!(rows, [(Charge, Success, 10_000), (Refund, Success, 3_000), (Dispute, Cancelled, 10_000)], "{bodies:#?}");
    }
    assert_eq!(test.count("webhook_events", "status <> 'PROCESSED'").await, 0);
    assert_eq!(test.count("payment_reviews", "resolved_at IS NULL").await, 0);
    assert_eq!(test.count("payment_reviews", "reason = 'dispute_opened' AND resolution = 'won'").await, 720, "each dispute was a case");
    assert_eq!(
        test.count("notifications", "event = 'invoice.paid' AND channel = 'EMAIL' AND status = 'SENT'").await,
        720,
        "one receipt each"
    );
    assert_eq!(test.receipts().len(), 720);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_sent_at_once_many_times_pays_once() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    let (_, body) = payment(1, &invoice, 1_000).payment_intent_succeeded();
    let sent = futures::future::join_all((0..20).map(|_| test.stripe_event(&body))).await;
    sent.iter().for_each(|answer| assert_eq!(answer.expect(200)["received"], true));
    test.settle().await;
    assert_eq!(test.count("webhook_events", "1 = 1").await, 1);
    assert_eq!(test.count("payment_transactions", "status = 'SUCCESS'").await, 1);
    assert_eq!(test.receipts().len(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_does_not_fit_is_a_case_for_a_person_and_pays_nothing() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    let good = payment(1, &invoice, 1_000);
    let cases = [
        ("amount_mismatch", Payment { amount: 999, ..payment(2, &invoice, 0) }),
        ("amount_mismatch", Payment { currency: "eur".into(), ..payment(3, &invoice, 1_000) }),
        ("unreadable_amount", Payment { currency: "xxx".into(), ..payment(4, &invoice, 1_000) }),
        ("unknown_payment", Payment { invoice_id: Some(uuid::Uuid::now_v7().to_string()), ..payment(5, &invoice, 1_000) }),
        ("unknown_payment", Payment { invoice_id: None, ..payment(6, &invoice, 1_000) }),
    ];
    for (reason, wrong) in &cases {
        test.stripe_event(&wrong.payment_intent_succeeded().1).await.expect(200);
        test.settle().await;
        let object = format!("reason = '{reason}' AND object_reference = '{}'", wrong.payment_intent);
        assert_eq!(test.count("payment_reviews", &object).await, 1, "{reason}");
    }
    let live = good.payment_intent_succeeded().1.replace("\"livemode\": false", "\"livemode\": true");
    test.stripe_event(&live.replacen("evt_", "evt_live_", 1)).await.expect(200);
    test.settle().await;
    assert_eq!(test.count("payment_reviews", "reason = 'wrong_mode'").await, 1);
    assert_eq!(test.count("payment_transactions", "1 = 1").await, 0);
    assert_eq!(test.count("invoices", "payment_status = 'UNPAID' AND paid_minor = 0").await, 1);
    assert_eq!(test.count("webhook_events", "status = 'REVIEW'").await, 6);
    // the right one still pays
    test.stripe_event(&good.payment_intent_succeeded().1).await.expect(200);
    test.settle().await;
    assert_eq!(test.count("invoices", "payment_status = 'PAID'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_comes_before_its_payment_waits_for_it_and_then_for_a_person() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    let known = payment(1, &invoice, 1_000);
    test.stripe_event(&known.refund_updated("re_1", 1_000, "succeeded").1).await.expect(200);
    test.stripe_event(&payment(2, &invoice, 1_000).dispute_created("du_2", 1_000).1).await.expect(200);
    test.stripe_event(&known.payment_intent_succeeded().1).await.expect(200);
    test.quiet().await;
    test.app.clock.advance(chrono::TimeDelta::hours(25)); // more than anybody's patience
    test.settle().await;
    assert_eq!(test.count("invoices", "payment_status = 'REFUNDED'").await, 1);
    assert_eq!(test.count("payment_reviews", "reason = 'unknown_payment' AND object_reference = 'du_2'").await, 1);
    let waiting = &test.jobs("billing.apply_payment_event").await[1];
    assert_eq!(waiting.attempt, 1, "waiting spends no attempt");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_the_bank_sends_back_leaves_the_invoice_paid() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    for (seed, order) in [["succeeded", "failed", "failed"], ["failed", "succeeded", "failed"]].iter().enumerate() {
        let invoice = test.invoice(&user, "10.00").await;
        let p = payment(seed as u64, &invoice, 1_000);
        test.stripe_event(&p.payment_intent_succeeded().1).await.expect(200);
        test.settle().await;
        for (n, status) in order.iter().enumerate() {
            let again = Payment { event_seed: 1_000 + (seed * 10 + n) as u64, ..p.clone() };
            test.stripe_event(&again.refund_updated(&format!("re_{seed}"), 400, status).1).await.expect(200);
            test.settle().await;
        }
    }
    assert_eq!(test.count("invoices", "payment_status = 'PAID' AND refunded_minor = 0 AND paid_minor = 1000").await, 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_dispute_takes_the_money_back_and_a_delayed_payment_counts_when_it_arrives() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let lost = payment(1, &test.invoice(&user, "10.00").await, 1_000);
    let delayed = payment(2, &test.invoice(&user, "10.00").await, 1_000);
    for (_, body) in [lost.payment_intent_succeeded(), lost.dispute_created("du_1", 1_000), lost.dispute_closed("du_1", 1_000, "lost")] {
        test.stripe_event(&body).await.expect(200);
        test.settle().await;
    }
    assert_eq!(test.count("invoices", "payment_status = 'UNPAID' AND paid_minor = 0 AND paid_at IS NOT NULL").await, 1);
    test.stripe_event(&delayed.checkout_session_completed(false).1).await.expect(200);
    test.settle().await;
    assert_eq!(test.count("invoices", "payment_status = 'PAID'").await, 0, "completed is not paid");
    test.stripe_event(&delayed.async_payment_succeeded().1).await.expect(200);
    test.settle().await;
    assert_eq!(test.count("invoices", "payment_status = 'PAID'").await, 1);
    assert_eq!(test.receipts().len(), 2, "a receipt for each payment, none for the dispute");
    test.done().await;
}
