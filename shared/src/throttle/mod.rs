//! How often something may happen: counters with an end, exact across nodes in Redis, or kept by this process where there
//! is no Redis.
//!
//! Nothing here is needed to be right: an emptied Redis starts all counters anew, which forgives some requests and harms
//! nobody, and while Redis is away each node counts for itself.

mod local;
mod pace;
mod redis;

pub use pace::Pace;

use crate::clients::redis::RedisClient;
use crate::clock::Time;
use crate::i18n::Message;
use crate::{App, Error, Result};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::time::Duration;

/// At most so many within so long. The window starts with the first count; the count that reaches `most` starts it anew,
/// so that a lock lasts its whole time.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Part of the key: rules of different names never share a counter.
    pub name: &'static str,
    /// How many pass; at least 1.
    pub most: u32,
    /// How long the window is.
    pub within: Duration,
    /// What is answered when it is full; may say `{ $seconds }`.
    pub message: &'static str,
}

/// The counters of this process: its own, and those it shares with its fleet.
pub struct Throttle {
    fleet: Option<redis::Fleet>,
    local: local::Local,
}

/// One counter, as both kinds of stores see it.
#[derive(Debug)]
struct Counter {
    key: String,
    most: u32,
    within: Duration,
}

/// What is asked of a store, and answered in one step that nobody comes between.
#[derive(Debug, Default)]
struct Question {
    counters: Vec<Counter>,
    /// Whether all are counted by one when none is full.
    counts: bool,
    /// A mark that may have been set; if it was, only the first `in_any_case` counters take part.
    mark: Option<String>,
    in_any_case: usize,
}

/// The answer.
#[derive(Debug, Default, PartialEq)]
struct Verdict {
    /// The full counter that stays full longest, by its place in the question, and for how long.
    full: Option<(usize, Duration)>,
    is_marked: bool,
}

impl Throttle {
    pub(crate) fn new(redis: Option<RedisClient>) -> Self {
        Self { fleet: redis.map(redis::Fleet::new), local: local::Local::default() }
    }

    /// Asks the fleet's store, or this process' own when there is none or it is away.
    async fn verdict(&self, question: &Question, now: Time) -> Verdict {
        let told = match &self.fleet {
            Some(fleet) => fleet.ask(question).await,
            None => None,
        };
        told.unwrap_or_else(|| self.local.ask(question, now))
    }
}

/// Whether all of these would pass now; counts nothing.
pub async fn check(app: &App, counters: &[(Rule, String)]) -> Result<()> {
    ask(app, counters, Question { counts: false, ..Question::of(counters) }).await?;
    Ok(())
}

/// Counts all of these by one, or, when any is full, none.
pub async fn count(app: &App, counters: &[(Rule, String)]) -> Result<()> {
    ask(app, counters, Question::of(counters)).await?;
    Ok(())
}

/// Counts all of these like [`count`] and answers, in the same step, whether `mark` is set. If it is, `unless_marked` takes no
/// part.
pub(crate) async fn pass(
    app: &App,
    in_any_case: &[(Rule, String)],
    unless_marked: &[(Rule, String)],
    mark: Option<String>,
) -> Result<bool> {
    let counters = [in_any_case, unless_marked].concat();
    ask(app, &counters, Question { in_any_case: in_any_case.len(), mark, ..Question::of(&counters) }).await
}

/// Sets marks for a while. Marks only spare work: that they cannot be set is no failure.
pub(crate) async fn mark(app: &App, keys: &[String], life: Duration) {
    match &app.throttle.fleet {
        Some(fleet) => fleet.mark(keys, life).await,
        None => app.throttle.local.mark(keys, life, app.clock.now()),
    }
}

/// Forgets what was counted.
pub async fn clear(app: &App, counters: &[(Rule, String)]) -> Result<()> {
    let keys: Vec<String> = counters.iter().map(|(rule, subject)| key(rule.name, subject)).collect();
    app.throttle.local.clear(&keys);
    if let Some(fleet) = &app.throttle.fleet {
        fleet.clear(&keys).await;
    }
    Ok(())
}

/// An address as a subject. Whoever has one IPv6 address has its whole /64.
pub fn subject(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Short, and without the personal data that the subject may be.
fn key(rule: &str, subject: &str) -> String {
    format!("throttle:{rule}:{}", hex::encode(&Sha256::digest(subject.as_bytes())[..16]))
}

impl Question {
    /// Counts these.
    fn of(counters: &[(Rule, String)]) -> Self {
        let counter = |(rule, subject): &(Rule, String)| Counter { key: key(rule.name, subject), most: rule.most, within: rule.within };
        Self { counters: counters.iter().map(counter).collect(), counts: true, mark: None, in_any_case: counters.len() }
    }
}

/// Asks, and turns a full counter into an error. Answers whether the mark was set.
async fn ask(app: &App, counters: &[(Rule, String)], question: Question) -> Result<bool> {
    if question.counters.is_empty() && question.mark.is_none() {
        return Ok(false);
    }
    let verdict = app.throttle.verdict(&question, app.clock.now()).await;
    let Some((place, retry_after)) = verdict.full else { return Ok(verdict.is_marked) };
    let rule = &counters[place].0;
    metrics::counter!("throttled_total", "rule" => rule.name).increment(1);
    let seconds = retry_after.as_millis().div_ceil(1000).max(1);
    Err(Error::TooMany { message: Message::new(rule.message).with("seconds", seconds), retry_after })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_as_itself_and_an_ipv6_address_as_its_network() {
        let of = |text: &str| subject(text.parse().unwrap());
        assert_eq!(of("203.0.113.9"), "203.0.113.9");
        assert_eq!(of("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(of("2001:db8:0:7:1::1"), of("2001:db8:0:7:ffff::"));
        assert_ne!(of("2001:db8:0:7::1"), of("2001:db8:0:8::1"));
    }

    #[test]
    fn a_key_is_short_and_does_not_show_its_subject() {
        let key = key("login-account", "amina@example.com");
        assert!(key.len() < 64 && !key.contains("amina"), "{key}");
    }
}
