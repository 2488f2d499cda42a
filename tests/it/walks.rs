//! Whole days, as people would play them.

use crate::support::TestApp;
use serde_json::json;

/// The main job, end to end: an invoice is created, paid in the sandbox, PAID, and the receipt is written.
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_paid_in_the_sandbox_and_the_customer_gets_a_receipt() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    assert!(invoice["invoice_number"].as_str().unwrap().starts_with("INV-"), "{invoice}");
    assert_eq!((invoice["status"].as_str(), invoice["payment_status"].as_str()), (Some("OPEN"), Some("UNPAID")));

    let path = format!("/api/invoices/{}/", invoice["id"].as_str().unwrap());
    let payment = customer.post(&format!("{path}pay/"), &json!({ "gateway": "SANDBOX" })).await.expect(201);
    assert_eq!(payment["transaction"]["status"], "PENDING");
    let page = url::Url::parse(payment["redirect_url"].as_str().unwrap()).unwrap();
    let token = page.query_pairs().find(|(name, _)| name == "token").unwrap().1.into_owned();
    assert!(test.http.get(page.as_str()).await.text.contains("12.50 USD"));
    let form = format!("action=pay&token={token}");
    let chosen = test.http.post_raw(page.path(), form, &[("Content-Type", "application/x-www-form-urlencoded")]).await;
    assert!(chosen.status < 400, "{}", chosen.text);
    test.settle().await;

    let paid = customer.get(&path).await.expect(200);
    assert_eq!((paid["payment_status"].as_str(), paid["balance"].as_str()), (Some("PAID"), Some("0.00")), "{paid}");
    assert_eq!(paid["transactions"].as_array().unwrap().len(), 1);
    let mails = test.receipts();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].subject().contains(invoice["invoice_number"].as_str().unwrap()));
    assert!(mails[0].text().contains("12.50 USD") && mails[0].html().contains("Parcel"));
    // one trace from the click to the receipt
    let mut traces = vec![];
    for kind in ["billing.deliver_sandbox_event", "billing.apply_payment_event", "notifications.send_receipt"] {
        let [job] = test.jobs(kind).await.try_into().unwrap();
        traces.push(shared::trace::trace_id(job.trace_context.as_deref().unwrap()).unwrap().to_owned());
    }
    assert!(traces.iter().all(|trace| *trace == traces[0]), "{traces:?}");
    test.done().await;
}

/// A day at the counter: a parcel from the quote to the door, with prices, invoice and mails coming by themselves.
#[tokio::test(flavor = "multi_thread")]
async fn a_parcel_goes_from_the_quote_to_the_door() {
    let test = TestApp::new().await;
    let (staff, (customer, user)) = (test.admin().await, test.walk_in("amina@example.com").await);
    let address = json!({ "recipient": "Fatou Diallo", "line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE" });
    let parcel = json!({ "weight_kg": 2, "length_cm": 40, "width_cm": 30, "height_cm": 20, "contents": "Clothes", "declared_value": "80.00", "currency": "USD" });
    let asked = json!({ "delivery_address": address, "package_details": { "parcels": [parcel] } });

    // 40 x 30 x 20 / 5000 = 4.8 kg count, so ten steps of half a kilo: 12.00 + 10 x 3.10, and 6.5 % for fuel
    let quotes = customer.post("/api/shipments/quote/", &asked).await.expect(200);
    let quoted: Vec<(&str, &str)> =
        quotes["services"].as_array().unwrap().iter().map(|q| (q["service"].as_str().unwrap(), q["cost"].as_str().unwrap())).collect();
    assert_eq!(quoted, [("STANDARD", "45.80"), ("EXPRESS", "99.05")], "{quotes}");

    let mut order = asked.clone();
    order["user"] = user["id"].clone();
    order["service"] = json!("STANDARD");
    let made = staff.post_once("/api/shipments/", "counter-1", &order).await.expect(201);
    let path = format!("/api/shipments/{}/", made["id"].as_str().unwrap());
    assert_eq!((&made["status"], &made["estimated_cost"]), (&json!("PENDING"), &json!("45.80")));
    assert_eq!(staff.post_once("/api/shipments/", "counter-1", &order).await.expect(201)["id"], made["id"], "sent twice, made once");

    // on the scales it is 2.4 kg, which changes nothing: its size counts
    let mut measured = asked["package_details"]["parcels"][0].clone();
    measured["weight_kg"] = json!("2.4");
    let status = format!("{path}status/");
    let confirmed = staff.patch(&status, &json!({ "status": "PROCESSING", "measured": { "parcels": [measured] } })).await.expect(200);
    assert_eq!((&confirmed["status"], &confirmed["cost"]), (&json!("PROCESSING"), &json!("45.80")));
    staff.patch(&status, &json!({ "status": "IN_TRANSIT" })).await.problem(409, "shipment-not-paid");
    test.settle().await;
    let shown = customer.get(&path).await.expect(200);
    let invoice = &shown["invoice"];
    assert_eq!((&invoice["status"], &invoice["amount"], &invoice["payment_status"]), (&json!("OPEN"), &json!("45.80"), &json!("UNPAID")));
    test.pay(&customer, invoice["id"].as_str().unwrap()).await;
    test.settle().await;

    staff.patch(&path, &json!({ "carrier": "DHL", "carrier_tracking_number": "00340434" })).await.expect(200);
    staff.patch(&status, &json!({ "status": "IN_TRANSIT", "location": "New York, US" })).await.expect(200);
    staff.patch(&status, &json!({ "status": "DELIVERED", "location": "Berlin, DE", "note": "Left with a neighbour" })).await.expect(200);
    let tracked = test.http.get(&format!("/api/track/{}/", made["tracking_number"].as_str().unwrap())).await;
    assert!(
        !tracked.text.contains("Fatou") && !tracked.text.contains("Torstra") && !tracked.text.contains("neighbour"),
        "{}",
        tracked.text
    );
    let tracked = tracked.expect(200);
    let steps: Vec<&str> = tracked["events"].as_array().unwrap().iter().map(|event| event["status"].as_str().unwrap()).collect();
    assert_eq!((tracked["status"].as_str(), steps), (Some("DELIVERED"), vec!["PENDING", "PROCESSING", "IN_TRANSIT", "DELIVERED"]));
    test.settle().await;
    let told = subjects(&test, "Shipment ", &[made["reference"].as_str().unwrap()]);
    assert_eq!(told, ["… is confirmed", "… is on its way", "… was delivered", "… was received"], "one mail for each step");
    assert_eq!(test.receipts().len(), 1);
    test.done().await;
}

/// Subjects of the mails that begin so, with what differs from run to run left out, in the order of the alphabet.
fn subjects(test: &TestApp, beginning: &str, differing: &[&str]) -> Vec<String> {
    let short = |mail: crate::support::smtp::Mail| {
        let subject = mail.subject();
        let rest = subject.strip_prefix(beginning)?;
        Some(differing.iter().fold(rest.to_owned(), |text, word| text.replace(word, "…")))
    };
    let mut subjects: Vec<String> = test.mails().into_iter().filter_map(short).collect();
    subjects.sort();
    subjects
}
