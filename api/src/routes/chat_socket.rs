//! One connection of a chat. Its frames are handled one after the other, and nothing is held for a reader who does not read.

use super::chat_frames::{FrameIn, FrameOut};
use crate::auth::Caller;
use crate::error::Failure;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use shared::audit::{self, Denial};
use shared::i18n::Message as Words;
use shared::live::{End, Word};
use shared::support::chat::Chat;
use shared::{App, Error};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Largest frame.
pub(super) const LARGEST: usize = 16 * 1024;
/// Something passes in this time: proxies close what is silent.
const PING: Duration = Duration::from_secs(15);
/// Who says nothing for so long, not even to a ping, is gone.
const SILENT: Duration = Duration::from_secs(45);
/// Who makes no room for a frame in this time does not read.
const SLOW: Duration = Duration::from_secs(10);
/// How long we wait for the other side to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// Frames are counted so long, …
const WINDOW: Duration = Duration::from_secs(10);
/// … more are refused, …
const MANY: u32 = 30;
/// … and who does not stop then is sent away.
const TOO_MANY: u32 = 100;

/// Codes of our own, by the status that a request would be answered with.
const SESSION_ENDED: u16 = 4401;
const RIGHTS_GONE: u16 = 4403;
const SLOW_READER: u16 = 4408;

