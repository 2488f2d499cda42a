//! The PostgreSQL and the Redis of the run, and a fresh copy of the data for each measurement.

use crate::note;
use crate::process::parent;
use anyhow::{Context, Result, ensure};
use redis::aio::MultiplexedConnection;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TryGetable};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use url::Url;

/// The database that all others are copies of.
const SEED: &str = "seed";

/// The servers.
pub struct Servers {
    /// Of the database `postgres`.
    pub database_url: Url,
    pub redis_url: Url,
    pub postmaster: u32,
    pub redis_pid: u32,
    /// Logs, mails, scripts; in memory where that is possible.
    pub dir: TempDir,
    admin: DatabaseConnection,
    redis: MultiplexedConnection,
}

/// A database and the Redis, as the processes under test are told about them.
pub struct Store {
    pub name: String,
    pub env: Vec<(&'static str, String)>,
    /// Files that the processes write.
    pub dir: PathBuf,
    db: DatabaseConnection,
}

/// All that Redis held.
pub struct Snapshot(Vec<(Vec<u8>, Vec<u8>)>);

impl Servers {
    pub async fn new(database_url: &str, redis_url: &str) -> Result<Self> {
        let (database_url, redis_url): (Url, Url) = (database_url.parse()?, redis_url.parse()?);
        let admin = connect(&database_url).await.context("no PostgreSQL")?;
        let mut redis = redis::Client::open(redis_url.clone())?.get_multiplexed_async_connection().await.context("no Redis")?;
        let backend: i32 = one(&admin, "SELECT pg_backend_pid()").await?;
        let info: String = redis::cmd("INFO").arg("server").query_async(&mut redis).await?;
        let redis_pid = info.lines().find_map(|line| line.strip_prefix("process_id:")).context("Redis does not say its process id")?;
        Ok(Self {
            postmaster: parent(backend as u32).context("PostgreSQL must run on this machine")?,
            redis_pid: redis_pid.trim().parse()?,
            dir: folder()?,
            database_url,
            redis_url,
            admin,
            redis,
        })
    }

    /// Builds the seed: our schema, 2,002 users, 200,000 unpaid invoices.
    pub async fn seed(&self) -> Result<()> {
        note("seeding 2,002 users and 200,000 invoices");
        self.admin("CREATE DATABASE seed").await?;
        let db = connect(&self.at(SEED)).await?;
        migrations::up(&db).await?;
        db.execute_unprepared(include_str!("sql/seed.sql")).await?;
        db.execute_unprepared("VACUUM ANALYZE").await?;
        let unpaid: i64 = one(&db, "SELECT count(*) FROM invoices WHERE payment_status = 'UNPAID'").await?;
        ensure!(unpaid == 200_000, "{unpaid} invoices instead of 200,000");
        Ok(db.close().await?)
    }

    /// A copy of the seed, an empty Redis, nothing left to write from before.
    pub async fn fresh(&self, name: &str) -> Result<Store> {
        self.copy(SEED, name).await
    }

    /// A database without anything, an empty Redis.
    pub async fn empty(&self, name: &str) -> Result<Store> {
        self.copy("template1", name).await
    }

    /// A copy of any database, an empty Redis, nothing left to write from before.
    pub async fn copy(&self, of: &str, name: &str) -> Result<Store> {
        self.admin(&format!("CREATE DATABASE {name} TEMPLATE {of}")).await?;
        let _: () = redis::cmd("FLUSHALL").query_async(&mut self.redis.clone()).await?;
        self.admin("CHECKPOINT").await?;
        let dir = self.dir.path().join(name);
        std::fs::create_dir_all(&dir)?;
        let env = vec![
            ("DATABASE_URL", self.at(name).into()),
            ("REDIS_URL", self.redis_url.to_string()),
            ("STORAGE_DIR", dir.display().to_string()),
        ];
        Ok(Store { name: name.to_owned(), env, dir, db: connect(&self.at(name)).await? })
    }

