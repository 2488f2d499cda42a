//! The database: connect, begin a transaction that carries its jobs, commit.

use crate::clock::Time;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::queue::{Fence, Ready};
use crate::{App, crash, live, queue};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    IsolationLevel, QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Sees every statement that an application sends: tests count them.
pub type Observer = Arc<dyn Fn(&sea_orm::metric::Info<'_>) + Send + Sync>;

/// The pools of one process.
#[derive(Clone)]
pub struct Db {
    /// For reads outside a transaction.
    pub conn: DatabaseConnection,
    /// For the job engine's own marks (claims, lease renewals), which need no fsync: losing one costs a repeat that the
    /// fence catches.
    pub marks: DatabaseConnection,
    /// SQLite has one writer; queueing here is fair and never ends in "database is locked".
    writer: Option<Arc<Mutex<()>>>,
}

impl Db {
    /// Opens the pools; `observe` sees every statement (tests count them).
    pub async fn connect(config: &Config, observe: Option<Observer>) -> Result<Self> {
        let url = config.database_url.expose_secret();
        if !config.is_postgres() {
            make_folder(url)?;
            let mut options = options(url, 8);
            options.map_sqlx_sqlite_opts(|o| {
                // FULL: a commit survives a power cut, which WAL alone does not promise
                o.pragma("journal_mode", "WAL").pragma("synchronous", "FULL").busy_timeout(Duration::from_secs(15)).foreign_keys(true)
            });
            let mut conn = Database::connect(options).await?;
            if let Some(observe) = observe {
                conn.set_metric_callback(move |info| observe(info));
            }
            return Ok(Self { marks: conn.clone(), conn, writer: Some(Arc::default()) });
        }
        let mut work = options(url, config.database_connections);
        // our transactions never wait for anything but the database, so one that idles belongs to a process that froze or a
        // machine that is gone; it would keep its rows locked until it is back, which may be never
        work.map_sqlx_postgres_opts(|o| o.options([("idle_in_transaction_session_timeout", "10s")]));
        let mut conn = Database::connect(work).await?;
        if let Some(observe) = observe {
            conn.set_metric_callback(move |info| observe(info));
        }
        let mut marks = options(url, 4);
        marks.map_sqlx_postgres_opts(|o| o.options([("synchronous_commit", "off")]));
        Ok(Self { conn, marks: Database::connect(marks).await?, writer: None })
    }

    /// One connection for migrations, which lock by session.
    pub async fn connect_single(config: &Config) -> Result<DatabaseConnection> {
        let url = config.database_url.expose_secret();
        make_folder(url)?;
        Ok(Database::connect(options(url, 1)).await?)
    }

    /// Which database it is.
    pub fn backend(&self) -> DbBackend {
        self.conn.get_database_backend()
    }

    /// A transaction that only reads, and sees everything as it was at its first read. Not for long: while one is open,
    /// PostgreSQL keeps what others have replaced.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction> {
        let begun = match self.backend() {
            DbBackend::Postgres => self.conn.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await,
            // what every transaction that begins with a read gets from SQLite's log
            _ => self.conn.begin().await,
        };
        Ok(begun?)
    }

    /// Holds SQLite's writer place until dropped; on PostgreSQL nothing.
    pub async fn writing(&self) -> Option<OwnedMutexGuard<()>> {
        match &self.writer {
            Some(writer) => Some(writer.clone().lock_owned().await),
            None => None,
        }
    }

    /// A statement in the SQL that both databases speak; parameters are `$1`, `$2`, …
    pub fn sql(&self, sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.backend(), sql, values)
    }

    /// The moment for leases. PostgreSQL's own clock there, because the clocks of workers differ and a fast one must not
    /// rob its peers; on SQLite there is one machine.
    pub fn lease_clock(&self, now: Time) -> String {
        match self.backend() {
            DbBackend::Postgres => "clock_timestamp()".to_owned(),
            // the text form in which SQLite stores times
            _ => format!("'{}'", now.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)),
        }
    }
}

fn sqlite_path(url: &str) -> Option<&std::path::Path> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    path.split('?').next().map(std::path::Path::new).filter(|p| !p.as_os_str().is_empty())
}

/// SQLite makes its file, and not the folder it is in.
fn make_folder(url: &str) -> Result<()> {
    let Some(dir) = sqlite_path(url).and_then(std::path::Path::parent) else { return Ok(()) };
    std::fs::create_dir_all(dir).map_err(|e| Error::internal(format!("cannot create {}: {e}", dir.display())))
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(0)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

/// An open transaction. Jobs enqueued and live events published in it exist if and only if it commits; after the commit they
/// are announced. Dropped without [`Tx::commit`], everything is rolled back.
pub struct Tx {
    /// The application, for the clock, configuration and ids.
    pub app: App,
    inner: DatabaseTransaction,
    ready: Mutex<Vec<Ready>>,
    pub(crate) outbox: live::Outbox,
    fence: Option<Fence>,
    _writing: Option<OwnedMutexGuard<()>>,
}

impl Tx {
    /// Opens a transaction; with a fence it is a job's.
    pub async fn begin(app: App, fence: Option<Fence>) -> Result<Self> {
        let writing = app.db.writing().await;
        // Immediate: a deferred SQLite transaction fails at its first write when another wrote meanwhile
        let options = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        let inner = app.db.conn.begin_with_options(options).await?;
        Ok(Self { app, inner, ready: Mutex::default(), outbox: live::Outbox::default(), fence, _writing: writing })
    }

    /// Now, by the application's clock.
    pub fn now(&self) -> Time {
        self.app.clock.now()
    }

    /// Remembers jobs to announce after the commit.
    pub(crate) async fn announce(&self, jobs: impl IntoIterator<Item = Ready>) {
        self.ready.lock().await.extend(jobs);
    }

    /// Makes everything in this transaction true, and its jobs known to the workers. Inside a job it also marks the job
    /// as `fence` says; if the lease was taken over, nothing becomes true ([`Error::LeaseLost`]).
    pub async fn commit(self) -> Result<()> {
        if let Some(fence) = &self.fence {
            queue::pass(&self, fence).await?;
        }
        let told = live::feed::write(&self, self.outbox.take()).await?;
        let words = self.outbox.take_words();
        crash::point("before a commit");
        self.inner.commit().await?;
        crash::point("after a commit");
        if let Some(Fence { completes: Some(done), .. }) = &self.fence {
            done.store(true, Ordering::Release);
        }
        self.app.delivery.announce(self.ready.into_inner()).await;
        self.app.live.announce(told);
        words.into_iter().for_each(|(ticket, word)| self.app.live.say(ticket, word));
        Ok(())
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }
    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(stmt).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }
    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(stmt).await
    }
    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(stmt).await
    }
}
