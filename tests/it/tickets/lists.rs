//! Lists of tickets.

use super::{AMINA, TICKETS, ask, change, clerk, id, note, question, write};
use crate::support::TestApp;
use chrono::TimeDelta;
use serde_json::{Value, json};

fn references(page: &Value) -> Vec<&str> {
    page["results"].as_array().unwrap().iter().map(|row| row["reference"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_takes_the_same_statements_whatever_its_length() {
    let test = TestApp::builder().without_worker().start().await;
    let (customer, user) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let (support, account) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let me = admin.get("/api/users/me/").await.expect(200);
    for number in 0..30 {
        let mut body = question();
        body["user"] = user["id"].clone();
        let ticket = admin.post(TICKETS, &body).await.expect(201);
        let assignee = if number % 2 == 0 { &account["id"] } else { &me["id"] };
        change(&support, &ticket, json!({ "assignee": assignee, "response": "Hello", "internal_note": "x" })).await.expect(200);
    }
    for client in [&customer, &admin] {
        let mut sent = vec![];
        for size in [3, 30] {
            let (answer, cost) = test.cost(client.get(&format!("{TICKETS}?page_size={size}"))).await;
            let page = answer.expect(200);
            sent.push(cost);
            assert_eq!((page["count"].as_u64(), page["results"].as_array().unwrap().len()), (Some(30), size));
            let is_whole = |row: &Value| row["assignee"]["name"].is_string() && row["unread"].as_u64() > Some(0);
            assert!(page["results"].as_array().unwrap().iter().all(is_whole), "{page}");
        }
        assert_eq!(sent, [5, 5], "the caller, the count, the rows, what is unread, the people");
    }
    let ticket = ask(&customer).await;
    for number in 0..30 {
        let file =
            customer.post_raw(&format!("{}attachments/", super::path(&ticket)), "x", &[("Content-Type", "text/plain")]).await.expect(201);
        let body = json!({ "body": number.to_string(), "attachments": [file["id"]] });
        customer.post(&super::messages(&ticket), &body).await.expect(201);
        write(&admin, &ticket, "x").await.expect(201);
    }
    let mut sent = vec![];
    for size in [4, 60] {
        let (answer, cost) = test.cost(customer.get(&format!("{}?page_size={size}", super::messages(&ticket)))).await;
        let page = answer.expect(200);
        sent.push(cost);
        assert_eq!((page["results"].as_array().unwrap().len(), &page["results"][2]["attachments"][0]["name"]), (size, &json!("file.txt")));
    }
    assert_eq!(sent, [6, 6], "the caller, the ticket, the count, the messages, their files, the people");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_paged_ordered_and_narrowed_by_each_filter() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer(AMINA).await;
    let (other, _) = test.customer("bilal@example.org").await;
    let admin = test.admin().await;
    let (support, account) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let first = ask(&customer).await;
    test.app.clock.advance(TimeDelta::minutes(1));
    let between = test.app.clock.now();
    test.app.clock.advance(TimeDelta::minutes(1));
    let body = json!({ "subject": "Łódź 100%", "description": "Where is Fresno?", "category": "BUY4ME", "priority": "URGENT" });
    let second = other.post(TICKETS, &body).await.expect(201);
    let third = ask(&customer).await;
    change(&support, &third, json!({ "assignee": account["id"] })).await.expect(200);
    let gone = ask(&other).await;
    change(&admin, &gone, json!({ "status": "RESOLVED" })).await.expect(200);
    test.app.clock.advance(TimeDelta::minutes(1));
    write(&customer, &first, "Hello?").await.expect(201);
    note(&admin, &second, "Poor fellow").await;
    let of = |ticket: &Value| ticket["reference"].as_str().unwrap().to_owned();
    let (first, second, third, gone) = (of(&first), of(&second), of(&third), of(&gone));
    let check = async |client: &crate::support::client::Client, query: &str, expected: &[&String]| {
        let page = client.get(&format!("{TICKETS}?{query}")).await.expect(200);
        assert_eq!(references(&page), expected.iter().map(|reference| reference.as_str()).collect::<Vec<_>>(), "{query}");
        assert_eq!(page["count"].as_u64() > Some(0), !expected.is_empty());
    };
    let time = |time: shared::clock::Time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    check(&admin, "", &[&third, &second, &first]).await;
    check(&admin, "ordering=created_at", &[&first, &second, &third]).await;
    check(&admin, "ordering=-last_message_at", &[&first, &third, &second]).await;
    check(&admin, "ordering=-updated_at", &[&first, &third, &second]).await;
    check(&admin, "ordering=-reference&page_size=2&page=2", &[&first]).await;
    check(&admin, "status=RESOLVED", &[&gone]).await;
    check(&admin, "status=CLOSED", &[]).await;
    check(&admin, "status__in=OPEN,RESOLVED", &[&gone, &second, &first]).await;
    check(&admin, "priority=URGENT", &[&second]).await;
    check(&admin, "category=BUY4ME", &[&second]).await;
    check(&admin, &format!("user={}", id(&user)), &[&third, &first]).await;
    check(&admin, &format!("assignee={}", id(&account)), &[&third]).await;
    check(&support, "assignee=me", &[&third]).await;
    check(&admin, "assignee=me", &[]).await;
    check(&admin, "unassigned=true", &[&second, &first]).await;
    check(&admin, "unassigned=false", &[&third]).await;
    check(&admin, "overdue=true", &[]).await;
    check(&admin, "overdue=false", &[&third, &second, &first]).await;
    check(&admin, &format!("created_at__lt={}", time(between)), &[&first]).await;
    check(&admin, &format!("created_at__gte={}", time(between)), &[&third, &second]).await;
    check(&admin, "search=%C5%82%C3%B3d%C5%BA", &[&second]).await;
    check(&admin, "search=PARCEL", &[&third, &first]).await;
    check(&admin, "search=Fresno", &[]).await;
    check(&admin, "search=%25", &[&second]).await;
    check(&admin, "search=_", &[]).await;
    check(&admin, "search=Bilal%40example", &[&second]).await;
    check(&admin, &format!("search={}", third.to_lowercase()), &[&third]).await;
    check(&customer, "", &[&third, &first]).await;
    check(&customer, "search=bilal", &[]).await;
    check(&customer, "search=amina%40example", &[]).await;
    check(&other, "status=RESOLVED", &[&gone]).await;
    let page = customer.get(&format!("{TICKETS}?page_size=1")).await.expect(200);
    assert_eq!((page["count"].as_u64(), page["previous"].is_null()), (Some(2), true));
    assert_eq!(references(&customer.get(page["next"].as_str().unwrap()).await.expect(200)), [first.as_str()]);
    let row = &page["results"][0];
    assert!(row.get("description").is_none() && row.get("is_overdue").is_none() && row.get("customer").is_none(), "{row}");
    for (query, field) in [
        ("colour=red", "colour"),
        ("page=0", "page"),
        ("page_size=101", "page_size"),
        ("status=open", "status"),
        ("status__in=OPEN,x", "status__in"),
        ("status=OPEN&status__in=OPEN", "status"),
        ("priority=1", "priority"),
        ("category=x", "category"),
        ("user=me", "user"),
        ("assignee=you", "assignee"),
        ("unassigned=1", "unassigned"),
        ("overdue=yes", "overdue"),
        ("created_at__gte=yesterday", "created_at__gte"),
        ("created_at__lt=1", "created_at__lt"),
        ("ordering=priority", "ordering"),
        ("search=a%00", "search"),
        ("priority=LOW&priority=LOW", "priority"),
    ] {
        let problem = admin.get(&format!("{TICKETS}?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{query}: {problem}");
    }
    let long = format!("{TICKETS}?search={}", "x".repeat(101));
    assert!(admin.get(&long).await.problem(400, "invalid")["errors"]["search"].is_array());
    test.done().await;
}
