//! Delivery through Redis: one sorted set of ids per queue, scored by priority and time. Only ids travel, adding an id
//! twice changes nothing, pops are batched, idle workers block.

use super::{Queue, Ready};
use crate::Result;
use crate::clients::redis::{RedisClient, away};
use crate::ids::JobId;
use ::redis::Script;
use ::redis::aio::{ConnectionManager, MultiplexedConnection};
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

/// What BZMPOP answers: the key, and its members with their scores.
type Popped = (String, Vec<(Vec<u8>, f64)>);
/// Ids sent in one command.
const PUSH_BATCH: usize = 1000;
/// Announcements waiting for Redis; more are dropped and found by the relay.
const BACKLOG: usize = 20_000;

/// The index in Redis.
#[derive(Clone)]
pub struct Redis {
    client: RedisClient,
    announcements: mpsc::Sender<Ready>,
}

impl Redis {
    pub(super) fn new(client: RedisClient) -> Self {
        let (announcements, waiting) = mpsc::channel(BACKLOG);
        let redis = Self { client, announcements };
        tokio::spawn(announcer(redis.clone_without_sender(), waiting));
        redis
    }

    /// For the announcer, which must not keep its own channel open.
    fn clone_without_sender(&self) -> Self {
        Self { announcements: mpsc::channel(1).0, ..self.clone() }
    }

    async fn connection(&self) -> Result<ConnectionManager> {
        self.client.connection().await
    }

    fn key(&self, queue: Queue) -> String {
        self.client.key(&format!("ready:{}", queue.name()))
    }

    fn epoch_key(&self) -> String {
        self.client.key("epoch")
    }

    pub(super) fn announce(&self, jobs: Vec<Ready>) {
        for job in jobs {
            if self.announcements.try_send(job).is_err() {
                metrics::counter!("jobs_announcements_dropped_total").increment(1);
            }
        }
    }

    pub(super) async fn push(&self, jobs: &[Ready]) -> Result<u64> {
        let mut connection = self.connection().await?;
        let mut added = 0;
        for batch in jobs.chunks(PUSH_BATCH) {
            let mut pipe = ::redis::pipe();
            for queue in [Queue::Critical, Queue::Default, Queue::Mail, Queue::Bulk] {
                let mut members = batch.iter().filter(|job| job.queue == queue).peekable();
                if members.peek().is_some() {
                    let add = pipe.cmd("ZADD").arg(self.key(queue)).arg("NX");
                    for job in members {
                        add.arg(job.score()).arg(job.id.0.as_bytes());
                    }
                }
            }
            let counts: Vec<u64> = pipe.query_async(&mut connection).await.map_err(away)?;
            added += counts.iter().sum::<u64>();
        }
        Ok(added)
    }

    pub(super) fn taker(&self, queue: Queue) -> Taker {
        Taker { client: self.client.clone(), key: self.key(queue), connection: None }
    }

    pub(super) async fn epoch(&self) -> Result<Option<String>> {
        let mut connection = self.connection().await?;
        ::redis::cmd("GET").arg(self.epoch_key()).query_async(&mut connection).await.map_err(away)
    }

    pub(super) async fn renew_epoch(&self) -> Result<()> {
        let mut connection = self.connection().await?;
        let mut set = ::redis::cmd("SET");
        set.arg(self.epoch_key()).arg(Uuid::now_v7().to_string());
        set.query_async(&mut connection).await.map_err(away)
    }

    pub(super) async fn within_rate(&self, queue: Queue, per_second: u32, wanted: usize) -> Result<usize> {
        // a window of one second by Redis' own clock, the same for the whole fleet
        let script = Script::new(
            "local t = redis.call('TIME')[1] local key = KEYS[1] .. ':' .. t \
             local used = tonumber(redis.call('GET', key) or '0') \
             local granted = math.max(0, math.min(tonumber(ARGV[2]), tonumber(ARGV[1]) - used)) \
             redis.call('INCRBY', key, granted) redis.call('EXPIRE', key, 2) return granted",
        );
        let mut connection = self.connection().await?;
        let key = self.client.key(&format!("rate:{}", queue.name()));
        script.key(key).arg(per_second).arg(wanted).invoke_async(&mut connection).await.map_err(away)
    }

    pub(super) async fn ping(&self) -> Result<()> {
        let mut connection = self.connection().await?;
        ::redis::cmd("PING").query_async(&mut connection).await.map_err(away)
    }
}

/// Sends announcements, all that wait in one round trip. While Redis is away they are dropped: the relay repairs.
async fn announcer(redis: Redis, mut waiting: mpsc::Receiver<Ready>) {
    let mut batch = Vec::with_capacity(PUSH_BATCH);
    let mut is_away = false;
    while waiting.recv_many(&mut batch, PUSH_BATCH).await > 0 {
        match redis.push(&batch).await {
            Ok(_) if is_away => {
                tracing::info!("redis is back");
                is_away = false;
            }
            Ok(_) => {}
            Err(error) => {
                metrics::counter!("jobs_announcements_dropped_total").increment(batch.len() as u64);
                if !is_away {
                    tracing::warn!(%error, "redis is away; jobs wait in the database until the relay finds them");
                }
                is_away = true;
            }
        }
        batch.clear();
    }
}

/// Takes ids of one queue over a connection of its own.
pub struct Taker {
    client: RedisClient,
    key: String,
    connection: Option<MultiplexedConnection>,
}

impl Taker {
    pub(super) async fn take(&mut self, most: usize, wait: Duration) -> Result<Vec<JobId>> {
        let taken = self.pop(most, wait).await;
        if taken.is_err() {
            self.connection = None;
        }
        taken
    }

    async fn pop(&mut self, most: usize, wait: Duration) -> Result<Vec<JobId>> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            empty => empty.insert(self.client.waiting(wait).await?),
        };
        let mut pop = ::redis::cmd("BZMPOP");
        pop.arg(wait.as_secs_f64()).arg(1).arg(&self.key).arg("MIN").arg("COUNT").arg(most);
        let popped: Option<Popped> = pop.query_async(connection).await.map_err(away)?;
        let members = popped.map(|(_, members)| members).unwrap_or_default();
        Ok(members.iter().filter_map(|(id, _)| Uuid::from_slice(id).ok()).map(JobId).collect())
    }
}
