//! Files on the disk: none without its row, none that nobody needs, whatever dies in between.

use super::{AMINA, ask, change, id, later, messages, path, run};
use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::ids::{AttachmentId, UserId};
use shared::policy::{Actor, Role};
use shared::support::jobs::SweepFiles;
use shared::support::kind::Kind;
use shared::support::{sweep, upload};

/// Files of tickets, whole or not.
pub(super) fn files(test: &TestApp) -> usize {
    let folders = std::fs::read_dir(test.app.config.data_dir.join("tickets")).into_iter().flatten();
    folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap()).count()
}

async fn send(client: &Client, ticket: &Value, key: &str) -> Answer {
    client.post_raw(&format!("{}attachments/", path(ticket)), "words", &[("Content-Type", "text/plain"), ("Idempotency-Key", key)]).await
}

fn at(ticket: &Value, file: &Value) -> String {
    format!("{}attachments/{}/", path(ticket), id(file))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_uploaded_and_never_sent_goes_after_a_day_row_and_file() {
    let mut test = TestApp::new().await;
    test.start_worker(worker::registry::registry());
    let (customer, _) = test.customer(AMINA).await;
    let ticket = ask(&customer).await;
    let (loose, sent) = (send(&customer, &ticket, "a").await.expect(201), send(&customer, &ticket, "b").await.expect(201));
    customer.post(&messages(&ticket), &json!({ "body": "Look", "attachments": [sent["id"]] })).await.expect(201);
    test.app.clock.advance(TimeDelta::hours(23));
    run(&test, &SweepFiles {}, 1).await;
    assert_eq!(files(&test), 2);
    test.app.clock.advance(TimeDelta::hours(1));
    run(&test, &SweepFiles {}, 3).await;
    let (customer, admin) = later(&test, TimeDelta::zero()).await;
    assert_eq!((files(&test), test.count("ticket_attachments", "1 = 1").await), (1, 1));
    customer.get(&at(&ticket, &loose)).await.problem(404, "not-found");
    assert_eq!(admin.get(&at(&ticket, &sent)).await.text, "words");
    let late = customer.post(&messages(&ticket), &json!({ "body": "Look", "attachments": [loose["id"]] })).await;
    assert!(late.problem(400, "invalid")["errors"]["attachments[0]"].is_array());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_that_dies_between_its_steps_is_finished_by_the_next() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let ticket = ask(&customer).await;
    let (first, second) = (send(&customer, &ticket, "a").await.expect(201), send(&customer, &ticket, "b").await.expect(201));
    test.app.clock.advance(TimeDelta::days(1));
    // one died after the mark, one after the file
    for (file, deletes) in [(&first, false), (&second, true)] {
        let tx = test.app.begin().await.unwrap();
        let row = sweep::mark(&tx, AttachmentId(id(file).parse().unwrap())).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        if deletes {
            sweep::delete(&test.app, &row).await.unwrap();
        }
    }
    let (customer, _) = later(&test, TimeDelta::zero()).await;
    for file in [&first, &second] {
        customer.get(&at(&ticket, file)).await.problem(404, "not-found");
        let sent = customer.post(&messages(&ticket), &json!({ "body": "x", "attachments": [file["id"]] })).await;
        assert!(sent.problem(400, "invalid")["errors"]["attachments[0]"].is_array());
    }
    run(&test, &SweepFiles {}, 1).await;
    assert_eq!((files(&test), test.count("ticket_attachments", "1 = 1").await), (0, 0));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_dies_half_way_is_seen_by_nobody_and_swept() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer(AMINA).await;
    let ticket = ask(&customer).await;
    let actor = Actor { user: Some(UserId(id(&user).parse().unwrap())), role: Role::Buy4Me, ..Actor::system() };
    let judged = upload::judge(Kind::Text, b"words".to_vec()).await.unwrap().unwrap();
    // the process dies after the file and before the mark that it is there
    let row = upload::keep(&test.app, &actor, super::key(&ticket), Some("x.txt"), judged, None).await.unwrap();
    assert_eq!(files(&test), 1);
    let file = json!({ "id": row.id });
    customer.get(&at(&ticket, &file)).await.problem(404, "not-found");
    let sent = customer.post(&messages(&ticket), &json!({ "body": "x", "attachments": [row.id] })).await;
    assert!(sent.problem(400, "invalid")["errors"]["attachments[0]"].is_array());
    test.app.clock.advance(TimeDelta::days(1));
    run(&test, &SweepFiles {}, 1).await;
    assert_eq!((files(&test), test.count("ticket_attachments", "1 = 1").await), (0, 0));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_costs_a_repeat_which_goes_on_with_the_same_row() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    let folder = test.app.config.data_dir.join("tickets");
    std::fs::write(&folder, "in the way").unwrap();
    send(&customer, &ticket, "a").await.problem(500, "internal");
    assert_eq!(test.count("ticket_attachments", "stored_at IS NULL").await, 1);
    std::fs::remove_file(&folder).unwrap();
    let file = send(&customer, &ticket, "a").await.expect(201);
    assert_eq!(send(&customer, &ticket, "a").await.expect(201), file);
    assert_eq!((files(&test), test.count("ticket_attachments", "stored_at IS NOT NULL").await), (1, 1));
    assert_eq!(customer.get(&at(&ticket, &file)).await.text, "words");
    // a file that was damaged is not handed out
    customer.post(&messages(&ticket), &json!({ "body": "x", "attachments": [file["id"]] })).await.expect(201);
    let inside = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let path = std::fs::read_dir(inside).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&path, "wards").unwrap();
    admin.get(&at(&ticket, &file)).await.problem(500, "internal");
    change(&admin, &ticket, json!({ "status": "CLOSED" })).await.expect(200);
    test.done().await;
}
