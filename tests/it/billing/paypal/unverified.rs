//! Events that only PayPal can vouch for: none is lost while PayPal does not answer, and strangers leave little behind.

use super::Shop;
use crate::support::TestApp;
use crate::support::paypal::signer::{self, Signed};
use crate::support::paypal::{FakePaypal, WEBHOOK_ID, event};
use serde_json::json;
use shared::billing::jobs::FetchMissed;
use shared::config::Verify;

async fn asking() -> Shop {
    let paypal = FakePaypal::start().await;
    let change = |config: &mut shared::config::Config| {
        config.paypal.as_mut().unwrap().verify = Verify::Api;
        // nobody answers there
        config.stripe = None;
    };
    let test = TestApp::builder().paypal(&paypal).config(change).start().await;
    let (customer, user) = test.customer("payer@example.com").await;
    Shop { test, paypal, customer, user }
}

impl Shop {
    /// A payment that PayPal has and we have not heard of, and the event that tells of it.
    async fn untold(&self) -> (super::Open, String) {
        let open = self.pay().await;
        self.paypal.approve(&open.order);
        self.paypal.desk(|desk| desk.pay(&open.order));
        let body = event("WH-1", "PAYMENT.CAPTURE.COMPLETED", &self.paypal.capture_of(&open.order));
        (open, body)
    }

    async fn fetch_missed(&self) {
        let tx = self.test.app.begin().await.unwrap();
        tx.enqueue(FetchMissed {}).await.unwrap();
        tx.commit().await.unwrap();
        self.test.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_paypal_does_not_answer_is_asked_again() {
    let shop = asking().await;
    let (open, body) = shop.untold().await;
    shop.paypal.desk(|desk| desk.refuse_next = Some((403, "NOT_AUTHORIZED")));
    shop.test.paypal_event(&shop.paypal, &body).await.expect(200);
    shop.test.settle().await;
    assert_eq!(shop.status(&open.invoice).await, "PAID");
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_in_paypals_own_list_is_true_whatever_came_under_its_name() {
    let shop = asking().await;
    let (open, body) = shop.untold().await;
    let forged = event("WH-1", "BILLING.PLAN.CREATED", &json!({ "made": "up" }));
    shop.paypal.desk(|desk| desk.genuine = false);
    shop.test.paypal_event(&shop.paypal, &forged).await.expect(200);
    shop.test.settle().await;
    assert_eq!(shop.test.count("webhook_events", "status = 'REFUSED'").await, 1);
    shop.paypal.desk(|desk| desk.events.push(serde_json::from_str(&body).unwrap()));
    shop.fetch_missed().await;
    shop.fetch_missed().await;
    assert_eq!(shop.status(&open.invoice).await, "PAID");
    assert_eq!(shop.test.count("webhook_events", "status = 'PROCESSED'").await, 1);
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_paypals_is_not_even_kept_and_a_flood_is_turned_away() {
    let shop = asking().await;
    let signed = |n: usize| signer::sign(&shop.paypal, "leaf", WEBHOOK_ID, &event(&format!("WH-{n}"), "BILLING.PLAN.CREATED", &json!({})));
    let strange: [(&str, Signed); 5] = [
        ("another host", signed(0).with("PAYPAL-CERT-URL", "https://evilapi.paypal.com/v1/notifications/certs/leaf")),
        ("another algorithm", signed(0).with("PAYPAL-AUTH-ALGO", "SHA1withRSA")),
        ("no signature", signed(0).with("PAYPAL-TRANSMISSION-SIG", "AAAA")),
        ("long ago", signed(0).with("PAYPAL-TRANSMISSION-TIME", "2026-01-02T03:04:05Z")),
        ("a book", Signed { body: json!({ "id": "WH-0", "event_type": "X", "x": "x".repeat(200_000) }).to_string(), ..signed(0) }),
    ];
    for (what, delivery) in strange {
        assert_eq!(shop.test.paypal_delivery(&delivery).await.status, 400, "{what}");
    }
    assert_eq!(shop.test.count("webhook_events", "1 = 1").await, 0);
    shop.paypal.desk(|desk| desk.genuine = false);
    let mut refused = 0;
    for n in 0..125 {
        let answer = shop.test.paypal_delivery(&signed(n)).await;
        refused += usize::from(answer.status == 429);
    }
    assert!(refused >= 5, "{refused}");
    shop.test.settle().await;
    assert!(shop.test.count("webhook_events", "status = 'REFUSED'").await <= 120);
    assert_eq!(shop.test.count("payment_reviews", "reason = 'forged_event'").await, 1, "one case a day");
    shop.test.app.clock.advance(chrono::TimeDelta::days(8));
    shared::billing::inbox::prune(&shop.test.app, 1000).await.unwrap();
    assert_eq!(shop.test.count("webhook_events", "1 = 1").await, 0, "and they are forgotten");
    shop.test.close().await;
}
