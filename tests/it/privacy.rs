//! A copy of the own data, and being forgotten.

use crate::support::client::{Answer, Client};
use crate::support::{PASSWORD, TestApp, eventually};
use chrono::TimeDelta;
use futures::future::join_all;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use shared::accounts::{link, session};
use shared::ids::{LinkId, UserId};
use shared::privacy::export;
use shared::privacy::jobs::ExportData;
use shared::queue::NewJob;
use std::time::Duration;
use uuid::Uuid;
use worker::jobs::engine::Prune;

const EXPORT: &str = "/api/users/me/export/";
/// Reached only when a test fails.
const LONG: Duration = Duration::from_secs(30);

fn id(object: &Value) -> Uuid {
    object["id"].as_str().unwrap().parse().unwrap()
}

async fn request(client: &Client) -> Value {
    client.post(EXPORT, &json!({})).await.expect(202)
}

fn show(export: &Value) -> String {
    format!("{EXPORT}{}/", id(export))
}

async fn ready(client: &Client, export: &Value) -> Value {
    let status = || async { Some(client.get(&show(export)).await.expect(200)).filter(|export| export["status"] == "READY") };
    eventually("the export is ready", LONG, status).await
}

async fn gathered(client: &Client) -> Value {
    let export = ready(client, &request(client).await).await;
    client.get(export["download_url"].as_str().unwrap()).await.expect(200)
}

async fn erase(client: &Client, user: &Value) -> Answer {
    client.post(&format!("/api/admin/users/{}/erase/", id(user)), &json!({ "reason": "asked by letter" })).await
}

/// Pays an invoice in the sandbox.
async fn pay(test: &TestApp, customer: &Client, invoice: &Value) {
    let pay = format!("/api/invoices/{}/pay/", id(invoice));
    let payment = customer.post_once(&pay, "the-key", &json!({ "gateway": "SANDBOX" })).await.expect(201);
    let page = url::Url::parse(payment["redirect_url"].as_str().unwrap()).unwrap();
    let form = format!("action=pay&{}", page.query().unwrap());
    test.http.post_raw(page.path(), form, &[("Content-Type", "application/x-www-form-urlencoded")]).await;
    test.settle().await;
}

async fn prune(test: &TestApp) {
    let tx = test.app.begin().await.unwrap();
    tx.enqueue_job(NewJob::new(&Prune {})).await.unwrap();
    tx.commit().await.unwrap();
    let done = || async { (test.count("jobs", "kind = 'engine.prune' AND state <> 'completed'").await == 0).then_some(()) };
    eventually("the pruning is done", LONG, done).await;
}

