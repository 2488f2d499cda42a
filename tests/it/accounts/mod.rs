//! Everyone in, each in their own room: accounts and access.

use crate::support::{PASSWORD, TestApp, client::Answer, client::Client};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use shared::accounts::link::{self, Purpose};

mod admins;
mod attacks;
mod mfa;
mod passwords;
mod refresh;
mod register;
mod sessions;
mod sign_in;
mod users;

/// A sign-in as it is answered.
async fn login(client: &Client, login: &str, password: &str) -> Answer {
    client.post("/api/auth/login/", &json!({ "username": login, "password": password })).await
}

/// Access and refresh token of a new session.
async fn session_of(test: &TestApp, login_name: &str) -> (Client, String) {
    let answer = login(&test.http, login_name, PASSWORD).await.expect(200);
    (test.http.with_token(answer["access"].as_str().unwrap()), answer["refresh"].as_str().unwrap().to_owned())
}

async fn refresh(client: &Client, token: &str) -> Answer {
    client.post("/api/auth/refresh/", &json!({ "refresh": token })).await
}

/// A member of staff, signed in.
async fn staff(test: &TestApp, email: &str, body: Value) -> (Client, Value) {
    let mut full = json!({ "email": email, "password": PASSWORD });
    full.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let user = test.admin().await.post("/api/superadmin/admins/", &full).await.expect(201);
    (test.http.sign_in(email, PASSWORD).await, user)
}

/// The token of the newest link with this purpose, as its mail says it.
async fn link_token(test: &TestApp, purpose: Purpose) -> String {
    use sea_orm::ColumnTrait;
    let links = link::Entity::find().filter(link::Column::Purpose.eq(purpose)).order_by_desc(link::Column::Id);
    let link = links.one(&test.app.db.conn).await.unwrap().expect("a link was made");
    link::token(&test.app, link.id)
}
