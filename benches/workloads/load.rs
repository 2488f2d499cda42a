//! The load generator: 32 kept-alive connections that write prepared requests and read no more of an answer than they must.

use crate::events::Event;
use anyhow::{Context, Result, bail, ensure};
use shared::clock::{Clock, Time};
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

pub const CONNECTIONS: usize = 32;
/// A request without an answer for this long ends the run.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
pub struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(4096) })
    }

    /// Sends a whole request, reads the whole answer, and gives its status.
    pub async fn send(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the server closed the connection");
            }
            if let Some((status, length)) = measure(&self.answer)?
                && self.answer.len() >= length
            {
                return Ok(status);
            }
        }
    }

    /// The last answer, head and body.
    pub fn answer(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.answer)
    }

    /// The body of the last answer.
    pub fn json(&self) -> Result<serde_json::Value> {
        let answer = self.answer();
        let (_, body) = answer.split_once("\r\n\r\n").context("an answer without a body")?;
        Ok(serde_json::from_str(body)?)
    }

    /// Sends an event that must be acknowledged.
    async fn deliver(&mut self, event: &Event) -> Result<()> {
        let status = timeout(PATIENCE, self.send(&event.request)).await.with_context(|| format!("no answer to {}", event.id))??;
        ensure!(status == 200, "{} was answered with {status}: {}", event.id, self.answer());
        Ok(())
    }
}

/// Status and whole length of an answer whose head is complete.
fn measure(answer: &[u8]) -> Result<Option<(u16, usize)>> {
    let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let mut lines = std::str::from_utf8(&answer[..head])?.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status line")?.parse()?;
    let mut fields = lines.filter_map(|line| line.split_once(':'));
    let length = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length")).context("an answer without a length")?.1;
    Ok(Some((status, head + 4 + length.trim().parse::<usize>()?)))
}

/// The generator.
pub struct Load(Vec<Connection>);

/// What a closed loop saw. Every event up to `next` was acknowledged.
pub struct Seen {
    /// The first event that was not sent.
    pub next: usize,
    pub took: Duration,
    /// Of each request, ascending.
    pub latencies: Vec<Duration>,
}

impl Load {
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        let mut connections = vec![];
        for _ in 0..CONNECTIONS {
            connections.push(Connection::open(address).await?);
        }
        Ok(Self(connections))
    }

    /// Closed loop over events `from..to`: each connection sends its next event when the last one is acknowledged, until none
    /// is left or the time is over. Past the end of the pool it begins again.
    pub async fn closed(&mut self, events: &Arc<[Event]>, from: usize, to: usize, time: Duration) -> Result<Seen> {
        let next = Arc::new(AtomicUsize::new(from));
        let (mut tasks, start) = (JoinSet::new(), Instant::now());
        for mut connection in self.0.drain(..) {
            let (events, next) = (events.clone(), next.clone());
            tasks.spawn(async move {
                let mut latencies = vec![];
                while start.elapsed() < time {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= to {
                        break;
                    }
                    let sent = Instant::now();
                    connection.deliver(&events[index % events.len()]).await?;
                    latencies.push(sent.elapsed());
                }
                anyhow::Ok((connection, latencies))
            });
        }
        let mut latencies = vec![];
        while let Some(ended) = tasks.join_next().await {
            let (connection, seen) = ended??;
            self.0.push(connection);
            latencies.extend(seen);
        }
        let took = start.elapsed();
        latencies.sort_unstable();
        Ok(Seen { next: next.load(Ordering::Relaxed).min(to), took, latencies })
    }

    /// Open loop: event `i` is due at `i / rate` seconds, whatever became of those before. Answers when each was due.
    pub async fn open(&mut self, events: &Arc<[Event]>, rate: u32) -> Result<Vec<Time>> {
        let next = Arc::new(AtomicUsize::new(0));
        let due = move |index: usize| Duration::from_secs(1) * index as u32 / rate;
        let start = tokio::time::Instant::now() + Duration::from_millis(100);
        let start_of_day = Clock::default().now() + Duration::from_millis(100);
        let mut tasks = JoinSet::new();
        for mut connection in self.0.drain(..) {
            let (events, next) = (events.clone(), next.clone());
            tasks.spawn(async move {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(event) = events.get(index) else { return anyhow::Ok(connection) };
                    tokio::time::sleep_until(start + due(index)).await;
                    connection.deliver(event).await?;
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            self.0.push(ended??);
        }
        Ok((0..events.len()).map(|index| start_of_day + due(index)).collect())
    }

    /// Sends each event twice at the same time.
    pub async fn pairs(&mut self, events: &[Event]) -> Result<()> {
        let [first, second, ..] = &mut self.0[..] else { bail!("a pair needs two connections") };
        for event in events {
            tokio::try_join!(first.deliver(event), second.deliver(event))?;
        }
        Ok(())
    }
}
