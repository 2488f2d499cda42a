//! The product's own processes, from outside: start, wait, watch, kill; and what Linux says about any process.

use crate::load::Connection;
use crate::servers::{Servers, Store};
use anyhow::{Context, Result, bail, ensure};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};
use tokio::time::sleep;

/// What the webhooks of a run are signed with.
pub const WEBHOOK_SECRET: &str = "whsec_bench_0123456789abcdef";

/// A running `buy4me api` or `buy4me worker`; killed when dropped.
pub struct Process {
    /// Where its HTTP is: the API, or a worker's health.
    pub address: SocketAddr,
    pub pid: u32,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a role as it ships, with nothing set that is not needed, and does not wait for it.
    pub fn start(role: &str, store: &Store) -> Result<Self> {
        let address = free_address()?;
        let bind = if role == "api" { "BIND_ADDR" } else { "WORKER_BIND_ADDR" };
        let log = store.dir.join(format!("{role}-{}.log", address.port()));
        let mut command = command(&[role], store);
        command.env(bind, address.to_string()).stdout(Stdio::null()).stderr(std::fs::File::create(&log)?);
        let child = command.spawn().context("buy4me does not start")?;
        let pid = child.id().context("the process ended at once")?;
        Ok(Self { address, pid, child, log })
    }

    /// Starts a role and waits until it says that it is ready.
    pub async fn ready(role: &str, store: &Store) -> Result<Self> {
        let mut process = Self::start(role, store)?;
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(30) {
            process.check()?;
            if let Ok(mut connection) = Connection::open(process.address).await
                && connection.send(b"GET /readyz HTTP/1.1\r\nHost: bench\r\n\r\n").await.is_ok_and(|status| status == 200)
            {
                return Ok(process);
            }
            sleep(Duration::from_millis(50)).await;
        }
        bail!("{role} is not ready after 30 s; its log ends:\n{}", process.last_words())
    }

    /// An error when it has ended.
    pub fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("buy4me ended ({status}); its log ends:\n{}", self.last_words()),
        }
    }

    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    pub fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

/// Runs a command that production refuses, to its end, and answers what it printed. What it tells meanwhile is progress.
pub async fn play(arguments: &[&str], store: &Store) -> Result<String> {
    let mut command = command(arguments, store);
    let done = command.env("APP_ENV", "development").stderr(Stdio::inherit()).output().await.context("buy4me does not start")?;
    ensure!(done.status.success(), "buy4me {} ended ({})", arguments.join(" "), done.status);
    Ok(String::from_utf8(done.stdout)?)
}

fn command(arguments: &[&str], store: &Store) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_buy4me"));
    command
        .args(arguments)
        .current_dir(&store.dir) // away from anybody's .env
        .env_clear()
        .envs(store.env.iter().map(|(name, value)| (name, value)))
        .env("APP_ENV", "production")
        .env("FX_PROVIDER", "manual")
        .env("SECRET_KEY", "only for measurements, and long enough")
        .env("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// A port that nobody has just now; whoever takes it before us makes our process end with a clear message.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Resident memory in MiB.
pub fn resident(pid: u32) -> Result<f64> {
    memory(pid, "VmRSS:")
}

/// The most that was resident since the last [`forget_peak`], in MiB.
pub fn peak(pid: u32) -> Result<f64> {
    memory(pid, "VmHWM:")
}

/// What is resident now is the most until there is more: what proc(5) says of 5 in `clear_refs`.
pub fn forget_peak(pid: u32) -> Result<()> {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").context("the peak of memory cannot be set back")
}

fn memory(pid: u32, name: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}

pub fn parent(pid: u32) -> Option<u32> {
    stat(pid)?.get(1).map(|ppid| *ppid as u32)
}

/// The numbers of /proc/PID/stat after the name; the state, a letter, reads as 0.
fn stat(pid: u32) -> Option<Vec<u64>> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(line.rsplit_once(')')?.1.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
}

/// Processor time of everything that takes part.
#[derive(Clone, Copy)]
pub struct Cpu {
    pub server: Duration,
    pub postgres: Duration,
    pub redis: Duration,
    /// This process.
    pub client: Duration,
}

impl Cpu {
    /// Used until now, by `pids` as the server.
    pub fn now(servers: &Servers, pids: &[u32]) -> Self {
        Self {
            server: pids.iter().map(|pid| own(*pid)).sum(),
            postgres: of_postgres(servers.postmaster),
            redis: own(servers.redis_pid),
            client: own(std::process::id()),
        }
    }

    pub fn since(self, before: Self) -> Self {
        Self {
            server: self.server.saturating_sub(before.server),
            postgres: self.postgres.saturating_sub(before.postgres),
            redis: self.redis.saturating_sub(before.redis),
            client: self.client.saturating_sub(before.client),
        }
    }
}

/// Fields 14 and 15 of proc(5)'s stat; those of ended children are 16 and 17.
fn own(pid: u32) -> Duration {
    stat(pid).map_or(Duration::ZERO, |fields| ticks(&fields[11..13]))
}

/// All processes of that postmaster, also those that ended meanwhile.
fn of_postgres(postmaster: u32) -> Duration {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let children: Duration = pids.filter_map(stat).filter(|fields| fields[1] == u64::from(postmaster)).map(|f| ticks(&f[11..13])).sum();
    children + stat(postmaster).map_or(Duration::ZERO, |fields| ticks(&fields[11..15]))
}

/// Linux counts in hundredths of a second towards user space, whatever the kernel's own tick.
fn ticks(fields: &[u64]) -> Duration {
    Duration::from_millis(10 * fields.iter().sum::<u64>())
}
