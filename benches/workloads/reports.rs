//! Reports, analytics, dashboards and exports of a company with a million invoices, which the product makes up itself.

mod files;
mod kept;
mod screens;
mod visitor;

use crate::process::{Process, play};
use crate::report::{Table, rate};
use crate::servers::Store;
use crate::{Bench, note};
use anyhow::{Context, Result, ensure};
use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use shared::clock::Clock;
use shared::demo::OWNER;
use std::io::Write;
use visitor::{HEAD, Visitor, ask};

/// What the demo's company is asked about.
struct Company {
    today: NaiveDate,
    /// The day of the first document.
    first: NaiveDate,
    /// Where most invoices are for.
    country: String,
    /// What most goods are bought from.
    vendor: uuid::Uuid,
}

/// Measures all of it, and says each part when it is known: the whole takes long.
pub async fn run(bench: &Bench, out: &mut impl Write) -> Result<()> {
    let mut store = bench.servers.empty("reports").await?;
    // counted like any other request, and never refused: clients without pause would be
    store.env.push(("RATE_LIMIT_ADDRESS", u32::MAX.to_string()));
    store.env.push(("RATE_LIMIT_ACCOUNT", u32::MAX.to_string()));
    write!(out, "\n### Reports\n\n{}", seed(bench, &store).await?)?;
    let company = Company::of(&store).await?;
    // days are summed up when we say so, not also every minute
    store.execute("INSERT INTO schedules (name, last_tick) VALUES ('reports-days', now() + interval '1 day')").await?;
    let api = Process::ready("api", &store).await?;
    let mut worker = Process::ready("worker", &store).await?;

    note("reports: thirty days from their documents");
    let owner = Visitor::sign_in(&api, OWNER).await?;
    let path = company.month_by_day();
    let before = owner.read(&path).await?;
    let documents = ask(bench, &api, &owner, &path, (bench.size.asked / 10).max(1), 1).await?;
    write!(out, "{}", kept::sum_up(bench, &store, &mut worker).await?)?;
    let is_same = same(before, Visitor::sign_in(&api, OWNER).await?.read(&path).await?);
    if !is_same {
        note("reports: the figures of these days are not what their documents said");
    }
    worker.check()?;

    let busy = begin_a_day(&store).await?;
    let mut table = Table::new(&HEAD);
    table.row(documents.row("30 days by day, nothing kept", 1));
    for (name, path) in company.questions() {
        let owner = Visitor::sign_in(&api, OWNER).await?;
        for at_once in [1, 4] {
            note(format_args!("reports: {name}, {at_once} at once"));
            table.row(ask(bench, &api, &owner, &path, bench.size.asked, at_once).await?.row(name, at_once));
        }
    }
    write!(
        out,
        "\n{table}\n{} requests each; of the first, which takes longest, a tenth. The demo ends at midnight, so that today is empty: in its place \
         every report reads the day before from its documents ({} invoices), and the first all 30 days. Before and after the days were summed \
         up, these 30 said {}.\n",
        bench.size.asked,
        rate(busy as f64),
        if is_same { "the same" } else { "**different things**" },
    )?;
    write!(out, "{}", screens::run(bench, &store, &api, &company).await?)?;
    worker.kill().await?;
    write!(out, "{}", files::run(bench, &store, &api, &company).await?)?;
    api.kill().await?;
    bench.servers.remove(store).await
}

/// The demo, as its own command makes it.
async fn seed(bench: &Bench, store: &Store) -> Result<String> {
    let scale = bench.size.demo.to_string();
    note(format_args!("reports: seed-demo --scale {scale}"));
    let said = play(&["seed-demo", "--scale", &scale], store).await?;
    let (rows, seconds) = said.lines().find_map(written).with_context(|| format!("seed-demo says something else: {said}"))?;
    let tables: Vec<String> = said.lines().filter_map(counted).collect();
    ensure!(!tables.is_empty(), "seed-demo names no table: {said}");
    // what a database that grew by itself has behind it
    store.execute("VACUUM ANALYZE").await?;
    store.execute("CHECKPOINT").await?;
    let bytes: i64 = store.one("SELECT pg_database_size(current_database())").await?;
    let mut table = Table::new(&["`buy4me seed-demo`", "rows", "s", "rows/s", "database, MiB"]);
    let [count, per_second] = [rows, rows / seconds].map(rate);
    table.row([format!("`--scale {scale}`"), count, format!("{seconds:.1}"), per_second, mib(bytes)]);
    Ok(format!("{table}\nAmong them {}.\n", tables.join(", ")))
}

/// `12 rows written in 0.3 s`
fn written(line: &str) -> Option<(f64, f64)> {
    let (rows, seconds) = line.strip_suffix(" s")?.split_once(" rows written in ")?;
    Some((rows.parse().ok()?, seconds.parse().ok()?))
}

/// `  invoices   1000`, as words.
fn counted(line: &str) -> Option<String> {
    let (table, count) = line.strip_prefix("  ")?.split_once(' ')?;
    Some(format!("{} {}", rate(count.trim().parse().ok()?), table.replace('_', " ")))
}

fn mib(bytes: i64) -> String {
    format!("{:.1}", bytes as f64 / f64::from(1 << 20))
}

/// Whether two answers say the same about the days.
fn same(mut one: serde_json::Value, mut other: serde_json::Value) -> bool {
    for answer in [&mut one, &mut other] {
        answer["as_of"].take();
    }
    one == other
}

/// Makes the last day of the demo one that changed since it was summed up. How many invoices it has.
async fn begin_a_day(store: &Store) -> Result<i64> {
    store.execute("INSERT INTO report_marks SELECT max(day) FROM report_days").await?;
    store.count("invoices", "report_day(issued_at) = (SELECT max(day) FROM report_days)").await
}

impl Company {
    async fn of(store: &Store) -> Result<Self> {
        let first: String = store.one("SELECT report_day(min(issued_at)) FROM invoices").await?;
        Ok(Self {
            today: Clock::default().now().date_naive(),
            first: first.parse()?,
            country: store.one("SELECT country FROM invoices WHERE country IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1").await?,
            vendor: store
                .one("SELECT vendor_id FROM buy4me_items WHERE vendor_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
                .await?,
        })
    }

    /// The first of thirty days.
    fn thirty_days(&self) -> NaiveDate {
        self.today - TimeDelta::days(29)
    }

    /// The first day of twelve months.
    fn twelve_months(&self) -> NaiveDate {
        self.today.with_day(1).unwrap_or(self.today) - Months::new(11)
    }

    fn month_by_day(&self) -> String {
        format!("/api/admin/reports/?group_by=day&date_from={}", self.thirty_days())
    }

    fn questions(&self) -> [(&'static str, String); 5] {
        let year = format!("/api/admin/reports/?group_by=month&date_from={}", self.twelve_months());
        [
            ("30 days by day", self.month_by_day()),
            ("12 months by month", year.clone()),
            ("12 months by month, one country", format!("{year}&region={}", self.country)),
            ("12 months by month, one shop", format!("{year}&vendor={}", self.vendor)),
            ("all time by month", format!("/api/admin/reports/?group_by=month&date_from={}", self.first)),
        ]
    }
}
