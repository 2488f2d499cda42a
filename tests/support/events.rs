//! A reader of an event stream, as a browser is one.

use serde_json::Value;
use std::time::Duration;

/// Longer than anything but a mistake takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open stream.
pub struct Events {
    response: reqwest::Response,
    unread: Vec<u8>,
}

/// An event as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub id: i64,
    pub kind: String,
    pub data: Value,
}

/// One block of a stream.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    Event(Event),
    Comment(String),
    Retry(u64),
}

impl Events {
    pub fn new(response: reqwest::Response) -> Self {
        Self { response, unread: vec![] }
    }

    pub fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().expect("ASCII")
    }

    /// The next block; `None` at the end. What is half is a mistake.
    pub async fn block(&mut self) -> Option<Block> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|two| two == b"\n\n") {
                let block: Vec<u8> = self.unread.drain(..end + 2).collect();
                return Some(read(std::str::from_utf8(&block).expect("UTF-8")));
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("something comes in time");
            match chunk.expect("the stream ends as it should") {
                Some(chunk) => self.unread.extend_from_slice(&chunk),
                None => {
                    assert_eq!(String::from_utf8_lossy(&self.unread), "", "half a block");
                    return None;
                }
            }
        }
    }

    /// The next event; `None` at the end.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Block::Event(event) = self.block().await? {
                return Some(event);
            }
        }
    }

    /// The next event, which must be of this kind. Messages come beside most things that happen: unless one of them is meant, they are
    /// passed over.
    pub async fn expect(&mut self, kind: &str) -> Event {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the stream ended before {kind}"));
            if event.kind == kind || event.kind != "notification" {
                assert_eq!(event.kind, kind, "{event:?}");
                return event;
            }
        }
    }

    /// The numbers of the next events.
    pub async fn numbers(&mut self, count: usize) -> Vec<i64> {
        let mut numbers = vec![];
        while numbers.len() < count {
            numbers.push(self.next().await.expect("more events").id);
        }
        numbers
    }

    /// Reads to the end; the numbers of what still came, without messages.
    pub async fn rest(&mut self) -> Vec<i64> {
        let mut numbers = vec![];
        while let Some(event) = self.next().await {
            numbers.extend(Some(event.id).filter(|_| event.kind != "notification"));
        }
        numbers
    }
}

fn read(block: &str) -> Block {
    let (mut id, mut kind, mut data) = (None, None, vec![]);
    for line in block.trim_end().lines() {
        match line.split_once(':').map(|(name, value)| (name, value.trim_start())) {
            Some(("", comment)) => return Block::Comment(comment.to_owned()),
            Some(("retry", pause)) => return Block::Retry(pause.parse().expect("milliseconds")),
            Some(("id", value)) => id = Some(value.parse().expect("a number")),
            Some(("event", value)) => kind = Some(value.to_owned()),
            Some(("data", value)) => data.push(value.to_owned()),
            _ => panic!("what is {line:?}?"),
        }
    }
    let data = serde_json::from_str(&data.join("\n")).expect("JSON");
    Block::Event(Event { id: id.expect("an id"), kind: kind.expect("a kind"), data })
}