/// Why a connection is closed, in a code for programs and a word for people. `None`: there is nobody to tell.
type Close = Option<(u16, &'static str)>;

/// A connection with the chat that it shows.
pub(super) struct Connection {
    app: App,
    caller: Caller,
    chat: Chat,
    path: String,
    heard: Instant,
    window: (Instant, u32),
}

impl Connection {
    pub(super) fn new(app: App, caller: Caller, chat: Chat, path: String) -> Self {
        let now = Instant::now();
        Self { app, caller, chat, path, heard: now, window: (now, 0) }
    }

    /// Serves it to its end.
    pub(super) async fn serve(mut self, mut socket: WebSocket, hello: FrameOut) {
        let Err(close) = self.talk(&mut socket, hello).await;
        if let Some((code, reason)) = close {
            say_goodbye(&mut socket, code, reason).await;
        }
    }

    async fn talk(&mut self, socket: &mut WebSocket, hello: FrameOut) -> Result<std::convert::Infallible, Close> {
        send(socket, &hello).await?;
        let mut pings = tokio::time::interval_at(tokio::time::Instant::now() + PING, PING);
        loop {
            tokio::select! {
                word = self.chat.woken() => self.show(socket, word.map_err(over)?).await?,
                frame = socket.recv() => self.hear(socket, frame).await?,
                _ = pings.tick() => {
                    if self.heard.elapsed() > SILENT {
                        return Err(Some((SLOW_READER, "silent")));
                    }
                    write(socket, Message::Ping(Default::default())).await?;
                }
            }
        }
    }

    /// Shows what woke the chat.
    async fn show(&mut self, socket: &mut WebSocket, word: Word) -> Result<(), Close> {
        if word == Word::Look {
            for found in self.chat.look().await.map_err(over)? {
                // who reads slowly must not read on after the end of their session
                if let Some(end) = self.chat.end() {
                    return Err(over(end));
                }
                send(socket, &FrameOut::found(&self.caller.actor, found)).await?;
            }
            return Ok(());
        }
        match self.chat.hear(word).await {
            Ok(Some((person, does))) => send(socket, &FrameOut::does(&self.caller.actor, person, does)).await,
            Ok(None) => Ok(()),
            // it may be lost
            Err(error) => {
                tracing::warn!(%error, "a word in a chat was lost");
                Ok(())
            }
        }
    }

    async fn hear(&mut self, socket: &mut WebSocket, frame: Option<Result<Message, axum::Error>>) -> Result<(), Close> {
        self.heard = Instant::now();
        let frame = match frame {
            None => return Err(None),
            // the type of this error is not ours to name; its words are the crate's own
            Some(Err(error)) if error.to_string().contains("too long") => return Err(Some((close_code::SIZE, "too large"))),
            Some(Err(_)) => return Err(Some((close_code::PROTOCOL, "malformed"))),
            Some(Ok(frame)) => frame,
        };
        let count = self.count();
        if count > TOO_MANY {
            return Err(Some((close_code::POLICY, "too many frames")));
        }
        match frame {
            Message::Text(text) if text.len() > LARGEST => Err(Some((close_code::SIZE, "too large"))),
            Message::Text(text) => self.handle(socket, &text, count > MANY).await,
            Message::Binary(_) => Err(Some((close_code::UNSUPPORTED, "text only"))),
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            // the answer is written with the next read, which is the last
            Message::Close(_) => Ok(()),
        }
    }

    /// Frames in the window, with this one.
    fn count(&mut self) -> u32 {
        if self.window.0.elapsed() >= WINDOW {
            self.window = (Instant::now(), 0);
        }
        self.window.1 += 1;
        self.window.1
    }

    async fn handle(&mut self, socket: &mut WebSocket, text: &str, is_flood: bool) -> Result<(), Close> {
        let done = if is_flood { Err(self.too_many().into()) } else { self.obey(text).await };
        // what an ended session may not do is no error of a frame
        if let Some(end) = self.chat.end() {
            return Err(over(end));
        }
        match done {
            Ok(Some(answer)) => send(socket, &answer).await,
            Ok(None) => Ok(()),
            Err(failure) => {
                self.note(&failure).await;
                send(socket, &FrameOut::error(&failure, self.caller.language, FrameIn::reference(text))).await
            }
        }
    }

    fn too_many(&self) -> Error {
        let retry_after = WINDOW.saturating_sub(self.window.0.elapsed());
        let message = Words::new("error-too-many-requests").with("seconds", retry_after.as_secs() + 1);
        Error::TooMany { message, retry_after }
    }

    async fn obey(&mut self, text: &str) -> Result<Option<FrameOut>, Failure> {
        let frame = FrameIn::read(text)?;
        if !self.chat.goes_on().await? {
            return Ok(None);
        }
        match frame {
            FrameIn::Message(new, reference) => {
                let message = self.chat.write(new, reference.as_deref()).await?;
                Ok(Some(FrameOut::Sent { reference, message }))
            }
            FrameIn::Typing(is_internal) => Ok(self.chat.types(is_internal).map(|()| None)?),
            FrameIn::Read(upto) => Ok(self.chat.reads(upto).await.map(|()| None)?),
        }
    }

    /// Logs a refusal, and leaves an entry of a denial in the audit, as of a request.
    async fn note(&self, failure: &Failure) {
        let actor = &self.caller.actor;
        let request_id = actor.request_id.as_deref().unwrap_or_default();
        failure.log(request_id);
        let Some(permission) = failure.denial() else { return };
        let denial = Denial {
            actor: Some(actor),
            request_id,
            address: actor.address.clone(),
            method: "GET",
            route: super::chat::ROUTE,
            path: &self.path,
            status: failure.status().as_u16(),
            permission,
        };
        if let Err(error) = audit::denied(&self.app, &denial).await {
            tracing::error!(%error, ?denial, "a denial could not be written to the audit");
        }
    }
}

fn over(end: End) -> Close {
    Some(match end {
        End::Session => (SESSION_ENDED, "session ended"),
        End::Rights => (RIGHTS_GONE, "other rights"),
        End::Stopping => (close_code::AWAY, "stopping"),
    })
}

async fn send(socket: &mut WebSocket, frame: &FrameOut) -> Result<(), Close> {
    match frame.text() {
        Ok(text) => write(socket, Message::Text(text.into())).await,
        Err(failure) => {
            failure.log("");
            Err(Some((close_code::ERROR, "internal")))
        }
    }
}

async fn write(socket: &mut WebSocket, message: Message) -> Result<(), Close> {
    match timeout(SLOW, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(None),
        Err(_) => {
            metrics::counter!("live_slow_readers_total").increment(1);
            Err(Some((SLOW_READER, "slow reader")))
        }
    }
}

/// Closes a connection, and reads what is still under way: a socket that is dropped with something unread takes back what it said.
async fn say_goodbye(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let close = Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }));
    let goodbye = async {
        if socket.send(close).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    drop(timeout(GOODBYE, goodbye).await);
}
