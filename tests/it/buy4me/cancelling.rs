//! Requests that come to nothing, and quotes that are taken back.

use super::*;
use chrono::TimeDelta;
use shared::buy4me::jobs::ExpireQuotes;

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_cancels_before_it_is_ordered_and_what_was_paid_is_promised_back() {
    let stage = Stage::new().await;
    let draft = stage.draft(basket()).await;
    assert_eq!(stage.owner.delete(&path(&draft)).await.status, 204);
    assert_eq!(statuses(&stage.now(&draft).await), ("CANCELLED".into(), vec!["CANCELLED".into(), "CANCELLED".into()]));
    stage.owner.delete(&path(&draft)).await.problem(409, "request-step-not-allowed");

    let unpaid = stage.submitted(basket()).await;
    stage.step(&stage.owner, &unpaid, "CANCELLED").await.expect(200);
    assert_eq!(three(&invoices(&stage.now(&unpaid).await)), [("VOID", "55.00", "0.00")]);
    assert_eq!(stage.promised(&unpaid).await, 0);

    let paid = stage.paid(basket()).await;
    stage.step(&stage.owner, &paid, "CANCELLED").await.expect(200);
    assert_eq!((stage.promised(&paid).await, stage.credited(&paid).await), (55_00, 55_00));
    let mut bodies = stage.test.mails().into_iter().map(|mail| mail.text());
    stage.test.settle().await;
    assert!(bodies.any(|text| text.contains("was cancelled")));

    let ordered = stage.ordered(basket()).await;
    let problem = stage.step(&stage.owner, &ordered, "CANCELLED").await.problem(409, "request-step-not-allowed");
    assert_eq!(problem["allowed"], json!([]));
    stage.owner.delete(&path(&ordered)).await.problem(409, "request-step-not-allowed");
    assert_eq!(stage.promised(&ordered).await, 0);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_cancel_until_it_is_on_its_way_to_the_customer() {
    let stage = Stage::new().await;
    let ordered = stage.ordered(basket()).await;
    assert_eq!(stage.staff.delete(&path(&ordered)).await.status, 204);
    assert_eq!(stage.promised(&ordered).await, 55_00);

    let transit = stage.ordered(basket()).await;
    stage.step(&stage.staff, &transit, "IN_TRANSIT").await.expect(200);
    let body = json!({ "status": "CANCELLED", "reason": "lost at sea", "note": "We are sorry: the ship sank." });
    let cancelled = stage.staff.patch(&path(&transit), &body).await.expect(200);
    assert_eq!(statuses(&cancelled), ("CANCELLED".into(), vec!["CANCELLED".into(), "CANCELLED".into()]));
    stage.test.settle().await;
    assert!(stage.test.mails().iter().any(|mail| mail.text().contains("the ship sank") && !mail.text().contains("lost at sea")));

    let arrived = stage.arrived(basket()).await;
    stage.step(&stage.staff, &arrived, "CANCELLED").await.expect(200);
    assert_eq!(stage.promised(&arrived).await, 55_00);

    let sent = stage.arrived(basket()).await;
    stage.owner.patch(&path(&sent), &instructions()).await.expect(200);
    super::life::move_shipment(&stage, &sent, shared::shipments::Status::InTransit).await;
    stage.step(&stage.staff, &sent, "CANCELLED").await.problem(409, "request-step-not-allowed");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_is_taken_back_while_nothing_was_paid_and_a_new_one_has_a_new_invoice() {
    let stage = Stage::new().await;
    let request = stage.submitted(basket()).await;
    let back = stage.step(&stage.owner, &request, "DRAFT").await.expect(200);
    assert_eq!((back["status"].as_str(), &back["total_cost"], &back["fx"]), (Some("DRAFT"), &Value::Null, &json!([])));
    assert_eq!(three(&invoices(&back)), [("VOID", "55.00", "0.00")]);
    stage.owner.patch(&item_path(&request["items"][0]), &json!({ "quantity": 3 })).await.expect(200);
    stage.step(&stage.owner, &request, "SUBMITTED").await.expect(200);
    stage.test.settle().await;
    assert_eq!(three(&invoices(&stage.now(&request).await)), [("VOID", "55.00", "0.00"), ("OPEN", "65.00", "65.00")]);

    // once a payment has begun it is too late: the money may be on its way
    let second = stage.now(&request).await["invoices"][1]["id"].clone();
    let page = stage.test.open_page(&stage.owner, second.as_str().unwrap()).await;
    stage.step(&stage.owner, &request, "DRAFT").await.problem(409, "request-has-payment");
    stage.test.press_pay(&page).await;
    stage.test.settle().await;
    stage.step(&stage.owner, &request, "DRAFT").await.problem(409, "request-has-payment");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_that_is_taken_back_before_its_invoice_was_made_never_gets_one() {
    let mut stage = Stage::new().await;
    stage.test.stop_workers().await;
    let request = stage.draft(basket()).await;
    stage.step(&stage.owner, &request, "SUBMITTED").await.expect(200);
    stage.step(&stage.owner, &request, "DRAFT").await.expect(200);
    stage.test.start_worker(worker::registry::registry());
    stage.test.settle().await;
    assert_eq!(stage.test.count("invoices", "1 = 1").await, 0);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_after_the_end_is_promised_back() {
    let stage = Stage::new().await;
    let request = stage.submitted(basket()).await;
    let page = stage.test.open_page(&stage.owner, stage.now(&request).await["invoices"][0]["id"].as_str().unwrap()).await;
    stage.step(&stage.owner, &request, "CANCELLED").await.expect(200);
    assert_eq!(stage.promised(&request).await, 0);
    stage.test.pay_late(&page).await;
    stage.test.settle().await;
    assert_eq!(stage.promised(&request).await, 55_00);
    assert_eq!(stage.now(&request).await["status"], "CANCELLED");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_expires_unless_money_is_on_its_way() {
    let mut stage = Stage::new().await;
    let (idle, begun) = (stage.submitted(basket()).await, stage.submitted(basket()).await);
    let tick = async |stage: &Stage| {
        let tx = stage.test.app.begin().await.unwrap();
        tx.enqueue(ExpireQuotes {}).await.unwrap();
        tx.enqueue(ExpireQuotes {}).await.unwrap();
        tx.commit().await.unwrap();
        stage.test.settle().await;
    };
    stage.test.app.clock.advance(TimeDelta::hours(71));
    tick(&stage).await;
    stage.sign_in_again().await;
    assert_eq!(stage.now(&idle).await["status"], "SUBMITTED");
    stage.test.open_page(&stage.owner, stage.now(&begun).await["invoices"][0]["id"].as_str().unwrap()).await;
    stage.test.app.clock.advance(TimeDelta::hours(2));
    tick(&stage).await;
    stage.sign_in_again().await;
    let expired = stage.now(&idle).await;
    assert_eq!((expired["status"].as_str(), three(&invoices(&expired))), (Some("DRAFT"), vec![("VOID", "55.00", "0.00")]));
    assert_eq!(stage.now(&begun).await["status"], "SUBMITTED");
    assert!(stage.test.mails().iter().any(|mail| mail.subject().contains("is a draft again")));
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_out_of_stock_does_not_come_back_with_the_draft_unless_it_is_described_anew() {
    let stage = Stage::new().await;
    let body = json!({ "currency": "USD", "items": [item("Tea", "10.00", "USD", 2), item("Cups", "30.00", "USD", 1)] });
    let request = stage.submitted(body).await;
    stage.note(&request["items"][0], json!({ "status": "OUT_OF_STOCK" })).await.expect(200);
    let back = stage.step(&stage.owner, &request, "DRAFT").await.expect(200);
    assert_eq!(statuses(&back).1, ["OUT_OF_STOCK", "PENDING"]);
    assert_eq!(back["estimated_total"], "35.00");
    stage.owner.delete(&item_path(&request["items"][1])).await;
    let problem = stage.step(&stage.owner, &request, "SUBMITTED").await.problem(400, "invalid");
    assert!(problem["errors"]["items"].is_array(), "nothing is left to buy: {problem}");
    let other = json!({ "product_url": "https://other.example/tea" });
    stage.owner.patch(&item_path(&request["items"][0]), &other).await.expect(200);
    let again = stage.step(&stage.owner, &request, "SUBMITTED").await.expect(200);
    assert_eq!(again["total_cost"], "25.00");
    stage.test.settle().await;
    stage.note(&request["items"][0], json!({ "status": "OUT_OF_STOCK" })).await.expect(200);
    assert_eq!(three(&invoices(&stage.now(&request).await)), [("VOID", "55.00", "0.00"), ("VOID", "25.00", "0.00")]);
    stage.test.done().await;
}
