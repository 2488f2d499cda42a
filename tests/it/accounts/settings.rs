//! Switches that super admins flip.

use super::staff;
use crate::support::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_typed_versioned_and_changed_all_or_none() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let before = admin.get("/api/superadmin/settings/").await.expect(200);
    assert_eq!((&before["registration_open"]["value"], &before["registration_open"]["version"]), (&json!(true), &json!(0)));
    for (body, field) in [
        (json!({ "registration_open": "no", "staff_mfa_required": true }), "registration_open"),
        (json!({ "registration_open": false, "nonsense": true }), "nonsense"),
        (json!([true]), "body"),
    ] {
        let problem = admin.put("/api/superadmin/settings/", &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{problem}");
    }
    assert_eq!(admin.get("/api/superadmin/settings/").await.expect(200), before);
    let after = admin.put("/api/superadmin/settings/", &json!({ "registration_open": false })).await.expect(200);
    assert_eq!((&after["registration_open"]["value"], &after["registration_open"]["version"]), (&json!(false), &json!(1)));
    assert!(after["registration_open"]["changed_by"].is_string());
    // the same value again is no change
    let again = admin.put("/api/superadmin/settings/", &json!({ "registration_open": false })).await.expect(200);
    assert_eq!(again, after);
    assert_eq!(test.count("audit_entries", "action = 'setting.changed'").await, 1);
    let (clerk, _) = staff(&test, "clerk@example.com", json!({})).await;
    clerk.get("/api/superadmin/settings/").await.problem(403, "permission-missing");
    clerk.put("/api/superadmin/settings/", &json!({ "registration_open": true })).await.problem(403, "permission-missing");
    test.done().await;
}
