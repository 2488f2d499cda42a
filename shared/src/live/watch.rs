//! The tasks of a process that has streams: one hears what other processes tell, the other compares the streams with the database,
//! which is the truth about both events and sessions. It does so seldom while Redis carries, and often while it does not.

use super::carrier::ping;
use super::feed;
use crate::accounts::session;
use crate::support::chat;
use crate::{App, Error, Result};
use futures::StreamExt;
use std::time::Duration;
use tokio::sync::watch;

/// A look at the database while Redis is well, or not needed.
const CALM: Duration = Duration::from_secs(10);
/// While Redis is away.
const ALERT: Duration = Duration::from_secs(2);
/// How soon a silent Redis is noticed.
const PING: Duration = Duration::from_secs(3);
/// Pause before subscribing again.
const AGAIN: Duration = Duration::from_millis(500);
/// Sessions or tickets of one statement.
const BATCH: usize = 500;

/// Runs as long as the process has streams.
pub async fn run(app: App) {
    // whether other processes are heard; each change is followed by a look
    let (hears, changes) = watch::channel(true);
    tokio::join!(hear(&app, hears), look(&app, changes));
}

/// Hears other processes, and says when it does not.
async fn hear(app: &App, hears: watch::Sender<bool>) {
    if app.live.carrier.is_none() {
        return std::future::pending().await; // nobody else is there
    }
    loop {
        let Err(error) = hear_until_lost(app, &hears).await;
        // only the change is followed by a look of its own
        if hears.send_if_modified(|hears| std::mem::replace(hears, false)) {
            tracing::warn!(%error, "redis is away; streams look into the database");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn hear_until_lost(app: &App, hears: &watch::Sender<bool>) -> Result<std::convert::Infallible> {
    let carrier = app.live.carrier.as_ref().ok_or_else(|| Error::internal("no redis"))?;
    let (mut sink, mut messages) = carrier.subscribe().await?;
    // also when it was true already: what was said before the subscription was not heard
    hears.send_replace(true);
    tracing::debug!("live events are heard");
    let mut pings = tokio::time::interval(PING);
    loop {
        tokio::select! {
            message = messages.next() => {
                let Some(message) = message else {
                    return Err(Error::Upstream { service: "redis", reason: "the subscription ended".to_owned(), retry_after: None });
                };
                if let Some(message) = carrier.read(message.get_payload_bytes()) {
                    app.live.hear(message);
                }
            }
            _ = pings.tick() => ping(&mut sink).await?,
        }
    }
}

/// Compares streams and database.
async fn look(app: &App, mut changes: watch::Receiver<bool>) {
    loop {
        if let Err(error) = compare(app).await {
            tracing::warn!(%error, "streams cannot be compared with the database; trying again");
        }
        let pause = if *changes.borrow_and_update() { CALM } else { ALERT };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            Ok(()) = changes.changed() => {}
        }
    }
}

async fn compare(app: &App) -> Result<()> {
    let hub = &app.live.hub;
    let newest = feed::newest(app, &hub.users()).await?;
    found("events", hub.wake(&newest));
    let rooms = &app.live.rooms;
    for batch in rooms.tickets().chunks(BATCH) {
        found("chats", rooms.wake(&chat::newest(app, batch).await?));
    }
    let mut sessions = [hub.sessions(), rooms.sessions()].concat();
    sessions.sort_unstable();
    sessions.dedup();
    for batch in sessions.chunks(BATCH) {
        let alive = session::alive(app, batch).await?;
        found("sessions", hub.keep_alive(batch, &alive) + rooms.keep_alive(batch, &alive));
    }
    Ok(())
}

fn found(what: &'static str, streams: usize) {
    if streams > 0 {
        metrics::counter!("live_found_total", "what" => what).increment(streams as u64);
    }
}
