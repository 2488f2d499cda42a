//! What the servers themselves can do, in the same run: PostgreSQL under pgbench, Redis under redis-benchmark.

use crate::load::CONNECTIONS;
use crate::process::Cpu;
use crate::servers::Store;
use crate::{Bench, note};
use anyhow::{Context, Result, ensure};
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;

/// What pgbench reached.
pub struct Limit {
    pub per_second: f64,
    pub transactions: usize,
    /// Processor time of PostgreSQL.
    pub postgres: Duration,
}

/// Runs a script on every connection for as long as a run is; `variables` reach it as `:name`.
pub async fn pgbench(bench: &Bench, store: &Store, what: &str, script: &str, variables: &[(&str, &str)]) -> Result<Limit> {
    note(format_args!("pgbench: {what}"));
    let file = store.dir.join("script.sql");
    std::fs::write(&file, script)?;
    let url = &bench.servers.database_url;
    let mut command = Command::new("pgbench");
    command
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .args(["--host", url.host_str().unwrap_or("127.0.0.1"), "--port", &url.port().unwrap_or(5432).to_string()])
        .args(["--username", url.username(), "--client", &CONNECTIONS.to_string()])
        .args(["--time", &bench.size.run.as_secs().max(1).to_string(), "--file"])
        .arg(file)
        .args(variables.iter().map(|(name, value)| format!("--define={name}={value}")))
        .arg(&store.name);
    let before = Cpu::now(&bench.servers, &[]);
    let output = run(command).await?;
    let postgres = Cpu::now(&bench.servers, &[]).since(before).postgres;
    let number = |label: &str| {
        let rest =
            output.lines().find_map(|line| line.strip_prefix(label)).with_context(|| format!("pgbench says no {label}: {output}"))?;
        rest.split_whitespace().next().unwrap_or_default().parse::<f64>().context("a number")
    };
    ensure!(number("number of failed transactions:")? == 0.0, "{output}");
    Ok(Limit { per_second: number("tps =")?, transactions: number("number of transactions actually processed:")? as usize, postgres })
}

/// LPUSH of 120 bytes per second, so many in one packet.
pub async fn lpush(bench: &Bench, pipeline: usize) -> Result<f64> {
    note(format_args!("redis-benchmark: LPUSH, {pipeline} in a packet"));
    let url = &bench.servers.redis_url;
    let requests = bench.size.noops[0] * 15 * if pipeline > 1 { 5 } else { 1 };
    let mut command = Command::new("redis-benchmark");
    command
        .args(["-h", url.host_str().unwrap_or("127.0.0.1"), "-p", &url.port().unwrap_or(6379).to_string()])
        .args(["-c", &CONNECTIONS.to_string(), "-n", &requests.to_string(), "-P", &pipeline.to_string()])
        .args(["-d", "120", "-t", "lpush", "--csv"]);
    let output = run(command).await?;
    let line = output.lines().find(|line| line.starts_with("\"LPUSH")).with_context(|| output.clone())?;
    line.split(',').nth(1).unwrap_or_default().trim_matches('"').parse().context("a rate")
}

async fn run(mut command: Command) -> Result<String> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let output = timeout(Duration::from_secs(120), command.kill_on_drop(true).output()).await;
    let output = output.with_context(|| format!("{program} does not end"))?.with_context(|| format!("{program} cannot run"))?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
