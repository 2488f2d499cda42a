//! Limits: exact over all nodes, fair to everybody else, and no reason to fail when Redis is away.

use crate::support::client::{Answer, Client};
use crate::support::redis::PrivateRedis;
use crate::support::{ADMIN, Builder, PASSWORD, TestApp, eventually, store};
use chrono::TimeDelta;
use futures::future::join_all;
use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::json;
use shared::accounts::{self, session};
use shared::ids::SessionId;
use shared::throttle::{self, Rule};
use shared::{App, Error};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// An application behind a proxy of ours, with limits per address and account.
fn limited(address: u32, account: u32) -> Builder {
    TestApp::builder().without_worker().config(move |config| {
        config.rate_limit_address = address;
        config.rate_limit_account = account;
        config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
}

/// Another API node: an application of its own in a fleet, another door of the same process on SQLite.
async fn node(test: &TestApp) -> (Client, DropGuard) {
    let app = if test.store.is_postgres() { test.sibling(|_| {}).await } else { test.app.clone() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(api::serve(app, listener, stop.clone().cancelled_owned()));
    (Client::new(&url), stop.drop_guard())
}

async fn from(client: &Client, address: &str) -> Answer {
    client.send(Method::GET, "/api/users/me/", |request| request.header("X-Forwarded-For", address)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_requests_at_once_over_two_nodes_exactly_as_many_pass_as_may() {
    let test = limited(20, 0).start().await;
    let (other, _stop) = node(&test).await;
    let answers = join_all((0..50).map(|n| if n % 2 == 0 { test.http.get("/api/nothing/") } else { other.get("/api/nothing/") })).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 404).count(), 20);
    for refused in answers.iter().filter(|answer| answer.status != 404) {
        let problem = refused.problem(429, "too-many-requests");
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!((55..=60).contains(&wait), "{wait}");
        assert!(problem["detail"].as_str().unwrap().contains(&format!("in {wait} s")), "{problem}");
    }
    for page in ["/pay/x/", "/papers/invoices/x/"] {
        assert_eq!(other.get(page).await.status, 429, "{page}");
    }
    // no way around: a token that is none, a door that asks for no token
    test.http.with_token("made up").get("/api/users/me/").await.problem(429, "too-many-requests");
    let login = json!({ "username": ADMIN, "password": PASSWORD });
    other.with_token("made up").post("/api/auth/login/", &login).await.problem(429, "too-many-requests");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_address_counts_for_itself_and_an_ipv6_network_as_one() {
    let test = limited(2, 0).start().await;
    for address in ["198.51.100.1", "198.51.100.2", "10.0.0.1, 198.51.100.3"] {
        assert_eq!([from(&test.http, address).await.status, from(&test.http, address).await.status], [401, 401], "{address}");
        from(&test.http, address).await.problem(429, "too-many-requests");
    }
    assert_eq!(from(&test.http, "2001:db8:0:1::1").await.status, 401);
    assert_eq!(from(&test.http, "2001:db8:0:1::2").await.status, 401);
    from(&test.http, "2001:db8:0:1:ffff::3").await.problem(429, "too-many-requests");
    assert_eq!(from(&test.http, "2001:db8:0:2::1").await.status, 401);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_cannot_choose_the_address_that_is_counted() {
    let test = limited(2, 0).config(|config| config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()]).start().await;
    let answers = [from(&test.http, "198.51.100.1").await, from(&test.http, "198.51.100.2").await, from(&test.http, "10.0.0.3").await];
    assert_eq!(answers.map(|answer| answer.status), [401, 401, 429]);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_limited_over_all_its_sessions_and_addresses_and_no_other_is_touched() {
    let test = limited(0, 3).start().await;
    let (other, _stop) = node(&test).await;
    let (phone, laptop) = (test.admin().await, other.sign_in(ADMIN, PASSWORD).await);
    // a token that we did not sign counts for nobody
    let (head, signature) = phone.token().rsplit_once('.').unwrap();
    let forged = test.http.with_token(&format!("{head}.{}", signature.chars().rev().collect::<String>()));
    for n in 0..5 {
        from(&forged, &format!("198.51.100.{n}")).await.problem(401, "token-invalid");
    }
    for (n, client) in [&phone, &laptop, &phone].into_iter().enumerate() {
        from(client, &format!("198.51.100.{n}")).await.expect(200);
    }
    from(&laptop, "198.51.100.7").await.problem(429, "too-many-requests");
    from(&phone, "198.51.100.8").await.problem(429, "too-many-requests");
    accounts::create_superuser(&test.app, "amina@example.com", &PASSWORD.into()).await.unwrap();
    from(&test.http.sign_in("amina@example.com", PASSWORD).await, "198.51.100.7").await.expect(200);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_and_health_are_not_limited() {
    let test = limited(1, 1).start().await;
    test.http.get("/api/nothing/").await.problem(404, "not-found");
    test.http.get("/api/nothing/").await.problem(429, "too-many-requests");
    for _ in 0..5 {
        test.http.post_raw("/api/webhooks/stripe", "{}", &[]).await.problem(400, "signature");
        assert_eq!(test.http.get("/readyz").await.status, 200);
    }
    test.close().await;
}

fn rule(most: u32, within: Duration) -> Rule {
    Rule { name: "test", most, within, message: "error-too-many-requests" }
}

/// How long until the next one is welcome.
async fn wait(app: &App, counters: &[(Rule, String)]) -> Option<Duration> {
    match throttle::check(app, counters).await {
        Ok(()) => None,
        Err(Error::TooMany { retry_after, .. }) => Some(retry_after),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_window_lasts_its_whole_time_and_then_ends() {
    let test = limited(0, 0).start().await;
    let counters = [(rule(2, Duration::from_secs(3)), "amina".to_owned())];
    let pass = async |time: Duration| {
        match test.store.is_postgres() {
            true => tokio::time::sleep(time).await, // Redis' own clock, which a test cannot move
            false => test.app.clock.advance(TimeDelta::from_std(time).unwrap()),
        }
    };
    throttle::count(&test.app, &counters).await.unwrap();
    pass(Duration::from_millis(1500)).await;
    assert_eq!(wait(&test.app, &counters).await, None);
    throttle::count(&test.app, &counters).await.unwrap();
    let left = wait(&test.app, &counters).await.expect("full");
    assert!(left > Duration::from_millis(1500) && left <= Duration::from_secs(3), "the second count set the window anew: {left:?}");
    assert!(throttle::count(&test.app, &counters).await.is_err());
    pass(left).await;
    eventually("the window ends", Duration::from_secs(2), async || wait(&test.app, &counters).await.is_none().then_some(())).await;
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_counters_are_counted_together_or_not_at_all() {
    let test = limited(0, 0).start().await;
    let of = |most, subject: &str| (rule(most, Duration::from_secs(60)), subject.to_owned());
    let both = [of(5, "address"), of(2, "account")];
    // of ten at once two pass, and the refused leave the address alone
    let counted = join_all((0..10).map(|_| throttle::count(&test.app, &both))).await;
    assert_eq!(counted.iter().filter(|counted| counted.is_ok()).count(), 2);
    for n in 0..3 {
        throttle::count(&test.app, &both[..1]).await.unwrap_or_else(|error| panic!("count {n}: {error}"));
    }
    assert!(throttle::count(&test.app, &both[..1]).await.is_err());
    throttle::clear(&test.app, &both[1..]).await.unwrap();
    assert!(wait(&test.app, &both[1..]).await.is_none() && wait(&test.app, &both).await.is_some());
    test.close().await;
}

async fn session_of(test: &TestApp) -> SessionId {
    session::Entity::find().one(&test.app.db.conn).await.unwrap().expect("signed in").id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_session_is_refused_on_every_node_before_the_database_is_asked() {
    let test = limited(0, 2).start().await;
    let (other, _stop) = node(&test).await;
    let client = test.admin().await;
    let away = other.with_token(client.token());
    accounts::deny(&test.app, &[session_of(&test).await]).await;
    let asked = test.statements.load(Ordering::Relaxed);
    for _ in 0..3 {
        client.get("/api/users/me/").await.problem(401, "session-ended");
        away.get("/api/users/me/").await.problem(401, "session-ended");
    }
    assert_eq!(test.statements.load(Ordering::Relaxed), asked, "no statement");
    // whoever still sends the old token can sign in, and has the account's whole share
    let again = away.sign_in(ADMIN, PASSWORD).await;
    again.get("/api/users/me/").await.expect(200);
    again.get("/api/users/me/").await.expect(200);
    again.get("/api/users/me/").await.problem(429, "too-many-requests");
    test.app.clock.advance(TimeDelta::minutes(16));
    client.get("/api/users/me/").await.problem(401, "token-expired");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_redis_forgives_requests_but_no_ended_session() {
    if store::servers().is_none() {
        return eprintln!("not run: this is about a fleet on PostgreSQL and Redis, and this half has neither");
    }
    let redis = PrivateRedis::start().await;
    let url = redis.url();
    let test = limited(0, 1).config(move |config| config.redis_url = Some(url.into())).start().await;
    let client = test.admin().await;
    client.get("/api/users/me/").await.expect(200);
    client.get("/api/users/me/").await.problem(429, "too-many-requests");
    redis.flushall().await;
    client.get("/api/users/me/").await.expect(200);

    test.sql("UPDATE sessions SET revoked_at = now()").await;
    accounts::deny(&test.app, &[session_of(&test).await]).await;
    let denied: Vec<String> = redis.ask(&["KEYS", "*denied:*"]).await;
    let life: i64 = redis.ask(&["TTL", &denied[0]]).await;
    assert!(denied.len() == 1 && (890..=900).contains(&life), "kept as long as an access token lives: {life}");
    redis.flushall().await;
    client.get("/api/users/me/").await.problem(401, "session-ended");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_away_each_node_limits_by_itself_and_nothing_fails() {
    if store::servers().is_none() {
        return eprintln!("not run: this is about a fleet on PostgreSQL and Redis, and this half has neither");
    }
    let redis = PrivateRedis::start().await;
    let url = redis.url();
    let test = limited(5, 0).config(move |config| config.redis_url = Some(url.into())).start().await;
    let (other, _stop) = node(&test).await;
    let admin = test.admin().await;
    let statuses = async |client: &Client, address: &str| {
        let mut seen = vec![];
        for _ in 0..7 {
            seen.push(from(client, address).await.status);
        }
        seen
    };
    let per_node = [200, 200, 200, 200, 200, 429, 429];
    let away = other.with_token(admin.token());

    redis.kill9().await;
    assert_eq!(statuses(&admin, "198.51.100.1").await, per_node);
    assert_eq!(statuses(&away, "198.51.100.1").await, per_node);
    accounts::deny(&test.app, &[session_of(&test).await]).await; // cannot be noted, and fails nobody

    // back and empty: the fleet counts together again
    redis.restart().await;
    let together = async || {
        let keys: Vec<String> = redis.ask(&["KEYS", "*throttle:requests-address:*"]).await;
        (!keys.is_empty()).then_some(())
    };
    eventually("the node finds redis", Duration::from_secs(20), async || {
        from(&test.http, "198.51.100.9").await;
        together().await
    })
    .await;
    redis.flushall().await;
    eventually("the other node finds redis", Duration::from_secs(20), async || {
        from(&other, "198.51.100.9").await;
        together().await
    })
    .await;
    assert_eq!(statuses(&admin, "198.51.100.2").await, per_node);
    assert_eq!(statuses(&away, "198.51.100.2").await, [429; 7]);

    // frozen with open connections: one request a second waits for it, and not long
    redis.pause();
    let began = Instant::now();
    assert_eq!(statuses(&away, "198.51.100.3").await, per_node);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    redis.resume();
    test.close().await;
}
