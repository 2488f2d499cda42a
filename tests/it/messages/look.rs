//! Every mail for people to look at: `MAILS_DIR=… cargo test --test it -- --ignored every_mail_is_written`.

use super::id_of;
use crate::support::TestApp;
use sea_orm::Iterable;
use serde_json::json;
use shared::i18n::LANGUAGES;
use shared::notifications::{Event, tell};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "for people to look at"]
async fn every_mail_is_written() {
    let folder = std::path::PathBuf::from(std::env::var("MAILS_DIR").expect("MAILS_DIR says where"));
    std::fs::create_dir_all(&folder).unwrap();
    let mut test = TestApp::builder().without_worker().start().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let lines = [
        json!({ "description": "Air freight Dakar – Lyon, 12.5 kg", "quantity": 1, "unit_price": "1200.00" }),
        json!({ "description": "شحن جوي من داكار إلى ليون", "quantity": 2, "unit_price": "17.25", "tax_rate": "7.25" }),
    ];
    let body = json!({ "user": user["id"], "currency": "USD", "lines": lines });
    let invoice = test.admin().await.post("/api/invoices/", &body).await.expect(201);
    let invoice_id: Uuid = invoice["id"].as_str().unwrap().parse().unwrap();
    test.sql("DELETE FROM jobs").await;
    let facts = json!({
        "reference": "SHP-2026-000123", "tracking_number": "B4M7KQ2", "status": "IN_TRANSIT", "note": "", "before": "1234.50 USD",
        "after": "1300.00 USD", "product": "Apple MacBook Air 13” M5, Midnight", "number": invoice["invoice_number"], "amount": "1234.50 USD",
        "due": "2026-11-23", "when": "after", "days": "3", "owed": "10.00 USD", "failure": "declined_soft", "way": "as-paid",
        "credit_note": "CN-2026-000001", "topic": "Where is my parcel?", "target": "answer", "excerpt": "It left our warehouse this morning.",
        "from": "2026-11-01", "to": "2026-11-23", "format": "XLSX",
    });
    test.start_worker(worker::registry::registry());
    for language in LANGUAGES {
        let name = if *language == "ar" { ("أمينة", "ديالو") } else { ("Amina", "Diallo") };
        customer.patch("/api/users/me/", &json!({ "language": language, "first_name": name.0, "last_name": name.1 })).await.expect(200);
        for event in Event::iter() {
            let before = test.mails().len();
            let tx = test.app.begin().await.unwrap();
            tell(&tx, id_of(&user), event, invoice_id, facts.clone()).await.unwrap();
            tx.commit().await.unwrap();
            test.settle().await;
            let mails = test.mails();
            assert_eq!(mails.len(), before + 1, "{event:?}");
            let newest = mails.last().unwrap();
            let subject = format!("<p dir=auto style=\"font:600 14px sans-serif\">{}</p>", newest.subject());
            std::fs::write(folder.join(format!("{language}-{}.html", event.name())), subject + &newest.html()).unwrap();
            std::fs::write(folder.join(format!("{language}-{}.txt", event.name())), newest.text()).unwrap();
        }
    }
    test.close().await;
}
