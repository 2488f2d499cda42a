//! `seed-demo`: what it shows while it works, and what it says at the end.

use crate::roles;
use anyhow::{Context, Result, bail};
use sea_orm::prelude::ChronoDate as NaiveDate;
use shared::App;
use shared::clock::Clock;
use shared::config::Config;
use shared::demo::{self, Plan, Progress, Summary};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Invoices of one transaction: several thousand rows.
const BATCH: u64 = 1_000;

pub(crate) async fn seed(config: Config, scale: u32, until: Option<NaiveDate>) -> Result<ExitCode> {
    let today = Clock::default().now().date_naive();
    let plan = Plan { invoices: u64::from(scale) * 1_000, until: until.unwrap_or(today), batch: BATCH };
    if let Some(line) = plan.refusal(&config, today) {
        bail!(line);
    }
    roles::migrate_up(&config).await?;
    let app = App::new(config).await.context("cannot reach the database; check DATABASE_URL")?;
    let mut meter = Meter::new();
    let summary = demo::seed(&app, plan, |progress| {
        meter.show(progress);
        true
    });
    let summary = summary.await.context("the demo is not complete; the same command goes on where it stopped")?;
    tell(&app, plan, &summary, meter.began.elapsed())?;
    Ok(ExitCode::SUCCESS)
}

/// Percent and rows per second, on one line of a terminal, or a line every few seconds elsewhere.
struct Meter {
    began: Instant,
    shown: Instant,
    is_terminal: bool,
}

impl Meter {
    fn new() -> Self {
        let now = Instant::now();
        Self { began: now, shown: now, is_terminal: std::io::stderr().is_terminal() }
    }

    fn show(&mut self, progress: Progress) {
        let pause = Duration::from_millis(if self.is_terminal { 200 } else { 5_000 });
        let is_last = progress.done == progress.all;
        if self.shown.elapsed() < pause && !is_last {
            return;
        }
        self.shown = Instant::now();
        let Progress { done, all, rows } = progress;
        let speed = rows as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        let (from, to) = if self.is_terminal { ("\r", if is_last { "\n" } else { "" }) } else { ("", "\n") };
        let line =
            format!("{from}{:>3} %  {done} of {all} invoices, {rows} rows written, {speed:.0} rows/s   {to}", done * 100 / all.max(1));
        // whoever closed the terminal does not want to know
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}

fn tell(app: &App, plan: Plan, summary: &Summary, took: Duration) -> Result<()> {
    let mut out = std::io::stdout();
    match summary.rows {
        0 => writeln!(out, "everything was there already; nothing was changed")?,
        rows => writeln!(out, "{rows} rows written in {:.1} s", took.as_secs_f64())?,
    }
    writeln!(out, "a demo of {} invoices and {} customers, up to {}", summary.invoices, summary.customers, plan.until)?;
    writeln!(out, "the database holds:")?;
    for (table, count) in &summary.tables {
        writeln!(out, "  {table:<22} {count:>9}")?;
    }
    let [buyer, walk_in] = demo::CUSTOMERS;
    writeln!(
        out,
        "what next: buy4me serve, then sign in at {}api/auth/login/ with the password \"{}\"",
        app.config.public_url,
        demo::PASSWORD
    )?;
    writeln!(out, "  {:<28} super admin\n  {buyer:<28} Buy4Me customer\n  {walk_in:<28} walk-in customer", demo::OWNER)?;
    Ok(())
}
