//! Credit notes, receipts, and amounts of currencies with other digits.

use super::{ahead, issue, of_invoice, paper, words};
use crate::support::TestApp;
use crate::support::stripe_events::Payment;
use serde_json::{Value, json};
use shared::billing;
use shared::ids::InvoiceId;
use shared::money::{Currency, Money};
use shared::policy::Actor;

async fn credit(test: &TestApp, invoice: &Value, minor: i64, key: &str) {
    let usd = Currency::parse("currency", "USD").unwrap();
    let id = InvoiceId(invoice["id"].as_str().unwrap().parse().unwrap());
    let tx = test.app.begin().await.unwrap();
    billing::credit(&tx, &Actor::system(), id, Money::new(minor, usd), "One book could not be had", key).await.unwrap();
    tx.commit().await.unwrap();
}

async fn credit_notes(test: &TestApp) -> Vec<String> {
    use sea_orm::{EntityTrait, QueryOrder};
    let rows = billing::credit::Entity::find().order_by_asc(billing::credit::Column::Number).all(&test.app.db.conn).await.unwrap();
    rows.iter().map(|row| format!("/api/credit-notes/{}/pdf/", row.id)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn credit_notes_say_what_for_and_their_taxes_sum() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let lines = json!([{ "description": "Books", "quantity": 1, "unit_price": "10.00", "tax_rate": "10" }]);
    let invoice = issue(&test, &user, "USD", lines).await;
    // 11.00 with a tax of 1.00
    credit(&test, &invoice, 366, "a").await;
    credit(&test, &invoice, 367, "b").await;
    credit(&test, &invoice, 367, "c").await;
    let mut taxes = vec![];
    for path in credit_notes(&test).await {
        let (answer, pdf) = paper(&customer, &path).await;
        assert!(answer.header("content-disposition").contains("CN-"));
        let read = words(&pdf);
        for text in ["Credit note", invoice["invoice_number"].as_str().unwrap(), "One book could not be had", "Amina Diallo", "USD 3.6"] {
            assert!(read.contains(text), "{text}: {read}");
        }
        let at = read.find("Tax included").unwrap();
        let cents: i64 = read[at..].split("USD 0.").nth(1).unwrap()[..2].parse().unwrap();
        taxes.push(cents);
    }
    assert_eq!((taxes.len(), taxes.iter().sum::<i64>()), (3, 100), "{taxes:?}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_payment_has_its_receipt_with_what_was_owed_then() {
    let test = ahead().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    let id = invoice["id"].as_str().unwrap();
    for (seed, minor) in [(1, 500), (2, 750)] {
        let asked = Money::new(minor, Currency::parse("currency", "USD").unwrap()).decimal();
        let begun = customer.post(&format!("/api/invoices/{id}/pay/"), &json!({ "gateway": "SANDBOX", "amount": asked })).await;
        if begun.status == 201 {
            test.press_pay(&begun.json()["redirect_url"].as_str().unwrap().parse().unwrap()).await;
        } else {
            let payment = Payment::of(seed, id, minor);
            test.stripe_event(&payment.payment_intent_succeeded().1).await.expect(200);
        }
        test.settle().await;
        test.app.clock.advance(chrono::TimeDelta::minutes(1));
    }
    let shown = customer.get(&format!("/api/invoices/{id}/")).await.expect(200);
    let mut numbers = vec![];
    for (row, (received, owed)) in
        shown["transactions"].as_array().unwrap().iter().zip([("USD 5.00", "USD 7.50"), ("USD 7.50", "USD 0.00")])
    {
        let (answer, pdf) = paper(&customer, &format!("/api/payments/{}/receipt/", row["id"].as_str().unwrap())).await;
        // a reference of another length moves letters, which reads as other spaces
        let read = words(&pdf).replace([' ', '\n'], "");
        for text in [received, owed, "USD 12.50", "Still to be paid", shown["invoice_number"].as_str().unwrap()] {
            assert!(read.contains(&text.replace(' ', "")), "{text}: {read}");
        }
        numbers.push(answer.header("content-disposition").split('"').nth(1).unwrap().to_owned());
    }
    numbers.sort();
    let year = chrono::Datelike::year(&test.app.clock.now());
    assert_eq!(numbers, [format!("RCP-{year}-000001.pdf"), format!("RCP-{year}-000002.pdf")]);
    let receipts = test.receipts();
    let [mail] = receipts.as_slice() else { panic!("one receipt by mail") };
    assert!(mail.text().contains("/papers/invoices/") && mail.text().contains("/papers/receipts/"), "{}", mail.text());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_have_the_digits_of_their_currency() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    for (currency, price, total) in [("JPY", "1234", "JPY 2,468"), ("KWD", "1234.567", "KWD 2,469.134"), ("USD", "1234.50", "USD 2,469.00")]
    {
        let lines = json!([{ "description": "Parcel", "quantity": 2, "unit_price": price }]);
        let invoice = issue(&test, &user, currency, lines).await;
        let read = words(&paper(&customer, &of_invoice(&invoice)).await.1);
        assert!(read.contains(total) && !read.contains(&format!("{total}.")), "{total}: {read}");
    }
    test.done().await;
}
