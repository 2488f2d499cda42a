//! What a refresh stores, and what it leaves alone.

use super::{Market, RATES, today};
use crate::support::TestApp;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_publication_twice_changes_nothing_and_a_newer_one_adds_rows() {
    let market = Market::with_rates().await;
    market.refresh().await;
    assert_eq!(market.stored().await, 10);
    let first = market.current("EUR", "USD").await;
    market.publish(30, &[("USD", "1.2601")]).await;
    let second = market.current("EUR", "USD").await;
    assert_eq!((&first["rate"], &second["rate"]), (&json!("1.25"), &json!("1.2601")));
    assert_eq!(market.stored().await, 20, "the others were confirmed anew");
    let history = market.admin.get(&format!("{RATES}history/?base=EUR&target=USD")).await.expect(200);
    let rates: Vec<&str> = history["results"].as_array().unwrap().iter().map(|row| row["rate"].as_str().unwrap()).collect();
    assert_eq!(rates, ["1.2601", "1.25"]);
    assert!(history["results"][1]["replaced_at"].is_string() && history["results"][0]["replaced_at"].is_null());
    assert_eq!(market.test.count("exchange_rates", "replaced_at IS NULL").await, 10);
    // a correction of the same publication
    market.publish(30, &[("USD", "1.2602")]).await;
    assert_eq!((market.current("EUR", "USD").await["rate"].clone(), market.stored().await), (json!("1.2602"), 21));
    assert_eq!(market.test.count("audit_entries", "action = 'exchange_rates.refreshed'").await, 3);
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_job_delivered_twice_stores_once() {
    let market = Market::with_rates().await;
    let sql = "UPDATE jobs SET state = 'available', finished_at = NULL, lease_owner = NULL WHERE kind = 'fx.refresh'";
    market.test.sql(sql).await;
    market.test.settle().await;
    assert_eq!((market.stored().await, market.test.count("exchange_rate_reviews", "1 = 1").await), (10, 0));
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_was_asked_for_twice_is_one_job() {
    let test = TestApp::builder().without_worker().start().await;
    let admin = test.admin().await;
    let answers = [admin.call(&format!("{RATES}refresh/")).await, admin.call(&format!("{RATES}refresh/")).await];
    let [one, other] = answers.each_ref().map(|answer| answer.expect(202));
    assert_eq!((&one, &one["state"]), (&other, &json!("available")));
    assert_eq!(answers[0].header("location"), format!("{RATES}refresh/{}/", one["id"].as_str().unwrap()));
    assert_eq!(admin.get(answers[0].header("location")).await.expect(200), one);
    assert_eq!(test.jobs("fx.refresh").await.len(), 1);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_a_refresh_is_can_be_seen_and_no_other_job_can() {
    let market = Market::open().await;
    let asked = market.admin.call(&format!("{RATES}refresh/")).await;
    market.test.settle().await;
    let done = market.admin.get(asked.header("location")).await.expect(200);
    assert_eq!((&done["state"], &done["attempt"], done["finished_at"].is_string()), (&json!("completed"), &json!(1), true));
    market.watch().await;
    let other = market.test.jobs("fx.watch").await[0].id;
    market.admin.get(&format!("{RATES}refresh/{other}/")).await.problem(404, "not-found");
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_refreshes_at_once_store_once() {
    use shared::fx::feed::Feed;
    use shared::fx::{Provider, refresh};
    let market = Market::open().await;
    let rates = ["USD 1.1", "GBP 0.85", "JPY 160", "CHF 0.95", "SEK 11"].map(|pair| pair.split_once(' ').unwrap());
    let rates = rates.map(|(code, rate)| (code.to_owned(), rate.to_owned())).to_vec();
    let feed = Feed::new(Provider::Fixer, "EUR", today(), rates).unwrap();
    let store = async || {
        let tx = market.test.app.begin().await.unwrap();
        refresh::store(&tx, &feed).await.unwrap();
        tx.commit().await.unwrap();
    };
    tokio::join!(store(), store());
    assert_eq!((market.stored().await, market.test.count("audit_entries", "action = 'exchange_rates.refreshed'").await), (5, 1));
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_rate_stays_and_one_that_is_not_pinned_waits_for_the_next_publication() {
    let market = Market::with_rates().await;
    market.set("EUR", "AED", "4.5", true).await;
    market.set("EUR", "SEK", "11.3", false).await;
    market.publish(30, &[]).await;
    let (pinned, free) = (market.current("EUR", "AED").await, market.current("EUR", "SEK").await);
    assert_eq!((&pinned["rate"], &pinned["source"]), (&json!("4.5"), &json!("MANUAL")));
    assert_eq!((&free["rate"], &free["source"]), (&json!("11.2"), &json!("FIXER")));
    let pair = json!({ "base_currency": "EUR", "target_currency": "AED" });
    let unpinned = market.admin.post(&format!("{RATES}unpin/"), &pair).await.expect(200);
    assert_eq!((&unpinned["pinned"], &unpinned["available_actions"]), (&json!(false), &json!([])));
    market.refresh().await;
    assert_eq!(market.current("EUR", "AED").await["rate"], "4.59");
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_provider_is_compared_with_what_was_known_and_then_prevails() {
    let market = Market::with_rates().await;
    let dollars = shared::fx::Provider::OpenExchangeRates;
    let rates = ["EUR 0.79", "GBP 0.63", "JPY 129", "CHF 0.76", "KWD 0.5"].map(|pair| pair.split_once(' ').unwrap());
    let rates = rates.map(|(code, rate)| (code.to_owned(), rate.to_owned())).to_vec();
    let feed = shared::fx::feed::Feed::new(dollars, "USD", today() + TimeDelta::minutes(30), rates).unwrap();
    let tx = market.test.app.begin().await.unwrap();
    shared::fx::refresh::store(&tx, &feed).await.unwrap();
    tx.commit().await.unwrap();
    let jumps = market.open_reviews("JUMP").await;
    assert_eq!((jumps.len(), &jumps[0]["target_currency"], &jumps[0]["detail"]["before"]), (1, &json!("KWD"), &json!("0.308")));
    let public = market.test.http.get("/api/exchange-rates/?base=GBP").await.expect(200);
    let euro = public["results"].as_array().unwrap().iter().find(|row| row["target_currency"] == "EUR").unwrap();
    assert_eq!(euro["rate"], "1.253968253968", "0.79 / 0.63, not 1 / 0.8");
    market.test.done().await;
}
