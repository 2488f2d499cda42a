//! Being forgotten.

use super::{address, id, pay, ready, request, show, waiting};
use crate::support::client::{Answer, Client};
use crate::support::{PASSWORD, TestApp};
use chrono::TimeDelta;
use futures::future::join_all;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait};
use serde_json::{Value, json};
use shared::accounts::link;
use shared::ids::{LinkId, UserId};
use shared::privacy::export;
use uuid::Uuid;

async fn erase(client: &Client, user: &Value) -> Answer {
    client.post(&format!("/api/admin/users/{}/erase/", id(user)), &json!({ "reason": "asked by letter" })).await
}

/// Every column that says `word`, whatever its type.
async fn said(test: &TestApp, word: &str) -> Vec<String> {
    let columns = match test.store.is_postgres() {
        true => "SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'public'",
        false => "SELECT m.name AS t, c.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
    };
    let rows = test.app.db.conn.query_all_raw(test.app.db.sql(columns, vec![])).await.unwrap();
    assert!(rows.len() > 100, "the schema is read");
    let mut found = vec![];
    for row in rows {
        let (table, column): (String, String) = (row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap());
        if test.count(&table, &format!("LOWER(CAST(\"{column}\" AS TEXT)) LIKE '%{word}%'")).await > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_erased_person_is_left_but_the_books() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (customer, user) = test.customer("amina.diallo@example.com").await;
    let (neighbour, other) = test.customer("b@example.com").await;
    test.sql("UPDATE users SET first_name = 'Bilal', last_name = 'Sow' WHERE email = 'b@example.com'").await;
    for client in [&customer, &neighbour] {
        client.post("/api/users/me/addresses/", &address()).await.expect(201);
    }
    let invoice = test.invoice(&user, "12.50").await;
    pay(&test, &customer, &invoice).await;
    let export = ready(&customer, &request(&customer).await).await;
    // what others leave behind: refusals of mail servers, links
    test.sql("UPDATE notifications SET error = '550 amina.diallo@example.com unknown'").await;
    test.sql("UPDATE jobs SET last_error = '450 amina.diallo@example.com busy', errors = '[{\"error\": \"450 amina.diallo@example.com busy\"}]' WHERE kind = 'notifications.send_notice'").await;
    test.sql("UPDATE users SET phone_number = '+221338211234', mfa_secret = 'SENTINEL', mfa_recovery = '[\"SENTINEL\"]', mfa_enabled_at = date_joined, mfa_last_step = 1 WHERE email LIKE 'amina%'").await;
    for (user, payload) in [
        (Some(UserId(id(&user))), None),
        (None, Some(json!({ "email": "amina.diallo@example.com" }))),
        (None, Some(json!({ "email": "aminaxdiallo@example.com" }))),
    ] {
        let row = link::ActiveModel {
            id: Set(LinkId::new()),
            purpose: Set(link::Purpose::ResetPassword),
            user_id: Set(user),
            payload: Set(payload),
            created_at: Set(test.app.clock.now()),
            expires_at: Set(test.app.clock.now() + TimeDelta::hours(1)),
            used_at: Set(None),
        };
        let _writing = test.app.db.writing().await;
        row.insert(&test.app.db.conn).await.unwrap();
    }
    assert!(said(&test, "amina.diallo@").await.len() > 5, "the search finds something to begin with");

    let erased = erase(&admin, &user).await.expect(200);
    assert_eq!((&erased["id"], erased["erased_at"].is_string()), (&user["id"], true));
    for word in ["amina.diallo@", "amina.diallo", "sentinel"] {
        let left: Vec<String> = said(&test, word).await.into_iter().filter(|at| !at.starts_with("webhook_events.")).collect();
        let books = if word == "sentinel" { vec![] } else { vec!["invoices.billing_snapshot".to_owned()] };
        assert_eq!(left, books, "{word}");
    }
    for word in ["diallo", "221338211234", "baobab"] {
        // the neighbour's own address and account say some of these too
        test.sql("DELETE FROM addresses").await;
        test.sql("UPDATE account_links SET payload = NULL").await;
        let left: Vec<String> = said(&test, word).await.into_iter().filter(|at| !at.starts_with("webhook_events.")).collect();
        let books = if word == "diallo" { vec!["invoices.billing_snapshot".to_owned()] } else { vec![] };
        assert_eq!(left, books, "{word}");
    }
    assert_eq!(test.count("account_links", "1 = 1").await, 1, "only a likeness stays");
    assert_eq!(test.count("sessions", "user_id = (SELECT id FROM users WHERE email = 'b@example.com')").await, 1);
    assert_eq!(test.count("active_days", "user_id = (SELECT id FROM users WHERE email = 'b@example.com')").await, 1);
    let state = "erased_at IS NOT NULL AND NOT is_active AND mfa_secret IS NULL AND mfa_enabled_at IS NULL AND mfa_last_step IS NULL AND version = 2";
    assert_eq!(test.count("users", state).await, 1);
    assert_eq!(test.count("audit_entries", "action = 'user.erased'").await, 1);

    // the door is shut at once, the books are open to staff; links in old mails open nothing
    let pay_link = shared::billing::paylink::url(&test.app, shared::ids::InvoiceId(id(&invoice))).unwrap();
    for link in [invoice["pdf_url"].as_str().unwrap(), &pay_link] {
        let link: url::Url = link.parse().unwrap();
        assert_eq!(test.http.get(&format!("{}?{}", link.path(), link.query().unwrap())).await.status, 404, "{link}");
    }
    customer.get("/api/users/me/").await.problem(401, "session-ended");
    customer.get(&show(&export)).await.problem(401, "session-ended");
    let login = json!({ "username": "amina.diallo@example.com", "password": PASSWORD });
    test.http.post("/api/auth/login/", &login).await.problem(401, "credentials");
    let login = json!({ "username": format!("erased-{}@erased.invalid", id(&user)), "password": PASSWORD });
    test.http.post("/api/auth/login/", &login).await.problem(401, "credentials");
    let kept = admin.get(&format!("/api/invoices/{}/", id(&invoice))).await.expect(200);
    assert_eq!((&kept["billing_snapshot"]["name"], &kept["payment_status"]), (&json!("Amina Diallo"), &json!("PAID")));
    neighbour.get("/api/users/me/").await.expect(200);
    // and the address is free
    let (again, newcomer) = test.customer("amina.diallo@example.com").await;
    assert_ne!(newcomer["id"], user["id"]);
    assert_eq!(again.get("/api/invoices/").await.expect(200)["count"], 0);
    drop(other);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_somebody_erased_meanwhile_does_not_leave() {
    let mut test = TestApp::builder().without_worker().start().await;
    let admin = test.admin().await;
    let (_, user) = test.customer("amina@example.com").await;
    test.invoice(&user, "0").await;
    erase(&admin, &user).await.expect(200);
    test.start_worker(worker::registry::registry());
    test.settle().await;
    assert_eq!((test.mails().len(), test.count("notifications", "status = 'SKIPPED'").await), (0, 1));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_staff_who_manage_users_erase_and_only_customers_and_for_a_reason() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let (clerk, clerk_user) = test.customer("clerk@example.com").await;
    test.sql("UPDATE users SET role = 'ADMIN', permission_sets = '[\"WAREHOUSE\"]' WHERE email = 'clerk@example.com'").await;
    for client in [&customer, &clerk] {
        erase(client, &user).await.problem(403, "permission-missing");
    }
    erase(&test.http, &user).await.problem(401, "unauthenticated");
    for staff in [&clerk_user, &admin.get("/api/users/me/").await.expect(200)] {
        erase(&admin, staff).await.problem(403, "permission-missing");
    }
    erase(&admin, &json!({ "id": Uuid::now_v7() })).await.problem(404, "not-found");
    admin.post("/api/admin/users/1/erase/", &json!({ "reason": "x" })).await.problem(404, "not-found");
    let path = format!("/api/admin/users/{}/erase/", id(&user));
    let cases = [
        (json!({}), "reason"),
        (json!({ "reason": "" }), "reason"),
        (json!({ "reason": " \t" }), "reason"),
        (json!({ "reason": "a\nb" }), "reason"),
        (json!({ "reason": "x".repeat(501) }), "reason"),
        (json!({ "reason": 7 }), "reason"),
        (json!({ "reason": null }), "reason"),
        (json!({ "reason": "x", "force": true }), "force"),
    ];
    for (body, field) in cases {
        let problem = admin.post(&path, &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{body}: {problem}");
    }
    assert_eq!(test.count("users", "erased_at IS NOT NULL").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_owes_is_not_erased_and_erasing_twice_is_erasing_once() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "5.00").await;
    erase(&admin, &user).await.problem(409, "account-has-open-invoices");
    customer.get("/api/users/me/").await.expect(200);
    pay(&test, &customer, &invoice).await;
    let answers = join_all((0..4).map(|_| erase(&admin, &user))).await;
    let first = answers[0].expect(200);
    for answer in &answers {
        assert_eq!(answer.expect(200), first);
    }
    test.app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(erase(&admin, &user).await.expect(200), first);
    assert_eq!(test.count("audit_entries", "action = 'user.erased'").await, 1);
    assert_eq!(test.count("users", "erased_at IS NOT NULL AND version = 2").await, 1);
    let body = json!({ "user": user["id"], "currency": "USD", "lines": [{ "description": "x", "quantity": 1, "unit_price": "1" }] });
    assert!(admin.post("/api/invoices/", &body).await.problem(400, "invalid")["errors"]["user"].is_array());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_erasure_and_an_invoice_at_the_same_time_one_wins() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (_, user) = test.customer("amina@example.com").await;
    let paid = test.invoice(&user, "0").await;
    assert_eq!(paid["payment_status"], "PAID");
    let body = json!({ "user": user["id"], "currency": "USD", "lines": [{ "description": "x", "quantity": 1, "unit_price": "1" }] });
    if !test.store.is_postgres() {
        // one writer: there is no "same time" that could be arranged
        let (erased, invoice) = tokio::join!(erase(&admin, &user), admin.post("/api/invoices/", &body));
        assert!(matches!((erased.status, invoice.status), (200, 400) | (409, 201)), "{} {}", erased.text, invoice.text);
        return test.done().await;
    }
    // the invoice is written and waits for its number; the erasure must wait for it, and then see it
    let hold = test.app.begin().await.unwrap();
    hold.execute_unprepared("UPDATE invoice_counters SET last = last").await.unwrap();
    let invoice = tokio::spawn({
        let (admin, body) = (admin.clone(), body.clone());
        async move { admin.post("/api/invoices/", &body).await }
    });
    waiting(&test, 1).await;
    let erasing = tokio::spawn({
        let (admin, user) = (admin.clone(), user.clone());
        async move { erase(&admin, &user).await }
    });
    waiting(&test, 2).await;
    hold.commit().await.unwrap();
    invoice.await.unwrap().expect(201);
    erasing.await.unwrap().problem(409, "account-has-open-invoices");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dies_half_way_leaves_nothing_half() {
    let test = TestApp::builder().without_worker().start().await;
    let admin = test.admin().await;
    let (customer, user) = test.customer("amina@example.com").await;
    customer.post("/api/users/me/addresses/", &address()).await.expect(201);
    let export = request(&customer).await;
    // an erasure whose last step fails
    test.sql("ALTER TABLE audit_entries RENAME TO audit_away").await;
    erase(&admin, &user).await.problem(500, "internal");
    test.sql("ALTER TABLE audit_away RENAME TO audit_entries").await;
    let me = customer.get("/api/users/me/").await.expect(200);
    assert_eq!((&me["email"], &me["is_active"]), (&json!("amina@example.com"), &json!(true)));
    assert_eq!(customer.get("/api/users/me/addresses/").await.expect(200)["count"], 1);
    // an export that was gathered and not committed
    let waiting = export::waiting(&test.app, shared::ids::DataExportId(id(&export))).await.unwrap().unwrap();
    let tx = test.app.begin().await.unwrap();
    export::finish(&tx, &waiting, "{}".to_owned()).await.unwrap();
    drop(tx);
    assert_eq!(customer.get(&show(&export)).await.expect(200), export);
    assert_eq!((test.count("notifications", "1 = 1").await, test.count("data_exports", "content IS NULL").await), (0, 1));
    // an export whose person is erased while it is gathered
    erase(&admin, &user).await.expect(200);
    let tx = test.app.begin().await.unwrap();
    export::finish(&tx, &waiting, "{}".to_owned()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((test.count("notifications", "1 = 1").await, test.count("data_exports", "1 = 1").await), (0, 0));
    test.close().await;
}
