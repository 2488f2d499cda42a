//! A database (and a corner of Redis) of one test's own.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use shared::config::Config;
use std::io::Write;
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Where one test keeps its data.
pub struct Store {
    /// Files, and the SQLite database.
    pub dir: TempDir,
    kind: Kind,
}

enum Kind {
    Sqlite,
    Fleet { server: String, database: String, redis: String },
}

/// The server for tests, if this run has one: `postgres://user@host:port/postgres` and `redis://host:port`.
pub fn servers() -> Option<(String, String)> {
    let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Some((read("BUY4ME_TEST_DATABASE_URL")?, read("BUY4ME_TEST_REDIS_URL")?))
}

/// Migrating costs more than copying, so it is done once per run.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

impl Store {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let template = TEMPLATE.get_or_init(template).await;
        let Some((server, redis)) = servers() else {
            std::fs::copy(template, dir.path().join("buy4me.db")).expect("a copy of the template");
            return Self { dir, kind: Kind::Sqlite };
        };
        let database = format!("t_{}", Uuid::new_v4().simple());
        let admin = connect(&server).await;
        admin.execute_unprepared(&format!("CREATE DATABASE {database} TEMPLATE {template}")).await.expect("a copy of the template");
        admin.close().await.expect("closes");
        Self { dir, kind: Kind::Fleet { server, database, redis } }
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.kind, Kind::Fleet { .. })
    }

    /// The environment of a process that works on this store.
    pub fn env(&self) -> Vec<(String, String)> {
        let dir = self.dir.path().display();
        // a provider that nobody is: no test asks the real ones
        let fx = ("FX_API_BASE".to_owned(), "http://127.0.0.1:1/".to_owned());
        let mut env = vec![("STORAGE_DIR".to_owned(), dir.to_string()), fx];
        match &self.kind {
            Kind::Sqlite => env.push(("DATABASE_URL".to_owned(), format!("sqlite://{dir}/buy4me.db?mode=rwc"))),
            Kind::Fleet { server, database, redis } => {
                env.push(("DATABASE_URL".to_owned(), at(server, database)));
                env.push(("DATABASE_CONNECTIONS".to_owned(), "8".to_owned()));
                env.push(("REDIS_URL".to_owned(), redis.clone()));
                env.push(("REDIS_PREFIX".to_owned(), database.clone()));
            }
        }
        env
    }

    pub fn config(&self) -> Config {
        let env = self.env();
        Config::read(|name| env.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())).expect("a valid configuration")
    }

    pub async fn remove(self) {
        if let Kind::Fleet { server, database, .. } = &self.kind {
            let admin = connect(server).await;
            let _ = admin.execute_unprepared(&format!("DROP DATABASE {database} WITH (FORCE)")).await;
            let _ = admin.close().await;
        }
    }
}

/// A migrated database to copy from: a file's path, or a database's name.
async fn template() -> String {
    // straight to the terminal: the test runner swallows what tests print
    let half = if servers().is_some() { "PostgreSQL + Redis" } else { "SQLite + in-process delivery (scripts/test runs both halves)" };
    let _ = writeln!(std::io::stderr(), "integration tests on {half}");
    let Some((server, _)) = servers() else {
        let path = folder().join(format!("template-{}.db", std::process::id()));
        let _ = std::fs::remove_file(&path);
        migrate(&format!("sqlite://{}?mode=rwc", path.display())).await;
        return path.display().to_string();
    };
    let name = format!("template_{}", Uuid::new_v4().simple());
    let admin = connect(&server).await;
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database");
    admin.close().await.expect("closes");
    migrate(&at(&server, &name)).await;
    name
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join("buy4me-tests");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

async fn migrate(url: &str) {
    let db =
        Database::connect(sea_orm::ConnectOptions::new(url).max_connections(1).sqlx_logging(false).to_owned()).await.expect("connects");
    migrations::up(&db).await.expect("the schema is built");
    db.close().await.expect("closes");
}

async fn connect(url: &str) -> DatabaseConnection {
    Database::connect(sea_orm::ConnectOptions::new(url).max_connections(1).sqlx_logging(false).to_owned())
        .await
        .expect("the test server answers")
}

fn at(server: &str, database: &str) -> String {
    let mut url = url::Url::parse(server).expect("a URL");
    url.set_path(database);
    url.into()
}
