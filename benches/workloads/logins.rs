//! Signing in, which hashes and so is slow on purpose: how much of it there can be, and what everybody else notices of it.

use crate::clients::{Answers, Kind, together};
use crate::load::{CONNECTIONS, Connection};
use crate::process::{Process, resident};
use crate::report::{NONE, Table};
use crate::servers::Store;
use crate::{Bench, note};
use anyhow::{Context, Result, ensure};
use argon2::password_hash::PasswordHasher;
use argon2::{Argon2, Block};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PASSWORD: &str = "correct horse battery";
/// Connections of whoever tries passwords: more than can be hashed within the longest wait for a turn.
const GUESSERS: usize = 256;
/// People who sign in while passwords are being tried.
const BESIDE_GUESSERS: usize = 4;
/// The first users of the seed: half of them read, half of them sign in. Guesses are made at the others.
const CUSTOMERS: usize = 2 * CONNECTIONS;

/// Measures it: reads and sign-ins alone, both at once, reads and a few sign-ins under a flood of wrong passwords.
pub async fn run(bench: &Bench) -> Result<String> {
    let time = bench.size.logins;
    note("logins: Argon2id alone");
    let hashes_per_s = tokio::task::spawn_blocking(move || hashes_per_second(time / 20)).await??;
    let mut store = bench.servers.fresh("logins").await?;
    prepare(&mut store).await?;
    let api = Process::ready("api", &store).await?;
    let (reads, all, few, guesses) = (reads(api.address).await?, logins(CONNECTIONS), logins(BESIDE_GUESSERS), guesses());
    together(api.address, time / 10, [&reads, &all]).await?;
    let opened_before = store.count("sessions", "true").await?;
    note("logins: reads alone");
    let [reads_alone] = together(api.address, time, [&reads]).await?;
    note("logins: sign-ins alone");
    let [logins_alone] = together(api.address, time, [&all]).await?;
    note("logins: both at once");
    let [reads_beside, logins_beside] = together(api.address, time, [&reads, &all]).await?;
    note("logins: reads under a flood of wrong passwords");
    let [reads_flooded, logins_flooded, flood] = together(api.address, time, [&reads, &few, &guesses]).await?;
    let mib = resident(api.pid)?;
    let opened = store.count("sessions", "true").await? - opened_before;
    let answered: usize = [&logins_alone, &logins_beside, &logins_flooded].iter().map(|answers| answers.count(200)).sum();
    ensure!(opened == answered as i64, "{opened} sessions for {answered} sign-ins");
    api.kill().await?;
    bench.servers.remove(store).await?;

    let mut table = Table::new(&["", "/s", "p50 ms", "p99 ms", "answers"]);
    let mut row = |name: String, status: u16, answers: &Answers| {
        let [rate, p50, p99, counts] = answers.cells(status);
        table.row([name, rate, p50, p99, counts]);
    };
    row(format!("{CONNECTIONS} read `/api/users/me/`, alone"), 200, &reads_alone);
    row(format!("{CONNECTIONS} sign in, alone"), 200, &logins_alone);
    row(format!("{CONNECTIONS} read while {CONNECTIONS} sign in"), 200, &reads_beside);
    row(format!("{CONNECTIONS} sign in while {CONNECTIONS} read"), 200, &logins_beside);
    row(format!("{CONNECTIONS} read while {GUESSERS} try passwords"), 200, &reads_flooded);
    row(format!("{BESIDE_GUESSERS} sign in while {GUESSERS} try passwords"), 200, &logins_flooded);
    row(format!("{GUESSERS} try passwords: wrong"), 401, &flood);
    table.row(["Argon2id (m=19456, t=2, p=1) on one core, alone".into(), format!("{hashes_per_s:.0}"), NONE, NONE, NONE]);
    let ratios = [&logins_alone, &logins_beside].map(|logins| logins.per_second(200) / hashes_per_s);
    Ok(format!(
        "\n### Logins\n\n{table}\nRates and times are of the answers 200 (401 for wrong passwords); a 503 says in Retry-After when to come \
         back, which these clients ignore. Reached of one core's Argon2id: {:.2} alone, {:.2} beside the reads. {opened} sign-ins = sessions. \
         The API has {mib:.0} MiB resident after the load.\n",
        ratios[0], ratios[1],
    ))
}

