//! Clients of several kinds at once: each has a connection and an account of its own, and sends its next request when the last
//! one is answered, whatever the answer was.

use crate::load::Connection;
use crate::report::{percentile_ms, rate};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// A request without an answer for this long ends the run.
const PATIENCE: Duration = Duration::from_secs(30);

/// An access token, good for a quarter of an hour.
pub async fn sign_in(address: SocketAddr, name: &str, password: &str) -> Result<String> {
    let body = serde_json::json!({ "username": name, "password": password }).to_string();
    let head = "POST /api/auth/login/ HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n";
    let mut connection = Connection::open(address).await?;
    let status = connection.send(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await?;
    ensure!(status == 200, "{status}: {}", connection.answer());
    Ok(connection.json()?["access"].as_str().context("an answer without a token")?.to_owned())
}

/// Clients that do the same.
pub struct Kind {
    pub clients: usize,
    /// The request of this number: client `c` of `n` sends the numbers c, c + n, c + 2n, …
    pub request: Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync>,
    /// The statuses it may be answered with; any other ends the run.
    pub expected: &'static [u16],
}

/// What the clients of a kind were answered.
#[derive(Default)]
pub struct Answers {
    /// How long each answer took, ascending.
    by_status: BTreeMap<u16, Vec<Duration>>,
    /// How many of each came before the time was over.
    in_time: BTreeMap<u16, usize>,
    time: Duration,
}

impl Answers {
    pub fn count(&self, status: u16) -> usize {
        self.by_status.get(&status).map_or(0, Vec::len)
    }

    pub fn per_second(&self, status: u16) -> f64 {
        self.in_time.get(&status).copied().unwrap_or_default() as f64 / self.time.as_secs_f64()
    }

    /// Rate, p50 and p99 of the answers with this status, then how many had which status.
    pub fn cells(&self, status: u16) -> [String; 4] {
        let latencies = self.by_status.get(&status).map_or(&[][..], Vec::as_slice);
        let [p50, p99] = [50, 99].map(|percent| percentile_ms(latencies, percent));
        let counts: Vec<String> = self.by_status.iter().map(|(status, all)| format!("{status}: {}", rate(all.len() as f64))).collect();
        let per_second = self.per_second(status);
        let per_second = if per_second < 10.0 { format!("{per_second:.1}") } else { rate(per_second) };
        [per_second, p50, p99, counts.join(", ")]
    }
}

/// Runs all kinds at the same time; the answers are in their order. What is under way when the time is over is waited for.
pub async fn together<const N: usize>(address: SocketAddr, time: Duration, kinds: [&Kind; N]) -> Result<[Answers; N]> {
    let mut clients = vec![];
    for (index, kind) in kinds.iter().enumerate() {
        for number in 0..kind.clients {
            clients.push((index, *kind, number, Connection::open(address).await?));
        }
    }
    let (mut tasks, start) = (JoinSet::new(), Instant::now());
    for (index, kind, mut number, mut connection) in clients {
        let (step, request, expected) = (kind.clients, kind.request.clone(), kind.expected);
        tasks.spawn(async move {
            let mut seen = vec![];
            while start.elapsed() < time {
                let (request, sent) = (request(number), Instant::now());
                let status = timeout(PATIENCE, connection.send(&request)).await.context("no answer")??;
                ensure!(expected.contains(&status), "answered with {status}: {}", connection.answer());
                ensure!(status != 503 || connection.answer().contains("retry-after: "), "503 without Retry-After");
                seen.push((status, sent.elapsed(), start.elapsed() < time));
                number += step;
            }
            anyhow::Ok((index, seen))
        });
    }
    let mut all = std::array::from_fn(|_| Answers { time, ..Answers::default() });
    while let Some(ended) = tasks.join_next().await {
        let (index, seen) = ended??;
        for (status, took, is_in_time) in seen {
            all[index].by_status.entry(status).or_default().push(took);
            *all[index].in_time.entry(status).or_default() += usize::from(is_in_time);
        }
    }
    all.iter_mut().flat_map(|answers| answers.by_status.values_mut()).for_each(|latencies| latencies.sort_unstable());
    Ok(all)
}
