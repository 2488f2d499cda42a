//! What anybody may know.

use super::Market;
use serde_json::{Value, json};

const PUBLIC: &str = "/api/exchange-rates/";

fn rate<'a>(answer: &'a Value, target: &str) -> &'a Value {
    answer["results"].as_array().unwrap().iter().find(|row| row["target_currency"] == target).unwrap_or(&Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_sees_what_a_currency_is_worth_in_each_that_is_offered() {
    let market = Market::with_rates().await;
    let answer = market.test.http.get(PUBLIC).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=60");
    let dollars = answer.expect(200);
    assert_eq!((&dollars["base_currency"], &dollars["next"]), (&json!("USD"), &json!(null)));
    for (target, expected) in [("EUR", "0.8"), ("GBP", "0.64"), ("JPY", "128.4"), ("KWD", "0.308"), ("CHF", "0.76")] {
        assert_eq!(rate(&dollars, target)["rate"], expected, "{target}");
    }
    assert_eq!(rate(&dollars, "GBP")["updated_at"], market.current("EUR", "GBP").await["updated_at"]);
    assert!(rate(&dollars, "USD").is_null() && rate(&dollars, "BRL").is_null(), "itself, and one without a rate");
    let count = dollars["results"].as_array().unwrap().len();
    assert_eq!(dollars["count"], count);
    // a pinned rate is a way for others, and what is not offered is not shown
    market.set("USD", "BRL", "5", true).await;
    let pounds = market.test.http.get("/api/exchange-rates?base=GBP").await.expect(200);
    assert_eq!((&rate(&pounds, "BRL")["rate"], &rate(&pounds, "JPY")["rate"]), (&json!("7.8125"), &json!("200.625")));
    market.admin.put("/api/superadmin/settings/", &json!({ "currencies": ["EUR", "BRL"] })).await.expect(200);
    let few = market.test.http.get(PUBLIC).await.expect(200);
    assert_eq!(few["count"], 2);
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_costs_few_statements_and_says_what_it_does_not_understand() {
    let market = Market::with_rates().await;
    market.test.http.get(PUBLIC).await.expect(200);
    let (answer, statements) = market.test.cost(market.test.http.get(PUBLIC)).await;
    answer.expect(200);
    assert!(statements <= 2, "{statements}");
    for (query, field) in
        [("base=usd", "base"), ("base=XBT", "base"), ("base=", "base"), ("target=EUR", "target"), ("base=USD&base=EUR", "base")]
    {
        let problem = market.test.http.get(&format!("{PUBLIC}?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{problem}");
    }
    let unknown = market.test.http.get(&format!("{PUBLIC}?base=MMK")).await.expect(200);
    assert_eq!((&unknown["count"], &unknown["results"]), (&json!(0), &json!([])));
    market.test.done().await;
}
