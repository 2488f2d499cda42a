//! Composition root: command line → configuration → role.

mod cli;
mod demo;
mod roles;

use clap::Parser;
use shared::config::Config;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // the one TLS provider, before anything may open a connection
    let _ = rustls::crypto::ring::default_provider().install_default();
    let cli = cli::Cli::parse();
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        eprintln!(".env: {error}");
        return ExitCode::from(2);
    }
    let config = match Config::read(|name| std::env::var(name).ok()) {
        Ok(config) => config,
        Err(mistakes) => {
            eprintln!("The configuration has {} mistake(s); see .env.example:", mistakes.len());
            mistakes.iter().for_each(|line| eprintln!("  {line}"));
            return ExitCode::from(2);
        }
    };
    logging(config.log_json);
    // most systems start programs with 1,024, and would give more: a live stream is an open file
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(roles::run(cli.command.unwrap_or(cli::Command::Serve), config)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn logging(json: bool) {
    use tracing_subscriber::EnvFilter;
    // libraries that speak of every statement, or of each of the workers inside this one
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn,apalis_core=warn"));
    let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(ansi);
    if json { builder.json().flatten_event(true).init() } else { builder.init() }
}
