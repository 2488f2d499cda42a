//! Deliveries that are not what they claim to be: refused, and nothing is stored.

use super::Shop;
use crate::support::TestApp;
use crate::support::paypal::signer::{self, Signed};
use crate::support::paypal::{CLIENT_SECRET, FakePaypal, WEBHOOK_ID, event};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use shared::config::Verify;

const TIME: &str = "2026-01-02T03:04:05Z";
const SIG: &str = "PAYPAL-TRANSMISSION-SIG";

fn body() -> String {
    event("WH-1", "PAYMENT.CAPTURE.COMPLETED", &json!({ "id": "4K5112848U951142F", "status": "COMPLETED" }))
}

/// Signed over another message than PayPal's.
fn over(paypal: &FakePaypal, body: &str, message: impl Fn(&str) -> String) -> Signed {
    let id = "69cd13f0-d67a-11e5-baa3-778b53f4ae55";
    let url = format!("{}/v1/notifications/certs/leaf", paypal.base_url());
    Signed { headers: signer::headers(id, TIME, &signer::rsa("leaf", message(id).as_bytes()), &url), body: body.to_owned() }
}

/// CRC-32C (Castagnoli), which is another checksum than the one that is signed.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0x82F6_3B78 } else { crc >> 1 })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_public_code_takes_for_a_signature_is_refused_and_nothing_is_stored() {
    let shop = Shop::open().await;
    let (paypal, body) = (&shop.paypal, body());
    let sound = signer::sign(paypal, "leaf", WEBHOOK_ID, &body);
    let crc = crc32fast::hash(body.as_bytes());
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(CLIENT_SECRET.as_bytes()).unwrap();
    mac.update(
        format!("{}|{}|{WEBHOOK_ID}|{crc}", sound.header("PAYPAL-TRANSMISSION-ID"), sound.header("PAYPAL-TRANSMISSION-TIME")).as_bytes(),
    );
    let hmac = BASE64.encode(&mac.finalize().into_bytes());
    let value: serde_json::Value = serde_json::from_str(&body).unwrap();
    let (flipped, good_sig) = (body.replacen("WH-1", "WH-2", 1), sound.header(SIG).to_owned());
    let cert = |url: &str| sound.clone().with("PAYPAL-CERT-URL", url);
    let own = paypal.base_url();
    let attacks = [
        ("HMAC with the client's secret", sound.clone().with(SIG, &hmac)),
        ("CRC-32C", over(paypal, &body, |id| format!("{id}|{TIME}|{WEBHOOK_ID}|{}", crc32c(body.as_bytes())))),
        ("the checksum in hex", over(paypal, &body, |id| format!("{id}|{TIME}|{WEBHOOK_ID}|{crc:x}"))),
        ("no checksum", over(paypal, &body, |id| format!("{id}|{TIME}|{WEBHOOK_ID}|{body}"))),
        ("JSON written anew", Signed { body: value.to_string(), ..sound.clone() }),
        ("one byte of the body", Signed { body: flipped, ..sound.clone() }),
        ("one byte more", Signed { body: format!("{body}\n"), ..sound.clone() }),
        ("another webhook", signer::sign(paypal, "leaf", "1AB234567C890123D", &body)),
        ("another id", sound.clone().with("PAYPAL-TRANSMISSION-ID", "69cd13f0")),
        ("another time", sound.clone().with("PAYPAL-TRANSMISSION-TIME", "2026-01-02T03:04:06Z")),
        ("another signature", signer::sign(paypal, "leaf", WEBHOOK_ID, "{}").with("PAYPAL-TRANSMISSION-ID", "x")),
        ("another algorithm", sound.clone().with("PAYPAL-AUTH-ALGO", "SHA1withRSA")),
        ("no base64", sound.clone().with(SIG, "***")),
        ("an empty signature", sound.clone().with(SIG, "")),
        ("cut short", sound.clone().with(SIG, &good_sig[..340])),
        ("an expired certificate", signer::sign(paypal, "expired", WEBHOOK_ID, &body)),
        ("a certificate of another name", signer::sign(paypal, "other", WEBHOOK_ID, &body)),
        ("a certificate that signed itself", signer::sign(paypal, "rogue", WEBHOOK_ID, &body)),
        ("an issuer at a strange place", signer::sign(paypal, "strange", WEBHOOK_ID, &body)),
        ("another certificate than the key's", sound.clone().with("PAYPAL-CERT-URL", &format!("{own}/v1/notifications/certs/ca"))),
        ("a host that ends alike", cert("https://evilapi.paypal.com/v1/notifications/certs/leaf")),
        ("a host that begins alike", cert("https://paypal.com.evil.example/v1/notifications/certs/leaf")),
        ("a host without the dot", cert("https://evilpaypal.com/v1/notifications/certs/leaf")),
        ("http", cert("http://api.paypal.com/v1/notifications/certs/leaf")),
        ("another port", cert("https://api.paypal.com:8443/v1/notifications/certs/leaf")),
        ("a user", cert("https://api.paypal.com@evil.example/v1/notifications/certs/leaf")),
        ("another path", cert(&format!("{own}/issuers/leaf"))),
        ("no address", cert("leaf")),
        ("no delivery", sound.clone().without(SIG)),
        ("no certificate", sound.clone().without("PAYPAL-CERT-URL")),
    ];
    for (what, attack) in attacks {
        let answer = shop.test.paypal_delivery(&attack).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.text);
        answer.problem(400, "signature");
    }
    assert_eq!(shop.test.count("webhook_events", "1 = 1").await, 0);
    // and the same, untouched, is taken: once, however often and late it comes
    for _ in 0..3 {
        shop.test.paypal_delivery(&sound).await.expect(200);
    }
    assert_eq!(shop.test.count("webhook_events", "1 = 1").await, 1);
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_fetched_once_with_its_issuer_and_ends_in_its_time() {
    let shop = Shop::open().await;
    let signed = |n: usize| signer::sign(&shop.paypal, "leaf", WEBHOOK_ID, &event(&format!("WH-{n}"), "BILLING.PLAN.CREATED", &json!({})));
    let many: Vec<_> = (0..8).map(signed).collect();
    let sent = futures::future::join_all(many.iter().map(|delivery| shop.test.paypal_delivery(delivery))).await;
    sent.into_iter().for_each(|answer| drop(answer.expect(200)));
    assert_eq!((shop.paypal.calls("GET", "/certs/leaf"), shop.paypal.calls("GET", "/issuers/intermediate")), (1, 1));
    // one that cannot be believed is not fetched for each forgery
    for n in 10..13 {
        let forged = signer::sign(&shop.paypal, "rogue", WEBHOOK_ID, &event(&format!("WH-{n}"), "BILLING.PLAN.CREATED", &json!({})));
        assert_eq!(shop.test.paypal_delivery(&forged).await.status, 400);
    }
    assert_eq!(shop.paypal.calls("GET", "/certs/rogue"), 1);
    // kept, and over all the same
    shop.test.app.clock.advance(chrono::TimeDelta::days(365 * 100));
    assert_eq!(shop.test.paypal_delivery(&signed(20)).await.status, 400);
    shop.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_its_certificate_cannot_be_had_a_delivery_is_asked_for_again() {
    let shop = Shop::open().await;
    let signed = signer::sign(&shop.paypal, "leaf", WEBHOOK_ID, &body());
    shop.paypal.desk(|desk| desk.down = true);
    assert_eq!(shop.test.paypal_delivery(&signed).await.status, 503);
    shop.paypal.desk(|desk| desk.down = false);
    let asked = shop.paypal.calls("GET", "/certs/leaf");
    assert_eq!(shop.test.paypal_delivery(&signed).await.status, 503);
    assert_eq!(shop.paypal.calls("GET", "/certs/leaf"), asked, "not so soon");
    shop.test.app.clock.advance(chrono::TimeDelta::seconds(6));
    shop.test.paypal_delivery(&signed).await.expect(200);
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_paypal_or_its_webhook_there_is_no_such_door() {
    let test = TestApp::new().await;
    let paypal = FakePaypal::start().await;
    assert_eq!(test.paypal_event(&paypal, &body()).await.status, 404);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_paypal_is_asked_nothing_is_applied_before_it_says_yes() {
    let paypal = FakePaypal::start().await;
    let test = TestApp::builder().paypal(&paypal).config(|config| config.paypal.as_mut().unwrap().verify = Verify::Api).start().await;
    let (customer, user) = test.customer("payer@example.com").await;
    let shop = Shop { test, paypal, customer, user };
    let open = shop.pay().await;
    shop.paypal.approve(&open.order);
    shop.paypal.desk(|desk| desk.pay(&open.order));
    let body = event("WH-1", "PAYMENT.CAPTURE.COMPLETED", &shop.paypal.capture_of(&open.order));
    shop.paypal.desk(|desk| desk.genuine = false);
    shop.test.paypal_event(&shop.paypal, &body).await.expect(200);
    shop.test.settle().await;
    assert_eq!((shop.status(&open.invoice).await.as_str(), shop.test.count("webhook_events", "status = 'REFUSED'").await), ("UNPAID", 1));
    assert_eq!(shop.test.count("payment_reviews", "reason = 'forged_event'").await, 1);
    // whoever made it up does not keep the true one out
    shop.paypal.desk(|desk| desk.genuine = true);
    for _ in 0..2 {
        shop.test.paypal_event(&shop.paypal, &body).await.expect(200);
    }
    shop.test.settle().await;
    assert_eq!(shop.status(&open.invoice).await, "PAID");
    let questions = shop.paypal.desk(|desk| desk.questions.clone());
    assert_eq!(questions.len(), 2);
    for question in questions {
        let question = String::from_utf8(question).unwrap();
        assert!(question.contains(&body) && question.contains(WEBHOOK_ID), "the bytes as they came");
    }
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_cannot_push_out_a_certificate_that_is_good() {
    let shop = Shop::open().await;
    let send = async |n: usize, key: &str| {
        let body = event(&format!("WH-{n}"), "BILLING.PLAN.CREATED", &json!({}));
        let signed = signer::sign(&shop.paypal, "leaf", WEBHOOK_ID, &body);
        let url = format!("{}/v1/notifications/certs/{key}", shop.paypal.base_url());
        shop.test.paypal_delivery(&signed.with("PAYPAL-CERT-URL", &url)).await.status
    };
    assert_eq!(send(0, "leaf").await, 200);
    for n in 1..100 {
        assert_eq!(send(n, &format!("junk-{n}")).await, 400);
    }
    assert_eq!((send(100, "leaf").await, shop.paypal.calls("GET", "/certs/leaf")), (200, 1));
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_paypals_whose_root_is_unknown_costs_no_event() {
    let paypal = FakePaypal::start().await;
    let roots = |config: &mut shared::config::Config| config.paypal.as_mut().unwrap().cert_ca = vec![signer::certificate("rogue")];
    let test = TestApp::builder().paypal(&paypal).config(roots).start().await;
    let (customer, user) = test.customer("payer@example.com").await;
    let shop = Shop { test, paypal, customer, user };
    let open = shop.pay().await;
    shop.paypal.approve(&open.order);
    shop.paypal.desk(|desk| desk.pay(&open.order));
    let body = event("WH-1", "PAYMENT.CAPTURE.COMPLETED", &shop.paypal.capture_of(&open.order));
    // all else must fit as ever
    for key in ["expired", "other", "strange"] {
        let forged = signer::sign(&shop.paypal, key, WEBHOOK_ID, &body);
        assert_eq!(shop.test.paypal_delivery(&forged).await.status, 400, "{key}");
    }
    let changed = Signed { body: body.replacen("WH-1", "WH-2", 1), ..signer::sign(&shop.paypal, "leaf", WEBHOOK_ID, &body) };
    assert_eq!(shop.test.paypal_delivery(&changed).await.status, 400);
    assert_eq!(shop.test.count("webhook_events", "1 = 1").await, 0);
    shop.test.paypal_event(&shop.paypal, &body).await.expect(200);
    assert_eq!(shop.test.count("webhook_events", "status = 'RECEIVED'").await, 0, "PayPal is asked first");
    shop.test.settle().await;
    assert_eq!((shop.status(&open.invoice).await.as_str(), shop.paypal.desk(|desk| desk.questions.len())), ("PAID", 1));
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transmission_belongs_to_one_event_whatever_its_checksum_covers() {
    let shop = Shop::open().await;
    let signed = |n: usize, text: &str| {
        let body = event(&format!("WH-{n}"), "BILLING.PLAN.CREATED", &json!({ "text": text }));
        signer::sign_as(&shop.paypal, "leaf", WEBHOOK_ID, "69cd13f0-d67a-11e5-baa3-778b53f4ae55", &body)
    };
    let first = signed(1, "true");
    shop.test.paypal_delivery(&first).await.expect(200);
    for other in [signed(2, "true"), signed(1, "false")] {
        shop.test.paypal_delivery(&other).await.problem(400, "signature");
    }
    shop.test.paypal_delivery(&first).await.expect(200);
    assert_eq!(shop.test.count("webhook_events", "1 = 1").await, 1);
    shop.test.done().await;
}
