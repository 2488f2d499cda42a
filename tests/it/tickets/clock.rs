//! How long a customer waits.

use super::{AMINA, TICKETS, ask, change, clerk, id, later, mails, run, shown, write};
use crate::support::TestApp;
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::clock::Time;
use shared::support::jobs::TellOverdue;

fn time(ticket: &Value, field: &str) -> Time {
    ticket[field].as_str().unwrap_or_else(|| panic!("{field} of {ticket}")).parse().unwrap()
}

fn hours(from: Time, to: Time) -> i64 {
    // the clock of a test goes on by itself
    (to - from + TimeDelta::minutes(5)).num_hours()
}

#[tokio::test(flavor = "multi_thread")]
async fn time_passes_while_it_is_our_turn_only() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    let opened = time(&ticket, "created_at");
    let seen = shown(&admin, &ticket).await;
    assert_eq!((hours(opened, time(&seen, "first_response_due_at")), hours(opened, time(&seen, "resolution_due_at"))), (24, 120));
    let (customer, admin) = later(&test, TimeDelta::hours(10)).await;
    write(&admin, &ticket, "Which number has it?").await.expect(201);
    let seen = shown(&admin, &ticket).await;
    assert_eq!((hours(opened, time(&seen, "first_responded_at")), seen["paused_at"].is_string()), (10, true));
    drop(customer);
    let (customer, admin) = later(&test, TimeDelta::hours(200)).await;
    assert_eq!(shown(&admin, &ticket).await["is_overdue"], false);
    write(&customer, &ticket, "SHP-2026-000001").await.expect(201);
    let seen = shown(&admin, &ticket).await;
    assert_eq!((hours(opened, time(&seen, "resolution_due_at")), &seen["paused_at"]), (320, &Value::Null));
    // resolved it stands still, too
    change(&admin, &ticket, json!({ "status": "RESOLVED" })).await.expect(200);
    let (customer, _) = later(&test, TimeDelta::hours(100)).await;
    write(&customer, &ticket, "No").await.expect(201);
    let (_, admin) = later(&test, TimeDelta::hours(109)).await;
    let seen = shown(&admin, &ticket).await;
    assert_eq!((hours(opened, time(&seen, "resolution_due_at")), &seen["is_overdue"]), (420, &json!(false)));
    let (_, admin) = later(&test, TimeDelta::hours(2)).await;
    assert_eq!(shown(&admin, &ticket).await["is_overdue"], true);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_are_those_of_the_priority_as_they_were_when_it_was_opened() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    let settings = "/api/superadmin/settings/";
    let mut value = admin.get(settings).await.expect(200)["support"]["value"].clone();
    value["resolution_hours"]["HIGH"] = 20.into();
    admin.put(settings, &json!({ "support": value })).await.expect(200);
    let due = |seen: &Value| hours(time(seen, "created_at"), time(seen, "resolution_due_at"));
    assert_eq!(due(&change(&admin, &ticket, json!({ "priority": "HIGH" })).await.expect(200)), 48);
    let mut body = super::question();
    body["priority"] = "HIGH".into();
    let next = customer.post(TICKETS, &body).await.expect(201);
    assert_eq!(due(&shown(&admin, &next).await), 20);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_target_is_told_once_to_whoever_cares_for_the_ticket() {
    let mut test = TestApp::new().await;
    test.start_worker(worker::registry::registry());
    let (customer, _) = test.customer(AMINA).await;
    let (_, account) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let admin = test.admin().await;
    let (cared, nobodys) = (ask(&customer).await, ask(&customer).await);
    change(&admin, &cared, json!({ "assignee": account["id"] })).await.expect(200);
    let before = shown(&customer, &cared).await;
    let (_, admin) = later(&test, TimeDelta::hours(24)).await;
    assert_eq!(admin.get(&format!("{TICKETS}?overdue=true")).await.expect(200)["count"], 2);
    assert_eq!(admin.get(&format!("{TICKETS}?overdue=false")).await.expect(200)["count"], 0);
    for _ in 0..2 {
        run(&test, &TellOverdue {}, 3).await;
    }
    assert_eq!(mails(&test, "Overdue, not answered yet: Where is my parcel?").len(), 1);
    let entries =
        |id: &str| format!("action = 'ticket.overdue' AND CAST(detail AS TEXT) LIKE '%FIRST_RESPONSE%' AND actor_role = 'SYSTEM' {id}");
    assert_eq!(test.count("audit_entries", &entries("")).await, 2);
    let assignees = format!("AND CAST(detail AS TEXT) LIKE '%{}%'", id(&account));
    assert_eq!(test.count("audit_entries", &entries(&assignees)).await, 1);
    // its customer sees nothing of it
    let (customer, _) = later(&test, TimeDelta::zero()).await;
    assert_eq!(shown(&customer, &cared).await, before);
    // the other target is another matter
    test.app.clock.advance(TimeDelta::hours(96));
    run(&test, &TellOverdue {}, 2).await;
    assert_eq!(mails(&test, "Overdue, not resolved yet").len(), 1);
    assert_eq!(test.count("audit_entries", "action = 'ticket.overdue'").await, 4);
    // what is finished is late no more
    let (_, admin) = later(&test, TimeDelta::zero()).await;
    for ticket in [&cared, &nobodys] {
        change(&admin, ticket, json!({ "status": "RESOLVED" })).await.expect(200);
    }
    assert_eq!(admin.get(&format!("{TICKETS}?overdue=true&status__in=OPEN,RESOLVED")).await.expect(200)["count"], 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_is_told_of_no_late_ticket_which_is_nobodys_then() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let (_, account) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    change(&admin, &ticket, json!({ "assignee": account["id"] })).await.expect(200);
    admin.delete(&format!("/api/superadmin/admins/{}/", id(&account))).await.expect(204);
    test.app.clock.advance(TimeDelta::hours(24));
    run(&test, &TellOverdue {}, 2).await;
    assert_eq!(mails(&test, "Overdue").len(), 0);
    assert_eq!(test.count("audit_entries", "action = 'ticket.overdue'").await, 1);
    let (_, admin) = later(&test, TimeDelta::zero()).await;
    assert_eq!(shown(&admin, &ticket).await["assignee"], Value::Null);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_a_target_that_is_met_or_waits_for_the_customer() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let (answered, resolved) = (ask(&customer).await, ask(&customer).await);
    write(&admin, &answered, "Which number has it?").await.expect(201);
    change(&admin, &resolved, json!({ "status": "RESOLVED" })).await.expect(200);
    test.app.clock.advance(TimeDelta::days(30));
    run(&test, &TellOverdue {}, 1).await;
    assert_eq!(test.count("audit_entries", "action = 'ticket.overdue'").await, 0);
    test.done().await;
}
