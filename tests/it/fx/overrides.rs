//! Rates that people decide.

use super::{Market, RATES};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_that_a_person_sets_holds_at_once_and_the_old_one_is_kept() {
    let market = Market::with_rates().await;
    let set = market.set("EUR", "USD", "1.31", true).await;
    assert_eq!((&set["rate"], &set["source"], &set["pinned"]), (&json!("1.31"), &json!("MANUAL"), &json!(true)));
    assert_eq!((&set["available_actions"], &set["is_stale"]), (&json!(["unpin"]), &json!(false)));
    assert_eq!(market.current("EUR", "USD").await["id"], set["id"]);
    assert_eq!(market.test.count("exchange_rates", "target_currency = 'USD'").await, 2);
    // pinned unless told otherwise
    let short = json!({ "base_currency": "EUR", "target_currency": "USD", "rate": "1.32" });
    assert_eq!(market.admin.post(RATES, &short).await.expect(201)["pinned"], true);
    let entries = market.admin.get("/api/admin/audit/?action=exchange_rate.set").await.expect(200);
    let detail = &entries["results"][0]["detail"];
    assert_eq!((&entries["count"], &detail["before"], &detail["rate"]), (&json!(2), &json!("1.31"), &json!("1.32")));
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_taken_exactly_as_it_was_written() {
    let market = Market::open().await;
    let body = r#"{"base_currency": "USD", "target_currency": "IDR", "rate": 123456789.123456789012, "pinned": false}"#;
    let answer = market.admin.post_raw(RATES, body, &[("Content-Type", "application/json")]).await.expect(201);
    assert_eq!(answer["rate"], "123456789.123456789012");
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_twice_sets_one_rate() {
    let market = Market::open().await;
    let body = json!({ "base_currency": "USD", "target_currency": "AED", "rate": "3.6725" });
    let one = market.admin.post_once(RATES, "rate-1", &body).await;
    let other = market.admin.post_once(RATES, "rate-1", &body).await;
    assert_eq!((one.expect(201), other.header("idempotency-replayed")), (other.expect(201), "true"));
    let changed = json!({ "base_currency": "USD", "target_currency": "AED", "rate": "3.7" });
    market.admin.post_once(RATES, "rate-1", &changed).await.problem(422, "key-reused");
    assert_eq!(market.stored().await, 1);
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rates_at_once_are_both_kept_and_one_holds() {
    let market = Market::open().await;
    tokio::join!(market.set("USD", "AED", "3.6", true), market.set("USD", "AED", "3.7", true));
    assert_eq!((market.stored().await, market.test.count("exchange_rates", "replaced_at IS NULL").await), (2, 1));
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_is_taken_out_once() {
    let market = Market::with_rates().await;
    let unpin = format!("{RATES}unpin/");
    let pair = json!({ "base_currency": "EUR", "target_currency": "USD" });
    market.admin.post(&unpin, &pair).await.problem(409, "rate-not-pinned");
    market.admin.post(&unpin, &json!({ "base_currency": "USD", "target_currency": "EUR" })).await.problem(404, "not-found");
    market.set("EUR", "USD", "1.31", true).await;
    let (one, other) = tokio::join!(market.admin.post(&unpin, &pair), market.admin.post(&unpin, &pair));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(market.test.count("audit_entries", "action = 'exchange_rate.unpinned'").await, 1);
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rates_are_filtered_searched_and_ordered_in_as_many_statements_whatever_the_page() {
    let market = Market::with_rates().await;
    market.set("USD", "AED", "3.6725", true).await;
    let list = async |query: &str| {
        let list = market.admin.get(&format!("{RATES}?{query}")).await.expect(200);
        let pair =
            |row: &serde_json::Value| format!("{}{}", row["base_currency"].as_str().unwrap(), row["target_currency"].as_str().unwrap());
        list["results"].as_array().unwrap().iter().map(pair).collect::<Vec<_>>()
    };
    assert_eq!(list("target=AED").await, ["EURAED", "USDAED"]);
    assert_eq!(list("base=USD").await, ["USDAED"]);
    assert_eq!(list("source=MANUAL").await, ["USDAED"]);
    assert_eq!(list("pinned=true").await, ["USDAED"]);
    assert_eq!(list("search=sda").await, ["USDAED"]);
    assert_eq!(list("ordering=-base_currency&page_size=2").await, ["USDAED", "EURAED"]);
    let statements = async |size: u32| market.test.cost(list(&format!("page_size={size}"))).await.1;
    assert_eq!(statements(1).await, statements(100).await);
    for (query, field) in [
        ("base=usd", "base"),
        ("target=XXX", "target"),
        ("source=BANK", "source"),
        ("pinned=yes", "pinned"),
        ("ordering=rate", "ordering"),
        ("page_size=101", "page_size"),
        ("rate=1", "rate"),
    ] {
        for path in [RATES.to_owned(), format!("{RATES}history/")] {
            let problem = market.admin.get(&format!("{path}?{query}")).await.problem(400, "invalid");
            assert!(problem["errors"][field].is_array(), "{problem}");
        }
    }
    market.test.done().await;
}