/// What one core can do with the parameters of the product: the best of several goes, the least disturbed by others.
fn hashes_per_second(go: Duration) -> Result<f64> {
    let argon2 = Argon2::default();
    let (mut memory, mut hash) = (vec![Block::default(); argon2.params().block_count()], [0; 32]);
    let mut best = 0.0_f64;
    for _ in 0..5 {
        let (start, mut hashes) = (Instant::now(), 0);
        while start.elapsed() < go {
            let hashed = argon2.hash_password_into_with_memory(PASSWORD.as_bytes(), b"salt of 16 bytes", &mut hash, &mut memory);
            hashed.map_err(|error| anyhow::anyhow!("{error}"))?;
            hashes += 1;
        }
        best = best.max(f64::from(hashes) / start.elapsed().as_secs_f64());
    }
    Ok(best)
}

fn hash() -> Result<String> {
    Ok(Argon2::default().hash_password(PASSWORD.as_bytes()).map_err(|error| anyhow::anyhow!("{error}"))?.to_string())
}

/// Gives the customers a password, and lets each client have an address of its own.
async fn prepare(store: &mut Store) -> Result<()> {
    store.execute(&format!("UPDATE users SET password_hash = '{}' WHERE id <= bench_id(1, {CUSTOMERS})", hash()?)).await?;
    let ready = store.count("users", "password_hash <> '!'").await?;
    ensure!(ready == CUSTOMERS as i64, "{ready} customers instead of {CUSTOMERS}");
    store.env.push(("TRUSTED_PROXIES", "127.0.0.1".to_owned()));
    // counted like any other request, and never refused: 32 clients without pause would be
    store.env.push(("RATE_LIMIT_ADDRESS", u32::MAX.to_string()));
    store.env.push(("RATE_LIMIT_ACCOUNT", u32::MAX.to_string()));
    Ok(())
}

/// The second half of the customers, signed in.
async fn reads(address: SocketAddr) -> Result<Kind> {
    let mut connection = Connection::open(address).await?;
    let mut requests = vec![];
    for number in 0..CONNECTIONS {
        let status = connection.send(&login(CONNECTIONS + number, PASSWORD, number)).await?;
        ensure!(status == 200, "{status}: {}", connection.answer());
        let body = connection.json()?;
        let access = body["access"].as_str().context("an answer without a token")?;
        let head = format!("GET /api/users/me/ HTTP/1.1\r\nHost: bench\r\nX-Forwarded-For: {}\r\n", client(number));
        requests.push(format!("{head}Authorization: Bearer {access}\r\n\r\n").into_bytes());
    }
    let request = move |number: usize| requests[number % CONNECTIONS].clone();
    Ok(Kind { clients: CONNECTIONS, request: Arc::new(request), expected: &[200] })
}

/// The first half of the customers, or a few of them, each with the right password.
fn logins(clients: usize) -> Kind {
    let request = move |number: usize| login(number % clients, PASSWORD, number % clients);
    Kind { clients, request: Arc::new(request), expected: &[200, 503] }
}

/// A wrong password each from an address of its own, at an account that few others are tried at: no limit but that of the
/// hashing itself can help.
fn guesses() -> Kind {
    let others = 2_002 - CUSTOMERS;
    let request = move |number: usize| login(CUSTOMERS + number % others, "not the right one", CUSTOMERS + number);
    Kind { clients: GUESSERS, request: Arc::new(request), expected: &[401, 503] }
}

fn login(user: usize, password: &str, from: usize) -> Vec<u8> {
    let body = format!(r#"{{"username":"user{}@example.com","password":"{password}"}}"#, user + 1);
    let head = format!("POST /api/auth/login/ HTTP/1.1\r\nHost: bench\r\nX-Forwarded-For: {}\r\n", client(from));
    format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// An address of 198.18.0.0/15, which is set aside for measurements (RFC 2544).
fn client(number: usize) -> String {
    format!("198.{}.{}.{}", 18 + (number >> 16) % 2, (number >> 8) % 256, number % 256)
}
