//! What tickets say about a person.

use super::{AMINA, ask, change, clerk, id, messages, note, path, shown, write};
use crate::support::TestApp;
use crate::support::client::Client;
use serde_json::{Value, json};

async fn send(client: &Client, ticket: &Value, name: &str, body: &str, internal: bool) -> Value {
    let upload = format!("{}attachments/?filename={name}", path(ticket));
    let file = client.post_raw(&upload, "words of Amina", &[("Content-Type", "text/plain")]).await.expect(201);
    let mut message = json!({ "body": body, "attachments": [file["id"]] });
    if internal {
        message["internal"] = true.into();
    }
    client.post(&messages(ticket), &message).await.expect(201);
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_tells_the_own_tickets_with_what_was_said_to_each_other() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let (other, _) = test.customer("b@example.com").await;
    let (support, _) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let ticket = ask(&customer).await;
    send(&customer, &ticket, "photo.txt", "Look", false).await;
    send(&support, &ticket, "secret.txt", "HIDDEN", true).await;
    write(&support, &ticket, "On Wednesday.").await.expect(201);
    let foreign = ask(&other).await;
    write(&other, &foreign, "FOREIGN").await.expect(201);
    let export = customer.post("/api/users/me/export/", &json!({})).await.expect(202);
    test.settle().await;
    let export = customer.get(&format!("/api/users/me/export/{}/", id(&export))).await.expect(200);
    let answer = customer.get(export["download_url"].as_str().unwrap()).await;
    let data = answer.expect(200);
    let [told] = data["support_tickets"].as_array().unwrap().as_slice() else { panic!("one ticket: {data}") };
    for field in ["id", "reference", "subject", "description", "category", "priority"] {
        assert_eq!(told[field], ticket[field], "{field}");
    }
    let said: Vec<(&str, &str)> =
        told["messages"].as_array().unwrap().iter().map(|m| (m["author"].as_str().unwrap(), m["body"].as_str().unwrap())).collect();
    assert_eq!(said, [("CUSTOMER", "Look"), ("STAFF", "On Wednesday.")]);
    assert_eq!(told["messages"][0]["attachments"][0]["name"], "photo.txt");
    for word in ["HIDDEN", "secret.txt", "FOREIGN", "Fatou", "first_response", "assignee"] {
        assert!(!answer.text.contains(word), "{word} is in {}", answer.text);
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_said_outlives_an_erased_customer_and_files_go_from_the_disk() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer(AMINA).await;
    let (other, _) = test.customer("b@example.com").await;
    let (support, account) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let admin = test.admin().await;
    let body = json!({ "subject": "SENTINEL subject", "description": "SENTINEL description" });
    let ticket = customer.post(super::TICKETS, &body).await.expect(201);
    let closed = customer.post(super::TICKETS, &body).await.expect(201);
    customer.delete(&path(&closed)).await.expect(204);
    change(&support, &ticket, json!({ "assignee": account["id"] })).await.expect(200);
    let file = send(&customer, &ticket, "SENTINEL.txt", "SENTINEL question", false).await;
    send(&support, &ticket, "SENTINEL-note.txt", "SENTINEL note", true).await;
    note(&support, &ticket, "SENTINEL remark").await;
    write(&support, &ticket, "SENTINEL answer").await.expect(201);
    customer
        .post_raw(&format!("{}attachments/?filename=SENTINEL", path(&ticket)), "x", &[("Content-Type", "text/plain")])
        .await
        .expect(201);
    customer.post(&format!("{}read/", path(&ticket)), &json!({})).await.expect(200);
    let neighbours = ask(&other).await;
    let kept = send(&other, &neighbours, "kept.txt", "kept", false).await;
    test.settle().await;
    let file_of = |file: &Value| test.app.config.data_dir.join("tickets").join(&id(file)[34..]).join(id(file));
    assert!(file_of(&file).exists() && file_of(&kept).exists());

    admin.post(&format!("/api/admin/users/{}/erase/", id(&user)), &json!({ "reason": "asked by letter" })).await.expect(200);
    test.settle().await;
    for (table, column) in [
        ("tickets", "subject"),
        ("tickets", "description"),
        ("tickets", "searched"),
        ("ticket_messages", "body"),
        ("ticket_attachments", "name"),
        ("notifications", "facts"),
        ("audit_entries", "detail"),
        ("jobs", "args"),
    ] {
        assert_eq!(test.count(table, &format!("LOWER(CAST({column} AS TEXT)) LIKE '%sentinel%'")).await, 0, "{table}.{column}");
    }
    assert_eq!((test.count("ticket_attachments", "1 = 1").await, test.count("ticket_reads", "1 = 1").await), (1, 0));
    assert_eq!(test.count("notifications", "event = 'ticket.status'").await, 0, "nobody is told what is closed for nobody");
    assert!(!file_of(&file).exists() && file_of(&kept).exists());
    let left = walk(&test.app.config.data_dir.join("tickets"));
    assert_eq!(left, 1, "no file of theirs is left, sent or not");
    let seen = shown(&admin, &ticket).await;
    assert_eq!((&seen["status"], &seen["subject"], &seen["assignee"]["name"]), (&json!("CLOSED"), &json!(""), &json!("Fatou Sow")));
    assert_eq!(admin.get(&messages(&ticket)).await.expect(200)["results"][3]["author"]["name"], "Fatou Sow");
    assert_eq!(seen["available_actions"], json!([]));
    // what is an empty shell stays one
    for answer in [
        write(&admin, &ticket, "x").await,
        change(&admin, &ticket, json!({ "internal_note": "x" })).await,
        admin.delete(&path(&ticket)).await,
        admin.post_raw(&format!("{}attachments/", path(&ticket)), "x", &[("Content-Type", "text/plain")]).await,
    ] {
        answer.problem(409, "account-erased");
    }
    assert_eq!(other.get(&messages(&neighbours)).await.expect(200)["results"][0]["body"], "kept");
    let mut opened = super::question();
    opened["user"] = user["id"].clone();
    assert!(admin.post(super::TICKETS, &opened).await.problem(400, "invalid")["errors"]["user"].is_array());
    test.done().await;
}

fn walk(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder).unwrap().flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap()).count()
}
