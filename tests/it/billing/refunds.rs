//! Giving money back: by staff, once, however often it is asked for and whatever the provider answers.

use super::checkout::with_stripe;
use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::stripe::FakeStripe;
use crate::support::stripe_events::Payment;
use serde_json::{Value, json};

fn path(invoice: &Value, verb: &str) -> String {
    format!("/api/invoices/{}/{verb}", invoice["id"].as_str().unwrap())
}

/// Pays this much of an invoice through Stripe.
async fn paid(test: &TestApp, stripe: &FakeStripe, customer: &Client, invoice: &Value, amount: &str) -> Payment {
    customer.post(&path(invoice, "pay/"), &json!({ "gateway": "STRIPE", "amount": amount })).await.expect(201);
    let payment = Payment::from(&stripe.sessions().pop().unwrap());
    stripe.adopt(&payment);
    test.stripe_event(&payment.payment_intent_succeeded().1).await.expect(200);
    test.settle().await;
    payment
}

async fn refund(staff: &Client, invoice: &Value, amount: &str) -> Value {
    staff.post(&path(invoice, "refunds/"), &json!({ "amount": amount, "reason": "Broken" })).await.expect(202)
}

fn refund_calls(stripe: &FakeStripe) -> usize {
    stripe.calls().iter().filter(|(method, path)| method == "POST" && path == "/v1/refunds").count()
}

