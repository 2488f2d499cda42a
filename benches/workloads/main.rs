//! How fast the product is, measured by the definitions of docs/performance.md on servers of the run's own.
//!
//! `scripts/bench` starts those servers and this program. It drives the real `buy4me` processes from outside, checks that
//! no event and no job was lost or done twice, and measures in the same run what the box itself can do: PostgreSQL under
//! pgbench, Redis under redis-benchmark, HTTP under a constant responder. Progress goes to stderr, Markdown to stdout.

mod clients;
mod drain;
mod end_to_end;
mod events;
mod ingest;
mod limits;
mod lists;
mod load;
mod logins;
mod memory;
mod papers;
mod payments;
mod process;
mod raw_queue;
mod report;
mod reports;
mod responder;
mod servers;
mod streams;

// Bodies as Stripe sends them belong to the tests; the fake server is there because the bodies name its session.
#[path = "../../tests/support/stand_in.rs"]
#[allow(dead_code)]
mod stand_in;
#[path = "../../tests/support/stripe.rs"]
#[allow(dead_code, missing_docs, clippy::disallowed_methods)]
mod stripe;
#[path = "../../tests/support/stripe_events.rs"]
#[allow(dead_code, missing_docs)]
mod stripe_events;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use servers::Servers;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

/// Measures the product; run it by scripts/bench.
#[derive(Parser)]
struct Arguments {
    /// What to measure; by default everything but the reports, which take longer than all others together
    workloads: Vec<Workload>,
    /// Small numbers: shows that everything works, measures nothing
    #[arg(long)]
    quick: bool,
    /// Of a PostgreSQL that belongs to this run alone
    #[arg(long, env = "BENCH_DATABASE_URL")]
    database_url: Option<String>,
    /// Of a Redis that belongs to this run alone: it is emptied
    #[arg(long, env = "BENCH_REDIS_URL")]
    redis_url: Option<String>,
    /// Serves the constant answer instead (how this program measures its own limit)
    #[arg(long, hide = true)]
    responder: bool,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Workload {
    /// Webhook ingest
    W1,
    /// Payment jobs: drain, and end to end
    W2,
    /// Pages of 200,000 shipments
    W3,
    /// Jobs that do nothing
    W4,
    /// Sign-ins, and what those who read notice of them
    Logins,
    /// PDFs
    Papers,
    /// Live updates
    Streams,
    /// Resident memory of idle processes
    Memory,
    /// Reports, analytics and exports of a million invoices
    Reports,
}

/// How much of everything.
struct Size {
    /// Of each closed loop and of each run of pgbench.
    run: Duration,
    /// Events prepared for W1.
    pool: usize,
    warm_up: usize,
    /// Each sent twice at once.
    pairs: usize,
    /// Events prepared for the limits of W2.
    waiting: usize,
    /// Least events of a drain.
    events: usize,
    /// Of each open loop.
    open: Duration,
    noops: &'static [usize],
    /// Of each phase of the sign-ins.
    logins: Duration,
    idle: Duration,
    /// Each to all readers.
    broadcasts: usize,
    /// Thousands of invoices that are reported on.
    demo: u32,
    /// Requests for each report.
    asked: usize,
}

const FULL: Size = Size {
    run: Duration::from_secs(6),
    pool: 120_000,
    warm_up: 400,
    pairs: 100,
    waiting: 60_000,
    events: 2_500,
    open: Duration::from_secs(8),
    noops: &[6_000, 30_000],
    logins: Duration::from_secs(10),
    idle: Duration::from_secs(10),
    broadcasts: 50,
    demo: 1_000,
    asked: 200,
};
const QUICK: Size = Size {
    run: Duration::from_millis(1_000),
    pool: 20_000,
    warm_up: 50,
    pairs: 20,
    waiting: 12_000,
    events: 300,
    open: Duration::from_secs(2),
    noops: &[500],
    logins: Duration::from_secs(3),
    idle: Duration::from_secs(2),
    broadcasts: 5,
    demo: 1,
    asked: 3,
};

/// One run.
struct Bench {
    servers: Servers,
    size: Size,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // whichever ends first: what the other owned is dropped, and dropped child processes are killed
    let ended = tokio::select! {
        ended = run(arguments) => ended,
        () = interrupted() => return ExitCode::from(130),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    if arguments.responder {
        return responder::serve().await;
    }
    let (Some(database), Some(redis)) = (arguments.database_url, arguments.redis_url) else {
        eprintln!("This needs servers of its own; run: scripts/bench");
        return Ok(());
    };
    // the client side of W4 is the product's own code, which expects this from its composition root
    let _ = rustls::crypto::ring::default_provider().install_default();
    let size = if arguments.quick { QUICK } else { FULL };
    let bench = Bench { servers: Servers::new(&database, &redis).await?, size };
    let wanted = |workload| arguments.workloads.is_empty() || arguments.workloads.contains(&workload);
    let mut out = std::io::stdout();
    write!(out, "{}", report::head(&bench, arguments.quick).await?)?;
    // the reports are of a company of their own
    if arguments.workloads.is_empty() || arguments.workloads.iter().any(|workload| *workload != Workload::Reports) {
        bench.servers.seed().await?;
    }
    let mut filled = None;
    if wanted(Workload::W1) {
        let (text, left) = ingest::run(&bench).await?;
        write!(out, "{text}")?;
        filled = Some(left);
    }
    if wanted(Workload::W2) {
        let filled = match filled {
            Some(filled) => filled,
            None => ingest::fill(&bench).await?,
        };
        write!(out, "{}", payments::run(&bench, filled).await?)?;
        write!(out, "{}", end_to_end::run(&bench).await?)?;
    }
    if wanted(Workload::W3) {
        write!(out, "{}", lists::run(&bench).await?)?;
    }
    if wanted(Workload::W4) {
        write!(out, "{}", raw_queue::run(&bench).await?)?;
    }
    if wanted(Workload::Logins) {
        write!(out, "{}", logins::run(&bench).await?)?;
    }
    if wanted(Workload::Papers) {
        write!(out, "{}", papers::run(&bench).await?)?;
    }
    if wanted(Workload::Streams) {
        write!(out, "{}", streams::run(&bench).await?)?;
    }
    if wanted(Workload::Memory) {
        write!(out, "{}", memory::run(&bench).await?)?;
    }
    if arguments.workloads.contains(&Workload::Reports) || (arguments.quick && arguments.workloads.is_empty()) {
        reports::run(&bench, &mut out).await?;
    }
    Ok(())
}

/// A line of progress.
fn note(text: impl std::fmt::Display) {
    eprintln!("bench: {text}");
}
