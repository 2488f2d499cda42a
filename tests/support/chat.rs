//! A WebSocket client of a chat, as a page is one.

use super::client::Answer;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longer than anything but a mistake takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open connection.
pub struct Chat {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Chat {
    pub async fn open<'a>(address: &str, headers: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self, Answer> {
        let mut request = address.into_client_request().expect("an address");
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a value"));
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(Error::Http(response)) => {
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                let text = String::from_utf8(response.into_body().unwrap_or_default()).expect("UTF-8");
                Err(Answer { status, headers, text })
            }
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.expect("sent");
    }

    pub async fn say(&mut self, body: &str) {
        self.send(json!({ "type": "message", "body": body })).await;
    }

    /// What comes next: a frame, or the code of the end.
    pub async fn next(&mut self) -> Result<Value, u16> {
        tokio::time::timeout(PATIENCE, self.wait()).await.expect("something comes in time")
    }

    async fn wait(&mut self) -> Result<Value, u16> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                // a ping is no news
                Some(Ok(_)) => {}
                // cut off without a word
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    /// The next frame, which must be of this type.
    #[track_caller]
    pub fn expect(&mut self, kind: &str) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move {
            let frame = self.next().await.unwrap_or_else(|code| panic!("{caller}: closed ({code}) before {kind}"));
            assert_eq!(frame["type"], kind, "{caller}: {frame}");
            frame
        }
    }

    /// The next frame of this type, whatever comes before it.
    pub async fn until(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await.unwrap_or_else(|code| panic!("closed ({code}) before {kind}"));
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The bodies of the next messages, in order, whatever comes between them.
    pub async fn bodies(&mut self, count: usize) -> Vec<String> {
        let mut bodies = vec![];
        while bodies.len() < count {
            bodies.push(self.until("message").await["message"]["body"].as_str().expect("a body").to_owned());
        }
        bodies
    }

    /// The code with which it ends, whatever comes before.
    pub async fn end(&mut self) -> u16 {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    /// Frames until a message of the own with this body comes back: whatever was under way has come before.
    pub async fn until_said(&mut self, body: &str) -> Vec<Value> {
        let mut frames = vec![];
        loop {
            let frame = self.next().await.expect("it goes on");
            if frame["message"]["body"] == body {
                return frames;
            }
            frames.push(frame);
        }
    }
}
