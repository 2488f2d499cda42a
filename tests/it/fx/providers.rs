//! Each provider's own form, and what they do wrong.

use super::{Market, RATES};
use crate::support::TestApp;
use crate::support::rates::{KEY, Mood};
use serde_json::json;
use shared::config::FxConfig;
use shared::fx::Provider;

#[tokio::test(flavor = "multi_thread")]
async fn each_provider_is_asked_in_its_way_and_read_to_the_last_digit() {
    let cases = [
        (Provider::Ecb, "EUR", "ECB", "/stats/eurofxref/eurofxref-daily.xml".to_owned()),
        (Provider::Fixer, "EUR", "FIXER", format!("/latest?access_key={KEY}")),
        (Provider::OpenExchangeRates, "USD", "OPENEXCHANGERATES", format!("/latest.json?app_id={KEY}")),
    ];
    for (provider, base, source, call) in cases {
        let market = Market::of(provider).await;
        market.rates.base_is(base);
        market.rates.set(&[("JPY", "162.310000000000000001"), ("BTC", "0.00001"), ("XAU", "null")]);
        market.refresh().await;
        assert_eq!(market.rates.calls(), [call], "{provider:?}");
        let yen = market.current(base, "JPY").await;
        assert_eq!((&yen["rate"], &yen["source"], &yen["pinned"]), (&json!("162.310000000000000001"), &json!(source), &json!(false)));
        assert_eq!(market.current(base, base).await, json!(null));
        assert_eq!(market.test.count("exchange_rates", "target_currency IN ('BTC', 'XAU')").await, 0);
        assert_eq!(market.test.count("exchange_rate_reviews", "1 = 1").await, 0);
        market.test.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_a_case_for_a_person_and_the_key_is_told_nobody() {
    for (provider, word) in [(Provider::Fixer, "invalid_access_key"), (Provider::OpenExchangeRates, "invalid_app_id")] {
        let since = super::today();
        let rates = crate::support::rates::FakeRates::start(since).await;
        let api_base = rates.base.clone();
        let fx = FxConfig { provider, api_base, api_key: Some("not the key".into()) };
        let test = TestApp::builder().config(move |config| config.fx = Some(fx)).start().await;
        let market = Market { admin: test.admin().await, rates, test, since };
        market.refresh().await;
        let cases = market.open_reviews("FEED").await;
        assert_eq!(cases[0]["detail"]["problem"], "UNREADABLE");
        let told = cases[0].to_string();
        assert!(told.contains(word) && !told.contains("not the key") && !told.contains("not+the+key"), "{told}");
        assert_eq!((market.stored().await, cases[0]["available_actions"].clone()), (0, json!(["dismiss"])));
        market.test.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_waited_out_and_ends_quietly() {
    for status in [500, 503, 429, 408] {
        let market = Market::with_rates().await;
        market.rates.mood(Mood::Says(status, "busy".into()));
        market.refresh().await;
        assert_eq!((market.stored().await, market.test.count("exchange_rate_reviews", "1 = 1").await), (10, 0));
        let jobs = market.test.jobs("fx.refresh").await;
        assert_eq!((jobs[0].attempt, jobs[1].attempt), (1, 4), "tried again, and no dead letter");
        assert!(!jobs[1].last_error.as_deref().unwrap_or_default().contains(KEY));
        market.test.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_no_publication_changes_nothing_and_asks_a_person_once() {
    let huge = format!("{{\"rates\": {{}}, \"padding\": \"{}\"}}", "x".repeat(1024 * 1024));
    let moods = [
        Mood::Says(200, "<!DOCTYPE html><html>Sign in to the hotel's network</html>".into()),
        Mood::Says(200, huge),
        Mood::Says(200, String::new()),
        Mood::Says(404, "gone".into()),
        Mood::Redirects,
    ];
    for provider in [Provider::Ecb, Provider::Fixer, Provider::OpenExchangeRates] {
        let market = Market::of(provider).await;
        for mood in &moods {
            market.rates.mood(mood.clone());
            market.refresh().await;
            market.refresh().await;
        }
        let cases = market.open_reviews("FEED").await;
        assert_eq!((market.stored().await, cases.len()), (0, 1), "{cases:?}");
        // the next good one ends it
        market.rates.mood(Mood::Well);
        market.rates.base_is(provider.base().code());
        market.refresh().await;
        assert_eq!(market.open_reviews("FEED").await.len(), 0);
        let ended = market.admin.get(&format!("{}?status=RECOVERED", super::REVIEWS)).await.expect(200);
        assert_eq!((&ended["count"], &ended["results"][0]["resolved_by"]), (&json!(1), &json!(null)));
        market.test.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_people_enter_the_rates_there_is_nothing_to_fetch() {
    let test = TestApp::builder().config(|config| config.fx = None).start().await;
    let admin = test.admin().await;
    admin.call(&format!("{RATES}refresh/")).await.problem(409, "rates-are-manual");
    let tx = test.app.begin().await.unwrap();
    tx.enqueue(shared::fx::jobs::Refresh {}).await.unwrap();
    tx.enqueue(shared::fx::jobs::Watch {}).await.unwrap();
    tx.commit().await.unwrap();
    test.settle().await;
    assert_eq!(test.count("exchange_rate_reviews", "1 = 1").await, 0);
    test.done().await;
}
