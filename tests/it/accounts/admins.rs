//! Staff accounts: nobody gives what they lack, nobody harms themselves, one super admin stays.

use super::{login, staff};
use crate::support::{PASSWORD, TestApp};
use serde_json::{Value, json};

fn path(user: &Value) -> String {
    format!("/api/superadmin/admins/{}/", user["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_super_admin_makes_changes_and_closes_staff_accounts() {
    let test = TestApp::new().await;
    let root = test.admin().await;
    let (clerk, user) = staff(&test, "clerk@example.com", json!({ "first_name": "Amina" })).await;
    assert_eq!((&user["role"], &user["permission_sets"]), (&json!("ADMIN"), &json!(["ADMIN"])));
    clerk.get("/api/admin/users/").await.expect(200);
    let shown = root.get(&path(&user)).await;
    let tag = shown.header("etag").to_owned();
    assert_eq!(shown.expect(200)["permissions"], user["permissions"]);
    // rights change with the next request, without a new sign-in
    let body = json!({ "permission_sets": ["WAREHOUSE", "BUYER", "WAREHOUSE"] });
    let changed = root.send(reqwest::Method::PATCH, &path(&user), |r| r.header("If-Match", &tag).json(&body)).await;
    assert_eq!(changed.expect(200)["permission_sets"], json!(["WAREHOUSE", "BUYER"]));
    clerk.get("/api/admin/users/").await.problem(403, "permission-missing");
    let stale = root.send(reqwest::Method::PATCH, &path(&user), |r| r.header("If-Match", &tag).json(&body)).await;
    stale.problem(409, "version-conflict");
    let odd = root.send(reqwest::Method::PATCH, &path(&user), |r| r.header("If-Match", "7").json(&body)).await;
    assert!(odd.problem(400, "invalid")["errors"]["If-Match"].is_array());
    let list = root.get("/api/superadmin/admins/?search=CLERK").await.expect(200);
    assert_eq!((list["count"].as_i64(), &list["results"][0]["id"]), (Some(1), &user["id"]));
    assert_eq!(root.get("/api/superadmin/admins/").await.expect(200)["count"], 2);
    let put = json!({ "email": "clerk@example.com", "first_name": "B", "last_name": "", "role": "ADMIN", "permission_sets": [] });
    let replaced = root.put(&path(&user), &put).await.expect(200);
    assert_eq!((&replaced["permission_sets"], &replaced["permissions"]), (&json!([]), &json!([])));
    root.delete(&path(&user)).await.expect(204);
    root.delete(&path(&user)).await.expect(204);
    clerk.get("/api/users/me/").await.problem(401, "session-ended");
    login(&test.http, "clerk@example.com", PASSWORD).await.problem(401, "credentials");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_what_they_lack_or_touches_who_may_more() {
    let test = TestApp::new().await;
    let root = test.admin().await;
    let root_user = root.get("/api/users/me/").await.expect(200);
    // one who manages staff and is no super admin: ADMIN by role, everything by set
    let (chief, chief_user) = staff(&test, "chief@example.com", json!({ "permission_sets": ["SUPER_ADMIN"] })).await;
    let (clerk, clerk_user) = staff(&test, "clerk@example.com", json!({})).await;
    let new = |role: &str, sets: Value| json!({ "email": "x@example.com", "password": PASSWORD, "role": role, "permission_sets": sets });
    for body in [new("ADMIN", json!(["WAREHOUSE"])), new("SUPER_ADMIN", json!([]))] {
        clerk.post("/api/superadmin/admins/", &body).await.problem(403, "permission-missing");
    }
    clerk.patch(&path(&clerk_user), &json!({ "permission_sets": ["SUPER_ADMIN"] })).await.problem(403, "permission-missing");
    chief.post("/api/superadmin/admins/", &new("SUPER_ADMIN", json!([]))).await.problem(403, "forbidden");
    chief.patch(&path(&clerk_user), &json!({ "role": "SUPER_ADMIN" })).await.problem(403, "forbidden");
    for body in [json!({ "email": "mine@example.com" }), json!({ "is_active": false }), json!({ "role": "ADMIN" })] {
        chief.patch(&path(&root_user), &body).await.problem(403, "forbidden");
    }
    chief.call(&format!("{}mfa/reset/", path(&root_user))).await.problem(403, "forbidden");
    // nobody changes their own rights, or closes their own account
    for body in [json!({ "is_active": false }), json!({ "role": "ADMIN" }), json!({ "permission_sets": [] })] {
        root.patch(&path(&root_user), &body).await.problem(409, "own-account");
    }
    root.delete(&path(&root_user)).await.problem(409, "own-account");
    chief.patch(&path(&chief_user), &json!({ "permission_sets": ["ADMIN"] })).await.problem(409, "own-account");
    root.patch(&path(&root_user), &json!({ "first_name": "Root" })).await.expect(200);
    // staff cannot be reached through the customers' door, nor customers through this one
    let (amina, customer) = test.customer("amina@example.com").await;
    for body in [json!({ "role": "BUY4ME" }), json!({ "email": "mine@example.com" }), json!({ "is_active": false })] {
        let there = format!("/api/admin/users/{}/", root_user["id"].as_str().unwrap());
        clerk.patch(&there, &body).await.problem(403, "permission-missing");
        root.patch(&there, &body).await.problem(403, "permission-missing");
    }
    root.patch(&path(&customer), &json!({ "role": "ADMIN" })).await.problem(404, "not-found");
    amina.get("/api/superadmin/admins/").await.problem(403, "permission-missing");
    assert_eq!(root.get(&path(&root_user)).await.expect(200)["email"], root_user["email"]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_super_admins_who_remove_each_other_at_once_leave_one() {
    let test = TestApp::new().await;
    for round in 0..6 {
        // whoever stayed last time, now it is the first one again
        test.sql(&format!("UPDATE users SET role = 'SUPER_ADMIN', is_active = (email = '{}')", crate::support::ADMIN)).await;
        let root = test.admin().await;
        let root_user = root.get("/api/users/me/").await.expect(200);
        let (other, other_user) = staff(&test, &format!("other{round}@example.com"), json!({ "role": "SUPER_ADMIN" })).await;
        let demote = json!({ "role": "ADMIN", "permission_sets": ["ADMIN"] });
        let (there, here) = (path(&other_user), path(&root_user));
        let (one, two) = tokio::join!(root.patch(&there, &demote), other.delete(&here));
        assert!([200, 401, 403, 409].contains(&one.status) && [204, 401, 403, 409].contains(&two.status), "{one:?} {two:?}");
        assert_eq!(test.count("users", "role = 'SUPER_ADMIN' AND is_active").await, 1, "{one:?} {two:?}");
    }
    test.done().await;
}

/// A third one closes several at once: they must not wait for each other.
#[tokio::test(flavor = "multi_thread")]
async fn many_super_admins_changed_at_once_never_end_in_an_error() {
    let test = TestApp::new().await;
    let root = test.admin().await;
    let mut paths = vec![];
    for n in 0..6 {
        let body = json!({ "email": format!("s{n}@example.com"), "role": "SUPER_ADMIN" });
        paths.push(path(&root.post("/api/superadmin/admins/", &body).await.expect(201)));
    }
    for active in [false, true, false] {
        let body = json!({ "is_active": active });
        let answers = futures::future::join_all(paths.iter().rev().map(|path| root.patch(path, &body))).await;
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:#?}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_here_is_seen_by_those_who_manage_staff() {
    let test = TestApp::new().await;
    let root = test.admin().await;
    let (clerk, user) = staff(&test, "clerk@example.com", json!({ "permission_sets": ["SUPPORT"] })).await;
    test.customer("amina@example.com").await;
    let seen = async |client: &crate::support::client::Client, path: &str| client.get(path).await.expect(200)["count"].as_i64().unwrap();
    assert_eq!((seen(&root, "/api/admin/users/").await, seen(&clerk, "/api/admin/users/").await), (3, 1));
    assert_eq!(seen(&clerk, "/api/admin/users/?role=SUPER_ADMIN").await, 0);
    clerk.get(&format!("/api/admin/users/{}/", user["id"].as_str().unwrap())).await.problem(404, "not-found");
    assert_eq!(seen(&root, "/api/superadmin/admins/?role=BUY4ME").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_of_a_staff_account_is_checked() {
    let test = TestApp::new().await;
    let root = test.admin().await;
    let cases = [
        ("email", json!("nobody")),
        ("email", json!(crate::support::ADMIN)),
        ("username", json!("a b")),
        ("password", json!("letmein1")),
        ("password", json!("1234567")),
        ("role", json!("WALK_IN")),
        ("role", json!("OWNER")),
        ("permission_sets", json!("ADMIN")),
        ("permission_sets[0]", json!(["EVERYTHING"])),
        ("phone_number", json!("1")),
        ("is_superuser", json!(true)),
    ];
    for (field, value) in cases {
        let mut body = json!({ "email": "clerk@example.com", "password": PASSWORD });
        body[field.split('[').next().unwrap()] = value.clone();
        let problem = root.post("/api/superadmin/admins/", &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field} = {value}: {problem}");
    }
    assert_eq!(test.count("users", "1 = 1").await, 1);
    test.done().await;
}
