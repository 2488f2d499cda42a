//! The usual life of a shipment, as its people would play it.

use super::{SHIPMENTS, books, go, id, moved, parcel, path, pay, priced, ship, shown};
use crate::support::TestApp;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_parcel_is_quoted_asked_for_weighed_billed_paid_sent_and_delivered() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let quoted = customer.post("/api/shipments/quote/", &books()).await.expect(200);
    assert_eq!((&quoted["services"][0]["service"], &quoted["services"][0]["cost"]), (&json!("STANDARD"), &json!("9.59")));

    let created = customer.post(SHIPMENTS, &books()).await;
    let shipment = created.expect(201);
    assert_eq!((created.header("location"), created.header("etag")), (path(&shipment).as_str(), "\"1\""));
    assert_eq!((&shipment["status"], &shipment["user"], &shipment["service"]), (&json!("PENDING"), &user["id"], &json!("STANDARD")));
    assert_eq!((&shipment["estimated_cost"], &shipment["cost"], &shipment["currency"]), (&json!("9.59"), &Value::Null, &json!("USD")));
    assert!(shipment["reference"].as_str().unwrap().starts_with("SHP-"), "{shipment}");
    assert_eq!(shipment["delivery_address"]["recipient"], "Amina Diallo");
    let sent = &shipment["package_details"]["parcels"][0];
    assert_eq!((&sent["weight_kg"], &sent["length_cm"], &sent["quantity"]), (&json!("2.500"), &json!("30.0"), &json!(1)));
    assert_eq!(shipment["available_actions"], json!(["edit", "cancel"]));
    assert_eq!(shown(&customer, &shipment).await, shipment);

    // 2.6 kg count as 3: 4.50 + 6 × 0.90 = 9.90, fuel 0.64; the estimate and a tenth are 10.55
    let body = json!({ "status": "PROCESSING", "note": "Thank you for the careful packing", "location": "Oakland",
        "measured": { "parcels": [{ "weight_kg": 2.6, "length_cm": "30", "width_cm": 20.5, "height_cm": 10 }] } });
    let confirmed = moved(&admin, &shipment, body).await.expect(200);
    assert_eq!(
        (&confirmed["status"], &confirmed["cost"], &confirmed["estimated_cost"]),
        (&json!("PROCESSING"), &json!("10.54"), &json!("9.59"))
    );
    let weighed = &confirmed["package_details"]["parcels"][0];
    assert_eq!((&weighed["weight_kg"], &weighed["width_cm"], &weighed["contents"]), (&json!("2.600"), &json!("20.5"), &json!("Books")));
    test.settle().await;
    let billed = shown(&customer, &shipment).await;
    let invoice = &billed["invoice"];
    assert_eq!((&invoice["amount"], &invoice["status"], &invoice["payment_status"]), (&json!("10.54"), &json!("OPEN"), &json!("UNPAID")));
    assert_eq!(billed["available_actions"], json!(["pay"]));
    let document = customer.get(&format!("/api/invoices/{}/", id(invoice))).await.expect(200);
    assert_eq!((&document["kind"], &document["related_shipment"]), (&json!("SHIPMENT"), &shipment["id"]));
    let lines: Vec<&str> = document["lines"].as_array().unwrap().iter().map(|line| line["total"].as_str().unwrap()).collect();
    assert_eq!(lines, ["9.90", "0.64"]);
    assert_eq!(priced(&billed)[0], ("Standard shipping to US, 3 kg".to_owned(), "9.90".to_owned()));

    let refused = moved(&admin, &shipment, json!({ "status": "IN_TRANSIT" })).await.problem(409, "shipment-not-paid");
    assert_eq!(refused["allowed"], json!(["IN_TRANSIT", "ON_HOLD", "CANCELLED", "PENDING"]));
    pay(&test, &customer, &shipment).await;
    let sent = moved(&admin, &shipment, json!({ "status": "IN_TRANSIT", "location": "Oakland" })).await.expect(200);
    assert!(sent["shipped_at"].is_string() && sent["invoice"]["payment_status"] == "PAID", "{sent}");
    let delivered =
        moved(&admin, &shipment, json!({ "status": "DELIVERED", "location": "Fresno", "note": "At the door" })).await.expect(200);
    assert!(delivered["delivered_at"].is_string(), "{delivered}");
    assert_eq!(delivered["available_actions"], json!(["move:IN_TRANSIT"]));

    let seen = shown(&customer, &shipment).await;
    let events: Vec<(&str, &str)> = seen["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["status"].as_str().unwrap(), event["note"].as_str().unwrap_or_default()))
        .collect();
    let told = [("PENDING", ""), ("PROCESSING", "Thank you for the careful packing"), ("IN_TRANSIT", ""), ("DELIVERED", "At the door")];
    assert_eq!(events, told);
    assert_eq!(seen["available_actions"], json!([]));
    test.settle().await;
    let subjects: Vec<String> = test.mails().iter().map(|mail| mail.subject()).collect();
    let reference = shipment["reference"].as_str().unwrap();
    for words in ["is confirmed", "is on its way", "was delivered"] {
        let mails = subjects.iter().filter(|subject| subject.contains(reference) && subject.contains(words)).count();
        assert_eq!(mails, 1, "{words}: {subjects:?}");
    }
    assert!(test.mails().iter().any(|mail| mail.text().contains("Thank you for the careful packing")));
    assert_eq!(test.count("audit_entries", "action = 'shipment.moved'").await, 3);
    assert_eq!(test.count("audit_entries", "action = 'shipment.created'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_is_sent_again_without_another_bill() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = super::processed(&test, &customer, &admin).await;
    for status in ["IN_TRANSIT", "RETURNED", "PROCESSING"] {
        go(&admin, &shipment, status).await;
    }
    test.settle().await;
    go(&admin, &shipment, "IN_TRANSIT").await;
    go(&admin, &shipment, "DELIVERED").await;
    assert_eq!(shown(&customer, &shipment).await["invoices"].as_array().unwrap().len(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_ship_for_a_customer_of_either_kind() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    test.sql("UPDATE users SET role = 'WALK_IN' WHERE email = 'amina@example.com'").await;
    let admin = test.admin().await;
    let mut body = books();
    body["user"] = user["id"].clone();
    let made = admin.post(SHIPMENTS, &body).await.expect(201);
    assert_eq!(made["user"], user["id"]);
    assert!(made["created_by"].is_string() && made["created_by"] != user["id"]);
    assert_eq!(customer.get(SHIPMENTS).await.expect(200)["count"], 1);
    // the customer's own body may name them too
    customer.post(SHIPMENTS, &body).await.expect(201);
    ship(&customer).await;
    test.settle().await;
    assert!(test.mails()[0].text().contains("We have received your shipment"));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shipment_by_hand_costs_what_was_agreed() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let tax = json!({ "taxes": { "rate": "19", "on": ["SHIPPING"] } });
    admin.put("/api/superadmin/settings/", &tax).await.expect(200);
    // 9.00 + 1.71 tax, 0.59 + 0.11 tax
    let shipment = ship(&customer).await;
    assert_eq!(shipment["estimated_cost"], "11.41");
    let body = json!({ "status": "PROCESSING", "cost": "8", "reason": "a regular customer" });
    let confirmed = moved(&admin, &shipment, body).await.expect(200);
    assert_eq!(confirmed["cost"], "8.00");
    test.settle().await;
    let invoice = customer.get(&format!("/api/invoices/{}/", id(&shown(&customer, &shipment).await["invoice"]))).await.expect(200);
    // 8.00 × 19 / 119 = 1.277… is the tax in it
    assert_eq!((&invoice["amount"], &invoice["tax"], &invoice["subtotal"]), (&json!("8.00"), &json!("1.28"), &json!("6.72")));
    let free = ship(&customer).await;
    let body = json!({ "status": "PROCESSING", "cost": "0", "reason": "our mistake" });
    moved(&admin, &free, body).await.expect(200);
    test.settle().await;
    assert_eq!(shown(&customer, &free).await["invoice"]["payment_status"], "PAID");
    go(&admin, &free, "IN_TRANSIT").await;
    let parcels = json!({ "parcels": [parcel("3"), parcel("1")] });
    let more = moved(&admin, &ship(&customer).await, json!({ "status": "PROCESSING", "measured": parcels })).await;
    assert_eq!(more.expect(200)["status"], "PENDING", "two parcels where one was expected cost too much to be taken as they are");
    test.done().await;
}
