//! Cases are decided once, by those who may.

use super::{Market, REVIEWS};
use crate::support::PASSWORD;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_decisions_at_once_one_holds() {
    let market = Market::with_rates().await;
    market.publish(20, &[("GBP", "0.9"), ("JPY", "190")]).await;
    for how in [["accept", "accept"], ["accept", "dismiss"]] {
        let case = market.open_reviews("JUMP").await.remove(0);
        let before = market.stored().await;
        let (one, other) = tokio::join!(market.decide(&case, how[0]), market.decide(&case, how[1]));
        let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
        lost.problem(409, "rate-review-closed");
        let stored = i64::from(won.expect(200)["status"] == "ACCEPTED");
        assert_eq!(market.stored().await, before + stored);
        market.decide(&case, "accept").await.problem(409, "rate-review-closed");
        market.decide(&case, "dismiss").await.problem(409, "rate-review-closed");
    }
    assert_eq!(market.test.count("audit_entries", "action = 'exchange_rate.reviewed'").await, 2);
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_dismissed_is_not_asked_again_and_something_new_is() {
    let market = Market::with_rates().await;
    market.publish(20, &[("GBP", "0.9")]).await;
    let case = market.open_reviews("JUMP").await.remove(0);
    assert_eq!(market.decide(&case, "dismiss").await.expect(200)["status"], "DISMISSED");
    market.refresh().await;
    assert_eq!((market.open_reviews("JUMP").await.len(), market.current("EUR", "GBP").await["rate"].clone()), (0, json!("0.8")));
    market.publish(20, &[("GBP", "0.95")]).await;
    assert_eq!(market.open_reviews("JUMP").await.len(), 1);
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_pinned_meanwhile_and_what_holds_no_rate_cannot_be_accepted() {
    let market = Market::with_rates().await;
    market.publish(20, &[("GBP", "0.9")]).await;
    market.set("EUR", "GBP", "0.85", true).await;
    let case = market.open_reviews("JUMP").await.remove(0);
    let problem = market.decide(&case, "accept").await.problem(409, "rate-pinned");
    assert_eq!(problem["allowed"], json!(["dismiss"]));
    market.publish(30, &[("SEK", "0")]).await;
    let feed = market.open_reviews("FEED").await.remove(0);
    let problem = market.decide(&feed, "accept").await.problem(409, "rate-review-holds-nothing");
    assert_eq!(problem["allowed"], json!(["dismiss"]));
    assert_eq!(market.current("EUR", "GBP").await["rate"], "0.85");
    for case in [&case, &feed] {
        market.decide(case, "dismiss").await.expect(200);
    }
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_are_listed_and_decided_by_those_who_manage_rates_and_nobody_else() {
    let market = Market::with_rates().await;
    market.publish(20, &[("GBP", "0.9")]).await;
    let case = market.open_reviews("JUMP").await.remove(0);
    let (customer, _) = market.test.customer("amina@example.com").await;
    let clerk = json!({ "email": "clerk@example.com", "password": PASSWORD, "permission_sets": ["ADMIN", "FINANCE"] });
    market.admin.post("/api/superadmin/admins/", &clerk).await.expect(201);
    let clerk = market.test.http.sign_in("clerk@example.com", PASSWORD).await;
    let id = case["id"].as_str().unwrap();
    let pair = json!({ "base_currency": "USD", "target_currency": "AED", "rate": "3.67" });
    let refresh = format!("refresh/{}/", market.test.jobs("fx.refresh").await[0].id);
    for who in [&customer, &clerk] {
        for path in ["", "history/", "reviews/", &refresh] {
            who.get(&format!("{}{path}", super::RATES)).await.problem(403, "permission-missing");
        }
        for path in [format!("reviews/{id}/accept/"), format!("reviews/{id}/dismiss/"), "refresh/".to_owned()] {
            who.call(&format!("{}{path}", super::RATES)).await.problem(403, "permission-missing");
        }
        who.post(super::RATES, &pair).await.problem(403, "permission-missing");
        let pair = json!({ "base_currency": "USD", "target_currency": "AED" });
        who.post(&format!("{}unpin/", super::RATES), &pair).await.problem(403, "permission-missing");
    }
    market.test.http.get(REVIEWS).await.problem(401, "unauthenticated");
    assert_eq!(market.open_reviews("JUMP").await, [case]);
    for (query, field) in [("status=NEW", "status"), ("reason=jump", "reason"), ("ordering=rate", "ordering"), ("state=OPEN", "state")] {
        let problem = market.admin.get(&format!("{REVIEWS}?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{problem}");
    }
    market.admin.call(&format!("{REVIEWS}{}/accept/", uuid::Uuid::now_v7())).await.problem(404, "not-found");
    market.test.done().await;
}
