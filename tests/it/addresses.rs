//! The own address book.

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use reqwest::Method;
use serde_json::{Value, json};

const BOOK: &str = "/api/users/me/addresses/";

fn home() -> Value {
    json!({
        "label": "Home", "recipient": "أمينة ديالو", "phone": "+15551234567", "line1": "1 Main Street", "line2": "Flat 2",
        "city": "Fresno", "region": "US-CA", "postal_code": "93650", "country": "US"
    })
}

fn path(address: &Value) -> String {
    format!("{BOOK}{}/", address["id"].as_str().unwrap())
}

async fn send(client: &Client, method: Method, path: &str, body: &Value, if_match: Option<&str>) -> Answer {
    let fill = |request: reqwest::RequestBuilder| match if_match {
        Some(tag) => request.header("If-Match", tag).json(body),
        None => request.json(body),
    };
    client.send(method, path, fill).await
}

async fn patch(client: &Client, path: &str, body: Value) -> Answer {
    send(client, Method::PATCH, path, &body, None).await
}

async fn labels(client: &Client) -> Vec<(String, bool)> {
    let page = client.get(BOOK).await.expect(200);
    let entry = |entry: &Value| (entry["label"].as_str().unwrap().to_owned(), entry["is_default"].as_bool().unwrap());
    page["results"].as_array().unwrap().iter().map(entry).collect()
}

