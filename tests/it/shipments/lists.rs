//! Lists of shipments.

use super::{SHIPMENTS, books, go, link, moved, parcel, path, processed, ship, shown};
use crate::support::TestApp;
use chrono::TimeDelta;
use serde_json::{Value, json};

fn references(page: &Value) -> Vec<&str> {
    page["results"].as_array().unwrap().iter().map(|row| row["reference"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_takes_the_same_statements_whatever_its_length() {
    let test = TestApp::builder().without_worker().start().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    for _ in 0..30 {
        let shipment = ship(&customer).await;
        let mut body =
            json!({ "user": user["id"], "currency": "USD", "lines": [{ "description": "x", "quantity": 1, "unit_price": "4" }] });
        body["related_shipment"] = shipment["id"].clone();
        admin.post("/api/invoices/", &body).await.expect(201);
    }
    let mut sent = vec![];
    for size in [3, 30] {
        let (answer, cost) = test.cost(customer.get(&format!("{SHIPMENTS}?page_size={size}"))).await;
        let page = answer.expect(200);
        sent.push(cost);
        assert_eq!((page["count"].as_u64(), page["results"].as_array().unwrap().len()), (Some(30), size));
        assert!(page["results"].as_array().unwrap().iter().all(|row| row["invoice"]["amount"] == "4.00"), "{page}");
    }
    assert_eq!(sent, [5, 5], "the caller, the count, the ids of the page, its rows, their invoices");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_paged_ordered_and_narrowed_by_each_filter() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let (other, _) = test.customer("b@example.com").await;
    let admin = test.admin().await;
    test.rate("USD", "JPY", "150").await;
    let first = ship(&customer).await;
    test.app.clock.advance(TimeDelta::minutes(1));
    let between = test.app.clock.now();
    test.app.clock.advance(TimeDelta::minutes(1));
    let mut body = books();
    body["delivery_address"] = json!({ "recipient": "Łukasz Żak", "line1": "x", "city": "Łódź", "country": "PL", "region": "PL-10" });
    body["service"] = "EXPRESS".into();
    body["currency"] = "JPY".into();
    let second = customer.post(SHIPMENTS, &body).await.expect(201);
    let third = ship(&customer).await;
    go(&admin, &third, "PROCESSING").await;
    let foreign = ship(&other).await;
    let dear = json!({ "status": "PROCESSING", "measured": { "parcels": [parcel("20")] } });
    moved(&admin, &foreign, dear).await.expect(200);
    admin.patch(&path(&foreign), &json!({ "carrier": "Post", "carrier_tracking_number": "PX-1" })).await.expect(200);
    let of = |shipment: &Value| shipment["reference"].as_str().unwrap().to_owned();
    let (first, second, third, foreign) = (of(&first), of(&second), of(&third), of(&foreign));
    let check = async |query: &str, expected: &[&String]| {
        let page = admin.get(&format!("{SHIPMENTS}?{query}")).await.expect(200);
        assert_eq!(references(&page), expected.iter().map(|reference| reference.as_str()).collect::<Vec<_>>(), "{query}");
    };
    let time = |time: shared::clock::Time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    check("", &[&foreign, &third, &second, &first]).await;
    check("ordering=created_at", &[&first, &second, &third, &foreign]).await;
    check("ordering=-reference&page_size=2&page=2", &[&second, &first]).await;
    check("ordering=reference", &[&first, &second, &third, &foreign]).await;
    check("ordering=-updated_at", &[&foreign, &third, &second, &first]).await;
    // minor units as they are: yen come last
    check("ordering=-cost&page_size=1", &[&second]).await;
    check("status=PENDING", &[&foreign, &second, &first]).await;
    check("status__in=PROCESSING,CANCELLED", &[&third]).await;
    check(&format!("user={}", user["id"].as_str().unwrap()), &[&third, &second, &first]).await;
    check("country=PL", &[&second]).await;
    check("region=PL-10", &[&second]).await;
    check("region=US-CA", &[&foreign, &third, &first]).await;
    check("service=EXPRESS", &[&second]).await;
    check("carrier=Post", &[&foreign]).await;
    check("currency=JPY", &[&second]).await;
    check("action_required=COST_APPROVAL", &[&foreign]).await;
    check(&format!("buy4me_request={}", uuid::Uuid::now_v7()), &[]).await;
    check(&format!("created_at__lt={}", time(between)), &[&first]).await;
    check(&format!("created_at__gte={}&ordering=created_at", time(between)), &[&second, &third, &foreign]).await;
    check(&format!("updated_at__lt={}", time(between)), &[&first]).await;
    check(&format!("updated_at__gte={}&status=PROCESSING", time(between)), &[&third]).await;
    check("search=%C5%81%C3%B3d%C5%BA", &[&second]).await;
    check("search=%C5%BCak", &[&second]).await;
    check("search=px-1", &[&foreign]).await;
    check(&format!("search={}", second.to_lowercase()), &[&second]).await;
    check("search=%25", &[]).await;
    let page = customer.get(&format!("{SHIPMENTS}?page_size=2")).await.expect(200);
    assert_eq!((page["count"].as_u64(), page["previous"].is_null()), (Some(3), true));
    assert_eq!(references(&customer.get(page["next"].as_str().unwrap()).await.expect(200)), [first.as_str()]);
    for (query, field) in [
        ("colour=red", "colour"),
        ("page=0", "page"),
        ("page_size=101", "page_size"),
        ("status=pending", "status"),
        ("status__in=PENDING,x", "status__in"),
        ("status=PENDING&status__in=PENDING", "status"),
        ("user=me", "user"),
        ("country=%00", "country"),
        ("country=us", "country"),
        ("country=ZZ", "country"),
        ("region=US-XX", "region"),
        ("region=CA", "region"),
        ("service=standard", "service"),
        ("region=%00", "region"),
        ("currency=usd", "currency"),
        ("action_required=YES", "action_required"),
        ("buy4me_request=1", "buy4me_request"),
        ("created_at__gte=yesterday", "created_at__gte"),
        ("created_at__lt=1", "created_at__lt"),
        ("updated_at__gte=1", "updated_at__gte"),
        ("updated_at__lt=1", "updated_at__lt"),
        ("ordering=user", "ordering"),
        ("service=a&service=b", "service"),
    ] {
        let problem = admin.get(&format!("{SHIPMENTS}?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{query}: {problem}");
    }
    for field in ["search", "carrier", "service", "country", "region"] {
        let problem = admin.get(&format!("{SHIPMENTS}?{field}={}", "x".repeat(101))).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field}: {problem}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_shows_its_bill_and_what_can_be_done() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = processed(&test, &customer, &admin).await;
    let page = customer.get(SHIPMENTS).await.expect(200);
    let row = &page["results"][0];
    assert_eq!(row["invoice"], shipment["invoice"]);
    assert_eq!((&row["invoice"]["payment_status"], &row["available_actions"]), (&json!("PAID"), &json!([])));
    assert!(row.get("events").is_none() && row.get("cost_lines").is_none());
    let listed = admin.get(SHIPMENTS).await.expect(200)["results"][0]["available_actions"].clone();
    assert_eq!(listed, shown(&admin, &shipment).await["available_actions"]);
    let linked = ship(&customer).await;
    link(&test, &linked).await;
    let request = shown(&customer, &linked).await["buy4me_request"].as_str().unwrap().to_owned();
    assert_eq!(customer.get(&format!("{SHIPMENTS}?buy4me_request={request}")).await.expect(200)["count"], 1);
    test.done().await;
}
