//! The command line.

use clap::{Parser, Subcommand};
use sea_orm::prelude::ChronoDate as NaiveDate;

/// Logistics and Buy4Me platform: a thin API and a worker fleet over one database.
#[derive(Parser)]
#[command(
    version,
    after_help = "\
Examples:
  buy4me                                   everything in one process, nothing to configure
  buy4me createsuperuser --email you@example.com
  buy4me seed-demo --scale 5               demo data to look at
  buy4me api                               one API node of a fleet (DATABASE_URL, REDIS_URL, SECRET_KEY)
  buy4me worker                            one worker of a fleet
  buy4me check                             am I safe for production?

All variables are explained in .env.example; a .env file in the current folder is read."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What the process is to be.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// API, worker and schedules in one process (the default)
    Serve,
    /// One API node; any number may run
    Api,
    /// One worker; any number may run
    Worker,
    /// Bring the database schema up to date
    Migrate {
        #[command(subcommand)]
        action: Option<Migrate>,
    },
    /// Make the first super admin, or give an existing account that role and a new password; safe to repeat
    #[command(after_help = "\
Example:
  BUY4ME_SUPERUSER_PASSWORD='a long secret' buy4me createsuperuser --email you@example.com")]
    Createsuperuser {
        /// E-mail address, also the name to sign in with
        #[arg(long)]
        email: Option<String>,
        /// Password; better given by BUY4ME_SUPERUSER_PASSWORD or at the prompt, which other users cannot see
        #[arg(long, env = "BUY4ME_SUPERUSER_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
    /// Fill the database with demo data: two years of a company that does not exist. Never in production
    #[command(
        name = "seed-demo",
        after_help = "\
Examples:
  buy4me seed-demo                         1,000 invoices with all that belongs to them, up to today
  buy4me seed-demo --scale 20              20,000 of them
  buy4me seed-demo --scale 1000 --until 2026-06-30

The same figures give the same rows. What is there already is left alone: a run that was stopped is completed by the
same command, and one more run changes nothing. Other figures add another demo beside the first."
    )]
    SeedDemo {
        /// Thousands of invoices
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        scale: u32,
        /// The day at whose beginning (UTC) the two years end [default: today]
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: Option<NaiveDate>,
    },
    /// Look at the queues, pause and resume them
    Jobs {
        #[command(subcommand)]
        action: Jobs,
    },
    /// List what is unsafe for production; exit status 1 when something is
    Check,
    /// Print the OpenAPI document
    Openapi,
    /// Ask a running process on this machine whether it is ready; exit status 1 when not (for container health checks)
    Health {
        /// Port to ask
        #[arg(long)]
        port: Option<u16>,
    },
}

/// What to do with migrations.
#[derive(Subcommand, Clone, Copy)]
pub(crate) enum Migrate {
    /// Run what is pending (the default); safe when several instances start at once
    Up,
    /// List what is pending
    Status,
}

/// What to do with queues.
#[derive(Subcommand)]
#[command(after_help = "\
Examples:
  buy4me jobs queues                       how full they are
  buy4me jobs pause bulk                   running jobs end, no new ones start
  buy4me jobs resume bulk --rate 20        at most 20 starts per second over the whole fleet")]
pub(crate) enum Jobs {
    /// How many jobs each queue holds, by state, and since when the oldest waits
    Queues,
    /// Start no more jobs of a queue; workers follow within a second
    Pause {
        /// critical, default, mail or bulk
        queue: String,
    },
    /// Start jobs of a queue again
    Resume {
        /// critical, default, mail or bulk
        queue: String,
        /// Starts per second over the whole fleet; without it there is no limit
        #[arg(long, value_parser = clap::value_parser!(i32).range(1..))]
        rate: Option<i32>,
    },
}
