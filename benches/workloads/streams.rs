//! Live updates: a thousand people look at one API node, and all are told something at once.

use crate::process::{Process, resident};
use crate::raw_queue::client;
use crate::report::{Table, percentile_ms};
use crate::{Bench, note};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use shared::App;
use shared::ids::UserId;
use shared::live::LiveEvent;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

const READERS: usize = 1000;
/// Nothing that works takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

pub async fn run(bench: &Bench) -> Result<String> {
    note(format_args!("streams: {READERS} readers"));
    let store = bench.servers.fresh("streams").await?;
    store.execute(include_str!("sql/streams.sql")).await?;
    let api = Process::ready("api", &store).await?;
    sleep(bench.size.idle).await;
    let before = resident(api.pid)?;
    let (heard, mut hears) = mpsc::channel(READERS);
    let mut readers = vec![];
    for number in 1..=READERS {
        readers.push(tokio::spawn(read(begin(api.address, number).await?, heard.clone())));
    }
    sleep(bench.size.idle).await;
    let with = resident(api.pid)?;
    let app = client(&store).await?;
    let users: Vec<UserId> = store.column::<uuid::Uuid>("SELECT user_id FROM sessions").await?.into_iter().map(UserId).collect();
    ensure!(users.len() == READERS, "{} sessions", users.len());
    let (mut commits, mut firsts, mut lasts) = (vec![], vec![], vec![]);
    // the first finds cold connections
    for round in 0..=bench.size.broadcasts {
        let [commit, first, last] = broadcast(&app, &users, &mut hears).await?;
        if round > 0 {
            commits.push(commit);
            firsts.push(first);
            lasts.push(last);
        }
        sleep(Duration::from_millis(200)).await; // each by itself
    }
    let after = resident(api.pid)?;
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    app.db.conn.clone().close().await?;
    app.db.marks.clone().close().await?;
    api.kill().await?;
    bench.servers.remove(store).await?;
    let mut table = Table::new(&["one event for each of 1,000 readers", "p50 ms", "p99 ms"]);
    for (name, times) in [("the commit itself", &mut commits), ("… to the first reader", &mut firsts), ("… to the last reader", &mut lasts)]
    {
        times.sort_unstable();
        table.row([name.to_owned(), percentile_ms(times, 50), percentile_ms(times, 99)]);
    }
    Ok(format!(
        "\n### Live updates\n\n{table}\n{} broadcasts in one transaction each; times are from the begin of the commit, through Redis, to the \
         bytes at the reader. The API has {before:.1} MiB resident without readers, {with:.1} MiB with {READERS} and {after:.1} MiB after the \
         broadcasts: {:.1} KiB a reader.\n",
        bench.size.broadcasts,
        (with - before) * 1024.0 / READERS as f64,
    ))
}

/// A stream that has begun.
async fn begin(address: SocketAddr, number: usize) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET /api/events/?ticket=reader{number} HTTP/1.1\r\nHost: bench\r\n\r\n").as_bytes()).await?;
    let mut answer = vec![];
    while !answer.windows(12).any(|bytes| bytes == b"event: hello") {
        let read = timeout(PATIENCE, stream.read_buf(&mut answer)).await.context("no stream")??;
        ensure!(read > 0, "no stream: {}", String::from_utf8_lossy(&answer));
    }
    Ok(stream)
}

/// Says when an event has come.
async fn read(mut stream: TcpStream, heard: mpsc::Sender<Instant>) -> Result<()> {
    let mut bytes = [0; 1024];
    loop {
        let read = stream.read(&mut bytes).await?;
        ensure!(read > 0, "the stream ended");
        if bytes[..read].windows(11).any(|bytes| bytes == b"event: ping") {
            heard.send(Instant::now()).await?;
        }
    }
}

/// Tells everybody something: how long the commit took, and when the first and the last had it.
async fn broadcast(app: &App, users: &[UserId], hears: &mut mpsc::Receiver<Instant>) -> Result<[Duration; 3]> {
    let tx = app.begin().await?;
    for user in users {
        tx.publish(*user, LiveEvent { kind: "ping", data: json!({ "id": user }) }).await?;
    }
    let begun = Instant::now();
    tx.commit().await?;
    let commit = begun.elapsed();
    let mut times = vec![];
    for reader in 0..users.len() {
        let heard = timeout(PATIENCE, hears.recv()).await.with_context(|| format!("only {reader} readers heard of it"))?;
        times.push(heard.context("no readers")? - begun);
    }
    let (first, last) = (times.iter().min().copied().unwrap_or_default(), times.iter().max().copied().unwrap_or_default());
    Ok([commit, first, last])
}
