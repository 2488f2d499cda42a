//! What money is worth: fetched, doubted, decided by people, shown to everybody.

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::rates::FakeRates;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use shared::fx::Provider;
use shared::fx::jobs::Watch;

mod bad_input;
mod doubts;
mod overrides;
mod providers;
mod public;
mod refresh;
mod reviews;
mod stale;

const RATES: &str = "/api/superadmin/exchange-rates/";
const REVIEWS: &str = "/api/superadmin/exchange-rates/reviews/";

/// This morning, as an hourly provider would say it.
fn today() -> DateTime<Utc> {
    use chrono::SubsecRound;
    (shared::clock::Clock::default().now() - TimeDelta::hours(1)).trunc_subsecs(0)
}

/// A provider and an application that asks it, by Fixer's form unless a test is about forms.
struct Market {
    rates: FakeRates,
    test: TestApp,
    admin: Client,
    /// When the first rates were published.
    since: DateTime<Utc>,
}

impl Market {
    async fn open() -> Self {
        Self::of(Provider::Fixer).await
    }

    async fn of(provider: Provider) -> Self {
        let since = today();
        let rates = FakeRates::start(since).await;
        let test = rates.asked_as(provider).start().await;
        let admin = test.admin().await;
        Self { rates, test, admin, since }
    }

    /// One that has fetched its first rates.
    async fn with_rates() -> Self {
        let market = Self::open().await;
        market.refresh().await;
        assert_eq!(market.stored().await, 10);
        market
    }

    /// Fetches and waits for the end, retries included.
    async fn refresh(&self) {
        self.admin.call(&format!("{RATES}refresh/")).await.expect(202);
        self.test.settle().await;
    }

    /// The provider publishes these changes, so many minutes after the first rates.
    async fn publish(&self, minutes: i64, rates: &[(&str, &str)]) {
        self.rates.publish_at(self.since + TimeDelta::minutes(minutes));
        self.rates.set(rates);
        self.refresh().await;
    }

    /// The alarm clock's hour.
    async fn watch(&self) {
        let tx = self.test.app.begin().await.unwrap();
        tx.enqueue(Watch {}).await.unwrap();
        tx.commit().await.unwrap();
        self.test.settle().await;
    }

    async fn stored(&self) -> i64 {
        self.test.count("exchange_rates", "1 = 1").await
    }

    /// The current rate of a pair, if it has one of its own.
    async fn current(&self, base: &str, target: &str) -> Value {
        let list = self.admin.get(&format!("{RATES}?base={base}&target={target}")).await.expect(200);
        assert!(list["count"].as_u64().unwrap() <= 1, "{list}");
        list["results"][0].clone()
    }

    async fn set(&self, base: &str, target: &str, rate: &str, pinned: bool) -> Value {
        let body = json!({ "base_currency": base, "target_currency": target, "rate": rate, "pinned": pinned });
        self.admin.post(RATES, &body).await.expect(201)
    }

    /// The open cases of a reason.
    async fn open_reviews(&self, reason: &str) -> Vec<Value> {
        let list = self.admin.get(&format!("{REVIEWS}?reason={reason}")).await.expect(200);
        list["results"].as_array().unwrap().clone()
    }

    async fn decide(&self, review: &Value, how: &str) -> crate::support::client::Answer {
        self.admin.call(&format!("{REVIEWS}{}/{how}/", review["id"].as_str().unwrap())).await
    }
}
