//! What is written, and that it stays.

use super::{note, seal};
use crate::support::TestApp;
use sea_orm::ConnectionTrait;
use serde_json::json;
use shared::audit;

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_shows_who_and_what_was_before_and_after_and_names_nobody() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (_, user) = test.customer("amina@example.com").await;
    let me = admin.get("/api/users/me/").await.expect(200);
    let (actor, _) = shared::accounts::authenticate(&test.app, admin.token()).await.unwrap();
    let before = json!({ "email": "amina@example.com", "phone_number": "+15551234567", "language": "en", "currency": "USD" });
    let after = json!({ "email": "a.diallo@example.org", "phone_number": null, "language": "en", "currency": "KWD" });
    let tx = test.app.begin().await.unwrap();
    let id: uuid::Uuid = user["id"].as_str().unwrap().parse().unwrap();
    audit::record(&tx, &actor, "user.changed", "user", id, Some(audit::changed(&before, &after))).await.unwrap();
    tx.commit().await.unwrap();

    let listed = admin.get(&format!("/api/admin/audit/?object_type=user&object_id={id}&action=user.changed")).await.expect(200);
    let entry = &listed["results"][0];
    assert_eq!((&listed["count"], &entry["actor"]["id"], &entry["actor"]["username"]), (&json!(1), &me["id"], &me["username"]));
    assert_eq!((&entry["actor_role"], &entry["object_id"]), (&json!("SUPER_ADMIN"), &user["id"]));
    let expected = json!({
        "before": { "email": "a…@example.com", "phone_number": "+…", "currency": "USD" },
        "after": { "email": "a…@example.org", "phone_number": null, "currency": "KWD" },
    });
    assert_eq!(entry["detail"], expected);
    let created = admin.get("/api/admin/audit/?action=user.created").await.expect(200);
    assert_eq!((&created["results"][0]["object_id"], &created["results"][0]["address"]), (&user["id"], &json!("127.0.0.1")));
    assert!(created["results"][0]["request_id"].is_string(), "{created}");
    assert_eq!(created["results"][1]["actor_role"], "SYSTEM", "the first super admin was made by the system");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_change_or_remove_an_entry_or_a_seal() {
    let test = TestApp::new().await;
    note(&test, 0..3).await;
    seal(&test).await;
    let entries = test.count("audit_entries", "1 = 1").await;
    let mut attempts = vec![
        "UPDATE audit_entries SET action = 'test.other'",
        "DELETE FROM audit_entries",
        "UPDATE audit_seals SET hash = 'x'",
        "DELETE FROM audit_seals",
    ];
    if test.store.is_postgres() {
        attempts.extend(["TRUNCATE audit_entries", "TRUNCATE audit_seals"]);
    }
    for sql in attempts {
        let _writing = test.app.db.writing().await;
        let refused = test.app.db.conn.execute_unprepared(sql).await.unwrap_err();
        assert!(refused.to_string().contains("audit entries are append-only"), "{sql}: {refused}");
    }
    assert_eq!(test.count("audit_entries", "action <> 'test.other'").await, entries);
    assert_eq!(test.count("audit_seals", "hash <> 'x'").await, entries);
    test.done().await;
}
