//! The constant answer on the webhook's path, in a process of its own: what the box and the load generator can do at most.

use crate::events::{Event, PATH};
use crate::load::{Load, Seen};
use crate::process::Cpu;
use crate::{Bench, note};
use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;

/// Serves until killed; says its address first.
pub async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    let constant = |_: Bytes| async { ([(CONTENT_TYPE, "application/json")], r#"{"received":true}"#) };
    Ok(axum::serve(listener, Router::new().route(PATH, post(constant))).await?)
}

/// The closed loop against it.
pub async fn measure(bench: &Bench, events: &Arc<[Event]>) -> Result<(Seen, Cpu)> {
    note("a constant responder under the same load");
    let program = std::env::current_exe()?;
    let mut child = Command::new(program).arg("--responder").stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let pid = child.id().context("the responder ended at once")?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let address = lines.next_line().await?.context("the responder did not start")?.parse()?;
    let mut load = Load::connect(address).await?;
    load.closed(events, 0, bench.size.warm_up, bench.size.run).await?;
    let before = Cpu::now(&bench.servers, &[pid]);
    let seen = load.closed(events, 0, usize::MAX, bench.size.run).await?;
    let used = Cpu::now(&bench.servers, &[pid]).since(before);
    child.kill().await?;
    Ok((seen, used))
}
