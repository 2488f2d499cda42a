//! The page behind the link: who holds the link answers once for this shipment or request and does nothing else.

use super::*;
use chrono::TimeDelta;
use shared::feedback;
use url::Url;

impl Stage {
    fn link(&self, about: About) -> Url {
        feedback::url(&self.test.app, about).unwrap().parse().unwrap()
    }

    /// The page as somebody without an account sees it.
    async fn open(&self, link: &Url) -> Answer {
        self.test.http.get(&format!("{}?{}", link.path(), link.query().unwrap())).await
    }

    async fn send(&self, link: &Url, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(link.query().unwrap().to_owned());
        let form = form.extend_pairs(fields).finish();
        self.test.http.post_raw(link.path(), form, &[("Content-Type", "application/x-www-form-urlencoded")]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_the_link_says_how_it_was_once_without_signing_in() {
    let stage = Stage::still().await;
    for about in [about_shipment(&stage.delivered().await), about_request(&stage.completed().await)] {
        let link = stage.link(about);
        let page = stage.open(&link).await;
        assert_eq!(page.status, 200, "{}", page.text);
        for text in ["How was it?", "★★★★★", "Very satisfied", "5 stars", "1 star\"", "type=\"radio\"", "<textarea", "noindex"] {
            assert!(page.text.contains(text), "{text}: {}", page.text);
        }
        assert!(!page.text.contains("<script"), "{}", page.text);
        assert_eq!((page.header("cache-control"), page.header("referrer-policy")), ("no-store", "no-referrer"));
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        let sent = stage.send(&link, &[("rating", "4"), ("message", "Good\r\n<b>& quick</b>")]).await;
        assert!(sent.status == 200 && sent.text.contains("Thank you") && !sent.text.contains("<form"), "{}", sent.text);
        let twice = stage.send(&link, &[("rating", "1"), ("message", "Again")]).await;
        assert!(twice.status == 409 && twice.text.contains("told us already"), "{}", twice.text);
        let after = stage.open(&link).await;
        assert!(after.status == 200 && after.text.contains("told us already") && !after.text.contains("<form"), "{}", after.text);
    }
    let list = stage.staff.get(ALL).await.expect(200);
    assert_eq!((&list["count"], &list["results"][0]["message"]), (&json!(2), &json!("Good\n<b>& quick</b>")));
    assert_eq!(list["results"][1]["user"], stage.user["id"]);
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stars_are_enough_and_what_was_written_is_shown_again_beside_what_is_wrong() {
    let stage = Stage::still().await;
    let link = stage.link(about_shipment(&stage.delivered().await));
    for (rating, text) in [(None, "required"), (Some("6"), "out of range"), (Some("many"), "out of range")] {
        let fields: Vec<_> = rating.map(|rating| ("rating", rating)).into_iter().chain([("message", "<i>Well</i>")]).collect();
        let page = stage.send(&link, &fields).await;
        assert_eq!(page.status, 400, "{}", page.text);
        assert!(page.text.contains(text) && page.text.contains("Well") && !page.text.contains("<i>"), "{}", page.text);
    }
    let long = stage.send(&link, &[("rating", "2"), ("message", &"x".repeat(2001))]).await;
    assert!(long.status == 400 && long.text.contains("2000") && long.text.contains("value=\"2\" required checked"), "{}", long.text);
    assert_eq!(stage.test.count("feedback", "1 = 1").await, 0);
    assert_eq!(stage.send(&link, &[("rating", "2"), ("message", "")]).await.status, 200);
    assert_eq!(stage.test.count("feedback", "message = '' AND rating = 2").await, 1);
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_link_opens_nothing() {
    let stage = Stage::still().await;
    let (shipment, other) = (stage.delivered().await, stage.delivered().await);
    let link = stage.link(about_shipment(&shipment));
    let (path, query) = (link.path().to_owned(), link.query().unwrap().to_owned());
    let (until, token) = query.split_once("&token=").unwrap();
    let of_other = format!("/feedback/shipments/{}/?{query}", id(&other));
    let of_other_kind = format!("/feedback/requests/{}/?{query}", id(&shipment));
    for forged in [
        path.clone(),
        format!("{path}?{until}"),
        format!("{path}?{until}&token=00{}", &token[2..]),
        format!("{path}?until=9999999999&token={token}"),
        of_other,
        of_other_kind,
        format!("/feedback/invoices/{}/?{query}", id(&shipment)),
        format!("/feedback/shipments/none/?{query}"),
    ] {
        let page = stage.test.http.get(&forged).await;
        assert!(page.status == 404 && page.header("content-type").starts_with("text/html"), "{forged}: {}", page.text);
        let form = format!("{}&rating=1", forged.split_once('?').map_or("", |(_, query)| query));
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let sent = stage.test.http.post_raw(forged.split('?').next().unwrap(), form, &headers).await;
        assert_eq!(sent.status, 404, "{forged}: {}", sent.text);
    }
    assert_eq!(stage.test.count("feedback", "1 = 1").await, 0);
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_delivery_after_two_months_and_after_an_erasure_there_is_no_form() {
    let stage = Stage::still().await;
    let early = stage.shipment().await;
    let link = stage.link(about_shipment(&early));
    let page = stage.open(&link).await;
    assert!(page.status == 200 && page.text.contains("when it has been delivered") && !page.text.contains("<form"), "{}", page.text);
    assert_eq!(stage.send(&link, &[("rating", "5")]).await.status, 409);
    let shipment = stage.delivered().await;
    let link = stage.link(about_shipment(&shipment));
    stage.test.app.clock.advance(TimeDelta::days(62));
    let page = stage.open(&link).await;
    assert_eq!(page.status, 410, "{}", page.text);
    assert!(page.text.contains("expired") && !page.text.contains(shipment["reference"].as_str().unwrap()), "{}", page.text);
    assert_eq!(stage.send(&link, &[("rating", "5")]).await.status, 410);
    let link = stage.link(about_shipment(&shipment));
    stage
        .test
        .sql(&format!(
            "UPDATE users SET erased_at = updated_at WHERE id = (SELECT user_id FROM shipments WHERE reference = {})",
            quoted(&shipment)
        ))
        .await;
    assert_eq!((stage.open(&link).await.status, stage.send(&link, &[("rating", "5")]).await.status), (404, 404));
    assert_eq!(stage.test.count("feedback", "1 = 1").await, 0);
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_presses_at_once_are_one_answer_and_the_page_reads_from_right_to_left_where_people_do() {
    let stage = Stage::still().await;
    let link = stage.link(about_shipment(&stage.delivered().await));
    let arabic = stage.test.http.get(&format!("{}?{}&lang=ar", link.path(), link.query().unwrap())).await;
    assert!(arabic.text.contains("lang=\"ar\" dir=\"rtl\"") && arabic.text.contains("/?lang=ar\""), "{}", arabic.text);
    let press = || stage.send(&link, &[("rating", "5")]);
    let (one, two) = tokio::join!(press(), press());
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(stage.test.count("feedback", "1 = 1").await, 1);
    stage.test.close().await;
}
