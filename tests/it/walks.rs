//! Whole days, as people would play them.

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::shop::Shop;
use serde_json::json;
use shared::config::PageAccess;

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
    assert!(mails[0].text().contains("USD 12.50") && mails[0].html().contains("Parcel"));
    // one trace from the click to the receipt
    let mut traces = vec![];
    for kind in ["billing.deliver_sandbox_event", "billing.apply_payment_event", "notifications.send_notice"] {
        // the newest: the invoice was announced by mail before
        let job = test.jobs(kind).await.pop().unwrap();
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

/// Goods for somebody: from the link of a page to the customer's door, with quote, rates, invoices and mails coming by themselves.
#[tokio::test(flavor = "multi_thread")]
async fn goods_go_from_a_link_to_the_door() {
    let shop = Shop::start().await;
    let mut pages = PageAccess { trusted: vec![shop.address], ..PageAccess::default() };
    pages.hosts.insert("shop.example.com".into(), vec![shop.address.ip()]);
    let test = TestApp::builder().config(|config| config.pages = pages).start().await;
    let (staff, (customer, _)) = (test.admin().await, test.customer("amina@example.com").await);
    test.rate("EUR", "USD", "1.1").await;
    let vendor = staff.post("/api/superadmin/vendors/", &json!({ "name": "Example Shop", "url": "https://example.com" })).await.expect(201);

    // two kettles by their link alone, one tea written by hand; 5 dollars may come on top
    let items = json!([
        { "product_url": "http://shop.example.com/kettle", "quantity": 2, "source": "EMBEDDED" },
        { "product_name": "Tea", "product_url": "https://tea.example/green", "quantity": 1, "unit_price": "10.00", "currency": "USD" },
    ]);
    let body = json!({ "items": items, "currency": "USD", "authorised_overage": "5.00" });
    let draft = customer.post_once("/api/buy4me/requests/", "basket-1", &body).await.expect(201);
    let path = format!("/api/buy4me/requests/{}/", draft["id"].as_str().unwrap());
    test.settle().await;
    let filled = customer.get(&path).await.expect(200);
    let kettle = &filled["items"][0];
    assert_eq!(
        (&kettle["product_name"], &kettle["unit_price"], &kettle["currency"]),
        (&json!("Electric kettle"), &json!("34.90"), &json!("EUR"))
    );
    assert_eq!(kettle["vendor"], vendor["id"], "a shop below its domain is that shop");

    // 69.80 EUR x 1.1 = 76.78, 2 % for the exchange 1.54, tea 10.00, 8 % of 86.78 for buying 6.94
    let quoted = customer.patch(&path, &json!({ "status": "SUBMITTED" })).await.expect(200);
    assert_eq!((&quoted["status"], &quoted["total_cost"]), (&json!("SUBMITTED"), &json!("95.26")), "{quoted}");
    // what happens to the rate now does not matter any more
    test.rate("EUR", "USD", "1.2").await;
    test.settle().await;
    pay_all(&test, &customer, &path).await;

    let step = async |status: &str| staff.patch(&path, &json!({ "status": status })).await.expect(200);
    let item = async |n: usize, body: serde_json::Value| {
        let id = filled["items"][n]["id"].as_str().unwrap().to_owned();
        staff.patch(&format!("/api/buy4me/items/{id}/"), &body).await
    };
    // the tea costs 12 by now: within what was authorised, so it is billed and bought
    item(1, json!({ "actual_unit_price": "12.00" })).await.expect(200);
    test.settle().await;
    pay_all(&test, &customer, &path).await;
    step("ORDER_PLACED").await;
    item(0, json!({ "vendor_order_number": "4711", "status": "VENDOR_SHIPPED" })).await.expect(200);
    item(1, json!({ "status": "VENDOR_SHIPPED" })).await.expect(200);
    item(0, json!({ "received_quantity": 1 })).await.expect(200);
    assert_eq!(customer.get(&path).await.expect(200)["status"], "IN_TRANSIT", "one kettle of two is here");
    item(0, json!({ "received_quantity": 2 })).await.expect(200);
    item(1, json!({ "status": "RECEIVED" })).await.expect(200);
    let parcel = json!({ "weight_kg": "2", "length_cm": 40, "width_cm": 30, "height_cm": 20, "contents": "Kettles, tea" });
    staff.patch(&path, &json!({ "packed": { "parcels": [parcel] } })).await.expect(200);

    let to = json!({ "recipient": "Amina Diallo", "line1": "7 Baobab Road", "city": "Thiès", "country": "SN" });
    let sent = customer.patch(&path, &json!({ "shipping_instructions": { "delivery_address": to } })).await.expect(200);
    let shipment = format!("/api/shipments/{}/", sent["shipment_id"].as_str().unwrap());
    let status = format!("{shipment}status/");
    let confirmed = staff.patch(&status, &json!({ "status": "PROCESSING" })).await.expect(200);
    assert_eq!(confirmed["cost"], "60.71", "15.00 + 10 x 4.20, and 6.5 % for fuel");
    test.settle().await;
    pay_all(&test, &customer, &shipment).await;
    staff.patch(&status, &json!({ "status": "IN_TRANSIT" })).await.expect(200);
    test.settle().await;
    assert_eq!(customer.get(&path).await.expect(200)["status"], "SHIPPED_TO_CUSTOMER");
    staff.patch(&status, &json!({ "status": "DELIVERED" })).await.expect(200);
    test.settle().await;
    let done = customer.patch(&path, &json!({ "status": "COMPLETED" })).await.expect(200);
    assert_eq!((&done["status"], &done["available_actions"]), (&json!("COMPLETED"), &json!([])));

    let invoices = customer.get("/api/invoices/?ordering=created_at").await.expect(200);
    let amounts: Vec<(&str, &str)> = invoices["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (i["amount"].as_str().unwrap(), i["payment_status"].as_str().unwrap()))
        .collect();
    assert_eq!(amounts, [("95.26", "PAID"), ("2.00", "PAID"), ("60.71", "PAID")]);
    test.settle().await;
    let told = subjects(&test, "Request ", &[done["reference"].as_str().unwrap()]);
    let expected = [
        "… is complete",
        "…: your goods are here",
        "…: your goods are on their way to us",
        "…: your goods are on their way to you",
        "…: your goods are ordered",
        "…: your quote",
    ];
    assert_eq!(told, expected);
    test.done().await;
}

/// Pays whatever is open for a request or a shipment.
async fn pay_all(test: &TestApp, customer: &Client, path: &str) {
    for invoice in customer.get(path).await.expect(200)["invoices"].as_array().unwrap() {
        if invoice["payment_status"] == "UNPAID" {
            test.pay(customer, invoice["id"].as_str().unwrap()).await;
        }
    }
    test.settle().await;
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
