//! A cost that is much higher than estimated is the customer's to decide.

use super::{answered, clerk, go, moved, parcel, path, pay, ship, shown};
use crate::support::TestApp;
use crate::support::client::Client;
use serde_json::{Value, json};

/// 5 kg: 4.50 + 10 × 0.90 = 13.50, fuel 0.88; far from the estimate of 9.59.
async fn weighed(staff: &Client, shipment: &Value) -> Value {
    let asked = moved(staff, shipment, json!({ "status": "PROCESSING", "measured": { "parcels": [parcel("5")] } })).await.expect(200);
    assert_eq!((&asked["status"], &asked["action_required"]), (&json!("PENDING"), &json!("COST_APPROVAL")));
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cost_that_is_approved_is_billed() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    answered(&customer, &shipment, true).await.problem(409, "shipment-nothing-to-approve");
    weighed(&admin, &shipment).await;
    test.settle().await;
    let asked = shown(&customer, &shipment).await;
    assert_eq!((&asked["proposal"]["before"], &asked["proposal"]["after"]), (&json!("9.59"), &json!("14.38")));
    assert_eq!(asked["available_actions"], json!(["edit", "cancel", "approve_cost", "decline_cost"]));
    assert_eq!((&asked["estimated_cost"], &asked["invoice"]), (&json!("9.59"), &Value::Null));
    let mail = test.mails().into_iter().find(|mail| mail.subject().contains("approve")).expect("the customer is asked");
    assert!(mail.text().contains("USD 14.38") && mail.text().contains("USD 9.59"));

    let done = answered(&customer, &shipment, true).await;
    let approved = done.expect(200);
    assert_eq!((&approved["status"], &approved["cost"]), (&json!("PROCESSING"), &json!("14.38")));
    assert_eq!((&approved["action_required"], &approved["proposal"]), (&Value::Null, &Value::Null));
    assert_eq!(approved["package_details"]["parcels"][0]["weight_kg"], "5.000");
    answered(&customer, &shipment, true).await.problem(409, "shipment-nothing-to-approve");
    test.settle().await;
    assert_eq!(shown(&customer, &shipment).await["invoice"]["amount"], "14.38");
    assert_eq!(test.count("audit_entries", "action = 'shipment.cost_approved'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cost_that_is_declined_cancels_what_is_not_billed_yet() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    weighed(&admin, &shipment).await;
    let declined = answered(&customer, &shipment, false).await.expect(200);
    assert_eq!((&declined["status"], &declined["action_required"]), (&json!("CANCELLED"), &Value::Null));
    test.settle().await;
    assert_eq!(test.count("invoices", "1 = 1").await, 0);
    // the goods of a request must not lose their way by this
    let linked = ship(&customer).await;
    weighed(&admin, &linked).await;
    super::link(&test, &linked).await;
    let declined = answered(&customer, &linked, false).await.expect(200);
    assert_eq!((&declined["status"], &declined["proposal"]), (&json!("PENDING"), &Value::Null));
    let events = shown(&admin, &linked).await["events"].as_array().unwrap().clone();
    assert_eq!(events.last().unwrap()["reason"], "The cost was declined");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_may_answer_for_the_customer_and_answer_for_a_high_cost_themselves() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let warehouse = clerk(&test, "clerk@example.com", &["WAREHOUSE"]).await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    weighed(&warehouse, &shipment).await;
    answered(&warehouse, &shipment, true).await.problem(403, "permission-missing");
    assert!(!shown(&warehouse, &shipment).await["available_actions"].as_array().unwrap().contains(&json!("approve_cost")));
    let door = format!("{}cost/", path(&shipment));
    let problem = admin.post(&door, &json!({ "accept": true, "amount": "14.38" })).await.problem(400, "invalid");
    assert!(problem["errors"]["reason"].is_array(), "{problem}");
    let accepted = answered(&admin, &shipment, true).await.expect(200);
    assert_eq!((&accepted["status"], &accepted["events"][2]["reason"]), (&json!("PROCESSING"), &json!("asked on the telephone")));
    let third = ship(&customer).await;
    weighed(&warehouse, &third).await;
    assert_eq!(answered(&warehouse, &third, false).await.expect(200)["status"], "CANCELLED");
    let other = ship(&customer).await;
    let measured = json!({ "parcels": [parcel("5")] });
    let body = json!({ "status": "PROCESSING", "measured": measured, "override": true, "reason": "agreed by telephone" });
    moved(&warehouse, &other, body.clone()).await.problem(403, "permission-missing");
    let taken = moved(&admin, &other, body).await.expect(200);
    assert_eq!((&taken["status"], &taken["cost"]), (&json!("PROCESSING"), &json!("14.38")));
    assert_eq!(taken["events"].as_array().unwrap().last().unwrap()["reason"], "agreed by telephone");
    assert!(shown(&customer, &other).await["events"][1].get("reason").is_none(), "reasons are for staff");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn weighed_again_the_newest_cost_is_the_one_that_is_asked_about() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    weighed(&admin, &shipment).await;
    let more = moved(&admin, &shipment, json!({ "status": "PROCESSING", "measured": { "parcels": [parcel("6")] } })).await.expect(200);
    // 12 steps: 15.30 + 0.9945
    assert_eq!(more["proposal"]["after"], "16.29");
    let less = moved(&admin, &shipment, json!({ "status": "PROCESSING", "measured": { "parcels": [parcel("2.4")] } })).await.expect(200);
    assert_eq!((&less["status"], &less["cost"], &less["proposal"]), (&json!("PROCESSING"), &json!("9.59"), &Value::Null));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_much_dearer_after_the_bill_waits_for_an_answer_either_way() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = super::processed(&test, &customer, &admin).await;
    let heavier = json!({ "package_details": { "parcels": [parcel("5")] } });
    let asked = admin.patch(&path(&shipment), &heavier).await.expect(200);
    assert_eq!((&asked["status"], &asked["cost"], &asked["proposal"]["after"]), (&json!("PROCESSING"), &json!("9.59"), &json!("14.38")));
    assert_eq!(asked["package_details"]["parcels"][0]["weight_kg"], "2.500", "it holds when the customer says so");
    moved(&admin, &shipment, json!({ "status": "IN_TRANSIT" })).await.problem(409, "shipment-waits-for-approval");
    let body = json!({ "status": "IN_TRANSIT", "override": true, "reason": "x" });
    moved(&admin, &shipment, body).await.problem(409, "shipment-waits-for-approval");
    let declined = answered(&customer, &shipment, false).await.expect(200);
    assert_eq!((&declined["status"], &declined["held_from"], &declined["cost"]), (&json!("ON_HOLD"), &json!("PROCESSING"), &json!("9.59")));
    go(&admin, &shipment, "PROCESSING").await;

    admin.patch(&path(&shipment), &heavier).await.expect(200);
    let approved = answered(&customer, &shipment, true).await.expect(200);
    assert_eq!((&approved["status"], &approved["cost"]), (&json!("PROCESSING"), &json!("14.38")));
    moved(&admin, &shipment, json!({ "status": "IN_TRANSIT" })).await.problem(409, "shipment-not-paid");
    test.settle().await;
    let billed = shown(&customer, &shipment).await;
    let amounts: Vec<&str> = billed["invoices"].as_array().unwrap().iter().map(|invoice| invoice["amount"].as_str().unwrap()).collect();
    assert_eq!(amounts, ["9.59", "4.79"]);
    moved(&admin, &shipment, json!({ "status": "IN_TRANSIT" })).await.problem(409, "shipment-not-paid");
    pay(&test, &customer, &shipment).await;
    go(&admin, &shipment, "IN_TRANSIT").await;
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_given_once_however_often_it_is_sent() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    weighed(&admin, &shipment).await;
    let (door, yes) = (format!("{}cost/", path(&shipment)), json!({ "accept": true, "amount": "14.38" }));
    let first = customer.post_once(&door, "answer-1", &yes).await;
    let again = customer.post_once(&door, "answer-1", &yes).await;
    assert_eq!(first.expect(200), again.expect(200));
    assert_eq!((again.header("idempotency-replayed"), again.header("location")), ("true", path(&shipment).as_str()));
    customer.post_once(&door, "answer-1", &json!({ "accept": false })).await.problem(422, "key-reused");
    // two who answer at once
    let other = ship(&customer).await;
    weighed(&admin, &other).await;
    let (one, two) = tokio::join!(answered(&customer, &other, true), answered(&admin, &other, false));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text, two.text);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_is_to_the_cost_that_was_seen() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    weighed(&admin, &shipment).await;
    let door = format!("{}cost/", path(&shipment));
    for bad in [json!({ "accept": true }), json!({ "accept": true, "amount": 14.38 }), json!({ "accept": true, "amount": "much" })] {
        let problem = customer.post(&door, &bad).await.problem(400, "invalid");
        assert!(problem["errors"]["amount"].is_array(), "{bad}: {problem}");
    }
    for reason in [json!(1), json!("x".repeat(501)), json!("a\u{0}b")] {
        let problem = customer.post(&door, &json!({ "accept": false, "reason": reason })).await.problem(400, "invalid");
        assert!(problem["errors"]["reason"].is_array(), "{problem}");
    }
    moved(&admin, &shipment, json!({ "status": "PROCESSING", "measured": { "parcels": [parcel("6")] } })).await.expect(200);
    let old = json!({ "accept": true, "amount": "14.38" });
    let problem = customer.post(&door, &old).await.problem(409, "shipment-proposal-changed");
    assert_eq!(problem["allowed"], json!([]), "states for staff, and none for customers");
    let mut late = old.clone();
    late["reason"] = "x".into();
    let problem = admin.post(&door, &late).await.problem(409, "shipment-proposal-changed");
    assert_eq!(problem["allowed"], json!(["PROCESSING", "CANCELLED"]));
    let done = customer.post_once(&door, "yes", &json!({ "accept": true, "amount": "16.29" })).await;
    assert_eq!(done.expect(200)["cost"], "16.29");
    let again = customer.post_once(&door, "yes", &json!({ "accept": true, "amount": "16.29" })).await;
    assert_eq!((again.expect(200), again.header("etag")), (done.expect(200), done.header("etag")));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_that_comes_after_its_rate_is_asked_for_again() {
    let test = TestApp::new().await;
    test.customer("amina@example.com").await;
    let sign_in = async || test.http.sign_in("amina@example.com", crate::support::PASSWORD).await;
    test.rate("USD", "JPY", "150").await;
    let mut body = super::books();
    body["currency"] = "JPY".into();
    let shipment = sign_in().await.post(super::SHIPMENTS, &body).await.expect(201);
    weighed(&test.admin().await, &shipment).await;
    test.settle().await;
    test.app.clock.advance(chrono::TimeDelta::days(15));
    test.rate("USD", "JPY", "300").await;
    let customer = sign_in().await;
    let seen = shown(&customer, &shipment).await["proposal"]["after"].clone();
    answered(&customer, &shipment, true).await.problem(409, "shipment-proposal-changed");
    let asked = shown(&customer, &shipment).await;
    assert!(asked["proposal"]["after"] != seen && asked["status"] == "PENDING", "{asked}");
    assert_eq!(asked["proposal"]["before"], shipment["estimated_cost"]);
    let approved = answered(&customer, &shipment, true).await.expect(200);
    assert_eq!((&approved["cost"], &approved["fx"]["rate"]), (&asked["proposal"]["after"], &json!("300")));
    test.done().await;
}
