//! Giving up a shipment, and the money with it.

use super::{go, id, if_match, moved, parcel, path, pay, processed, ship, shown};
use crate::support::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_cancels_what_is_pending_and_staff_what_has_not_left() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    assert_eq!(customer.delete(&path(&shipment)).await.status, 204);
    let cancelled = shown(&customer, &shipment).await;
    assert!(cancelled["status"] == "CANCELLED" && cancelled["cancelled_at"].is_string(), "{cancelled}");
    for client in [&customer, &admin] {
        client.delete(&path(&shipment)).await.problem(409, "shipment-not-cancellable");
    }
    let shipment = ship(&customer).await;
    go(&admin, &shipment, "PROCESSING").await;
    customer.delete(&path(&shipment)).await.problem(409, "shipment-not-cancellable");
    test.settle().await;
    for tag in ["\"1\"", "\"3\""] {
        if_match(&admin, Method::DELETE, &path(&shipment), tag, &Value::Null).await.problem(409, "version-conflict");
    }
    assert_eq!(if_match(&admin, Method::DELETE, &path(&shipment), "\"2\"", &Value::Null).await.status, 204);
    let cancelled = shown(&customer, &shipment).await;
    assert_eq!((&cancelled["status"], &cancelled["invoice"]["status"]), (&json!("CANCELLED"), &json!("VOID")));
    assert_eq!(test.count("payment_transactions", "1 = 1").await, 0);
    let shipment = processed(&test, &customer, &admin).await;
    go(&admin, &shipment, "IN_TRANSIT").await;
    let problem = admin.delete(&path(&shipment)).await.problem(409, "shipment-not-cancellable");
    assert_eq!(problem["allowed"], json!(["DELIVERED", "RETURNED", "ON_HOLD", "PROCESSING"]));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_is_promised_back_once() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = processed(&test, &customer, &admin).await;
    let door = path(&shipment);
    let (one, two) =
        tokio::join!(admin.delete(&door), moved(&admin, &shipment, json!({ "status": "CANCELLED", "reason": "lost in the warehouse" })));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert!(statuses == [204, 409] || statuses == [200, 409], "{} {}", one.text, two.text);
    assert_eq!(test.count("payment_transactions", "kind = 'REFUND' AND status IN ('PENDING', 'SUCCESS') AND amount_minor = 959").await, 1);
    assert_eq!(test.count("payment_transactions", "1 = 1").await, 2);
    assert_eq!(test.count("credit_notes", "amount_minor = 959").await, 1);
    test.settle().await;
    let mail = test.mails().into_iter().find(|mail| mail.subject().contains("was cancelled")).expect("the customer is told");
    assert!(mail.text().contains("the money goes back to you"));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_arrives_after_the_end_is_promised_back() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    go(&admin, &shipment, "PROCESSING").await;
    test.settle().await;
    let page = test.open_page(&customer, id(&shown(&customer, &shipment).await["invoice"])).await;
    assert_eq!(admin.delete(&path(&shipment)).await.status, 204);
    test.pay_late(&page).await;
    test.settle().await;
    assert_eq!(test.count("payment_transactions", "kind = 'CHARGE' AND status = 'SUCCESS'").await, 1);
    assert_eq!(test.count("payment_transactions", "kind = 'REFUND' AND status IN ('PENDING', 'SUCCESS') AND amount_minor = 959").await, 1);
    assert_eq!(shown(&customer, &shipment).await["status"], "CANCELLED");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_cancellation_and_a_confirmation_at_once_one_wins() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    for _ in 0..4 {
        let shipment = ship(&customer).await;
        let door = path(&shipment);
        let (gone, on) = tokio::join!(customer.delete(&door), moved(&admin, &shipment, json!({ "status": "PROCESSING" })));
        test.settle().await;
        let after = shown(&customer, &shipment).await;
        let bills = after["invoices"].as_array().unwrap().len();
        match (gone.status, on.status) {
            (204, 409) => assert_eq!((&after["status"], bills), (&json!("CANCELLED"), 0)),
            (409, 200) => assert_eq!((&after["status"], bills), (&json!("PROCESSING"), 1)),
            _ => panic!("{} {}", gone.text, on.text),
        }
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_brings_the_goods_of_a_request_is_cancelled_by_staff_only_and_the_request_hears_of_it() {
    let test = TestApp::builder().without_worker().start().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    super::link(&test, &shipment).await;
    customer.delete(&path(&shipment)).await.problem(409, "shipment-not-cancellable");
    assert_eq!(shown(&customer, &shipment).await["available_actions"], json!(["edit_delivery"]));
    assert_eq!(test.jobs("buy4me.follow_shipment").await.len(), 0);
    let edit = json!({ "package_details": { "parcels": [parcel("1")] }, "service": "EXPRESS" });
    let problem = customer.patch(&path(&shipment), &edit).await.problem(400, "invalid");
    assert!(problem["errors"]["package_details"].is_array(), "the warehouse measures: {problem}");
    assert_eq!(customer.patch(&path(&shipment), &json!({ "service": "EXPRESS" })).await.expect(200)["estimated_cost"], "23.43");
    let lighter = admin.patch(&path(&shipment), &edit).await.expect(200);
    assert_eq!(lighter["package_details"]["parcels"][0]["weight_kg"], "1.000");
    assert_eq!(admin.delete(&path(&shipment)).await.status, 204);
    let [letter] = test.jobs("buy4me.follow_shipment").await.try_into().unwrap();
    assert_eq!(letter.args["shipment"], shipment["id"]);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_billed_by_hand_a_customer_does_not_take_back() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    for (by, left) in [(&customer, "OPEN"), (&admin, "VOID")] {
        let shipment = ship(&customer).await;
        let body = json!({
            "user": user["id"], "currency": "USD", "related_shipment": shipment["id"],
            "lines": [{ "description": "Crate", "quantity": 1, "unit_price": "4" }],
        });
        admin.post("/api/invoices/", &body).await.expect(201);
        assert_eq!(by.delete(&path(&shipment)).await.status, 204);
        assert_eq!(shown(&customer, &shipment).await["invoice"]["status"], left);
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_payment_goes_back_too() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    go(&admin, &shipment, "PROCESSING").await;
    test.settle().await;
    let invoice = shown(&customer, &shipment).await["invoice"].clone();
    let body = json!({ "gateway": "SANDBOX", "amount": "4.00" });
    let payment = customer.post(&format!("/api/invoices/{}/pay/", super::id(&invoice)), &body).await.expect(201);
    test.press_pay(&payment["redirect_url"].as_str().unwrap().parse().unwrap()).await;
    test.settle().await;
    moved(&admin, &shipment, json!({ "status": "IN_TRANSIT" })).await.problem(409, "shipment-not-paid");
    go(&admin, &shipment, "CANCELLED").await;
    assert_eq!(test.count("payment_transactions", "kind = 'REFUND' AND status IN ('PENDING', 'SUCCESS') AND amount_minor = 400").await, 1);
    pay(&test, &customer, &shipment).await;
    test.done().await;
}