fn refund_mails(test: &TestApp) -> usize {
    test.mails().iter().filter(|mail| mail.subject().starts_with("Refund of")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_give_a_part_back_and_the_customer_is_told_once() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    let payment = paid(&test, &stripe, &customer, &invoice, "10.00").await;
    let asked = refund(&staff, &invoice, "3.00").await;
    assert_eq!((&asked["status"], &asked["amount"], &asked["kind"]), (&json!("PENDING"), &json!("3.00"), &json!("REFUND")));
    test.settle().await;
    let after = customer.get(&path(&invoice, "")).await.expect(200);
    assert_eq!(
        (&after["payment_status"], &after["refunded"], &after["balance"]),
        (&json!("PARTIALLY_REFUNDED"), &json!("3.00"), &json!("0.00"))
    );
    assert_eq!(stripe.books(), [(payment.payment_intent.clone(), 1_000, 300)]);
    let list = customer.get(&path(&invoice, "refunds/")).await.expect(200);
    assert_eq!((&list["results"][0]["status"], list["results"].as_array().unwrap().len()), (&json!("SUCCESS"), 1));
    assert_eq!(list["results"][0]["reason"], Value::Null, "what staff wrote is for staff");
    // Stripe tells it, too, once more and late
    let reference = list["results"][0]["transaction_reference"].as_str().unwrap();
    for (_, event) in [payment.refund_created(reference, 300), payment.refund_updated(reference, 300, "succeeded")] {
        test.stripe_event(&event).await.expect(200);
    }
    test.settle().await;
    assert_eq!(test.count("payment_transactions", "kind = 'REFUND'").await, 1);
    assert_eq!(refund_mails(&test), 1);
    // and a credit over what was given back gives nothing twice
    staff.post(&path(&invoice, "credit-notes/"), &json!({ "amount": "3.00", "reason": "Broken" })).await.expect(201);
    test.settle().await;
    assert_eq!(stripe.books()[0].2, 300);
    staff.post(&path(&invoice, "credit-notes/"), &json!({ "amount": "1.00", "reason": "Late" })).await.expect(201);
    test.settle().await;
    assert_eq!(stripe.books()[0].2, 400);
    let notes = customer.get(&path(&invoice, "credit-notes/?page_size=1")).await.expect(200);
    assert_eq!((&notes["count"], notes["next"].is_string()), (&json!(2), true));
    assert!(notes["results"][0]["pdf_url"].as_str().unwrap().contains("/papers/credit-notes/"), "{notes}");
    let number = notes["results"][0]["number"].as_str().unwrap().to_owned();
    let mails = test.mails();
    let told: Vec<_> = mails.iter().filter(|mail| mail.subject().contains(&number)).collect();
    assert_eq!(told.len(), 1, "each credit note is told once");
    assert!(told[0].text().contains("USD 3.00") && told[0].html().contains("/papers/credit-notes/"), "{}", told[0].text());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_never_give_back_more_than_came_in() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    paid(&test, &stripe, &customer, &invoice, "4.00").await;
    paid(&test, &stripe, &customer, &invoice, "6.00").await;
    let (door, body) = (path(&invoice, "refunds/"), json!({ "amount": "1.50", "reason": "Broken" }));
    let answers = futures::future::join_all((0..20).map(|_| staff.post(&door, &body))).await;
    let accepted = answers.iter().filter(|answer| answer.status == 202).count();
    assert_eq!(accepted, 6, "six times 1.50 are 9.00 of 10.00");
    let refused = answers.iter().find(|answer| answer.status != 202).unwrap();
    assert!(refused.status == 400 && refused.text.contains("USD\u{a0}1.00"), "{}", refused.text);
    test.settle().await;
    let given: i64 = stripe.books().iter().map(|(.., refunded)| refunded).sum();
    assert_eq!(given, 900);
    let rest = staff.post(&door, &json!({ "reason": "All of it" })).await.expect(202);
    assert_eq!(rest["amount"], "1.00");
    staff.post(&door, &json!({ "reason": "And more" })).await.problem(409, "invoice-not-refundable");
    test.settle().await;
    let after = customer.get(&path(&invoice, "")).await.expect(200);
    assert_eq!((&after["payment_status"], &after["refunded"]), (&json!("REFUNDED"), &json!("10.00")));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_got_lost_is_one_refund_all_the_same() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    paid(&test, &stripe, &customer, &invoice, "10.00").await;
    stripe.lose_answer_once();
    refund(&staff, &invoice, "3.00").await;
    test.settle().await;
    assert_eq!((refund_calls(&stripe), stripe.books()[0].2), (2, 300));
    assert_eq!(test.count("payment_transactions", "kind = 'REFUND' AND status = 'SUCCESS' AND amount_minor = 300").await, 1);
    assert_eq!(refund_mails(&test), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_equal_request_with_its_key_is_one_refund() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    paid(&test, &stripe, &customer, &invoice, "10.00").await;
    let keyed =
        |request: reqwest::RequestBuilder| request.header("Idempotency-Key", "r-1").json(&json!({ "amount": "3.00", "reason": "Broken" }));
    let one = staff.send(reqwest::Method::POST, &path(&invoice, "refunds/"), keyed).await.expect(202);
    let two = staff.send(reqwest::Method::POST, &path(&invoice, "refunds/"), keyed).await.expect(202);
    assert_eq!(one, two);
    test.settle().await;
    assert_eq!(stripe.books()[0].2, 300);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_refuses_is_a_persons_and_is_not_tried_again_by_itself() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    let payment = paid(&test, &stripe, &customer, &invoice, "10.00").await;
    stripe.dispute(&payment.payment_intent);
    staff.post(&path(&invoice, "credit-notes/"), &json!({ "amount": "2.00", "reason": "Late" })).await.expect(201);
    test.settle().await;
    assert_eq!(refund_calls(&stripe), 1);
    assert_eq!(test.count("payment_transactions", "kind = 'REFUND' AND status = 'FAILED' AND failure_code = 'dispute_blocked'").await, 1);
    assert_eq!(test.count("payment_reviews", "reason = 'refund_failed'").await, 1);
    // a later credit gives back its own part, not the failed one
    stripe.refuse_refunds(Some("charge_not_refundable"));
    staff.post(&path(&invoice, "credit-notes/"), &json!({ "amount": "1.00", "reason": "Late" })).await.expect(201);
    test.settle().await;
    assert_eq!(
        test.count("payment_transactions", "kind = 'REFUND' AND failure_code = 'refund_window_closed' AND amount_minor = 100").await,
        1
    );
    assert_eq!((refund_calls(&stripe), refund_mails(&test)), (2, 0));
    let list = staff.get(&path(&invoice, "refunds/")).await.expect(200);
    assert!(list["results"][0]["response_data"]["refused"].as_str().unwrap().contains("request req_"), "{list}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_that_is_too_small_is_tried_again_the_next_day() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    paid(&test, &stripe, &customer, &invoice, "10.00").await;
    stripe.refuse_refunds(Some("balance_insufficient"));
    refund(&staff, &invoice, "3.00").await;
    test.quiet().await;
    assert_eq!(test.count("payment_transactions", "kind = 'REFUND' AND status = 'PENDING' AND sent_at IS NOT NULL").await, 1);
    assert_eq!(test.count("payment_reviews", "reason = 'refund_insufficient_funds'").await, 1);
    stripe.refuse_refunds(None);
    test.settle().await;
    assert_eq!(stripe.books()[0].2, 300);
    assert_eq!(test.count("payment_transactions", "kind = 'REFUND' AND status = 'SUCCESS'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_back_on_the_providers_pages_is_found_when_it_refuses_ours() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    let payment = paid(&test, &stripe, &customer, &invoice, "10.00").await;
    let theirs = stripe.refund_in_dashboard(&payment.payment_intent, 1_000);
    refund(&staff, &invoice, "10.00").await;
    test.settle().await;
    let list = customer.get(&path(&invoice, "refunds/")).await.expect(200);
    assert_eq!((&list["results"][0]["transaction_reference"], list["results"].as_array().unwrap().len()), (&json!(theirs), 1));
    assert_eq!(customer.get(&path(&invoice, "")).await.expect(200)["payment_status"], "REFUNDED");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_without_sense_is_refused_with_its_field_named() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    let door = path(&invoice, "refunds/");
    staff.post(&door, &json!({ "reason": "Broken" })).await.problem(409, "invoice-not-refundable");
    test.pay(&customer, invoice["id"].as_str().unwrap()).await;
    test.settle().await;
    for (field, body) in [
        ("amount", json!({ "amount": "10.01", "reason": "x" })),
        ("amount", json!({ "amount": "0", "reason": "x" })),
        ("amount", json!({ "amount": "1.001", "reason": "x" })),
        ("reason", json!({ "amount": "1.00", "reason": "  " })),
        ("reason", json!({ "amount": "1.00", "reason": "x".repeat(501) })),
    ] {
        let problem = staff.post(&door, &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{problem}");
    }
    staff.post(&door, &json!({ "amount": "10.00", "reason": "x" })).await.expect(202);
    test.settle().await;
    assert_eq!(
        test.count("payment_transactions", "kind = 'REFUND' AND status = 'SUCCESS' AND transaction_reference LIKE 're_sandbox_%'").await,
        1
    );
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_ours_that_is_refused_ends_no_refund() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    paid(&test, &stripe, &customer, &invoice, "10.00").await;
    stripe.fail_next(401, 2);
    refund(&staff, &invoice, "3.00").await;
    test.settle().await;
    assert_eq!(stripe.books()[0].2, 300);
    assert_eq!(test.count("payment_transactions", "kind = 'REFUND' AND status = 'SUCCESS'").await, 1);
    test.done().await;
}
