//! What each command does.

use crate::cli::{Command, Jobs, Migrate};
use crate::demo;
use anyhow::{Context, Result, bail};
use sea_orm::ActiveEnum;
use shared::config::Config;
use shared::db::Db;
use shared::queue::{self, Queue};
use shared::{App, accounts};
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(crate) async fn run(command: Command, config: Config) -> Result<ExitCode> {
    match command {
        Command::Serve => serve(config).await,
        Command::Api => api_node(config).await,
        Command::Worker => worker_node(config).await,
        Command::Migrate { action } => migrate(&config, action.unwrap_or(Migrate::Up)).await,
        Command::Createsuperuser { email, password } => create_superuser(config, email, password).await,
        Command::SeedDemo { scale, until } => demo::seed(config, scale, until).await,
        Command::Jobs { action } => jobs(config, action).await,
        Command::Check => Ok(check(&config)),
        Command::Openapi => {
            writeln!(std::io::stdout(), "{}", api::openapi_json())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Health { port } => health(port.unwrap_or(config.bind_addr.port())).await,
    }
}

/// Everything in one process: the embedded default.
async fn serve(config: Config) -> Result<ExitCode> {
    api::install_metrics();
    migrate_up(&config).await?;
    let listener = listen(config.bind_addr).await?;
    let app = App::new(config).await?;
    welcome(&app).await?;
    let stop = stop_signal();
    let worker = tokio::spawn(worker::run(app.clone(), worker::registry::registry(), worker::schedule::schedules(), stop.clone()));
    api::serve(app, listener, stop.clone().cancelled_owned()).await?;
    stop.cancel();
    Ok(exit(worker.await?))
}

async fn api_node(config: Config) -> Result<ExitCode> {
    need_fleet(&config)?;
    api::install_metrics();
    let listener = listen(config.bind_addr).await?;
    let app = App::new(config).await?;
    need_schema(&app).await?;
    tracing::info!(http.address = %app.config.bind_addr, "API node ready");
    api::serve(app, listener, stop_signal().cancelled_owned()).await?;
    Ok(ExitCode::SUCCESS)
}

async fn worker_node(config: Config) -> Result<ExitCode> {
    need_fleet(&config)?;
    api::install_metrics();
    let app = App::new(config).await?;
    need_schema(&app).await?;
    let stop = stop_signal();
    let health = match app.config.worker_bind_addr {
        Some(address) => Some(tokio::spawn(api::serve_health(app.clone(), listen(address).await?, stop.clone().cancelled_owned()))),
        None => None,
    };
    let well = worker::run(app, worker::registry::registry(), worker::schedule::schedules(), stop).await;
    if let Some(health) = health {
        health.abort();
    }
    Ok(exit(well))
}

fn exit(well: bool) -> ExitCode {
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Roles of a fleet share what one process could keep to itself.
fn need_fleet(config: &Config) -> Result<()> {
    use secrecy::ExposeSecret;
    if !config.is_postgres() {
        bail!("this role needs DATABASE_URL=postgres://…; for one process with SQLite run: buy4me serve");
    }
    if config.redis_url.is_none() {
        bail!("this role needs REDIS_URL=redis://…; for one process without Redis run: buy4me serve");
    }
    if config.secret_key.expose_secret().is_empty() {
        bail!("this role needs SECRET_KEY, the same on every node; make one with: openssl rand -hex 32");
    }
    Ok(())
}

async fn need_schema(app: &App) -> Result<()> {
    let pending = migrations::pending(&app.db.conn).await.context("cannot read the state of the schema")?;
    if !pending.is_empty() {
        bail!("the database schema is {} migration(s) behind; run: buy4me migrate", pending.len());
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; is another process there? Set BIND_ADDR to use another"))
}

pub(crate) async fn migrate_up(config: &Config) -> Result<Vec<String>> {
    let db = Db::connect_single(config).await.context("cannot reach the database; check DATABASE_URL")?;
    let pending = migrations::pending(&db).await?;
    migrations::up(&db).await?;
    db.close().await?;
    Ok(pending)
}

async fn migrate(config: &Config, action: Migrate) -> Result<ExitCode> {
    let mut out = std::io::stdout();
    match action {
        Migrate::Up => {
            let ran = migrate_up(config).await?;
            ran.iter().try_for_each(|name| writeln!(out, "applied {name}"))?;
            writeln!(out, "the schema is up to date")?;
            Ok(ExitCode::SUCCESS)
        }
        Migrate::Status => {
            let db = Db::connect_single(config).await.context("cannot reach the database; check DATABASE_URL")?;
            let pending = migrations::pending(&db).await?;
            pending.iter().try_for_each(|name| writeln!(out, "pending {name}"))?;
            writeln!(out, "{} migration(s) pending", pending.len())?;
            Ok(exit(pending.is_empty()))
        }
    }
}

async fn create_superuser(config: Config, email: Option<String>, password: Option<String>) -> Result<ExitCode> {
    migrate_up(&config).await?;
    let app = App::new(config).await?;
    let ask = std::io::stdin().is_terminal();
    let email = match email {
        Some(email) => email,
        None if ask => {
            write!(std::io::stdout(), "E-mail: ")?;
            std::io::stdout().flush()?;
            let mut line = String::new();
            std::io::stdin().read_line(&mut line)?;
            line.trim().to_owned()
        }
        None => bail!("say which account: --email you@example.com"),
    };
    let password = match password {
        Some(password) => password,
        None if ask => rpassword::prompt_password("Password: ")?,
        None => bail!("give a password by BUY4ME_SUPERUSER_PASSWORD or --password"),
    };
    match accounts::create_superuser(&app, &email, &password.into()).await {
        Ok(user) => {
            writeln!(std::io::stdout(), "super admin {} is ready; sign in at {}api/auth/login/", user.email, app.config.public_url)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(shared::Error::Invalid(problems)) => {
            let lines: Vec<String> = problems.iter().map(|p| format!("{}: {}", p.field, p.message.text("en"))).collect();
            bail!("{}", lines.join("\n"))
        }
        Err(error) => Err(error.into()),
    }
}

async fn jobs(config: Config, action: Jobs) -> Result<ExitCode> {
    let app = App::new(config).await.context("cannot reach the database; check DATABASE_URL")?;
    let mut out = std::io::stdout();
    let (name, paused, rate) = match action {
        Jobs::Queues => {
            let now = app.clock.now();
            for depth in queue::depths(&app).await? {
                let wait = depth.oldest.map_or(0, |since| (now - since).num_seconds());
                writeln!(out, "{:<9} {:<10} {:>8} jobs, oldest due {wait} s ago", depth.queue.name(), depth.state.to_value(), depth.count)?;
            }
            for switch in queue::switch::all(&app).await? {
                let rate = switch.rate_per_second.map_or_else(|| "no limit".to_owned(), |rate| format!("{rate} starts/s"));
                writeln!(out, "{:<9} {}, {rate}", switch.name.name(), if switch.paused { "PAUSED" } else { "running" })?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        Jobs::Pause { queue } => (queue, true, None),
        Jobs::Resume { queue, rate } => (queue, false, rate),
    };
    let Ok(queue) = Queue::try_from_value(&name) else { bail!("there is no queue {name:?}; there are critical, default, mail and bulk") };
    let tx = app.begin().await?;
    queue::switch::set(&tx, queue, paused, rate).await?;
    tx.commit().await?;
    writeln!(out, "queue {name} {}", if paused { "is paused" } else { "runs" })?;
    Ok(ExitCode::SUCCESS)
}

fn check(config: &Config) -> ExitCode {
    let found = config.unsafe_for_production();
    let mut out = std::io::stdout();
    for line in &found {
        let _ = writeln!(out, "unsafe: {line}");
    }
    let _ = match found.len() {
        0 => writeln!(out, "nothing found: safe for production as far as the configuration shows"),
        n => writeln!(out, "{n} thing(s) to mend before production"),
    };
    exit(found.is_empty())
}

/// A readiness check without a client in the image.
async fn health(port: u16) -> Result<ExitCode> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = tokio::time::timeout(Duration::from_secs(5), ask).await.context("no answer within 5 s")?.context("no connection")?;
    let line = answer.lines().next().unwrap_or_default();
    writeln!(std::io::stdout(), "{line}")?;
    Ok(exit(line.contains(" 200 ")))
}

/// Cancelled by SIGTERM or Ctrl-C.
fn stop_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let cancel = stop.clone();
    tokio::spawn(async move {
        let mut term = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(term) => term,
            Err(error) => return tracing::error!(%error, "cannot listen for SIGTERM"),
        };
        tokio::select! {
            _ = term.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        cancel.cancel();
    });
    stop
}

/// What a newcomer wants to know at the first start.
async fn welcome(app: &App) -> Result<()> {
    let config = &app.config;
    let home = &config.public_url;
    let (database, delivery) = (if config.is_postgres() { "PostgreSQL" } else { "SQLite" }, app.delivery.name());
    let mut lines = vec![
        format!("Buy4Me {} is starting at {home}", env!("CARGO_PKG_VERSION")),
        format!("  API docs   {home}docs"),
        format!("  database   {database}; jobs delivered {delivery}"),
        format!("  mail       {}", app.mailer.describe()),
    ];
    lines.extend(app.sms.as_ref().map(|sms| format!("  SMS        {}", sms.describe())));
    lines.extend(app.push.as_ref().map(|push| format!("  push       {}", push.describe())));
    if config.sandbox {
        lines.push("  payments   sandbox gateway is on (development)".to_owned());
    }
    if !accounts::has_superuser(app).await? {
        lines.push("  first step: buy4me createsuperuser --email you@example.com   (cargo run -- createsuperuser …)".to_owned());
    }
    writeln!(std::io::stdout(), "{}", lines.join("\n"))?;
    Ok(())
}
