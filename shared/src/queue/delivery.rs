//! Carries the ids of due jobs to workers: through Redis in a fleet, inside the process by default. Holds nothing that
//! the ledger does not know, so losing all of it costs latency only.

use super::local::Local;
use super::redis::Redis;
use super::{Queue, Ready};
use crate::Result;
use crate::clients::redis::RedisClient;
use crate::ids::JobId;
use std::time::Duration;

/// How job ids travel.
#[derive(Clone)]
#[allow(clippy::large_enum_variant)] // one for each process
pub enum Delivery {
    /// Inside this process.
    Local(Local),
    /// Through Redis.
    Redis(Redis),
}

impl Delivery {
    /// Through Redis if there is one; it need not answer yet.
    pub fn new(redis: Option<RedisClient>) -> Self {
        redis.map_or_else(|| Self::Local(Local::default()), |client| Self::Redis(Redis::new(client)))
    }

    /// Makes jobs known after their commit. Never fails and never waits for Redis: what does not arrive, the relay finds.
    pub async fn announce(&self, jobs: Vec<Ready>) {
        match self {
            Self::Local(local) => {
                local.push(&jobs);
            }
            Self::Redis(redis) => redis.announce(jobs),
        }
    }

    /// Makes jobs known and answers how many were not known before.
    pub async fn push(&self, jobs: &[Ready]) -> Result<u64> {
        match self {
            Self::Local(local) => Ok(local.push(jobs)),
            Self::Redis(redis) => redis.push(jobs).await,
        }
    }

    /// A place to take jobs of one queue from; each has its own connection, because taking blocks.
    pub fn taker(&self, queue: Queue) -> Taker {
        match self {
            Self::Local(local) => Taker::Local(local.clone(), queue),
            Self::Redis(redis) => Taker::Redis(redis.taker(queue)),
        }
    }

    /// Whether the index has been lost since [`Delivery::renew_epoch`] was last called by anyone.
    pub async fn is_lost(&self) -> Result<bool> {
        match self {
            Self::Local(local) => Ok(local.epoch().is_none()),
            Self::Redis(redis) => Ok(redis.epoch().await?.is_none()),
        }
    }

    /// Marks the index as whole from now on.
    pub async fn renew_epoch(&self) -> Result<()> {
        match self {
            Self::Local(local) => {
                local.renew_epoch();
                Ok(())
            }
            Self::Redis(redis) => redis.renew_epoch().await,
        }
    }

    /// How many of `wanted` jobs a queue may start in this second under a fleet-wide rate.
    pub async fn within_rate(&self, queue: Queue, per_second: u32, wanted: usize) -> Result<usize> {
        match self {
            Self::Local(local) => Ok(local.within_rate(queue, per_second, wanted)),
            Self::Redis(redis) => redis.within_rate(queue, per_second, wanted).await,
        }
    }

    /// Answers when the carrier does.
    pub async fn ping(&self) -> Result<()> {
        match self {
            Self::Local(_) => Ok(()),
            Self::Redis(redis) => redis.ping().await,
        }
    }

    /// `in-process` or `redis`, for people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Local(_) => "in-process",
            Self::Redis(_) => "redis",
        }
    }
}

/// Takes ids of one queue.
#[allow(clippy::large_enum_variant)] // one for each queue of a process
pub enum Taker {
    /// Inside this process.
    Local(Local, Queue),
    /// Through Redis.
    Redis(super::redis::Taker),
}

impl Taker {
    /// Up to `most` ids in order; waits up to `wait` for the first.
    pub async fn take(&mut self, most: usize, wait: Duration) -> Result<Vec<JobId>> {
        match self {
            Self::Local(local, queue) => Ok(local.take(*queue, most, wait).await),
            Self::Redis(taker) => taker.take(most, wait).await,
        }
    }
}
