//! A copy of the own data.

use super::{EXPORT, LONG, address, id, pay, prune, ready, request, show, waiting};
use crate::support::client::Client;
use crate::support::{PASSWORD, TestApp, eventually};
use chrono::TimeDelta;
use futures::future::join_all;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use shared::accounts::session;
use shared::privacy::jobs::ExportData;
use uuid::Uuid;

/// The message that the copy is ready.
const TOLD: &str = "event = 'account.export_ready' AND channel = 'EMAIL'";

async fn gathered(client: &Client) -> Value {
    let export = ready(client, &request(client).await).await;
    client.get(export["download_url"].as_str().unwrap()).await.expect(200)
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
    assert_eq!(data["active_days"], json!([test.app.clock.now().date_naive()]));
    assert!(data["sessions"][0]["signed_in_at"].is_string() && data["sessions"][0]["address"].is_string(), "{data}");
    let [invoice] = data["invoices"].as_array().unwrap().as_slice() else { panic!("one invoice: {data}") };
    assert_eq!((&invoice["amount"], &invoice["currency"], &invoice["balance"]), (&json!("12.50"), &json!("USD"), &json!("0.00")));
    assert_eq!((&invoice["lines"][0]["description"], &invoice["lines"][0]["unit_price"]), (&json!("Parcel"), &json!("12.50")));
    assert_eq!((&invoice["payments"][0]["amount"], &invoice["payments"][0]["status"]), (&json!("12.50"), &json!("SUCCESS")));
    assert!(
        invoice["payments"][0]["settled_at"].is_string() && invoice["credit_notes"] == json!([]) && invoice["reminders"] == json!([]),
        "{invoice}"
    );
    let events: Vec<&Value> = data["notifications"].as_array().unwrap().iter().map(|message| &message["event"]).collect();
    assert_eq!(events, ["invoice.issued", "invoice.issued", "invoice.paid", "invoice.paid"], "in the centre and by mail");
    assert_eq!(data["notifications"][0]["facts"]["amount"], "12.50 USD");
    let actions: Vec<&str> = data["activity"].as_array().unwrap().iter().map(|deed| deed["action"].as_str().unwrap()).collect();
    assert!(actions.contains(&"address.created") && actions.contains(&"user.export_requested"), "{actions:?}");

    let mut foreign =
        vec!["$argon2", "SENTINEL", "hash", "token", "bilal", "Bilal", "Dakar", "Draft"].into_iter().map(String::from).collect::<Vec<_>>();
    foreign.extend(session::Entity::find().all(&test.app.db.conn).await.unwrap().into_iter().map(|session| session.refresh_hash));
    foreign.push(other_user["id"].as_str().unwrap().to_owned());
    for word in foreign {
        assert!(!answer.text.contains(&word), "{word} is in {}", answer.text);
    }
    assert_eq!(test.count("notifications", TOLD).await, 1, "and the person is told once");
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
    let empty = json!({});
    let hold = test.app.begin().await.unwrap();
    if test.store.is_postgres() {
        // nobody gets through before all are there
        hold.execute_unprepared("LOCK TABLE data_exports IN SHARE MODE").await.unwrap();
    }
    let release = async {
        if test.store.is_postgres() {
            waiting(&test, 4).await;
        }
        hold.commit().await.unwrap();
    };
    let (answers, ()) = tokio::join!(join_all((0..4).map(|_| customer.post(EXPORT, &empty))), release);
    let (first, export) = (&answers[0], answers[0].expect(202));
    assert_eq!((first.header("location"), &export["status"], export.get("download_url")), (show(&export).as_str(), &json!("QUEUED"), None));
    for again in &answers {
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
    assert_eq!((download().await, test.count("notifications", TOLD).await), (before, 1));
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
