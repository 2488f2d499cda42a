//! Resolved, and nobody says a word.

use super::{AMINA, ask, change, later, mails, run, shown, write};
use crate::support::TestApp;
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;
use shared::support::jobs::CloseResolved;
use shared::support::watch;

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_ticket_is_closed_once_though_the_job_runs_often_and_on_two_workers() {
    let mut test = TestApp::new().await;
    test.start_worker(worker::registry::registry());
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let (silent, spoken, open) = (ask(&customer).await, ask(&customer).await, ask(&customer).await);
    for ticket in [&silent, &spoken] {
        change(&admin, ticket, json!({ "status": "RESOLVED" })).await.expect(200);
    }
    let (_, admin) = later(&test, TimeDelta::days(5)).await;
    write(&admin, &spoken, "Is all well?").await.expect(201);
    test.app.clock.advance(TimeDelta::days(2) - TimeDelta::seconds(1));
    run(&test, &CloseResolved {}, 2).await;
    assert_eq!(test.count("tickets", "status = 'CLOSED'").await, 0);
    test.app.clock.advance(TimeDelta::seconds(1));
    run(&test, &CloseResolved {}, 4).await;
    let (customer, _) = later(&test, TimeDelta::zero()).await;
    for (ticket, status) in [(&silent, "CLOSED"), (&spoken, "RESOLVED"), (&open, "OPEN")] {
        assert_eq!(shown(&customer, ticket).await["status"], status);
    }
    assert_eq!(test.count("ticket_events", "status = 'CLOSED' AND created_by IS NULL").await, 1);
    assert_eq!(test.count("audit_entries", "action = 'ticket.moved' AND actor_role = 'SYSTEM'").await, 1);
    assert_eq!(mails(&test, "is closed").len(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_reply_and_the_closing_at_the_same_time_the_reply_is_kept() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    change(&admin, &ticket, json!({ "status": "RESOLVED" })).await.expect(200);
    let (customer, _) = later(&test, TimeDelta::days(7)).await;
    let close = async || {
        let tx = test.app.begin().await.unwrap();
        watch::close_silent(&tx, super::key(&ticket)).await.unwrap();
        tx.commit().await.unwrap();
    };
    let (answer, _) = tokio::join!(write(&customer, &ticket, "It is not"), join_all((0..3).map(|_| close())));
    answer.expect(201);
    assert_eq!(shown(&customer, &ticket).await["status"], "OPEN", "whichever came first");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_silent_tickets_are_closed_in_batches() {
    let test = TestApp::new().await;
    let (_, user) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let mut body = super::question();
    body["user"] = user["id"].clone();
    let ticket = admin.post(super::TICKETS, &body).await.expect(201);
    // as if they had been opened and resolved one by one
    for number in 1000..1250 {
        let id = uuid::Uuid::now_v7();
        let id = if test.store.is_postgres() { format!("'{id}'") } else { format!("X'{}'", id.simple()) };
        let columns = "user_id, subject, description, category, priority, waiting_on, searched, targets_version, first_response_due_at, \
                       resolution_due_at, last_message_at, version, created_at, updated_at";
        let sql = format!(
            "INSERT INTO tickets (id, reference, status, resolved_at, close_at, {columns}) \
             SELECT {id}, 'TCK-{number}', 'RESOLVED', created_at, created_at, {columns} FROM tickets WHERE reference = '{}'",
            ticket["reference"].as_str().unwrap()
        );
        test.sql(&sql).await;
    }
    run(&test, &CloseResolved {}, 1).await;
    assert_eq!(test.count("tickets", "status = 'CLOSED'").await, 250);
    assert_eq!(test.count("ticket_events", "status = 'CLOSED'").await, 250);
    test.done().await;
}