    /// Closes a store and keeps its database as something to copy.
    pub async fn keep(&self, store: Store) -> Result<String> {
        store.db.close().await?;
        Ok(store.name)
    }

    pub async fn remove(&self, store: Store) -> Result<()> {
        std::fs::remove_dir_all(&store.dir)?;
        let name = self.keep(store).await?;
        self.drop_database(&name).await
    }

    pub async fn drop_database(&self, name: &str) -> Result<()> {
        self.admin(&format!("DROP DATABASE {name} WITH (FORCE)")).await
    }

    pub async fn snapshot(&self) -> Result<Snapshot> {
        let mut redis = self.redis.clone();
        let keys: Vec<Vec<u8>> = redis::cmd("KEYS").arg("*").query_async(&mut redis).await?;
        let mut all = vec![];
        for key in keys {
            let value: Vec<u8> = redis::cmd("DUMP").arg(&key).query_async(&mut redis).await?;
            all.push((key, value));
        }
        Ok(Snapshot(all))
    }

    pub async fn restore(&self, snapshot: &Snapshot) -> Result<()> {
        for (key, value) in &snapshot.0 {
            let mut restore = redis::cmd("RESTORE");
            let _: () = restore.arg(key).arg(0).arg(value).query_async(&mut self.redis.clone()).await?;
        }
        Ok(())
    }

    /// `PostgreSQL 15.4, Redis 7.0.15`
    pub async fn versions(&self) -> Result<String> {
        let postgres: String = one(&self.admin, "SELECT split_part(current_setting('server_version'), ' ', 1)").await?;
        let info: String = redis::cmd("INFO").arg("server").query_async(&mut self.redis.clone()).await?;
        let redis = info.lines().find_map(|line| line.strip_prefix("redis_version:")).unwrap_or("?").trim().to_owned();
        Ok(format!("PostgreSQL {postgres}, Redis {redis}"))
    }

    /// What decides how much a commit costs.
    pub async fn settings(&self) -> Result<String> {
        let names = ["fsync", "synchronous_commit", "shared_buffers", "max_wal_size"];
        let mut said = vec![];
        for name in names {
            let value: String = one(&self.admin, &format!("SELECT current_setting('{name}')")).await?;
            said.push(format!("{name}={value}"));
        }
        Ok(said.join(" "))
    }

    async fn admin(&self, sql: &str) -> Result<()> {
        self.admin.execute_unprepared(sql).await.with_context(|| sql.to_owned())?;
        Ok(())
    }

    fn at(&self, database: &str) -> Url {
        let mut url = self.database_url.clone();
        url.set_path(database);
        url
    }
}

impl Store {
    pub async fn execute(&self, sql: &str) -> Result<()> {
        self.db.execute_unprepared(sql).await?;
        Ok(())
    }

    pub async fn one<T: TryGetable>(&self, sql: &str) -> Result<T> {
        one(&self.db, sql).await
    }

    pub async fn count(&self, table: &str, condition: &str) -> Result<i64> {
        self.one(&format!("SELECT count(*) FROM {table} WHERE {condition}")).await
    }

    /// The first column.
    pub async fn column<T: TryGetable>(&self, sql: &str) -> Result<Vec<T>> {
        let rows = self.db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
    }
}

/// On a disk, thousands of mails would disturb the very writes that are measured; and ext4 creates files slowly for half a
/// minute after thousands were deleted, so that one run would slow down the next.
fn folder() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    Ok(tempfile::Builder::new().prefix("buy4me-bench.").tempdir_in(place)?)
}

async fn one<T: TryGetable>(db: &DatabaseConnection, sql: &str) -> Result<T> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?.context("no row")?;
    Ok(row.try_get_by_index(0)?)
}

async fn connect(url: &Url) -> Result<DatabaseConnection> {
    Ok(Database::connect(ConnectOptions::new(url.as_str()).max_connections(1).sqlx_logging(false).to_owned()).await?)
}
