//! Publications that are not believed.

use super::{Market, today};
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_is_held_until_a_person_accepts_it_and_the_rest_is_stored() {
    let market = Market::with_rates().await;
    market.publish(20, &[("GBP", "0.9"), ("USD", "1.26")]).await;
    let (pound, dollar) = (market.current("EUR", "GBP").await, market.current("EUR", "USD").await);
    assert_eq!((&pound["rate"], &dollar["rate"]), (&json!("0.8"), &json!("1.26")));
    let jumps = market.open_reviews("JUMP").await;
    let jump = &jumps[0];
    assert_eq!((jumps.len(), &jump["rate"], &jump["detail"]["before"]), (1, &json!("0.9"), &json!("0.8")));
    assert_eq!(jump["available_actions"], json!(["accept", "dismiss"]));
    // the same again is the same case
    market.publish(40, &[]).await;
    assert_eq!(market.open_reviews("JUMP").await.len(), 1);
    let accepted = market.decide(jump, "accept").await.expect(200);
    assert_eq!((&accepted["status"], &accepted["available_actions"]), (&json!("ACCEPTED"), &json!([])));
    let pound = market.current("EUR", "GBP").await;
    assert_eq!((&pound["rate"], &pound["source"], pound["created_by"].is_string()), (&json!("0.9"), &json!("FIXER"), true));
    market.publish(59, &[]).await;
    assert_eq!((market.current("EUR", "GBP").await["rate"].clone(), market.open_reviews("JUMP").await.len()), (json!("0.9"), 0));
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_that_comes_back_ends_its_case_by_itself_and_the_limit_is_a_setting() {
    let market = Market::with_rates().await;
    market.publish(10, &[("GBP", "0.9")]).await;
    assert_eq!(market.open_reviews("JUMP").await.len(), 1);
    market.publish(20, &[("GBP", "0.81")]).await;
    assert_eq!((market.open_reviews("JUMP").await.len(), market.current("EUR", "GBP").await["rate"].clone()), (0, json!("0.81")));
    let wide = json!({ "exchange_rates": { "margin_bps": 200, "max_jump": "50", "stale_hours": 96 } });
    market.admin.put("/api/superadmin/settings/", &wide).await.expect(200);
    market.publish(30, &[("GBP", "1.1")]).await;
    assert_eq!((market.open_reviews("JUMP").await.len(), market.current("EUR", "GBP").await["rate"].clone()), (0, json!("1.1")));
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_publication_changes_nothing_at_all_and_asks_a_person() {
    type Poison = (&'static str, fn(&Market));
    let cases: [Poison; 7] = [
        ("MOST_JUMPED", |market| {
            let doubled = [("USD", "2.5"), ("GBP", "1.6"), ("JPY", "321"), ("CHF", "1.9"), ("AED", "9.2"), ("KWD", "0.8"), ("INR", "1")];
            market.rates.set(&doubled);
        }),
        ("UNREADABLE", |market| market.rates.set(&[("SEK", "0")])),
        ("UNREADABLE", |market| market.rates.set(&[("SEK", "-11.2")])),
        ("UNREADABLE", |market| market.rates.set(&[("SEK", "NaN")])),
        ("UNREADABLE", |market| market.rates.base_is("USD")),
        ("FUTURE", |market| market.rates.publish_at(today() + TimeDelta::hours(3))),
        ("UNREADABLE", |market| market.rates.keep(3)),
    ];
    for (problem, poison) in cases {
        let market = Market::with_rates().await;
        // a change that would be fine, so that storing a part would show
        market.rates.publish_at(today() + TimeDelta::minutes(30));
        market.rates.set(&[("XOF", "656.5")]);
        poison(&market);
        market.refresh().await;
        market.refresh().await;
        let cases = market.open_reviews("FEED").await;
        assert_eq!((cases.len(), &cases[0]["detail"]["problem"]), (1, &json!(problem)), "{cases:?}");
        assert_eq!((market.stored().await, market.current("EUR", "XOF").await["rate"].clone()), (10, json!("655.957")), "{problem}");
        assert_eq!(market.open_reviews("JUMP").await.len(), 0);
        let metrics = market.test.http.get("/metrics").await.text;
        assert!(metrics.contains("exchange_rate_reviews_opened_total{reason=\"FEED\"}"), "the alarm is seen");
        market.test.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_publication_is_left_aside_and_alarms_nobody() {
    let market = Market::with_rates().await;
    market.publish(-120, &[("USD", "1.26")]).await;
    assert_eq!((market.stored().await, market.current("EUR", "USD").await["rate"].clone()), (10, json!("1.25")));
    assert_eq!(market.test.count("exchange_rate_reviews", "1 = 1").await, 0);
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_of_fewer_currencies_than_half_is_refused() {
    let market = Market::open().await;
    market.rates.set(&[("DKK", "7.45"), ("TRY", "55.1")]);
    market.refresh().await;
    market.rates.keep(5);
    market.rates.publish_at(today() + TimeDelta::minutes(30));
    market.refresh().await;
    assert_eq!((market.stored().await, market.open_reviews("FEED").await[0]["detail"]["problem"].clone()), (12, json!("TOO_FEW")));
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_in_which_most_jumped_can_be_believed_by_a_person() {
    let market = Market::with_rates().await;
    market.set("EUR", "NOK", "11", true).await;
    let halved = [("USD", "0.6"), ("GBP", "0.4"), ("JPY", "80"), ("CHF", "0.5"), ("AED", "2.3"), ("KWD", "0.2"), ("NOK", "5")];
    market.publish(30, &halved).await;
    let cases = market.open_reviews("FEED").await;
    assert_eq!(cases[0]["available_actions"], json!(["accept", "dismiss"]));
    market.decide(&cases[0], "accept").await.expect(200);
    assert_eq!(
        (market.current("EUR", "USD").await["rate"].clone(), market.current("EUR", "NOK").await["rate"].clone()),
        (json!("0.6"), json!("11"))
    );
    market.refresh().await;
    assert_eq!((market.open_reviews("FEED").await.len(), market.stored().await), (0, 10 + 1 + 9));
    market.test.done().await;
}
