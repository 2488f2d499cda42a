//! Links that open a paper without a sign-in.

use super::{ahead, of_invoice};
use chrono::TimeDelta;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_its_paper_until_it_ends_and_a_forged_one_nothing() {
    let test = ahead().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let (invoice, other) = (test.invoice(&user, "12.50").await, test.invoice(&user, "1.00").await);
    let link = |invoice: &serde_json::Value| {
        let url: url::Url = invoice["pdf_url"].as_str().unwrap().parse().unwrap();
        format!("{}?{}", url.path(), url.query().unwrap())
    };
    test.settle().await;
    let path = link(&invoice);
    let answer = test.http.get(&path).await;
    assert_eq!(
        (answer.status, answer.header("content-type"), answer.header("x-content-type-options")),
        (200, "application/pdf", "nosniff")
    );
    assert_eq!(test.http.bytes(&path).await, customer.bytes(&of_invoice(&invoice)).await);
    assert!(test.mails().iter().any(|mail| mail.text().replace("=\n", "").contains("/papers/invoices/")), "the mail of the invoice has it");

    let until = path.split("until=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let later = (until.parse::<i64>().unwrap() + 1).to_string();
    let forged = [
        path.replace(&until, &later),
        path.replace(invoice["id"].as_str().unwrap(), other["id"].as_str().unwrap()),
        path.replace("/invoices/", "/receipts/"),
        path.replace("/invoices/", "/secrets/"),
        path.replace("token=", "token=0"),
        path.split("&token").next().unwrap().to_owned(),
        path.replace(&until, "soon"),
        path.replace(invoice["id"].as_str().unwrap(), "1"),
    ];
    for path in forged {
        let answer = test.http.get(&path).await;
        assert_eq!((answer.status, answer.header("content-type")), (404, "text/html; charset=utf-8"), "{path}");
    }
    test.app.clock.advance(TimeDelta::days(92));
    let ended = test.http.get(&path).await;
    assert_eq!(ended.status, 410);
    assert!(ended.text.contains("This link has ended"), "{}", ended.text);
    test.done().await;
}
