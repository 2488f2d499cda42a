//! The counters of a fleet, in Redis: one script answers a whole question by Redis' own time, in one round trip, so all
//! nodes together count exactly. Keys end by themselves.

use super::{Question, Verdict};
use crate::clients::redis::{ANSWER, RedisClient, away};
use crate::{Error, Result};
use ::redis::Script;
use std::future::Future;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a Redis that is away is left alone before one request tries it again; the others do not wait.
const REST: Duration = Duration::from_secs(1);

/// `KEYS`: the counters, then perhaps the mark. `ARGV`: 1 to count or 0 to look, how many counters take part even when the
/// mark is set, then `most` and `within` (ms) of each. Answers the place of the full one (0: none), its time left (ms), and
/// whether the mark is set.
static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local counters, marked = (#ARGV - 2) / 2, 0
         if #KEYS > counters then marked = redis.call('EXISTS', KEYS[#KEYS]) end
         if marked == 1 then counters = tonumber(ARGV[2]) end
         local full, wait = 0, -1
         for i = 1, counters do
             if tonumber(redis.call('GET', KEYS[i]) or -1) >= tonumber(ARGV[2 * i + 1]) then
                 local left = redis.call('PTTL', KEYS[i])
                 if left > wait then full, wait = i, left end
             end
         end
         if full == 0 and ARGV[1] == '1' then
             for i = 1, counters do
                 local count = redis.call('INCR', KEYS[i])
                 if count == 1 or count == tonumber(ARGV[2 * i + 1]) then redis.call('PEXPIRE', KEYS[i], ARGV[2 * i + 2]) end
             end
         end
         return {full, wait, marked}",
    )
});

/// The store of a fleet.
pub(super) struct Fleet {
    client: RedisClient,
    /// Set while Redis is away: when to try it again.
    try_again: Mutex<Option<Instant>>,
}

impl Fleet {
    pub(super) fn new(client: RedisClient) -> Self {
        Self { client, try_again: Mutex::default() }
    }

    /// `None` while Redis is away.
    pub(super) async fn ask(&self, question: &Question) -> Option<Verdict> {
        let answer = self.within_reach(async {
            let mut connection = self.client.connection().await?;
            let mut call = SCRIPT.arg(u8::from(question.counts));
            call.arg(question.in_any_case);
            for counter in &question.counters {
                call.key(self.client.key(&counter.key)).arg(counter.most).arg(counter.within.as_millis() as u64);
            }
            if let Some(mark) = &question.mark {
                call.key(self.client.key(mark));
            }
            call.invoke_async::<(usize, i64, bool)>(&mut connection).await.map_err(away)
        });
        let (place, wait_ms, is_marked) = answer.await?;
        let full = place.checked_sub(1).map(|place| (place, Duration::from_millis(wait_ms.max(0) as u64)));
        Some(Verdict { full, is_marked })
    }

    pub(super) async fn mark(&self, keys: &[String], life: Duration) {
        let set = async {
            let mut pipe = ::redis::pipe();
            for key in keys {
                pipe.cmd("SET").arg(self.client.key(key)).arg(1).arg("EX").arg(life.as_secs()).ignore();
            }
            pipe.query_async::<()>(&mut self.client.connection().await?).await.map_err(away)
        };
        if !keys.is_empty() {
            self.within_reach(set).await;
        }
    }

    pub(super) async fn clear(&self, keys: &[String]) {
        let delete = async {
            let mut delete = ::redis::cmd("DEL");
            for key in keys {
                delete.arg(self.client.key(key));
            }
            delete.query_async::<()>(&mut self.client.connection().await?).await.map_err(away)
        };
        if !keys.is_empty() {
            self.within_reach(delete).await;
        }
    }

    /// Asks Redis, unless it is away and resting. Says once that it went, and once that it is back.
    async fn within_reach<T>(&self, call: impl Future<Output = Result<T>>) -> Option<T> {
        if self.is_resting() {
            return None;
        }
        // the whole of it, because many may be waiting for one attempt to connect
        let late = Error::Upstream { service: "redis", reason: "no answer in time".to_owned(), retry_after: None };
        let answer = tokio::time::timeout(ANSWER, call).await.unwrap_or(Err(late));
        let mut try_again = self.try_again.lock().unwrap_or_else(PoisonError::into_inner);
        match (&answer, try_again.is_some()) {
            (Ok(_), false) => {}
            (Ok(_), true) => {
                tracing::info!("redis is back; limits hold for the fleet again");
                *try_again = None;
            }
            (Err(error), was_away) => {
                if was_away {
                    tracing::debug!(%error, "redis is still away");
                } else {
                    tracing::warn!(%error, "redis is away; each node counts its limits alone");
                }
                *try_again = Some(Instant::now() + REST);
            }
        }
        answer.ok()
    }

    /// Whether to leave Redis alone now. The first to ask after a rest goes alone: the others see a new rest.
    fn is_resting(&self) -> bool {
        let mut try_again = self.try_again.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        match *try_again {
            None => false,
            Some(at) if at > now => true,
            Some(_) => {
                // longer than the attempt may take
                *try_again = Some(now + ANSWER + REST);
                false
            }
        }
    }
}