fn address() -> Value {
    json!({ "label": "Mother", "recipient": "Fatou Diallo", "line1": "7 Baobab Road", "city": "Thiès", "country": "SN", "phone": "+221338211234" })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_everything_about_the_person_and_no_secret_and_nobody_else() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let (other, other_user) = test.customer("bilal@example.com").await;
    for (client, user) in [(&other, &other_user), (&customer, &user)] {
        let invoice = test.invoice(user, "12.50").await;
        pay(&test, client, &invoice).await;
    }
    let draft = json!({ "user": user["id"], "currency": "USD", "finalize": false, "lines": [{ "description": "Draft", "quantity": 1, "unit_price": "1" }] });
    test.admin().await.post("/api/invoices/", &draft).await.expect(201);
    customer.post("/api/users/me/addresses/", &address()).await.expect(201);
    other
        .post("/api/users/me/addresses/", &json!({ "recipient": "Bilal", "line1": "x", "city": "Dakar", "country": "SN" }))
        .await
        .expect(201);
    test.sql("UPDATE users SET mfa_secret = 'SENTINEL', mfa_recovery = '[\"SENTINEL\"]'").await;
    let export = ready(&customer, &request(&customer).await).await;
    assert!(export["finished_at"].is_string() && export["expires_at"].is_string(), "{export}");
    let answer = customer.get(export["download_url"].as_str().unwrap()).await;
    let data = answer.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let disposition = answer.header("content-disposition");
    assert!(disposition.starts_with("attachment; filename=\"buy4me-data-") && disposition.ends_with(".json\""), "{disposition}");

    assert_eq!((&data["profile"]["email"], &data["profile"]["first_name"]), (&json!("amina@example.com"), &json!("Amina")));
    assert_eq!((&data["addresses"][0]["recipient"], &data["addresses"][0]["is_default"]), (&json!("Fatou Diallo"), &json!(true)));
    assert!(data["sessions"][0]["signed_in_at"].is_string() && data["sessions"][0]["address"].is_string(), "{data}");
    let [invoice] = data["invoices"].as_array().unwrap().as_slice() else { panic!("one invoice: {data}") };
    assert_eq!((&invoice["amount"], &invoice["currency"], &invoice["balance"]), (&json!("12.50"), &json!("USD"), &json!("0.00")));
    assert_eq!((&invoice["lines"][0]["description"], &invoice["lines"][0]["unit_price"]), (&json!("Parcel"), &json!("12.50")));
    assert_eq!((&invoice["payments"][0]["amount"], &invoice["payments"][0]["status"]), (&json!("12.50"), &json!("SUCCESS")));
    assert_eq!(data["notifications"][0]["event"], "invoice.paid");
    let actions: Vec<&str> = data["activity"].as_array().unwrap().iter().map(|deed| deed["action"].as_str().unwrap()).collect();
    assert!(actions.contains(&"address.created") && actions.contains(&"user.export_requested"), "{actions:?}");

    let mut foreign =
        vec!["$argon2", "SENTINEL", "hash", "token", "bilal", "Bilal", "Dakar", "Draft"].into_iter().map(String::from).collect::<Vec<_>>();
    foreign.extend(session::Entity::find().all(&test.app.db.conn).await.unwrap().into_iter().map(|session| session.refresh_hash));
    foreign.push(other_user["id"].as_str().unwrap().to_owned());
    for word in foreign {
        assert!(!answer.text.contains(&word), "{word} is in {}", answer.text);
    }
    assert_eq!(test.jobs("notifications.send_account_notice").await.len(), 1, "and the person is told once");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_many_rows_is_complete_and_tells_what_staff_did_without_detail() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let written = async |actor: Uuid, number: i64| {
        let row = shared::audit::Model {
            id: Uuid::now_v7(),
            actor_id: Some(actor),
            actor_role: "BUY4ME".to_owned(),
            action: format!("test.{number}"),
            object_type: "test".to_owned(),
            object_id: None,
            detail: Some(json!({ "about": "DETAIL" })),
            request_id: None,
            address: None,
            created_at: test.app.clock.now(),
        };
        let rows = (0..number).map(|i| shared::audit::Model { id: Uuid::now_v7(), action: format!("test.{i}"), ..row.clone() });
        let tx = test.app.begin().await.unwrap();
        for chunk in rows.collect::<Vec<_>>().chunks(400) {
            let chunk = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
            shared::audit::Entity::insert_many(chunk).exec_without_returning(&tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    };
    written(id(&user), 1203).await;
    let data = gathered(&customer).await;
    let numbers = |data: &Value| {
        let actions =
            data["activity"].as_array().unwrap().iter().filter_map(|deed| deed["action"].as_str()?.strip_prefix("test.")?.parse().ok());
        actions.collect::<Vec<i64>>()
    };
    assert_eq!(numbers(&data), (0..1203).collect::<Vec<_>>(), "each once, in order");
    assert!(data.to_string().contains("DETAIL"));
    let admin = test.admin().await;
    written(id(&admin.get("/api/users/me/").await.expect(200)), 3).await;
    let data = gathered(&admin).await;
    assert_eq!((numbers(&data).len(), data.to_string().contains("DETAIL")), (3, false));
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_again_answers_the_export_that_is_being_prepared_and_revives_one_that_died() {
    let mut test = TestApp::builder().without_worker().start().await;
    let (customer, _) = test.customer("amina@example.com").await;
    test.http.post(EXPORT, &json!({})).await.problem(401, "unauthenticated");
    let first = customer.post(EXPORT, &json!({})).await;
    let export = first.expect(202);
    assert_eq!((first.header("location"), &export["status"], export.get("download_url")), (show(&export).as_str(), &json!("QUEUED"), None));
    let empty = json!({});
    for again in join_all((0..8).map(|_| customer.post(EXPORT, &empty))).await {
        assert_eq!(again.expect(202), export);
    }
    assert_eq!((test.count("data_exports", "1 = 1").await, test.jobs("privacy.export_data").await.len()), (1, 1));
    customer.get(&format!("{}download/", show(&export))).await.problem(409, "export-not-ready");
    // its job ends in the dead letter; asking again makes another
    test.sql("UPDATE jobs SET state = 'discarded'").await;
    assert_eq!(request(&customer).await, export);
    test.start_worker(worker::registry::registry());
    let done = ready(&customer, &export).await;
    assert_eq!(done["created_at"], export["created_at"]);
    // delivered once more, it changes nothing and tells nobody
    let download = async || customer.get(&format!("{}download/", show(&export))).await.text;
    let before = download().await;
    let tx = test.app.begin().await.unwrap();
    tx.enqueue(ExportData { export: shared::ids::DataExportId(id(&export)) }).await.unwrap();
    tx.commit().await.unwrap();
    let twice = || async { (test.count("jobs", "kind = 'privacy.export_data' AND state = 'completed'").await == 2).then_some(()) };
    eventually("the second delivery ends", LONG, twice).await;
    assert_eq!((download().await, test.jobs("notifications.send_account_notice").await.len()), (before, 1));
    // the next one is a new one
    assert_ne!(request(&customer).await["id"], export["id"]);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_nobody_elses_and_expires_after_a_week() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let (stranger, _) = test.customer("b@example.com").await;
    let export = ready(&customer, &request(&customer).await).await;
    let download = format!("{}download/", show(&export));
    for client in [&stranger, &test.admin().await] {
        for path in [show(&export), download.clone(), format!("{EXPORT}{}/", Uuid::now_v7()), format!("{EXPORT}1/")] {
            client.get(&path).await.problem(404, "not-found");
        }
    }
    test.http.get(&show(&export)).await.problem(401, "unauthenticated");
    test.http.get(&download).await.problem(401, "unauthenticated");

    test.app.clock.advance(TimeDelta::days(7));
    let customer = test.http.sign_in("amina@example.com", PASSWORD).await;
    for content_is_there in [1, 0] {
        assert_eq!(test.count("data_exports", "content IS NOT NULL").await, content_is_there);
        let expired = customer.get(&show(&export)).await.expect(200);
        assert_eq!((&expired["status"], expired.get("download_url")), (&json!("EXPIRED"), None));
        customer.get(&download).await.problem(409, "export-expired");
        prune(&test).await;
    }
    assert_ne!(request(&customer).await["id"], export["id"]);
    test.app.clock.advance(TimeDelta::days(31));
    prune(&test).await;
    let customer = test.http.sign_in("amina@example.com", PASSWORD).await;
    customer.get(&show(&export)).await.problem(404, "not-found");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_ended_long_ago_are_pruned_with_their_spent_tokens() {
    let test = TestApp::new().await;
    test.customer("amina@example.com").await;
    test.customer("b@example.com").await;
    let of = |email: &str| format!("user_id = (SELECT id FROM users WHERE email = '{email}')");
    test.sql(&format!("UPDATE sessions SET revoked_at = created_at WHERE {}", of("b@example.com"))).await;
    test.sql("INSERT INTO spent_refresh_tokens (hash, session_id, spent_at) SELECT refresh_hash, id, created_at FROM sessions").await;
    let all = test.count("sessions", "1 = 1").await;
    test.app.clock.advance(TimeDelta::days(31));
    prune(&test).await;
    assert_eq!(test.count("sessions", &of("b@example.com")).await, 0, "revoked a month ago");
    assert_eq!(test.count("sessions", &of("amina@example.com")).await, 1, "expired yesterday");
    assert_eq!(test.count("spent_refresh_tokens", "1 = 1").await, all - 1);
    test.app.clock.advance(TimeDelta::days(30));
    prune(&test).await;
    assert_eq!((test.count("sessions", "1 = 1").await, test.count("spent_refresh_tokens", "1 = 1").await), (0, 0));
    test.close().await;
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
    test.sql("UPDATE jobs SET last_error = '450 amina.diallo@example.com busy', errors = '[{\"error\": \"450 amina.diallo@example.com busy\"}]' WHERE kind = 'notifications.send_receipt'").await;
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
    // a mail on its way
    test.sql("UPDATE jobs SET state = 'scheduled', run_at = '2100-01-01 00:00:00+00:00' WHERE kind = 'notifications.send_account_notice'")
        .await;

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
    let state = "erased_at IS NOT NULL AND NOT is_active AND mfa_secret IS NULL AND mfa_enabled_at IS NULL AND mfa_last_step IS NULL AND version = 2";
    assert_eq!(test.count("users", state).await, 1);
    assert_eq!(test.count("audit_entries", "action = 'user.erased'").await, 1);

    // the door is shut at once, the books are open to staff
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
    assert_eq!((test.mails().len(), test.count("notifications", "status = 'REFUSED'").await), (0, 1));
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
        erase(&admin, staff).await.problem(403, "forbidden");
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
    for i in 0..6 {
        let (_, user) = test.customer(&format!("c{i}@example.com")).await;
        let body = json!({ "user": user["id"], "currency": "USD", "lines": [{ "description": "x", "quantity": 1, "unit_price": "1" }] });
        let (erased, invoice) = tokio::join!(erase(&admin, &user), async {
            // hashing takes the erasure a moment
            tokio::time::sleep(Duration::from_millis(i * 25)).await;
            admin.post("/api/invoices/", &body).await
        });
        assert!(matches!((erased.status, invoice.status), (200, 400) | (409, 201)), "{} {}", erased.text, invoice.text);
    }
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
