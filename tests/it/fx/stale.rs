//! Rates that grow old raise an alarm, once, until fresh ones arrive.

use super::{Market, today};
use crate::support::rates::Mood;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn rates_that_are_too_old_raise_one_alarm_that_ends_with_fresh_ones() {
    let market = Market::with_rates().await;
    market.watch().await;
    assert_eq!((market.open_reviews("STALE").await.len(), market.current("EUR", "USD").await["is_stale"].clone()), (0, json!(false)));
    market.rates.mood(Mood::Says(503, "closed".into()));
    market.test.app.clock.advance(TimeDelta::hours(94));
    market.watch().await;
    assert_eq!(market.test.count("exchange_rate_reviews", "1 = 1").await, 0, "95 hours are fewer than 96");
    market.test.app.clock.advance(TimeDelta::hours(2));
    let admin = market.test.admin().await;
    let market = Market { admin, ..market };
    market.refresh().await;
    market.watch().await;
    market.watch().await;
    let cases = market.open_reviews("STALE").await;
    assert_eq!((cases.len(), &cases[0]["source"], &cases[0]["available_actions"]), (1, &json!("FIXER"), &json!(["dismiss"])));
    assert_eq!(market.current("EUR", "USD").await["is_stale"], true);
    let metrics = market.test.http.get("/metrics").await.text;
    assert!(metrics.contains("exchange_rates_age_seconds") && metrics.contains("{reason=\"STALE\"}"), "{metrics}");
    market.rates.mood(Mood::Well);
    market.rates.publish_at(today() + TimeDelta::hours(96));
    market.refresh().await;
    assert_eq!((market.open_reviews("STALE").await.len(), market.current("EUR", "USD").await["is_stale"].clone()), (0, json!(false)));
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rates_that_never_arrived_are_missed_only_after_as_long() {
    let market = Market::open().await;
    market.rates.mood(Mood::Says(500, "broken".into()));
    market.refresh().await;
    market.watch().await;
    assert_eq!(market.test.count("exchange_rate_reviews", "1 = 1").await, 0, "calm");
    market.test.app.clock.advance(TimeDelta::hours(97));
    market.watch().await;
    assert_eq!(market.test.count("exchange_rate_reviews", "reason = 'STALE'").await, 1);
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_rates_that_arrive_are_stored_and_told_as_old() {
    let market = Market::open().await;
    market.rates.publish_at(today() - TimeDelta::days(30));
    market.refresh().await;
    assert_eq!((market.stored().await, market.open_reviews("STALE").await.len()), (10, 1));
    market.test.done().await;
}