fn named(label: &str) -> Value {
    let mut body = home();
    body["label"] = label.into();
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_written_shown_replaced_changed_and_deleted() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("a@example.com").await;
    let mut padded = home();
    padded["city"] = "  Fresno ".into();
    let created = customer.post(BOOK, &padded).await;
    let address = created.expect(201);
    assert_eq!((created.header("location"), created.header("etag")), (path(&address).as_str(), "\"1\""));
    for (field, value) in home().as_object().unwrap() {
        assert_eq!(&address[field], value, "{field}");
    }
    assert_eq!(address["is_default"], true, "the first one is the default");
    let shown = customer.get(&path(&address)).await;
    assert_eq!((shown.expect(200), shown.header("etag")), (address.clone(), "\"1\""));

    let changed = patch(&customer, &path(&address), json!({ "line2": null, "label": null, "city": "Clovis" })).await;
    let body = changed.expect(200);
    assert_eq!(
        (&body["line2"], &body["label"], &body["city"], &body["phone"]),
        (&Value::Null, &json!(""), &json!("Clovis"), &home()["phone"])
    );
    assert_eq!(changed.header("etag"), "\"2\"");
    let same = patch(&customer, &path(&address), json!({ "city": "Clovis" })).await;
    assert_eq!((same.expect(200), same.header("etag")), (body, "\"2\""), "what changes nothing is no new version");

    let bare = json!({ "recipient": "Amina", "line1": "2 Side Street", "city": "Dublin", "country": "IE" });
    let replaced = send(&customer, Method::PUT, &path(&address), &bare, None).await.expect(200);
    for field in ["phone", "line2", "region", "postal_code"] {
        assert!(replaced[field].is_null(), "{field} is cleared");
    }
    assert_eq!((replaced["is_default"].as_bool(), &replaced["created_at"]), (Some(true), &address["created_at"]));

    assert_eq!(send(&customer, Method::DELETE, &path(&address), &json!({}), None).await.status, 204);
    customer.get(&path(&address)).await.problem(404, "not-found");
    assert_eq!(labels(&customer).await, []);
    let written = test.count("audit_entries", "action IN ('address.created', 'address.changed', 'address.deleted')").await;
    assert_eq!(written, 4);
    for word in ["Fresno", "Clovis", "Main Street", "Home", "ديالو"] {
        assert_eq!(test.count("audit_entries", &format!("CAST(detail AS TEXT) LIKE '%{word}%'")).await, 0, "{word} is masked");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_an_address_is_checked_and_named() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("a@example.com").await;
    let address = customer.post(BOOK, &home()).await.expect(201);
    let cases: &[(&str, Value)] = &[
        ("label", json!("x".repeat(51))),
        ("label", json!("a\tb")),
        ("label", json!(7)),
        ("recipient", json!("")),
        ("recipient", json!("  ")),
        ("recipient", json!("あ".repeat(151))),
        ("recipient", json!("a\nb")),
        ("recipient", json!("a\u{0}b")),
        ("recipient", json!(["Amina"])),
        ("phone", json!("555 123")),
        ("phone", json!("+0123456789")),
        ("phone", json!("+1234567890123456")),
        ("phone", json!(15_551_234_567_i64)),
        ("line1", json!(" ")),
        ("line1", json!("x".repeat(201))),
        ("line1", json!({})),
        ("line2", json!("x".repeat(201))),
        ("line2", json!("a\u{85}b")),
        ("line2", json!(2)),
        ("city", json!("")),
        ("city", json!("x".repeat(101))),
        ("city", json!(false)),
        ("region", json!("CA")),
        ("region", json!("CA-ON")),
        ("region", json!("US-XX")),
        ("region", json!("us-ca")),
        ("region", json!(1)),
        ("postal_code", json!("x".repeat(21))),
        ("postal_code", json!("a\rb")),
        ("postal_code", json!(93_650)),
        ("country", json!("")),
        ("country", json!("us")),
        ("country", json!("USA")),
        ("country", json!("ZZ")),
        ("country", json!(840)),
        ("is_default", json!("yes")),
        ("is_default", json!(1)),
        ("id", json!(uuid::Uuid::now_v7())),
        ("user", json!(uuid::Uuid::now_v7())),
        ("version", json!(9)),
    ];
    for (field, value) in cases {
        let mut body = home();
        body[field] = value.clone();
        let one = json!({ *field: value });
        for (method, path, body) in
            [(Method::POST, BOOK, &body), (Method::PUT, &path(&address), &body), (Method::PATCH, &path(&address), &one)]
        {
            let problem = send(&customer, method.clone(), path, body, None).await.problem(400, "invalid");
            assert!(problem["errors"][field].is_array(), "{method} {field} = {value}: {problem}");
        }
    }
    for field in ["recipient", "line1", "city", "country"] {
        let (mut missing, mut null) = (home(), home());
        missing.as_object_mut().unwrap().remove(field);
        null[field] = Value::Null;
        for (method, path) in [(Method::POST, BOOK), (Method::PUT, &path(&address))] {
            for body in [&missing, &null] {
                let problem = send(&customer, method.clone(), path, body, None).await.problem(400, "invalid");
                assert!(problem["errors"][field].is_array(), "{method} without {field}: {problem}");
            }
        }
        let problem = patch(&customer, &path(&address), json!({ field: null })).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field} cannot be cleared: {problem}");
    }
    // a country alone leaves a region of the other one behind
    let problem = patch(&customer, &path(&address), json!({ "country": "CA" })).await.problem(400, "invalid");
    assert!(problem["errors"]["region"].is_array(), "{problem}");
    patch(&customer, &path(&address), json!({ "country": "CA", "region": "CA-ON" })).await.expect(200);
    for query in ["page=0", "page_size=101", "colour=red"] {
        customer.get(&format!("{BOOK}?{query}")).await.problem(400, "invalid");
    }
    assert_eq!(test.count("addresses", "1 = 1").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_a_foreign_address_not_even_staff() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("a@example.com").await;
    let (stranger, _) = test.customer("b@example.com").await;
    let address = customer.post(BOOK, &home()).await.expect(201);
    let unknown = format!("{BOOK}{}/", uuid::Uuid::now_v7());
    for client in [&stranger, &test.admin().await] {
        for path in [path(&address), unknown.clone(), format!("{BOOK}1/")] {
            client.get(&path).await.problem(404, "not-found");
            send(client, Method::PUT, &path, &home(), None).await.problem(404, "not-found");
            patch(client, &path, json!({ "city": "Clovis" })).await.problem(404, "not-found");
            send(client, Method::DELETE, &path, &json!({}), None).await.problem(404, "not-found");
        }
        assert_eq!(labels(client).await, []);
    }
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        send(&test.http, method, &path(&address), &home(), None).await.problem(401, "unauthenticated");
    }
    test.http.get(BOOK).await.problem(401, "unauthenticated");
    test.http.post(BOOK, &home()).await.problem(401, "unauthenticated");
    assert_eq!(customer.get(&path(&address)).await.expect(200), address);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_an_older_version_is_refused() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("a@example.com").await;
    let path = path(&customer.post(BOOK, &home()).await.expect(201));
    for (method, body) in [(Method::PUT, named("x")), (Method::PATCH, json!({ "label": "x" })), (Method::DELETE, json!({}))] {
        for bad in ["1", "\"1", "\"1\", \"2\"", "", "a b"] {
            let problem = send(&customer, method.clone(), &path, &body, Some(bad)).await.problem(400, "invalid");
            assert!(problem["errors"]["If-Match"].is_array(), "{method} {bad}: {problem}");
        }
        for other in ["\"2\"", "W/\"1\"", "\"abc\"", "\"0\""] {
            send(&customer, method.clone(), &path, &body, Some(other)).await.problem(409, "version-conflict");
        }
    }
    // of two that have read the same version, one wins
    let (one, two) = (json!({ "city": "Clovis" }), json!({ "city": "Madera" }));
    let edit = |body| send(&customer, Method::PATCH, &path, body, Some("\"1\""));
    let (one, two) = tokio::join!(edit(&one), edit(&two));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text, two.text);
    assert_eq!(customer.get(&path).await.header("etag"), "\"2\"");
    send(&customer, Method::PUT, &path, &home(), Some("\"2\"")).await.expect(200);
    send(&customer, Method::PATCH, &path, &json!({ "city": "Clovis" }), Some("*")).await.expect(200);
    assert_eq!(send(&customer, Method::DELETE, &path, &json!({}), Some("\"4\"")).await.status, 204);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_moves_and_there_is_always_one() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("a@example.com").await;
    let mut first = named("first");
    first["is_default"] = false.into();
    let first = customer.post(BOOK, &first).await.expect(201);
    assert_eq!(first["is_default"], true, "the only one is the default, whatever is said");
    assert_eq!(patch(&customer, &path(&first), json!({ "is_default": false })).await.expect(200)["is_default"], true);
    let second = customer.post(BOOK, &named("second")).await.expect(201);
    let mut third = named("third");
    third["is_default"] = true.into();
    let third = customer.post(BOOK, &third).await.expect(201);
    let is = |entries: &[(&str, bool)]| entries.iter().map(|(label, default)| ((*label).to_owned(), *default)).collect::<Vec<_>>();
    assert_eq!(labels(&customer).await, is(&[("third", true), ("second", false), ("first", false)]));
    assert_eq!(customer.get(&path(&first)).await.header("etag"), "\"2\"", "what lost its place has changed");

    patch(&customer, &path(&first), json!({ "is_default": true })).await.expect(200);
    assert_eq!(labels(&customer).await, is(&[("first", true), ("third", false), ("second", false)]));
    send(&customer, Method::PUT, &path(&first), &named("first"), None).await.expect(200);
    assert_eq!(labels(&customer).await[0], ("first".to_owned(), true), "a replacement that does not speak of it leaves it");
    // it hands over to the newest of the others
    patch(&customer, &path(&first), json!({ "is_default": false })).await.expect(200);
    assert_eq!(labels(&customer).await, is(&[("third", true), ("second", false), ("first", false)]));
    send(&customer, Method::DELETE, &path(&third), &json!({}), None).await;
    assert_eq!(labels(&customer).await, is(&[("second", true), ("first", false)]));
    send(&customer, Method::DELETE, &path(&first), &json!({}), None).await;
    assert_eq!(labels(&customer).await, is(&[("second", true)]));
    send(&customer, Method::DELETE, &path(&second), &json!({}), None).await;
    customer.post(BOOK, &named("fourth")).await.expect(201);
    assert_eq!(labels(&customer).await, is(&[("fourth", true)]));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_defaults_at_once_leave_one_and_many_first_addresses_too() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("a@example.com").await;
    let (book, mut wants) = (home(), home());
    wants["is_default"] = true.into();
    let answers = futures::future::join_all((0..10).map(|i| customer.post(BOOK, if i % 2 == 0 { &book } else { &wants }))).await;
    let addresses: Vec<Value> = answers.iter().map(|answer| answer.expect(201)).collect();
    let one = format!("is_default AND user_id IN (SELECT id FROM users WHERE email = '{}')", user["email"].as_str().unwrap());
    assert_eq!(test.count("addresses", &one).await, 1);
    let edits = addresses.iter().map(|address| {
        let (customer, path) = (customer.clone(), path(address));
        async move { patch(&customer, &path, json!({ "is_default": true })).await }
    });
    for answer in futures::future::join_all(edits).await {
        answer.expect(200);
    }
    assert_eq!(test.count("addresses", &one).await, 1);
    let deletes = addresses.iter().take(9).map(|address| {
        let (customer, path) = (customer.clone(), path(address));
        async move { send(&customer, Method::DELETE, &path, &json!({}), None).await }
    });
    for answer in futures::future::join_all(deletes).await {
        assert_eq!(answer.status, 204, "{}", answer.text);
    }
    assert_eq!((test.count("addresses", "1 = 1").await, test.count("addresses", &one).await), (1, 1));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fifty_first_address_is_refused_even_when_two_come_at_once() {
    let test = TestApp::builder().without_worker().start().await;
    let (customer, _) = test.customer("a@example.com").await;
    let (neighbour, _) = test.customer("b@example.com").await;
    for _ in 0..49 {
        customer.post(BOOK, &home()).await.expect(201);
    }
    let home = home();
    let (one, two) = tokio::join!(customer.post(BOOK, &home), customer.post(BOOK, &home));
    let refused = if one.status == 201 { two } else { one };
    refused.problem(409, "too-many-addresses");
    assert_eq!(test.count("addresses", "1 = 1").await, 50);
    neighbour.post(BOOK, &home).await.expect(201);
    let page = customer.get(&format!("{BOOK}?page_size=20&page=3")).await.expect(200);
    assert_eq!((page["count"].as_u64(), page["results"].as_array().unwrap().len()), (Some(50), 10));
    assert!(page["next"].is_null() && page["previous"].as_str().unwrap().contains("page=2"), "{page}");
    test.close().await;
}
