//! The page behind the link in mails: who holds the link pays this invoice and does nothing else.

use crate::support::client::{Answer, Client};
use crate::support::provider::Told;
use crate::support::{Builder, PASSWORD, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::billing::{Gateway, paylink};
use shared::ids::InvoiceId;
use std::sync::Arc;
use url::Url;

struct Desk {
    test: TestApp,
    customer: Client,
    user: Value,
    invoice: Value,
}

impl Desk {
    async fn new() -> Self {
        Self::with(TestApp::builder()).await
    }

    async fn with(builder: Builder) -> Self {
        let test = builder.start().await;
        let (customer, user) = test.customer("amina@example.com").await;
        let invoice = test.invoice(&user, "12.50").await;
        Self { test, customer, user, invoice }
    }

    fn id(&self) -> InvoiceId {
        self.invoice["id"].as_str().unwrap().parse().unwrap()
    }

    fn link(&self) -> Url {
        paylink::url(&self.test.app, self.id()).unwrap().parse().unwrap()
    }

    /// The page as somebody without an account sees it.
    async fn open(&self, link: &Url) -> Answer {
        self.test.http.get(&format!("{}?{}", link.path(), link.query().unwrap())).await
    }

    async fn press(&self, link: &Url, door: &str, gateway: &str) -> Answer {
        let form = format!("{}&gateway={gateway}", link.query().unwrap());
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        self.test.http.post_raw(&format!("{}{door}", link.path()), form, &headers).await
    }

    /// Presses "Pay" and follows to the sandbox's page.
    async fn begin(&self) -> Url {
        let pressed = self.press(&self.link(), "", "sandbox").await;
        assert_eq!(pressed.status, 303, "{}", pressed.text);
        pressed.header("location").parse().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_the_link_in_the_mail_pays_without_signing_in() {
    let desk = Desk::new().await;
    desk.test.settle().await;
    let mail = desk.test.mails().into_iter().find(|mail| mail.subject().starts_with("Invoice")).expect("it was mailed");
    let at = mail.text().find("http").map(|at| mail.text()[at..].split_whitespace().next().unwrap().to_owned()).expect("a link");
    assert!(mail.html().contains("View and pay"), "{}", mail.html());
    let link: Url = at.parse().unwrap();
    let page = desk.open(&link).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let number = desk.invoice["invoice_number"].as_str().unwrap();
    for text in [number, "Buy4Me", "Parcel", "USD\u{a0}12.50", "To be paid", "Due on", "in the sandbox"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    assert_eq!((page.header("cache-control"), page.header("referrer-policy")), ("no-store", "no-referrer"));
    assert!(page.text.contains("noindex") && page.header("content-security-policy").contains("default-src 'none'"));

    let pressed = desk.press(&link, "", "sandbox").await;
    let gateway: Url = pressed.header("location").parse().unwrap();
    assert_eq!(pressed.status, 303);
    assert!(desk.open(&link).await.text.contains("not confirmed yet"), "it was begun");
    desk.test.press_pay(&gateway).await;
    desk.test.settle().await;
    let paid = desk.open(&link).await.text;
    assert!(paid.contains("is paid. Thank you") && !paid.contains("<button"), "{paid}");
    let entry = desk.test.count("audit_entries", "action = 'invoice.payment_begun'").await;
    assert_eq!(entry, 1);
    let list = desk.test.admin().await.get("/api/admin/audit/?action=invoice.payment_begun").await.expect(200);
    assert_eq!(list["results"][0]["detail"]["by_link"], true, "{list}");
    desk.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_lead_to_one_payment_and_the_way_back_is_this_page() {
    let desk = Desk::new().await;
    let link = desk.link();
    let (one, two) = tokio::join!(desk.press(&link, "", "sandbox"), desk.press(&link, "", "sandbox"));
    let third = desk.press(&link, "", "sandbox").await;
    assert_eq!([one.status, two.status, third.status], [303, 303, 303]);
    assert_eq!(one.header("location"), third.header("location"));
    let gateway: Url = one.header("location").parse().unwrap();
    let form = format!("action=pay&{}", gateway.query().unwrap());
    let pressed = desk.test.http.post_raw(gateway.path(), form, &[("Content-Type", "application/x-www-form-urlencoded")]).await;
    let back: Url = pressed.header("location").parse().unwrap();
    // a gateway adds what it likes, even under names of ours
    let home = desk.test.http.get(&format!("{}?token=EC-123&PayerID=9&until=1", back.path())).await;
    assert_eq!(home.status, 303);
    let home: Url = desk.test.app.config.public_url.join(home.header("location")).unwrap();
    assert_eq!(home, link);
    desk.test.settle().await;
    assert!(desk.open(&home).await.text.contains("is paid"));
    desk.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_link_finds_nothing_and_opens_nothing() {
    let desk = Desk::new().await;
    let other = desk.test.invoice(&desk.user, "99.00").await;
    let good = desk.link();
    let query: Vec<(String, String)> = good.query_pairs().into_owned().collect();
    let (until, token) = (&query[0].1, &query[1].1);
    let later = until.parse::<i64>().unwrap() + 1;
    let wrong = [
        format!("{}?until={until}", good.path()),
        format!("{}?until={until}&token={}", good.path(), "0".repeat(64)),
        format!("{}?until={later}&token={token}", good.path()),
        format!("{}?until=x&token={token}", good.path()),
        format!("{}?token={token}", good.path()),
        format!("/pay/{}/?until={until}&token={token}", other["id"].as_str().unwrap()),
        format!("/pay/x/?until={until}&token={token}"),
        format!("/pay/{}/back/{until}/{}/", desk.id(), "0".repeat(64)),
    ];
    for path in wrong {
        let answer = desk.test.http.get(&path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
        assert!(answer.header("content-type").starts_with("text/html"), "a page for people");
        assert!(!answer.text.contains("12.50"), "{}", answer.text);
    }
    let pressed = desk
        .test
        .http
        .post_raw(good.path(), "until=1&token=x&gateway=sandbox", &[("Content-Type", "application/x-www-form-urlencoded")])
        .await;
    assert_eq!(pressed.status, 404);
    assert_eq!(desk.press(&good, "", "cash").await.status, 400);
    assert_eq!(desk.press(&good, "", "paypal").await.status, 400, "not set up here");
    assert_eq!(desk.test.count("payment_transactions", "1 = 1").await, 0);
    // and a good link opens only its page
    desk.test.http.get(&format!("/api/invoices/{}/", desk.id())).await.problem(401, "unauthenticated");
    desk.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_link_shows_nothing_and_sends_a_new_one_to_the_customer_only() {
    let desk = Desk::new().await;
    let link = desk.link();
    desk.test.settle().await;
    desk.test.app.clock.advance(TimeDelta::days(32));
    let old = desk.open(&link).await;
    assert_eq!(old.status, 410);
    assert!(old.text.contains("has expired") && old.text.contains("Send me a new link") && !old.text.contains("12.50"), "{}", old.text);
    assert_eq!(desk.press(&link, "", "sandbox").await.status, 410, "and pays nothing");
    let before = desk.test.mails().len();
    let mut answers = vec![];
    for _ in 0..6 {
        answers.push(desk.press(&link, "renew/", "").await.text);
    }
    desk.test.settle().await;
    let mails = desk.test.mails();
    assert_eq!(mails.len() - before, 3, "and no more than that in an hour");
    let new = mails.iter().find(|mail| mail.subject().starts_with("Your link to pay")).expect("a new link").text();
    let new: Url = new[new.find("http").unwrap()..].split_whitespace().next().unwrap().parse().unwrap();
    assert!(desk.open(&new).await.text.contains("USD\u{a0}12.50"));
    let customer = desk.test.http.sign_in("amina@example.com", PASSWORD).await;
    desk.test.pay(&customer, desk.invoice["id"].as_str().unwrap()).await;
    desk.test.settle().await;
    desk.test.app.clock.advance(TimeDelta::hours(2));
    answers.push(desk.press(&link, "renew/", "").await.text);
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "the same answer whatever happens");
    desk.test.settle().await;
    let links = desk.test.mails().iter().filter(|mail| mail.subject().starts_with("Your link to pay")).count();
    assert_eq!(links, 3, "nothing is mailed for what is paid");
    desk.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_how_things_stand_and_offers_no_more_than_that() {
    let desk = Desk::new().await;
    let link = desk.link();
    let cases = [("status = 'VOID'", "was cancelled"), ("status = 'OPEN', credited_minor = amount_minor", "nothing left to pay")];
    for (change, text) in cases {
        desk.test.sql(&format!("UPDATE invoices SET {change}")).await;
        let page = desk.open(&link).await.text;
        assert!(page.contains(text) && !page.contains("<button"), "{change}: {page}");
        assert_eq!(desk.press(&link, "", "sandbox").await.status, 409, "{change}");
    }
    desk.test.sql("UPDATE invoices SET status = 'UNCOLLECTIBLE', credited_minor = 0").await;
    let page = desk.open(&link).await.text;
    assert!(page.contains("Pay USD\u{a0}12.50"), "what was written off may still be paid: {page}");
    desk.test.sql("UPDATE invoices SET status = 'OPEN', credited_minor = 250, paid_minor = 400, payment_status = 'PARTIALLY_PAID'").await;
    let page = desk.open(&link).await.text;
    for text in ["USD\u{a0}2.50", "USD\u{a0}4.00", "Pay USD\u{a0}6.00"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let draft = json!({ "user": desk.user["id"], "currency": "USD", "finalize": false, "lines": [{ "description": "x", "quantity": 1, "unit_price": "1.00" }] });
    let draft = desk.test.admin().await.post("/api/invoices/", &draft).await.expect(201);
    let link: Url = paylink::url(&desk.test.app, draft["id"].as_str().unwrap().parse().unwrap()).unwrap().parse().unwrap();
    assert_eq!(desk.open(&link).await.status, 404, "a draft is nobody's business yet");
    desk.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_speaks_the_readers_language_and_arabic_from_the_right() {
    let desk = Desk::new().await;
    let link = desk.link();
    for (language, direction, text) in [
        ("en", "ltr", "To be paid"),
        ("ar", "rtl", "المبلغ المستحق"),
        ("de", "ltr", "Zu zahlen"),
        ("es", "ltr", "Por pagar"),
        ("fr", "ltr", "Reste à payer"),
    ] {
        let path = format!("{}?{}&lang={language}", link.path(), link.query().unwrap());
        let page = desk.test.http.get(&path).await.text;
        assert!(page.contains(&format!("lang=\"{language}\" dir=\"{direction}\"")) && page.contains(text), "{page}");
    }
    let path = format!("{}?{}", link.path(), link.query().unwrap());
    let accepts = |request: reqwest::RequestBuilder| request.header("Accept-Language", "de");
    let page = desk.test.http.send(reqwest::Method::GET, &path, accepts).await.text;
    assert!(page.contains("lang=\"en\""), "what the customer chose is above the browser");
    desk.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_or_refuses_is_told_and_one_may_be_on_its_way() {
    let provider = Told::default();
    let stand_in = provider.clone();
    let desk = Desk::with(TestApp::builder().config(move |config| config.stand_ins.put(Gateway::Paypal, Arc::new(stand_in)))).await;
    let link = desk.link();
    assert!(desk.open(&link).await.header("content-security-policy").contains("https://www.paypal.com"));
    provider.answer(|answers| answers.is_away = true);
    let away = desk.press(&link, "", "paypal").await;
    assert!(away.status == 202 && away.text.contains("does not answer just now"), "{}", away.text);
    provider.answer(|answers| answers.is_away = false);
    desk.test.settle().await;
    let begun = desk.press(&link, "", "paypal").await;
    assert!(begun.status == 303 && begun.header("location").starts_with("https://pages.example/"), "the page that its job made");
    // the payer approved and comes back: the money is asked for, once
    let query: Vec<String> = link.query_pairs().map(|(_, value)| value.into_owned()).collect();
    let back = format!("/pay/{}/back/{}/{}/?token=EC-1&PayerID=2", desk.id(), query[0], query[1]);
    for _ in 0..2 {
        assert_eq!(desk.test.http.get(&back).await.status, 303);
    }
    assert_eq!(desk.test.jobs("billing.capture_payment").await.len(), 1);
    desk.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_finds_the_address_in_the_invoice_and_nobody_else_does() {
    let desk = Desk::new().await;
    let path = format!("/api/invoices/{}/", desk.id());
    let seen = desk.customer.get(&path).await.expect(200);
    assert_eq!(seen["pay_url"], desk.link().as_str());
    assert!(desk.test.admin().await.get(&path).await.expect(200)["pay_url"].is_null());
    let page = desk.begin().await;
    assert!(page.path().starts_with("/sandbox/"));
    desk.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_of_a_link_is_stored_nowhere_and_shown_to_no_staff() {
    let desk = Desk::new().await;
    desk.begin().await;
    let link = desk.link();
    let token = link.query_pairs().find(|(name, _)| name == "token").unwrap().1.into_owned();
    let invoice = desk.test.admin().await.get(&format!("/api/invoices/{}/", desk.id())).await;
    assert!(invoice.json()["transactions"][0]["id"].is_string() && !invoice.text.contains(&token), "{}", invoice.text);
    let has_it = format!("CAST(response_data AS TEXT) LIKE '%{token}%'");
    assert_eq!(desk.test.count("payment_transactions", &has_it).await, 0);
    assert_eq!(desk.test.count("payment_transactions", "CAST(response_data AS TEXT) LIKE '%link_until%'").await, 1);
    desk.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_presses_the_button_all_the_time_is_told_to_wait_and_others_are_not() {
    let desk = Desk::new().await;
    let other = desk.test.invoice(&desk.user, "1.00").await;
    let link = desk.link();
    for _ in 0..30 {
        assert_eq!(desk.press(&link, "", "sandbox").await.status, 303);
    }
    let refused = desk.press(&link, "", "sandbox").await;
    assert_eq!(refused.status, 429);
    assert!(refused.text.contains("Too many tries"), "{}", refused.text);
    let link: Url = paylink::url(&desk.test.app, other["id"].as_str().unwrap().parse().unwrap()).unwrap().parse().unwrap();
    assert_eq!(desk.press(&link, "", "sandbox").await.status, 303);
    desk.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_told_in_the_readers_language_and_in_words_for_people() {
    let desk = Desk::new().await;
    let link = desk.link();
    for (language, missing) in [("en", "does not exist"), ("de", "gibt es nicht"), ("ar", "غير موجودة")] {
        for path in ["/pay/x/", "/papers/invoices/x/"] {
            let page = desk.test.http.get(&format!("{path}?lang={language}")).await;
            assert!(page.status == 404 && page.text.contains(missing), "{path}: {}", page.text);
        }
    }
    let refused = desk.press(&link, "", "cash").await;
    assert!(refused.status == 400 && refused.text.contains("did not work") && !refused.text.contains("errors"), "{}", refused.text);
    let page = desk.test.http.get(&format!("{}?{}&lang=de", link.path(), link.query().unwrap())).await;
    assert!(page.text.contains("12,50\u{a0}USD"), "{}", page.text);
    desk.test.done().await;
}
