//! Sessions: seen, ended, on every node at once.

use super::{refresh, session_of};
use crate::support::{ADMIN, PASSWORD, TestApp, client::Client};
use shared::App;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A second API node on the same database and Redis, as another process would be.
async fn second_node(test: &TestApp) -> (App, Client, CancellationToken, tokio::task::JoinHandle<std::io::Result<()>>) {
    let app = test.sibling(|_| {}).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let stop = CancellationToken::new();
    let server = tokio::spawn(api::serve(app.clone(), listener, stop.clone().cancelled_owned()));
    (app, Client::new(&url), stop, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_and_deactivation_work_at_once_on_another_node() {
    let test = TestApp::new().await;
    let (app, there, stop, server) = second_node(&test).await;
    let (here, token) = session_of(&test, ADMIN).await;
    let same = there.with_token(here.token());
    same.get("/api/users/me/").await.expect(200);
    here.call("/api/auth/logout/").await.expect(204);
    same.get("/api/users/me/").await.problem(401, "session-ended");
    here.get("/api/users/me/").await.problem(401, "session-ended");
    refresh(&there, &token).await.problem(401, "session-ended");
    here.call("/api/auth/logout/").await.problem(401, "session-ended");

    let (customer, user) = test.customer("amina@example.com").await;
    let same = there.with_token(customer.token());
    same.get("/api/users/me/").await.expect(200);
    test.admin().await.delete(&format!("/api/admin/users/{}/", user["id"].as_str().unwrap())).await.expect(204);
    same.get("/api/users/me/").await.problem(401, "session-ended");
    super::login(&there, "amina@example.com", PASSWORD).await.problem(401, "credentials");
    stop.cancel();
    server.await.unwrap().unwrap();
    drop(app);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_see_where_they_are_signed_in_and_end_one_or_all_others() {
    let test = TestApp::new().await;
    let (phone, _) = session_of(&test, ADMIN).await;
    let (laptop, _) = session_of(&test, ADMIN).await;
    let (tablet, tablet_refresh) = session_of(&test, ADMIN).await;
    let list = phone.get("/api/auth/sessions/").await.expect(200);
    assert_eq!(list["count"], 3, "{list}");
    let current: Vec<_> = list["results"].as_array().unwrap().iter().filter(|s| s["current"] == true).collect();
    assert_eq!(current.len(), 1);
    assert!(!list.to_string().contains("refresh"), "{list}");
    let mine = laptop.get("/api/auth/sessions/").await.expect(200);
    let id = mine["results"].as_array().unwrap().iter().find(|s| s["current"] == true).unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/auth/sessions/{id}/");
    let (stranger, _) = test.customer("amina@example.com").await;
    stranger.delete(&path).await.problem(404, "not-found");
    laptop.get("/api/users/me/").await.expect(200);
    phone.delete(&path).await.expect(204);
    laptop.get("/api/users/me/").await.problem(401, "session-ended");
    phone.delete(&path).await.expect(204);
    phone.delete("/api/auth/sessions/").await.expect(204);
    tablet.get("/api/users/me/").await.problem(401, "session-ended");
    refresh(&test.http, &tablet_refresh).await.problem(401, "session-ended");
    assert_eq!(phone.get("/api/auth/sessions/").await.expect(200)["count"], 1);
    phone.delete("/api/auth/sessions/nonsense/").await.problem(404, "not-found");
    test.done().await;
}
