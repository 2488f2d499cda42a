//! How much somebody has not read yet.

use super::{AMINA, TICKETS, ask, clerk, id, messages, note, path, shown, write};
use crate::support::TestApp;
use crate::support::client::Client;
use futures::future::join_all;
use serde_json::{Value, json};

async fn read(client: &Client, ticket: &Value, message: Option<&Value>) -> u64 {
    let body = message.map_or_else(|| json!({}), |message| json!({ "message": message["id"] }));
    client.post(&format!("{}read/", path(ticket)), &body).await.expect(200)["unread"].as_u64().unwrap()
}

/// As the ticket says, and the list.
async fn unread(client: &Client, ticket: &Value) -> u64 {
    let (one, list) = (shown(client, ticket).await, client.get(TICKETS).await.expect(200));
    let row = list["results"].as_array().unwrap().iter().find(|row| row["id"] == ticket["id"]).unwrap();
    assert_eq!(one["unread"], row["unread"]);
    one["unread"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_wrote_is_unread_until_it_is_read_and_a_mark_never_goes_back() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let (support, _) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let (ticket, other) = (ask(&customer).await, ask(&customer).await);
    assert_eq!(read(&customer, &ticket, None).await, 0, "there is nothing yet");
    let first = write(&admin, &ticket, "1").await.expect(201);
    note(&admin, &ticket, "2").await;
    let third = write(&admin, &ticket, "3").await.expect(201);
    write(&customer, &ticket, "4").await.expect(201);
    write(&customer, &other, "elsewhere").await.expect(201);
    for (client, count) in [(&customer, 2), (&admin, 1), (&support, 4)] {
        assert_eq!(unread(client, &ticket).await, count);
    }
    assert_eq!(read(&customer, &ticket, Some(&first)).await, 1);
    assert_eq!(read(&customer, &ticket, Some(&third)).await, 0);
    assert_eq!(read(&customer, &ticket, Some(&first)).await, 0, "it never goes back");
    // everybody has their own mark; no body is as good as an empty one
    assert_eq!(read(&support, &ticket, Some(&third)).await, 1);
    assert_eq!(support.call(&format!("{}read/", path(&ticket))).await.expect(200), json!({ "unread": 0 }));
    write(&admin, &ticket, "5").await.expect(201);
    for (client, count) in [(&customer, 1), (&admin, 1), (&support, 1)] {
        assert_eq!(unread(client, &ticket).await, count);
    }
    let marks = [&first, &third].into_iter().cycle().take(8);
    join_all(marks.map(|message| read(&customer, &ticket, Some(message)))).await;
    assert_eq!((unread(&customer, &ticket).await, test.count("ticket_reads", "1 = 1").await), (1, 2));
    let body = json!({ "message": write(&customer, &other, "x").await.expect(201)["id"] });
    let problem = customer.post(&format!("{}read/", path(&ticket)), &body).await.problem(400, "invalid");
    assert!(problem["errors"]["message"].is_array(), "another ticket's: {problem}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_paged_and_caught_up_with_from_the_last_one_known() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let (ticket, other) = (ask(&customer).await, ask(&customer).await);
    let mut written = vec![];
    for number in 0..6 {
        let client = if number % 2 == 0 { &customer } else { &admin };
        written.push(write(client, &ticket, &number.to_string()).await.expect(201));
    }
    let list = messages(&ticket);
    let texts = |page: &Value| -> String { page["results"].as_array().unwrap().iter().map(|row| row["body"].as_str().unwrap()).collect() };
    let page = customer.get(&format!("{list}?page_size=4")).await.expect(200);
    assert_eq!((texts(&page).as_str(), &page["count"]), ("0123", &json!(6)));
    assert_eq!(texts(&customer.get(page["next"].as_str().unwrap()).await.expect(200)), "45");
    let after = |message: &Value| format!("{list}?after={}&page_size=2", id(message));
    let page = customer.get(&after(&written[1])).await.expect(200);
    assert_eq!((texts(&page).as_str(), &page["count"]), ("23", &json!(4)));
    assert_eq!(texts(&customer.get(page["next"].as_str().unwrap()).await.expect(200)), "45");
    assert_eq!(customer.get(&after(&written[5])).await.expect(200)["count"], 0);
    let elsewhere = write(&customer, &other, "x").await.expect(201);
    for query in [format!("after={}", id(&elsewhere)), "after=1".into(), "before=1".into(), "page=0".into(), "page_size=101".into()] {
        let problem = customer.get(&format!("{list}?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][query.split('=').next().unwrap()].is_array(), "{query}: {problem}");
    }
    test.done().await;
}
