//! Analytics and dashboards: read anew, and from what was read a moment ago.

use super::Company;
use super::visitor::{Asked, Visitor, ask};
use crate::process::{Cpu, Process};
use crate::report::{NONE, Table, rate};
use crate::servers::Store;
use crate::{Bench, note};
use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use shared::analytics::FRESH;
use shared::demo::{CUSTOMERS, OWNER};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::sleep_until;

/// Of the demo's staff: all that is not for super admins.
const ADMIN: &str = "demo.admin@example.com";
const DASHBOARD: &str = "/api/dashboard/";
/// Times that are asked about in turn, so that nobody waits long until the first of them is forgotten.
const TIMES: i64 = 10;

pub async fn run(bench: &Bench, store: &Store, api: &Process, company: &Company) -> Result<String> {
    let asked = bench.size.asked;
    let path = |from, group| format!("/api/superadmin/analytics/?group_by={group}&date_from={from}");
    let days = |n| path(company.thirty_days() - TimeDelta::days(n), "day");
    let months = |n| path(company.twelve_months() + TimeDelta::days(n), "month");
    let mut table = Table::new(&["", "requests", "first, ms", "p50 ms", "p95 ms", "p99 ms", "API ms", "PostgreSQL ms"]);
    let mut row = |name: &str, first: Option<Duration>, asked: &Asked| {
        let first = first.map_or(NONE, |time| format!("{:.1}", time.as_secs_f64() * 1e3));
        let [p50, p95, p99, api, postgres] = asked.cells();
        table.row([name.to_owned(), asked.latencies.len().to_string(), first, p50, p95, p99, api, postgres]);
    };

    note("reports: analytics");
    let (first, anew) = read_anew(bench, api, (0..TIMES).map(days).collect(), asked).await?;
    row("analytics, 30 to 39 days by day, read anew", Some(first), &anew);
    let (first, anew) = read_anew(bench, api, (0..TIMES).map(months).collect(), asked).await?;
    row("analytics, 12 months by month, read anew", Some(first), &anew);
    let owner = Visitor::sign_in(api, OWNER).await?;
    row("analytics, 30 days by day, in a row", None, &ask(bench, api, &owner, &days(0), asked, 1).await?);

    note("reports: dashboards");
    let (first, anew) = read_anew(bench, api, vec![DASHBOARD.to_owned()], (asked / 10).max(1)).await?;
    row("dashboard, super admin, read anew", Some(first), &anew);
    let [buyer, _] = CUSTOMERS;
    let visitors = [
        ("dashboard, super admin, in a row", OWNER),
        ("dashboard, staff, in a row", ADMIN),
        ("dashboard, Buy4Me customer, in a row", buyer),
    ];
    for (name, email) in visitors {
        let visitor = Visitor::sign_in(api, email).await?;
        row(name, None, &ask(bench, api, &visitor, DASHBOARD, asked, 1).await?);
    }
    let own = store.count("invoices", &format!("user_id = (SELECT id FROM users WHERE email = '{buyer}')")).await?;
    Ok(format!(
        "\n{table}\nOne request at a time. \"Anew\": with a pause of more than {} s, after which the company's figures are read again; \"in a row\": \
         without one, so that most are from up to {0} s ago. Lists of work and a customer's own things are read each time. The first request \
         of a kind also counts who was there in each group that is over, which is remembered. A super admin sees 60 days. The customer has \
         {} invoices.\n",
        FRESH.num_seconds(),
        rate(own as f64),
    ))
}

/// Asks about these times in turn, each when what was read of it is forgotten. How long the very first took; then the others,
/// after a round that does not count.
async fn read_anew(bench: &Bench, api: &Process, paths: Vec<String>, requests: usize) -> Result<(Duration, Asked)> {
    let owner = Visitor::sign_in(api, OWNER).await?;
    let forgotten = FRESH.to_std()? + Duration::from_millis(100);
    let (mut read, mut seen) = (BTreeMap::new(), BTreeSet::new());
    let (mut latencies, mut first) = (vec![], None);
    let mut before = Cpu::now(&bench.servers, &[api.pid]);
    for (number, path) in paths.iter().cycle().take(paths.len() + requests).enumerate() {
        if number == paths.len() {
            before = Cpu::now(&bench.servers, &[api.pid]);
        }
        if let Some(read) = read.get(path) {
            sleep_until(*read + forgotten).await;
        }
        let (connection, took) = owner.timed(path).await?;
        read.insert(path, tokio::time::Instant::now());
        let answer = connection.json()?;
        let as_of = answer["as_of"].as_str().context("an answer that does not say when it was read")?;
        ensure!(seen.insert((path, as_of.to_owned())), "{path} was not read anew");
        first.get_or_insert(took);
        if number >= paths.len() {
            latencies.push(took);
        }
    }
    let took = latencies.iter().sum();
    Ok((first.unwrap_or_default(), Asked::new(latencies, took, Cpu::now(&bench.servers, &[api.pid]).since(before))))
}
