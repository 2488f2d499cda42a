//! Lists of requests.

use super::*;

async fn found(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("{REQUESTS}?{query}")).await.expect(200);
    let reference = |row: &Value| row["reference"].as_str().unwrap().to_owned();
    page["results"].as_array().unwrap().iter().map(reference).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_filtered_searched_and_ordered() {
    let stage = Stage::new().await;
    let vendor = json!({ "name": "Tea House", "url": "https://tea.example.com" });
    let vendor = stage.staff.post("/api/superadmin/vendors/", &vendor).await.expect(201);
    let mut grün = item("Grüner Tee", "5.00", "USD", 1);
    grün["product_url"] = "https://www.tea.example.com/green".into();
    let first = stage.submitted(json!({ "currency": "USD", "items": [grün] })).await;
    assert_eq!(first["items"][0]["vendor"], vendor["id"], "matched by its address");
    let second = stage.submitted(json!({ "currency": "USD", "items": [item("50%_Cups", "500.00", "USD", 1)] })).await;
    let third = stage.draft(json!({ "currency": "EUR", "items": [] })).await;
    let (_, other) = stage.test.customer("other@example.com").await;
    let fourth = stage.staff.post(REQUESTS, &json!({ "user": other["id"], "currency": "USD" })).await.expect(201);
    stage.note(&second["items"][0], json!({ "actual_unit_price": "600.00" })).await.expect(200);
    let names = |requests: &[&Value]| requests.iter().map(|row| row["reference"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let later = third["created_at"].as_str().unwrap().replace('+', "%2B");
    let (vendor, user) = (vendor["id"].as_str().unwrap(), other["id"].as_str().unwrap());
    let cases: &[(String, &[&Value])] = &[
        (String::new(), &[&fourth, &third, &second, &first]),
        ("ordering=created_at".into(), &[&first, &second, &third, &fourth]),
        ("status=SUBMITTED&ordering=total_cost".into(), &[&first, &second]),
        ("status=SUBMITTED&ordering=-total_cost".into(), &[&second, &first]),
        ("ordering=-updated_at&page_size=1".into(), &[&second]),
        ("ordering=total_cost".into(), &[&third, &fourth, &first, &second]),
        ("ordering=-total_cost".into(), &[&second, &first, &fourth, &third]),
        ("status__in=DRAFT,CANCELLED".into(), &[&fourth, &third]),
        (format!("user={user}"), &[&fourth]),
        ("currency=EUR".into(), &[&third]),
        ("action_required=PRICE_APPROVAL".into(), &[&second]),
        (format!("vendor={vendor}"), &[&first]),
        ("search=GRÜNER".into(), &[&first]),
        ("search=50%25_".into(), &[&second]),
        ("search=0%25_C".into(), &[&second]),
        ("search=%25".into(), &[&second]),
        (format!("search={}", first["reference"].as_str().unwrap().to_lowercase()), &[&first]),
        (format!("created_at__gte={later}"), &[&fourth, &third]),
        (format!("created_at__lt={later}"), &[&second, &first]),
        ("updated_at__gte=2200-01-01T00:00:00Z".into(), &[]),
        ("updated_at__lt=2200-01-01T00:00:00Z&status=DRAFT".into(), &[&fourth, &third]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&stage.staff, query).await, names(expected), "{query}");
    }
    assert_eq!(found(&stage.owner, "").await, names(&[&third, &second, &first]), "the own ones");
    stage.owner.get(&format!("{REQUESTS}?user={user}")).await.problem(403, "permission-missing");
    for query in [
        "state=DRAFT",
        "status=draft",
        "status=DRAFT&status__in=DRAFT",
        "currency=usd",
        "ordering=user",
        "vendor=x",
        "action_required=true",
        "ordering=total",
        "page=0",
    ] {
        stage.staff.get(&format!("{REQUESTS}?{query}")).await.problem(400, "invalid");
    }
    let listed = stage.owner.get(&format!("{REQUESTS}?status=SUBMITTED&ordering=total_cost")).await.expect(200);
    assert_eq!((&listed["results"][0]["progress"], &listed["results"][0]["items_count"]), (&json!({ "PENDING": 1 }), &json!(1)));
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_takes_the_same_statements_whatever_its_length() {
    let stage = Stage::on(TestApp::builder().without_worker().start().await).await;
    for _ in 0..20 {
        stage.draft(basket()).await;
    }
    let mut sent = vec![];
    for size in [1, 20] {
        let (answer, cost) = stage.test.cost(stage.owner.get(&format!("{REQUESTS}?page_size={size}"))).await;
        let page = answer.expect(200);
        sent.push(cost);
        assert_eq!(page["results"].as_array().unwrap().len(), size);
    }
    assert_eq!(sent, [6, 6], "one to recognise the caller, one to count, one to choose, one each for rows, items and invoices");
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_listed_in_their_order() {
    let stage = Stage::new().await;
    let draft = stage.draft(basket()).await;
    let items = format!("{}items/", path(&draft));
    let pots = stage.owner.post(&items, &item("Pots", "5.00", "USD", 1)).await;
    assert_eq!(pots.header("location"), item_path(&pots.expect(201)));
    assert_eq!(stage.owner.delete(&item_path(&draft["items"][0])).await.status, 204);
    stage.owner.get(&item_path(&draft["items"][0])).await.problem(404, "not-found");
    let page = stage.owner.get(&format!("{items}?page_size=1")).await.expect(200);
    assert_eq!((page["count"].as_u64(), page["results"][0]["product_name"].as_str()), (Some(2), Some("Cups")));
    assert!(page["next"].is_string() && page["previous"].is_null());
    assert_eq!(stage.now(&draft).await["items"][1], pots.json());
    stage.test.done().await;
}
