//! The connection to Redis, shared by everything that may forget: the index of due jobs, the counters of the throttle, live events. It
//! is made when first needed and comes back by itself; whoever asks must be able to do without.

use crate::{Error, Result};
use ::redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection, PubSub};
use ::redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// A Redis that does not answer within this time counts as away.
pub(crate) const ANSWER: Duration = Duration::from_millis(1000);

/// Redis. Clones share one connection.
#[derive(Clone)]
pub struct RedisClient {
    client: Client,
    manager: Arc<OnceCell<ConnectionManager>>,
    prefix: Arc<str>,
}

impl RedisClient {
    /// Reads the address; Redis need not be there yet.
    pub fn new(url: &SecretString, prefix: &str) -> Result<Self> {
        let client = Client::open(url.expose_secret()).map_err(|e| Error::internal(format!("REDIS_URL: {e}")))?;
        Ok(Self { client, manager: Arc::default(), prefix: prefix.into() })
    }

    /// The shared connection, for commands that answer at once.
    pub(crate) async fn connection(&self) -> Result<ConnectionManager> {
        let connect = || {
            let config = ConnectionManagerConfig::new()
                .set_number_of_retries(1)
                .set_connection_timeout(Some(ANSWER))
                .set_response_timeout(Some(ANSWER));
            ConnectionManager::new_with_config(self.client.clone(), config)
        };
        Ok(self.manager.get_or_try_init(connect).await.map_err(away)?.clone())
    }

    /// A connection of one's own, for a command that blocks up to `wait`.
    pub(crate) async fn waiting(&self, wait: Duration) -> Result<MultiplexedConnection> {
        // a blocked command answers only after `wait`; a paused Redis must not hold us much longer
        let config = AsyncConnectionConfig::new().set_connection_timeout(Some(ANSWER)).set_response_timeout(Some(wait + ANSWER));
        self.client.get_multiplexed_async_connection_with_config(&config).await.map_err(away)
    }

    /// A connection of one's own to hear channels. It waits for ever: whoever uses it must ask now and then whether it lives.
    pub(crate) async fn subscriber(&self) -> Result<PubSub> {
        self.client.get_async_pubsub().await.map_err(away)
    }

    /// The full name of a key. Braces: all keys of one installation live in one cluster slot.
    pub(crate) fn key(&self, name: &str) -> String {
        format!("{{{}}}:{name}", self.prefix)
    }
}

/// What a failure means: mostly that Redis is away.
pub(crate) fn away(error: RedisError) -> Error {
    match error.kind() {
        ErrorKind::UnexpectedReturnType | ErrorKind::InvalidClientConfig => Error::internal(format!("redis: {error}")),
        _ => Error::Upstream { service: "redis", reason: error.to_string(), retry_after: None },
    }
}
