//! Customers' accounts: managed by staff, and by their owners.

use super::{link_token, staff};
use crate::support::TestApp;
use serde_json::{Value, json};
use shared::accounts::link::Purpose;

fn path(user: &Value) -> String {
    format!("/api/admin/users/{}/", user["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_find_customers_by_every_filter_with_a_constant_number_of_statements() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let person = |n: usize, role: &str, name: &str| json!({ "email": format!("c{n}@example.com"), "first_name": name, "last_name": "Diallo", "role": role, "password": "correct horse battery", "phone_number": format!("+1555123{n:04}") });
    for n in 0..4 {
        let role = if n % 2 == 0 { "WALK_IN" } else { "BUY4ME" };
        admin.post("/api/admin/users/", &person(n, role, if n == 3 { "100%_Zoë" } else { "Amina" })).await.expect(201);
    }
    let last = admin.get("/api/admin/users/?search=c3@example").await.expect(200)["results"][0].clone();
    admin.delete(&path(&last)).await.expect(204);
    let count = async |query: &str| admin.get(&format!("/api/admin/users/?{query}")).await.expect(200)["count"].as_i64().unwrap();
    for (query, expected) in [
        ("", 5),
        ("role=WALK_IN", 2),
        ("role__in=WALK_IN,BUY4ME", 4),
        ("is_active=false", 1),
        ("status=active", 4),
        ("status=inactive&role=BUY4ME", 1),
        ("search=AMINA", 3),
        ("search=%2B15551230001", 1),
        ("search=100%25_z", 1),
        ("search=%25", 1),
        ("search=_", 1),
        ("date_joined__lt=2020-01-01T00:00:00Z", 0),
        ("date_joined__gte=2020-01-01T00:00:00Z&search=c1", 1),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    for (query, field) in [
        ("status=open", "status"),
        ("is_active=yes", "is_active"),
        ("role=OWNER", "role"),
        ("x=1", "x"),
        ("is_active=true&status=active", "status"),
        ("ordering=password_hash", "ordering"),
        ("page_size=101", "page_size"),
    ] {
        let problem = admin.get(&format!("/api/admin/users/?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{query}: {problem}");
    }
    let names = admin.get("/api/admin/users/?ordering=email&page_size=2").await.expect(200);
    assert_eq!((&names["results"][0]["email"], names["next"].is_string()), (&json!("c0@example.com"), true));
    let mut counts = vec![];
    count("").await; // reads the switches, which are then known for a moment
    for size in [1, 5] {
        let (answer, cost) = test.cost(admin.get(&format!("/api/admin/users/?page_size={size}"))).await;
        answer.expect(200);
        counts.push(cost);
    }
    assert!(counts[0] == counts[1] && counts[0] <= 4, "{counts:?}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn put_says_everything_and_patch_only_what_changes() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let new = json!({ "email": "amina@example.com", "username": "amina", "password": "correct horse battery", "first_name": "Amina", "last_name": "Diallo", "role": "WALK_IN", "phone_number": "+15551234567" });
    let created = admin.post("/api/admin/users/", &new).await;
    assert_eq!(created.header("etag"), "\"1\"");
    let user = created.expect(201);
    let patched = admin.patch(&path(&user), &json!({ "first_name": "Zoë", "role": "BUY4ME" })).await;
    assert_eq!(patched.header("etag"), "\"2\"");
    let patched = patched.expect(200);
    assert_eq!(
        (&patched["first_name"], &patched["role"], &patched["phone_number"]),
        (&json!("Zoë"), &json!("BUY4ME"), &json!("+15551234567"))
    );
    assert_eq!(admin.patch(&path(&user), &json!({ "phone_number": null })).await.expect(200)["phone_number"], json!(null));
    let nothing = admin.patch(&path(&user), &json!({})).await;
    assert_eq!((nothing.status, nothing.header("etag")), (200, "\"3\""));
    let put = json!({ "email": "amina@example.com", "first_name": "A", "last_name": "", "role": "WALK_IN" });
    let replaced = admin.put(&path(&user), &put).await.expect(200);
    assert_eq!(
        (&replaced["username"], &replaced["language"], &replaced["is_active"]),
        (&json!("amina@example.com"), &json!("en"), &json!(true))
    );
    admin.put(&path(&user), &json!({ "email": "amina@example.com" })).await.problem(400, "invalid");
    for (field, value) in [
        ("email", json!(null)),
        ("email", json!("nobody")),
        ("email", json!(crate::support::ADMIN)),
        ("username", json!("x y")),
        ("first_name", json!(1)),
        ("first_name", json!(null)),
        ("role", json!(null)),
        ("is_active", json!("yes")),
        ("language", json!("xx")),
        ("currency", json!("usd")),
        ("phone_number", json!("1")),
        ("password", json!("correct horse battery")),
        ("permission_sets", json!(["ADMIN"])),
        ("date_joined", json!("2020-01-01T00:00:00Z")),
    ] {
        let problem = admin.patch(&path(&user), &json!({ field: value })).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field}: {problem}");
    }
    for role in ["ADMIN", "SUPER_ADMIN"] {
        admin.patch(&path(&user), &json!({ "role": role })).await.problem(403, "permission-missing");
        let mut body = put.clone();
        body["role"] = role.into();
        admin.put(&path(&user), &body).await.problem(403, "permission-missing");
    }
    admin.get("/api/admin/users/0199aaaa-0000-7000-8000-000000000000/").await.problem(404, "not-found");
    assert_eq!(admin.get(&path(&user)).await.expect(200)["role"], "WALK_IN");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_is_unproved_until_its_link_is_used_and_old_links_die() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (_, user) = test.customer("amina@example.com").await;
    test.http.post("/api/auth/password/reset/", &json!({ "email": "amina@example.com" })).await.expect(202);
    test.settle().await;
    let reset = link_token(&test, Purpose::ResetPassword).await;
    let changed = admin.patch(&path(&user), &json!({ "email": "new@example.com" })).await.expect(200);
    assert_eq!(
        (&changed["email"], &changed["username"], &changed["email_verified_at"]),
        (&json!("new@example.com"), &json!("new@example.com"), &json!(null))
    );
    let confirm = json!({ "token": reset, "password": "the old address' choice" });
    test.http.post("/api/auth/password/reset/confirm/", &confirm).await.problem(400, "invalid");
    test.settle().await;
    let told: Vec<String> = test.mails().iter().map(|mail| String::from_utf8_lossy(&mail.raw).into_owned()).collect();
    let to = |address: &str, subject: &str| told.iter().any(|mail| mail.contains(&format!("<{address}>")) && mail.contains(subject));
    assert!(to("amina@example.com", "Your account has another e-mail address now"), "the old address is told: {told:#?}");
    assert!(to("new@example.com", "Confirm your e-mail address"), "{told:#?}");
    let token = link_token(&test, Purpose::VerifyEmail).await;
    let proved = test.http.post("/api/auth/verify-email/", &json!({ "token": token })).await.expect(200);
    assert!(proved["email_verified_at"].is_string());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_an_account_is_the_default_of_its_address_book() {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    assert_eq!(amina.get("/api/users/me/").await.expect(200)["address"], json!(null));
    let address = |city: &str| json!({ "recipient": "Amina", "line1": "1 Main St", "city": city, "country": "US", "region": "US-CA" });
    let me = amina.patch("/api/users/me/", &json!({ "first_name": "A", "address": address("Oakland") })).await.expect(200);
    assert_eq!((&me["address"]["city"], &me["first_name"]), (&json!("Oakland"), &json!("A")));
    let first = me["address"]["id"].clone();
    let me = amina.patch("/api/users/me/", &json!({ "address": address("Fresno") })).await.expect(200);
    assert_eq!((&me["address"]["city"], &me["address"]["id"]), (&json!("Fresno"), &first), "replaced, not added");
    // all or nothing, and the field is named where it stands in the body
    let mut wrong = json!({ "first_name": "B", "address": address("Reno") });
    wrong["address"]["country"] = "XX".into();
    let problem = amina.patch("/api/users/me/", &wrong).await.problem(400, "invalid");
    assert!(problem["errors"]["address.country"].is_array(), "{problem}");
    let me = amina.get("/api/users/me/").await.expect(200);
    assert_eq!((&me["first_name"], &me["address"]["city"]), (&json!("A"), &json!("Fresno")));
    assert_eq!(test.admin().await.get(&path(&user)).await.expect(200)["address"]["city"], "Fresno");
    assert_eq!(amina.get("/api/users/me/addresses/").await.expect(200)["count"], 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_editors_who_saw_the_same_version_one_wins() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (_, user) = test.customer("amina@example.com").await;
    let tag = admin.get(&path(&user)).await.header("etag").to_owned();
    let (there, tag) = (path(&user), tag.as_str());
    let edit = |name: String| {
        let (admin, there) = (admin.clone(), there.clone());
        async move {
            admin.send(reqwest::Method::PATCH, &there, |r| r.header("If-Match", tag).json(&json!({ "first_name": name }))).await.status
        }
    };
    let mut statuses = futures::future::join_all((0..5).map(|n| edit(format!("N{n}")))).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409]);
    assert_eq!(test.count("audit_entries", "action = 'user.updated'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_edit_their_profile_and_nothing_that_gives_rights() {
    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let answer = amina.patch("/api/users/me/", &json!({ "first_name": "أمينة", "phone_number": "+15551234567", "currency": "EUR" })).await;
    assert_eq!(answer.header("etag"), "\"2\"");
    let me = answer.expect(200);
    assert_eq!((&me["first_name"], &me["currency"]), (&json!("أمينة"), &json!("EUR")));
    let stale =
        amina.send(reqwest::Method::PATCH, "/api/users/me/", |r| r.header("If-Match", "\"1\"").json(&json!({ "first_name": "A" }))).await;
    stale.problem(409, "version-conflict");
    for (field, value) in [
        ("role", json!("SUPER_ADMIN")),
        ("is_active", json!(true)),
        ("permission_sets", json!(["SUPER_ADMIN"])),
        ("permissions", json!(["CAN_REFUND"])),
        ("email_verified_at", json!("2020-01-01T00:00:00Z")),
        ("password", json!("correct horse battery")),
        ("id", json!("0199aaaa-0000-7000-8000-000000000000")),
        ("first_name", json!("a\u{0}b")),
        ("language", json!(["en"])),
    ] {
        let problem = amina.patch("/api/users/me/", &json!({ field: value })).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array() || field == "language", "{field}: {problem}");
    }
    let (clerk, _) = staff(&test, "clerk@example.com", json!({})).await;
    clerk.patch("/api/users/me/", &json!({ "role": "SUPER_ADMIN" })).await.problem(400, "invalid");
    assert_eq!(amina.get("/api/auth/user/").await.expect(200)["role"], "BUY4ME");
    amina.get("/api/admin/users/").await.problem(403, "permission-missing");
    test.done().await;
}
