//! Reminders: each step once, the latest only, and none to those who owe nothing.

use crate::support::{TestApp, eventually};
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::billing::jobs::RemindUnpaid;
use std::time::Duration;

/// Both workers look at once, as after a restart; mails are out when this returns.
async fn remind(test: &TestApp) {
    let tx = test.app.begin().await.unwrap();
    for _ in 0..2 {
        tx.enqueue(RemindUnpaid {}).await.unwrap();
    }
    tx.commit().await.unwrap();
    test.settle().await;
}

fn reminders(test: &TestApp) -> Vec<String> {
    let subjects = test.mails().into_iter().map(|mail| mail.subject());
    subjects.filter(|subject| subject.starts_with("Reminder")).collect()
}

/// An invoice whose due date is this many days away, at this hour.
async fn due_in(test: &TestApp, user: &Value, days: i64) -> Value {
    let invoice = test.invoice(user, "10.00").await;
    let due = test.app.clock.now() + TimeDelta::days(days);
    let (due, issued) = (due.to_rfc3339(), (due - TimeDelta::days(40)).to_rfc3339());
    test.sql(&format!("UPDATE invoices SET due_at = '{due}', issued_at = '{issued}' WHERE id = {}", id_of(test, &invoice))).await;
    invoice
}

/// As SQL writes an id.
fn id_of(test: &TestApp, invoice: &Value) -> String {
    let id: uuid::Uuid = invoice["id"].as_str().unwrap().parse().unwrap();
    if test.app.config.is_postgres() { format!("'{id}'") } else { format!("x'{}'", id.simple()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_is_said_once_by_whatever_runs_twice() {
    let mut test = TestApp::new().await;
    test.start_worker(worker::registry::registry());
    let (_, user) = test.customer("amina@example.com").await;
    due_in(&test, &user, 4).await;
    remind(&test).await;
    assert_eq!(reminders(&test).len(), 0, "the first is three days before");
    for (days, said) in [(1, 1), (0, 1), (2, 1), (2, 2), (6, 3), (7, 4), (30, 4)] {
        test.app.clock.advance(TimeDelta::days(days) + TimeDelta::minutes(1));
        remind(&test).await;
        remind(&test).await;
        assert_eq!(reminders(&test).len(), said, "{days} days later");
    }
    assert_eq!(test.count("invoice_reminders", "1 = 1").await, 4);
    let mails = test.mails();
    let first = mails.iter().find(|mail| mail.subject().starts_with("Reminder")).unwrap().text();
    assert!(first.contains("USD 10.00") && first.contains("is due in 3 days"), "{first}");
    assert!(first.contains("/pay/"), "with the way to pay: {first}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_missed_steps_only_the_latest_is_said_and_a_new_ladder_repeats_none() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    due_in(&test, &user, -8).await;
    remind(&test).await;
    assert_eq!((reminders(&test).len(), test.count("invoice_reminders", "1 = 1").await), (1, 3), "those before it are behind it");
    let ladder = json!({ "invoices": { "due_days": 14, "reminder_days": [-5, 0, 2, 7, 10] } });
    test.admin().await.put("/api/superadmin/settings/", &ladder).await.expect(200);
    remind(&test).await;
    assert_eq!(reminders(&test).len(), 1);
    test.app.clock.advance(TimeDelta::days(3));
    remind(&test).await;
    assert_eq!(reminders(&test).len(), 2, "what comes next follows the new ladder");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_owes_nothing_or_cannot_read_it_is_left_alone() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let paid = due_in(&test, &user, -2).await;
    test.pay(&customer, paid["id"].as_str().unwrap()).await;
    test.settle().await;
    let draft = json!({ "user": user["id"], "currency": "USD", "finalize": false, "lines": [{ "description": "x", "quantity": 1, "unit_price": "1.00" }] });
    test.admin().await.post("/api/invoices/", &draft).await.expect(201);
    for status in ["VOID", "UNCOLLECTIBLE"] {
        let other = due_in(&test, &user, -2).await;
        test.sql(&format!("UPDATE invoices SET status = '{status}' WHERE id = {}", id_of(&test, &other))).await;
    }
    let credited = due_in(&test, &user, -2).await;
    test.sql(&format!("UPDATE invoices SET credited_minor = amount_minor WHERE id = {}", id_of(&test, &credited))).await;
    let (_, gone) = test.customer("gone@example.com").await;
    due_in(&test, &gone, -2).await;
    test.admin().await.delete(&format!("/api/admin/users/{}/", gone["id"].as_str().unwrap())).await;
    remind(&test).await;
    assert_eq!(reminders(&test), Vec::<String>::new());
    let owed = due_in(&test, &user, -2).await;
    test.sql(&format!("UPDATE invoices SET paid_minor = 400, payment_status = 'PARTIALLY_PAID' WHERE id = {}", id_of(&test, &owed))).await;
    remind(&test).await;
    let [subject] = reminders(&test).try_into().unwrap();
    assert!(subject.contains("USD 6.00"), "what is owed now: {subject}");
    test.close().await;
}

/// The worker dies between two invoices: the next run goes on, and says nothing twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_died_half_way_is_finished_by_the_next() {
    let mut test = TestApp::builder().without_worker().start().await;
    let (_, user) = test.customer("amina@example.com").await;
    for _ in 0..30 {
        due_in(&test, &user, -2).await;
    }
    let tx = test.app.begin().await.unwrap();
    tx.enqueue(RemindUnpaid {}).await.unwrap();
    tx.commit().await.unwrap();
    test.start_worker(worker::registry::registry());
    let some = || async { (test.count("invoice_reminders", "days = 1").await > 0).then_some(()) };
    eventually("the first are reminded", Duration::from_secs(30), some).await;
    test.stop_workers().await;
    test.start_worker(worker::registry::registry());
    remind(&test).await;
    assert_eq!(test.count("notifications", "event = 'invoice.reminder' AND channel = 'EMAIL'").await, 30);
    assert_eq!(reminders(&test).len(), 30);
    test.done().await;
}

/// Three days before it was due there was no invoice yet.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reminded_of_what_was_issued_a_moment_ago() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    let due = test.app.clock.now() + TimeDelta::days(1);
    let lines = json!([{ "description": "x", "quantity": 1, "unit_price": "1.00" }]);
    let body = json!({ "user": user["id"], "currency": "USD", "due_at": due.to_rfc3339(), "lines": lines });
    test.admin().await.post("/api/invoices/", &body).await.expect(201);
    remind(&test).await;
    assert_eq!(reminders(&test).len(), 0);
    test.app.clock.advance(TimeDelta::days(2) + TimeDelta::minutes(1));
    remind(&test).await;
    assert_eq!(reminders(&test).len(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_lay_too_long_is_not_issued_overdue() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    let now = test.app.clock.now();
    let lines = json!([{ "description": "x", "quantity": 1, "unit_price": "1.00" }]);
    let due = (now + TimeDelta::days(1)).to_rfc3339();
    let body = json!({ "user": user["id"], "currency": "USD", "due_at": due, "finalize": false, "lines": lines });
    let draft = test.admin().await.post("/api/invoices/", &body).await.expect(201);
    test.app.clock.advance(TimeDelta::days(10));
    let staff = test.http.sign_in(crate::support::ADMIN, crate::support::PASSWORD).await;
    let issued = staff.post(&format!("/api/invoices/{}/finalize/", draft["id"].as_str().unwrap()), &json!({})).await.expect(200);
    let due: shared::clock::Time = issued["due_at"].as_str().unwrap().parse().unwrap();
    assert!(due > now + TimeDelta::days(20), "{due}");
    assert_eq!(test.count("audit_entries", "action = 'invoice.finalized' AND CAST(detail AS TEXT) LIKE '%due_at%'").await, 1);
    remind(&test).await;
    assert_eq!(reminders(&test).len(), 0);
    test.done().await;
}
