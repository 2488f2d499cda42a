//! W3, reading: pages of 200,000 shipments as staff and as a customer with 10,000 of them, filters, a search, one shipment.

use crate::clients::{Kind, sign_in, together};
use crate::load::CONNECTIONS;
use crate::process::{Cpu, Process, resident};
use crate::report::{Table, micros};
use crate::servers::Store;
use crate::{Bench, note};
use anyhow::{Result, ensure};
use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use std::sync::Arc;

const PASSWORD: &str = "correct horse battery";
const SHIPMENTS: i64 = 200_000;

/// What is asked: its name, by whom, and the path of the request with this number.
type Question = (&'static str, Who, fn(usize) -> String);

#[derive(Clone, Copy, PartialEq)]
enum Who {
    Staff,
    Customer,
}

const QUESTIONS: [Question; 8] = [
    ("staff, pages 1 to 10 of 50", Who::Staff, |n| format!("/api/shipments/?page_size=50&page={}", 1 + n % 10)),
    ("staff, pages 1 to 200 of 50", Who::Staff, |n| format!("/api/shipments/?page_size=50&page={}", 1 + n % 200)),
    ("staff, one status of 2,500", Who::Staff, |n| format!("/api/shipments/?page_size=50&status=IN_TRANSIT&page={}", 1 + n % 10)),
    ("staff, one country of 25,000", Who::Staff, |n| format!("/api/shipments/?page_size=50&country=DE&page={}", 1 + n % 10)),
    ("staff, search for one of 200,000", Who::Staff, |n| format!("/api/shipments/?search=shp-2025-{:06}", 1 + n * 7919 % 200_000)),
    ("customer with 10,000, pages 1 to 10 of 50", Who::Customer, |n| format!("/api/shipments/?page_size=50&page={}", 1 + n % 10)),
    ("customer with 10,000, pages 1 to 200 of 50", Who::Customer, |n| format!("/api/shipments/?page_size=50&page={}", 1 + n % 200)),
    ("customer, one shipment", Who::Customer, |n| format!("/api/shipments/01900005-0000-7000-8000-{:012x}/", 20 * (1 + n * 7919 % 10_000))),
];

/// Measures each question alone.
pub async fn run(bench: &Bench) -> Result<String> {
    let time = bench.size.run;
    note("lists: seeding 200,000 shipments");
    let mut store = bench.servers.fresh("lists").await?;
    prepare(&mut store).await?;
    let api = Process::ready("api", &store).await?;
    let token = async |user: usize| sign_in(api.address, &format!("user{user}@example.com"), PASSWORD).await;
    let (staff, customer) = (token(2).await?, token(1).await?);
    let mut table = Table::new(&["", "/s", "p50 ms", "p99 ms", "API µs", "PostgreSQL µs"]);
    for (name, who, path) in QUESTIONS {
        note(format_args!("lists: {name}"));
        let token = if who == Who::Staff { staff.clone() } else { customer.clone() };
        let request = move |number: usize| {
            format!("GET {} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n", path(number)).into_bytes()
        };
        let kind = Kind { clients: CONNECTIONS, request: Arc::new(request), expected: &[200] };
        together(api.address, time / 4, [&kind]).await?;
        let before = Cpu::now(&bench.servers, &[api.pid]);
        let [answers] = together(api.address, time, [&kind]).await?;
        let used = Cpu::now(&bench.servers, &[api.pid]).since(before);
        let [rate, p50, p99, _] = answers.cells(200);
        let count = answers.count(200);
        table.row([name.to_owned(), rate, p50, p99, micros(used.server, count), micros(used.postgres, count)]);
    }
    let mib = resident(api.pid)?;
    api.kill().await?;
    bench.servers.remove(store).await?;
    Ok(format!(
        "\n### Lists\n\n{table}\n{CONNECTIONS} connections, {SHIPMENTS} shipments, each with its invoice. Every list also counts exactly what it \
         found. The API has {mib:.0} MiB resident after the load.\n"
    ))
}

/// The shipments; two people who can sign in, one of them staff.
async fn prepare(store: &mut Store) -> Result<()> {
    store.execute(include_str!("sql/shipments.sql")).await?;
    store.execute("VACUUM ANALYZE").await?;
    let hash = Argon2::default().hash_password(PASSWORD.as_bytes()).map_err(|error| anyhow::anyhow!("{error}"))?.to_string();
    store.execute(&format!("UPDATE users SET password_hash = '{hash}' WHERE id <= bench_id(1, 2)")).await?;
    store.execute("UPDATE users SET role = 'SUPER_ADMIN', permission_sets = '[\"SUPER_ADMIN\"]' WHERE id = bench_id(1, 2)").await?;
    let shipments = store.count("shipments", "true").await?;
    ensure!(shipments == SHIPMENTS, "{shipments} shipments");
    // counted like any other request, and never refused: 32 clients without pause would be
    store.env.push(("RATE_LIMIT_ADDRESS", u32::MAX.to_string()));
    store.env.push(("RATE_LIMIT_ACCOUNT", u32::MAX.to_string()));
    Ok(())
}
