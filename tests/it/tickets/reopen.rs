//! A ticket that is not over yet.

use super::{AMINA, TICKETS, actions, allowed, ask, change, clerk, id, later, path, run, shown, write};
use crate::support::TestApp;
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::support::jobs::CloseResolved;

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_within_a_week_reopens_and_later_a_new_ticket_is_due() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let mut admin = test.admin().await;
    let ticket = ask(&customer).await;
    for end in ["RESOLVED", "CLOSED"] {
        change(&admin, &ticket, json!({ "status": end })).await.expect(200);
        let customer;
        (customer, admin) = later(&test, TimeDelta::days(7) - TimeDelta::seconds(1)).await;
        write(&customer, &ticket, "It is not").await.expect(201);
        let seen = shown(&customer, &ticket).await;
        assert_eq!((&seen["status"], &seen["closed_at"], &seen["resolved_at"]), (&json!("OPEN"), &Value::Null, &Value::Null), "{end}");
    }
    change(&admin, &ticket, json!({ "status": "CLOSED" })).await.expect(200);
    let (customer, _) = later(&test, TimeDelta::days(7)).await;
    for answer in [
        write(&customer, &ticket, "Too late").await,
        change(&customer, &ticket, json!({ "status": "OPEN" })).await,
        customer.post_raw(&format!("{}attachments/", path(&ticket)), "x", &[("Content-Type", "text/plain")]).await,
    ] {
        assert_eq!(allowed(&answer.problem(409, "ticket-closed")), ["open_new_ticket"]);
    }
    assert_eq!(actions(&shown(&customer, &ticket).await), [""; 0]);
    assert_eq!(test.count("ticket_messages", "1 = 1").await, 2, "what was refused was not written");
    assert_ne!(ask(&customer).await["id"], ticket["id"]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_week_resolved_is_as_good_as_closed_whether_the_job_ran_or_not() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let tickets = [ask(&customer).await, ask(&customer).await];
    change(&admin, &tickets[0], json!({ "status": "RESOLVED" })).await.expect(200);
    test.app.clock.advance(TimeDelta::days(7));
    run(&test, &CloseResolved {}, 1).await;
    let (_, admin) = later(&test, TimeDelta::zero()).await;
    change(&admin, &tickets[1], json!({ "status": "RESOLVED" })).await.expect(200);
    // one closed a week ago, one resolved a week ago
    let (customer, _) = later(&test, TimeDelta::days(6)).await;
    assert!(actions(&shown(&customer, &tickets[0]).await).contains(&"reopen"));
    write(&customer, &tickets[0], "Once more").await.expect(201);
    let (customer, _) = later(&test, TimeDelta::days(7)).await;
    let seen = shown(&customer, &tickets[1]).await;
    assert_eq!((&seen["status"], actions(&seen).contains(&"reopen")), (&json!("RESOLVED"), true));
    let (customer, _) = later(&test, TimeDelta::days(1)).await;
    write(&customer, &tickets[1], "Too late").await.problem(409, "ticket-closed");
    run(&test, &CloseResolved {}, 1).await;
    assert_eq!(test.count("tickets", "status = 'CLOSED'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reopened_ticket_is_still_its_assignees_if_they_can() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let (support, account) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let ticket = ask(&customer).await;
    change(&support, &ticket, json!({ "assignee": account["id"], "status": "RESOLVED" })).await.expect(200);
    // by a word or by hand; OPEN is how clients say it
    let back = change(&customer, &ticket, json!({ "status": "OPEN" })).await.expect(200);
    assert_eq!(
        (&back["status"], &back["assignee"]["name"], &back["waiting_on"]),
        (&json!("IN_PROGRESS"), &json!("Fatou"), &json!("STAFF"))
    );
    change(&support, &ticket, json!({ "status": "CLOSED" })).await.expect(200);
    write(&customer, &ticket, "No").await.expect(201);
    assert_eq!(shown(&customer, &ticket).await["status"], "IN_PROGRESS");
    change(&support, &ticket, json!({ "status": "CLOSED" })).await.expect(200);
    let rights = json!({ "permission_sets": ["WAREHOUSE"] });
    test.admin().await.patch(&format!("/api/superadmin/admins/{}/", id(&account)), &rights).await.expect(200);
    write(&customer, &ticket, "Hello?").await.expect(201);
    let seen = shown(&test.admin().await, &ticket).await;
    assert_eq!((&seen["status"], &seen["assignee"]), (&json!("OPEN"), &Value::Null));
    assert_eq!(test.admin().await.get(&format!("{TICKETS}?unassigned=true")).await.expect(200)["count"], 1);
    test.done().await;
}
