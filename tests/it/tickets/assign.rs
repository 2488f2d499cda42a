//! Who cares for a ticket.

use super::{AMINA, TICKETS, ask, change, clerk, id, mails, shown, write};
use crate::support::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_given_to_active_staff_who_manage_tickets_and_taken_back() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let (support, clerk_account) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let (_, buyer) = clerk(&test, "buyer@example.com", &["BUYER"]).await;
    let (_, gone) = clerk(&test, "gone@example.com", &["SUPPORT"]).await;
    admin.delete(&format!("/api/superadmin/admins/{}/", id(&gone))).await.expect(204);
    let ticket = ask(&customer).await;
    for wrong in [&user["id"], &buyer["id"], &gone["id"], &json!(Uuid::now_v7()), &json!("me"), &json!(7)] {
        let body = json!({ "assignee": wrong, "response": "", "internal_note": "x".repeat(10_001) });
        let problem = change(&admin, &ticket, body).await.problem(400, "invalid");
        assert!(problem["errors"]["assignee"].is_array(), "{wrong}: {problem}");
    }
    assert_eq!(shown(&customer, &ticket).await, ticket);

    let given = change(&admin, &ticket, json!({ "assignee": clerk_account["id"] })).await.expect(200);
    assert_eq!((&given["status"], &given["waiting_on"]), (&json!("IN_PROGRESS"), &json!("STAFF")));
    change(&admin, &ticket, json!({ "assignee": clerk_account["id"] })).await.expect(200);
    write(&customer, &ticket, "Hello?").await.expect(201);
    let back = change(&admin, &ticket, json!({ "assignee": null })).await.expect(200);
    assert_eq!((&back["status"], &back["assignee"]), (&json!("IN_PROGRESS"), &Value::Null));
    write(&customer, &ticket, "Is anybody there?").await.expect(201);
    // nobody tells themselves
    change(&support, &ticket, json!({ "assignee": clerk_account["id"] })).await.expect(200);
    test.settle().await;
    let reference = ticket["reference"].as_str().unwrap();
    assert_eq!(mails(&test, "is yours"), [format!("{reference} is yours: “Where is my parcel?”")]);
    assert_eq!(mails(&test, "New message in"), [format!("New message in {reference}: “Where is my parcel?”")]);
    assert_eq!(test.count("audit_entries", "action = 'ticket.assigned'").await, 3);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_gets_no_mail_and_the_ticket_waits_for_somebody_else() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let (_, account) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let ticket = ask(&customer).await;
    change(&admin, &ticket, json!({ "assignee": account["id"] })).await.expect(200);
    admin.delete(&format!("/api/superadmin/admins/{}/", id(&account))).await.expect(204);
    write(&customer, &ticket, "Hello?").await.expect(201);
    let seen = shown(&admin, &ticket).await;
    assert_eq!((&seen["assignee"], &seen["status"]), (&Value::Null, &json!("IN_PROGRESS")));
    test.settle().await;
    assert_eq!(mails(&test, "New message in"), [""; 0]);
    assert_eq!(test.count("audit_entries", "action = 'ticket.assigned' AND actor_role = 'SYSTEM'").await, 1);
    assert_eq!(admin.get(&format!("{TICKETS}?unassigned=true")).await.expect(200)["count"], 1);
    test.done().await;
}
