//! What a stranger tries.

use super::login;
use crate::support::{ADMIN, PASSWORD, TestApp, client::Client};
use serde_json::json;
use std::time::{Duration, Instant};

fn behind_a_proxy() -> crate::support::Builder {
    TestApp::builder().config(|config| config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()])
}

async fn guess(client: &Client, from: &str, login: &str, password: &str) -> crate::support::client::Answer {
    client.post_from(from, "/api/auth/login/", &json!({ "username": login, "password": password })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_wrong_passwords_from_one_address_that_account_is_closed_to_it_and_to_nobody_else() {
    let test = behind_a_proxy().start().await;
    test.customer("amina@example.com").await;
    for _ in 0..5 {
        guess(&test.http, "203.0.113.7", "amina@example.com", "wrong").await.problem(401, "credentials");
    }
    // the right password helps as little as another wrong one, in any spelling of the name
    let locked = guess(&test.http, "203.0.113.7", " AMINA@example.com", PASSWORD).await;
    locked.problem(429, "too-many-attempts");
    let wait: u64 = locked.header("retry-after").parse().unwrap();
    assert!((1..=15 * 60).contains(&wait), "{wait}");
    guess(&test.http, "203.0.113.8", "amina@example.com", PASSWORD).await.expect(200);
    guess(&test.http, "203.0.113.7", ADMIN, PASSWORD).await.expect(200);
    // an account that does not exist is closed in the same way
    for _ in 0..5 {
        guess(&test.http, "203.0.113.9", "nobody@example.com", "wrong").await.problem(401, "credentials");
    }
    guess(&test.http, "203.0.113.9", "nobody@example.com", "wrong").await.problem(429, "too-many-attempts");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_addresses_get_no_more_than_twenty_guesses_at_one_account() {
    let test = behind_a_proxy().start().await;
    test.customer("amina@example.com").await;
    let (mut wrong, mut refused) = (0, 0);
    for n in 0..40 {
        match guess(&test.http, &format!("198.51.100.{n}"), "amina@example.com", "wrong").await.status {
            401 => wrong += 1,
            429 => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((wrong, refused), (20, 20));
    guess(&test.http, "192.0.2.1", "amina@example.com", PASSWORD).await.problem(429, "too-many-attempts");
    test.done().await;
}

/// All at once: no more of them learn anything than one after the other would.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_the_same_time_do_not_slip_through_together() {
    let test = behind_a_proxy().start().await;
    test.customer("amina@example.com").await;
    let attempt = |n: usize| {
        let client = test.http.clone();
        async move { guess(&client, "203.0.113.7", "amina@example.com", &format!("wrong {n}")).await.status }
    };
    let statuses = futures::future::join_all((0..40).map(attempt)).await;
    let answered = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((answered(401), answered(401) + answered(429) + answered(503)), (5, 40), "{statuses:?}");
    guess(&test.http, "203.0.113.7", "amina@example.com", PASSWORD).await.problem(429, "too-many-attempts");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_password_tried_on_everybody_is_noticed_by_its_address() {
    let test = behind_a_proxy().start().await;
    let mut answered = 0;
    for n in 0..110 {
        let status = guess(&test.http, "203.0.113.7", &format!("u{n}@example.com"), "correct horse battery").await.status;
        answered += usize::from(status == 401);
    }
    assert_eq!(answered, 100);
    guess(&test.http, "203.0.113.8", ADMIN, PASSWORD).await.expect(200);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn right_sign_ins_at_the_same_time_do_not_stand_in_each_others_way() {
    let test = TestApp::new().await;
    let answers = futures::future::join_all((0..16).map(|_| login(&test.http, ADMIN, PASSWORD))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:#?}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resets_and_registrations_are_limited_by_address_and_by_mailbox() {
    let test = behind_a_proxy().start().await;
    let reset = |from: String, email: String| {
        let client = test.http.clone();
        async move { client.post_from(&from, "/api/auth/password/reset/", &json!({ "email": email })).await }
    };
    for n in 0..5 {
        reset(format!("203.0.113.{n}"), "amina@example.com".into()).await.expect(202);
    }
    let refused = reset("203.0.113.99".into(), "Amina@example.com".into()).await;
    refused.problem(429, "too-many-mails");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    for n in 0..30 {
        reset("198.51.100.1".into(), format!("u{n}@example.com")).await.expect(202);
    }
    reset("198.51.100.1".into(), "v@example.com".into()).await.problem(429, "too-many-mails");
    let register = |from: String, email: String| {
        let client = test.http.clone();
        async move { client.post_from(&from, "/api/auth/register/", &json!({ "email": email, "password": PASSWORD })).await }
    };
    for n in 0..5 {
        register(format!("203.0.113.{n}"), "zoe@example.com".into()).await.expect(201);
    }
    register("203.0.113.98".into(), "zoe@example.com".into()).await.problem(429, "too-many-mails");
    test.settle().await;
    test.done().await;
}

/// Two samples of times, taken alternately; the share of pairs in which the first is slower (the statistic of Mann and Whitney).
/// One half means that they cannot be told apart.
async fn slower<A: Future<Output = ()>, B: Future<Output = ()>>(
    rounds: usize,
    one: impl Fn(usize) -> A,
    other: impl Fn(usize) -> B,
) -> f64 {
    let (mut first, mut second) = (vec![], vec![]);
    let timed = async |work: std::pin::Pin<Box<dyn Future<Output = ()> + '_>>| -> Duration {
        let began = Instant::now();
        work.await;
        began.elapsed()
    };
    for n in 0..rounds {
        // which goes first changes, so that neither profits from the other
        if n % 2 == 0 {
            first.push(timed(Box::pin(one(n))).await);
            second.push(timed(Box::pin(other(n))).await);
        } else {
            second.push(timed(Box::pin(other(n))).await);
            first.push(timed(Box::pin(one(n))).await);
        }
    }
    let pairs = first.iter().flat_map(|a| second.iter().map(move |b| u32::from(a > b)));
    f64::from(pairs.sum::<u32>()) / (first.len() * second.len()) as f64
}

/// If accounts could be told from strangers by time, nearly all pairs would lean one way; noise alone stays far from that.
const TELLING: std::ops::RangeInclusive<f64> = 0.1..=0.9;

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_a_sign_in_a_reset_and_a_registration_does_not_tell_who_has_an_account() {
    let test = behind_a_proxy().without_worker().start().await;
    for n in 0..24 {
        let new =
            json!({ "email": format!("known{n}@example.com"), "first_name": "", "last_name": "", "role": "BUY4ME", "password": PASSWORD });
        test.admin().await.post("/api/admin/users/", &new).await.expect(201);
    }
    let post = |path: &'static str, who: &'static str, status: u16| {
        let client = test.http.clone();
        move |n: usize| {
            let (client, email) = (client.clone(), format!("{who}{n}@example.com"));
            let body = match path {
                "/api/auth/login/" => json!({ "username": email, "password": "wrong password" }),
                "/api/auth/register/" => json!({ "email": email, "password": PASSWORD }),
                _ => json!({ "email": email }),
            };
            async move { assert_eq!(client.post_from(&format!("2001:db8:{n}::1"), path, &body).await.status, status) }
        }
    };
    for (path, status) in [("/api/auth/login/", 401), ("/api/auth/password/reset/", 202), ("/api/auth/register/", 201)] {
        let share = slower(24, post(path, "known", status), post(path, "unknown", status)).await;
        assert!(TELLING.contains(&share), "{path}: an account is slower in {share:.2} of all pairs");
    }
    // the measure does find a difference where there is one
    let quick = |_| async {};
    let share = slower(24, post("/api/auth/login/", "other", 401), quick).await;
    assert!(!TELLING.contains(&share), "{share}");
    test.close().await;
}

/// A stolen token is worth no more guesses at the password than a sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn changing_the_password_gives_no_more_guesses_than_signing_in_not_even_all_at_once() {
    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let guess = |n: usize| {
        let amina = amina.clone();
        let current = if n == 59 { PASSWORD.to_owned() } else { format!("wrong {n}") };
        let body = json!({ "current_password": current, "new_password": "the thief's own secret" });
        async move {
            // the right one comes when the limit is full
            if n == 59 {
                tokio::task::yield_now().await;
            }
            amina.post("/api/auth/password/change/", &body).await.status
        }
    };
    let statuses = futures::future::join_all((0..59).map(guess)).await;
    let wrong = statuses.iter().filter(|status| **status == 400).count();
    assert_eq!(wrong, 20, "{statuses:?}");
    assert_eq!(guess(59).await, 429);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_cannot_keep_the_owner_out_of_the_place_where_they_usually_sign_in() {
    let test = behind_a_proxy().start().await;
    test.customer("amina@example.com").await;
    guess(&test.http, "192.0.2.1", "amina@example.com", PASSWORD).await.expect(200);
    for n in 0..25 {
        guess(&test.http, &format!("198.51.100.{n}"), "amina@example.com", "wrong").await;
    }
    guess(&test.http, "198.51.100.99", "amina@example.com", PASSWORD).await.problem(429, "too-many-attempts");
    guess(&test.http, "192.0.2.1", "amina@example.com", PASSWORD).await.expect(200);
    // guesses from there are still few
    for _ in 0..5 {
        guess(&test.http, "192.0.2.1", "amina@example.com", "wrong").await.problem(401, "credentials");
    }
    guess(&test.http, "192.0.2.1", "amina@example.com", PASSWORD).await.problem(429, "too-many-attempts");
    test.done().await;
}

/// The headers come while the session is good, the end of the body when it is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_held_back_outlives_neither_session_nor_rights() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let test = TestApp::new().await;
    let root = test.admin().await;
    for ending in ["deactivate", "demote"] {
        let email = format!("{ending}@example.com");
        let (clerk, user) = super::staff(&test, &email, json!({ "role": "SUPER_ADMIN" })).await;
        let body = json!({ "email": format!("x-{ending}@example.com"), "password": PASSWORD, "role": "SUPER_ADMIN" }).to_string();
        let (first, rest) = body.split_at(10);
        let address = test.app.config.public_url.socket_addrs(|| None).unwrap()[0];
        let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /api/superadmin/admins/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{first}",
            clerk.token(),
            body.len()
        );
        let before = test.statements.load(std::sync::atomic::Ordering::Relaxed);
        line.write_all(head.as_bytes()).await.unwrap();
        // it has been recognised when the database was asked
        let asked = || async { (test.statements.load(std::sync::atomic::Ordering::Relaxed) > before).then_some(()) };
        crate::support::eventually("the caller is recognised", Duration::from_secs(10), asked).await;
        let path = format!("/api/superadmin/admins/{}/", user["id"].as_str().unwrap());
        match ending {
            "deactivate" => root.delete(&path).await.expect(204),
            _ => root.patch(&path, &json!({ "role": "ADMIN", "permission_sets": [] })).await.expect(200),
        };
        tokio::time::sleep(Duration::from_millis(600)).await; // the slowness itself is what is tried
        line.write_all(rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 401"), "{ending}: {answer}");
        assert_eq!(test.count("users", &format!("email = 'x-{ending}@example.com'")).await, 0);
    }
    test.done().await;
}

/// Turns to hash are few: whoever signs in from where they usually do does not queue behind a flood from elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_goes_ahead_of_a_flood_of_strangers() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let test = behind_a_proxy().start().await;
    test.customer("amina@example.com").await;
    guess(&test.http, "192.0.2.1", "amina@example.com", PASSWORD).await.expect(200);
    let answered = std::sync::Arc::new(AtomicUsize::new(0));
    let mut flood = tokio::task::JoinSet::new();
    for n in 0..60 {
        let (client, answered) = (test.http.clone(), answered.clone());
        flood.spawn(async move {
            guess(&client, &format!("198.51.100.{n}"), &format!("u{n}@example.com"), "wrong").await;
            answered.fetch_add(1, Ordering::Relaxed);
        });
    }
    let begun = || async { (answered.load(Ordering::Relaxed) > 0).then_some(()) };
    crate::support::eventually("the flood is there", Duration::from_secs(10), begun).await;
    guess(&test.http, "192.0.2.1", "amina@example.com", PASSWORD).await.expect(200);
    let before = answered.load(Ordering::Relaxed);
    assert!(before < 30, "{before} strangers were answered before the owner");
    flood.join_all().await;
    test.done().await;
}
