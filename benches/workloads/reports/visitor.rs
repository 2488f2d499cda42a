//! Somebody who is signed in, and how long they wait for the same page again and again.

use crate::Bench;
use crate::clients::sign_in;
use crate::load::Connection;
use crate::process::{Cpu, Process};
use crate::report::{percentile_ms, rate};
use anyhow::{Context, Result, ensure};
use shared::demo::PASSWORD;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// A request without an answer for this long ends the run: the product itself gives up before.
const PATIENCE: Duration = Duration::from_secs(40);

/// Somebody, for a quarter of an hour.
pub struct Visitor {
    address: SocketAddr,
    token: String,
}

impl Visitor {
    pub async fn sign_in(api: &Process, email: &str) -> Result<Self> {
        Ok(Self { address: api.address, token: sign_in(api.address, email, PASSWORD).await? })
    }

    fn request(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\n\r\n", self.token).into_bytes()
    }

    /// What is answered to a request that must be answered well.
    pub async fn read(&self, path: &str) -> Result<serde_json::Value> {
        self.timed(path).await?.0.json()
    }

    /// The same, by how long it took. On a connection that was open before.
    pub async fn timed(&self, path: &str) -> Result<(Connection, Duration)> {
        let (mut connection, request) = (Connection::open(self.address).await?, self.request(path));
        let sent = Instant::now();
        get(&mut connection, &request).await?;
        Ok((connection, sent.elapsed()))
    }
}

async fn get(connection: &mut Connection, request: &[u8]) -> Result<()> {
    let status = timeout(PATIENCE, connection.send(request)).await.context("no answer")??;
    ensure!(matches!(status, 200 | 202), "answered with {status}: {}", connection.answer());
    Ok(())
}

/// How long requests took, and what they cost.
pub struct Asked {
    /// Ascending.
    pub latencies: Vec<Duration>,
    took: Duration,
    used: Cpu,
}

/// The columns of [`Asked::row`].
pub const HEAD: [&str; 8] = ["", "at once", "/s", "p50 ms", "p95 ms", "p99 ms", "API ms", "PostgreSQL ms"];

impl Asked {
    pub fn new(mut latencies: Vec<Duration>, took: Duration, used: Cpu) -> Self {
        latencies.sort_unstable();
        Self { latencies, took, used }
    }

    pub fn row(&self, name: &str, at_once: usize) -> [String; 8] {
        let per_second = self.latencies.len() as f64 / self.took.as_secs_f64();
        let per_second = if per_second < 10.0 { format!("{per_second:.1}") } else { rate(per_second) };
        let [p50, p95, p99, api, postgres] = self.cells();
        [name.to_owned(), at_once.to_string(), per_second, p50, p95, p99, api, postgres]
    }

    /// Percentiles, then processor time of each request.
    pub fn cells(&self) -> [String; 5] {
        let [p50, p95, p99] = [50, 95, 99].map(|percent| percentile_ms(&self.latencies, percent));
        let each = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3 / self.latencies.len().max(1) as f64);
        [p50, p95, p99, each(self.used.server), each(self.used.postgres)]
    }
}

/// Asks the same so many times, each of the clients when it was answered, after a request that does not count.
pub async fn ask(bench: &Bench, api: &Process, who: &Visitor, path: &str, requests: usize, at_once: usize) -> Result<Asked> {
    who.read(path).await?;
    let (request, next): (Arc<[u8]>, _) = (who.request(path).into(), Arc::new(AtomicUsize::new(0)));
    let mut connections = vec![];
    for _ in 0..at_once {
        connections.push(Connection::open(api.address).await?);
    }
    let (before, start) = (Cpu::now(&bench.servers, &[api.pid]), Instant::now());
    let mut clients = JoinSet::new();
    for mut connection in connections {
        let (request, next) = (request.clone(), next.clone());
        clients.spawn(async move {
            let mut latencies = vec![];
            while next.fetch_add(1, Ordering::Relaxed) < requests {
                let sent = Instant::now();
                get(&mut connection, &request).await?;
                latencies.push(sent.elapsed());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = vec![];
    while let Some(ended) = clients.join_next().await {
        latencies.extend(ended??);
    }
    let took = start.elapsed();
    Ok(Asked::new(latencies, took, Cpu::now(&bench.servers, &[api.pid]).since(before)))
}
