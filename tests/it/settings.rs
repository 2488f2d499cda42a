//! What super admins change while everything runs.

use crate::support::client::{Answer, Client};
use crate::support::{PASSWORD, TestApp};
use serde_json::{Value, json};

const SETTINGS: &str = "/api/superadmin/settings/";
const HISTORY: &str = "/api/superadmin/settings/history/";

/// A change of each key: where, and to what.
const CHANGES: &[(&str, &str, &str)] = &[
    ("registration_open", "", "false"),
    ("staff_mfa_required", "", "false"),
    ("currencies", "", r#"["EUR", "KWD"]"#),
    ("shipping", "/cost_tolerance", "\"7.5\""),
    ("buy4me", "/fee_percent", "\"9.25\""),
    ("taxes", "/rate", "\"19\""),
    ("exchange_rates", "/margin_bps", "150"),
    ("invoices", "/reminder_days", "[-5, 2]"),
    ("company", "/name", "\"Parcels & Sons\""),
    ("support", "/first_response_hours/URGENT", "1"),
    ("feedback_invite_hours", "", "0"),
];

/// The value of a key with one place of it changed.
fn changed(settings: &Value, (key, pointer, new): (&str, &str, &str)) -> Value {
    let mut value = settings[key]["value"].clone();
    *value.pointer_mut(pointer).unwrap_or_else(|| panic!("{key}{pointer}")) = serde_json::from_str(new).unwrap();
    value
}

async fn put_if(client: &Client, tag: &str, body: &Value) -> Answer {
    client.send(reqwest::Method::PUT, SETTINGS, |request| request.header("If-Match", tag).json(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_is_changed_read_back_and_kept_with_its_default() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let before = admin.get(SETTINGS).await.expect(200);
    let keys: Vec<&str> = before.as_object().unwrap().keys().map(String::as_str).collect();
    let mut known: Vec<&str> = CHANGES.iter().map(|(key, ..)| *key).collect();
    known.sort_unstable();
    assert_eq!(keys, known, "a new key gets a line in CHANGES");
    for change in CHANGES {
        let (key, value) = (change.0, changed(&before, *change));
        let is_same = value == before[key]["value"];
        let after = admin.put(SETTINGS, &json!({ key: value })).await.expect(200);
        assert_eq!((&after[key]["value"], &after[key]["version"]), (&value, &json!(i32::from(!is_same))), "{key}");
        assert_eq!(after[key]["default"], before[key]["value"], "{key}");
        assert_eq!(after[key]["changed_by"].is_string() && after[key]["changed_at"].is_string(), !is_same, "{key}");
    }
    // what was read can be sent again, and is no change; by POST as well
    let now = admin.get(SETTINGS).await.expect(200);
    let all: Value = now.as_object().unwrap().iter().map(|(key, setting)| (key.clone(), setting["value"].clone())).collect();
    assert_eq!(admin.post(SETTINGS, &all).await.expect(200), now);
    assert_eq!(test.count("settings", "1 = 1").await, test.count("audit_entries", "action = 'setting.changed'").await);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_for_staff_is_a_switch_like_the_others() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let after = admin.post(SETTINGS, &json!({ "staff_mfa_required": true })).await.expect(200);
    assert_eq!((&after["staff_mfa_required"]["value"], &after["staff_mfa_required"]["default"]), (&json!(true), &json!(false)));
    admin.get(SETTINGS).await.problem(403, "mfa-required");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_values_name_their_fields_and_nothing_is_changed() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let before = admin.get(SETTINGS).await.expect(200);
    let cases: &[(&str, &str, Value, &str)] = &[
        ("registration_open", "", json!("no"), "registration_open"),
        ("registration_open", "", json!(null), "registration_open"),
        ("staff_mfa_required", "", json!(1), "staff_mfa_required"),
        ("currencies", "", json!([]), "currencies"),
        ("currencies", "", json!("USD"), "currencies"),
        ("currencies", "", json!(["USD", "USD"]), "currencies"),
        ("currencies", "", json!(["USD", "usd"]), "currencies[1]"),
        ("shipping", "", json!({}), "shipping.currency"),
        ("shipping", "/cost_tolerance", json!("101"), "shipping.cost_tolerance"),
        ("shipping", "/cost_tolerance", json!(5), "shipping.cost_tolerance"),
        ("shipping", "/dimensional_divisor", json!(0), "shipping.dimensional_divisor"),
        ("shipping", "/services/0/tariffs/0/base", json!("-1"), "shipping.services[0].tariffs[0].base"),
        ("buy4me", "/fee_percent", json!("8.12345"), "buy4me.fee_percent"),
        ("buy4me", "/fee_minimum", json!("1.234"), "buy4me.fee_minimum"),
        ("buy4me", "/fee_maximum", json!("0.01"), "buy4me.fee_maximum"),
        ("buy4me", "/vendor_delivery", json!(1), "buy4me.vendor_delivery"),
        ("buy4me", "/quote_hours", json!(0), "buy4me.quote_hours"),
        ("buy4me", "/quote_hours", json!(721), "buy4me.quote_hours"),
        ("buy4me", "/complete_after_days", json!(91), "buy4me.complete_after_days"),
        ("buy4me", "/currency", json!("usd"), "buy4me.currency"),
        ("taxes", "/rate", json!("-1"), "taxes.rate"),
        ("taxes", "/on", json!(["SHIPPING", "SHIPPING"]), "taxes.on"),
        ("taxes", "/on/0", json!("AIR"), "taxes.on[0]"),
        ("exchange_rates", "/margin_bps", json!(2_001), "exchange_rates.margin_bps"),
        ("exchange_rates", "/margin_bps", json!(1.5), "exchange_rates.margin_bps"),
        ("exchange_rates", "/max_jump", json!("0"), "exchange_rates.max_jump"),
        ("exchange_rates", "/stale_hours", json!(0), "exchange_rates.stale_hours"),
        ("exchange_rates", "/stale_hours", json!(99_999_999_999_u64), "exchange_rates.stale_hours"),
        ("company", "/name", json!(" "), "company.name"),
        ("company", "/name", json!("a\nb"), "company.name"),
        ("company", "/address_lines", json!(["1", "2", "3", "4", "5", "6", "7"]), "company.address_lines"),
        ("company", "/bank_lines", json!(["x".repeat(101)]), "company.bank_lines[0]"),
        ("company", "/logo", json!("data:image/png;base64,AAAA"), "company.logo"),
        ("support", "/first_response_hours/LOW", json!(0), "support.first_response_hours.LOW"),
        ("support", "/first_response_hours/LOW", json!("48"), "support.first_response_hours.LOW"),
        ("support", "/resolution_hours/HIGH", json!(7), "support.resolution_hours.HIGH"),
        ("support", "/resolution_hours/URGENT", json!(8_761), "support.resolution_hours.URGENT"),
        ("support", "/resolution_hours", json!({ "LOW": 1 }), "support.resolution_hours.NORMAL"),
        ("invoices", "/due_days", json!(0), "invoices.due_days"),
        ("invoices", "/due_days", json!(366), "invoices.due_days"),
        ("invoices", "/reminder_days", json!([1, 1]), "invoices.reminder_days"),
        ("invoices", "/reminder_days", json!([-366]), "invoices.reminder_days"),
        ("invoices", "/reminder_days/0", json!("soon"), "invoices.reminder_days[0]"),
    ];
    for (key, pointer, wrong, field) in cases {
        let value = changed(&before, (key, pointer, &wrong.to_string()));
        // beside one that is fine
        let mut body = json!({ "registration_open": false });
        body[key] = value;
        let problem = admin.put(SETTINGS, &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{key}{pointer} = {wrong}: {problem}");
    }
    let mut extra = before["taxes"]["value"].clone();
    extra["country"] = json!("SN");
    let mut short = before["invoices"]["value"].clone();
    short.as_object_mut().unwrap().remove("due_days");
    let all = json!({ "taxes": extra, "invoices": short, "nonsense": true, "currencies": [1] });
    let problem = admin.post(SETTINGS, &all).await.problem(400, "invalid");
    let mut fields: Vec<&str> = problem["errors"].as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["currencies[0]", "invoices.due_days", "nonsense", "taxes.country"], "all at once");
    assert!(admin.put(SETTINGS, &json!([true])).await.problem(400, "invalid")["errors"]["body"].is_array());
    let twice = r#"{"registration_open": true, "registration_open": false}"#;
    let problem = admin.post_raw(SETTINGS, twice, &[("Content-Type", "application/json")]).await.problem(400, "invalid");
    assert!(problem["errors"]["registration_open"].is_array(), "{problem}");
    assert_eq!(admin.get(SETTINGS).await.expect(200), before);
    assert_eq!(test.count("settings", "1 = 1").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_what_somebody_else_changed_meanwhile_is_refused() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let read = admin.get(SETTINGS).await;
    assert_eq!(read.header("etag"), "\"1\"");
    let closed = json!({ "registration_open": false });
    let first = put_if(&admin, "\"1\"", &closed).await;
    first.expect(200);
    assert_eq!(first.header("etag"), "\"2\"");
    // of any key, because one may depend on another
    put_if(&admin, "\"1\"", &json!({ "taxes": { "rate": "5", "on": [] } })).await.problem(409, "version-conflict");
    let two = json!({ "registration_open": true, "taxes": { "rate": "5", "on": [] } });
    let second = put_if(&admin, "\"2\"", &two).await;
    second.expect(200);
    assert_eq!(second.header("etag"), "\"4\"");
    put_if(&admin, "2", &closed).await.problem(400, "invalid");
    put_if(&admin, "*", &closed).await.expect(200);
    assert_eq!(test.count("settings", "1 = 1").await, 4);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_edits_at_once_one_holds() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let margin = |bps: u32| json!({ "exchange_rates": { "margin_bps": bps, "max_jump": "10", "stale_hours": 96 } });
    let (one, other) = (margin(100), margin(300));
    let (one, other) = tokio::join!(put_if(&admin, "\"1\"", &one), put_if(&admin, "\"1\"", &other));
    let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
    lost.problem(409, "version-conflict");
    assert_eq!(admin.get(SETTINGS).await.expect(200), won.expect(200));
    // who does not say what they have read replaces what there is, one after the other
    let (one, other) = (margin(150), margin(350));
    let (one, other) = tokio::join!(admin.put(SETTINGS, &one), admin.put(SETTINGS, &other));
    let mut versions = [one.expect(200), other.expect(200)].map(|after| after["exchange_rates"]["version"].as_i64().unwrap());
    versions.sort_unstable();
    assert_eq!((versions, test.count("settings", "1 = 1").await), ([2, 3], 3));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_says_who_changed_what_and_when() {
    let test = TestApp::builder().without_worker().start().await;
    let admin = test.admin().await;
    for body in [json!({ "registration_open": false }), json!({ "registration_open": true }), json!({ "currencies": ["EUR"] })] {
        admin.put(SETTINGS, &body).await.expect(200);
    }
    let list = admin.get(HISTORY).await.expect(200);
    let told = |row: &Value| (row["key"].as_str().unwrap().to_owned(), row["version"].as_i64().unwrap(), row["value"].clone());
    let rows: Vec<_> = list["results"].as_array().unwrap().iter().map(told).collect();
    let switch = |version, value: bool| ("registration_open".to_owned(), version, json!(value));
    assert_eq!(rows, [("currencies".to_owned(), 1, json!(["EUR"])), switch(2, true), switch(1, false)]);
    let me = admin.get("/api/users/me/").await.expect(200);
    let by = &list["results"][0]["changed_by"];
    assert_eq!((&by["id"], &by["username"]), (&me["id"], &me["username"]));
    let count = async |query: &str| admin.get(&format!("{HISTORY}?{query}")).await.expect(200)["count"].as_i64().unwrap();
    assert_eq!(count("key=registration_open").await, 2);
    assert_eq!(count("key=shipping").await, 0);
    assert_eq!(count(&format!("changed_by={}", me["id"].as_str().unwrap())).await, 3);
    assert_eq!(count("changed_at__gte=2020-01-01T00:00:00Z").await, 3);
    assert_eq!(count("changed_at__lt=2020-01-01T00:00:00Z").await, 0);
    let mut counts = vec![];
    for size in [1, 3] {
        counts.push(test.cost(count(&format!("page_size={size}&ordering=key"))).await.1);
    }
    assert_eq!(counts[0], counts[1]);
    for (query, field) in [
        ("key=colour", "key"),
        ("changed_by=me", "changed_by"),
        ("changed_at__gte=today", "changed_at__gte"),
        ("changed_at__lt=1", "changed_at__lt"),
        ("ordering=value", "ordering"),
        ("page=0", "page"),
        ("page_size=101", "page_size"),
        ("version=1", "version"),
    ] {
        let problem = admin.get(&format!("{HISTORY}?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{query}: {problem}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_nobody_elses_to_see_or_change() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let body = json!({ "email": "clerk@example.com", "password": PASSWORD, "permission_sets": ["ADMIN"] });
    admin.post("/api/superadmin/admins/", &body).await.expect(201);
    let clerk = test.http.sign_in("clerk@example.com", PASSWORD).await;
    let (customer, _) = test.customer("amina@example.com").await;
    let open = json!({ "registration_open": false });
    for who in [&clerk, &customer] {
        who.get(SETTINGS).await.problem(403, "permission-missing");
        who.get(HISTORY).await.problem(403, "permission-missing");
        who.put(SETTINGS, &open).await.problem(403, "permission-missing");
        who.post(SETTINGS, &open).await.problem(403, "permission-missing");
    }
    test.http.get(HISTORY).await.problem(401, "unauthenticated");
    assert_eq!(test.count("settings", "1 = 1").await, 0);
    test.done().await;
}
