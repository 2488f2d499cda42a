//! A Redis server of one test's own, to be emptied, frozen, killed and started again.

use super::process::{free_port, signal};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// Nothing is kept on disk: a restart is a loss of everything. Dropped, it is killed, by its own id.
pub struct PrivateRedis {
    port: u16,
    dir: TempDir,
    child: Mutex<Option<Child>>,
}

impl PrivateRedis {
    pub async fn start() -> Self {
        let redis = Self::absent();
        redis.restart().await;
        redis
    }

    /// An address at which nobody answers until [`PrivateRedis::restart`].
    pub fn absent() -> Self {
        Self { port: free_port(), dir: tempfile::tempdir().expect("a folder"), child: Mutex::default() }
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills it if it runs, and starts it at the same port, empty.
    pub async fn restart(&self) {
        self.kill9().await;
        let log = self.log();
        let out = std::fs::File::create(&log).expect("a log file");
        let mut child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--dir"])
            .arg(self.dir.path())
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
            .stdin(Stdio::null())
            .stdout(out.try_clone().expect("a second handle"))
            .stderr(out)
            .kill_on_drop(true)
            .spawn()
            .expect("redis-server is installed: scripts/test sees to it");
        // its own log, because a ping could reach somebody else's server that took the port
        super::eventually("redis is ready", Duration::from_secs(20), async || {
            std::fs::read_to_string(&log).unwrap_or_default().contains("Ready to accept connections").then_some(())
        })
        .await;
        assert!(child.try_wait().expect("our own child").is_none(), "redis ended");
        *self.child() = Some(child);
    }

    /// SIGKILL, and gone when this returns.
    pub async fn kill9(&self) {
        let child = self.child().take();
        if let Some(mut child) = child {
            child.kill().await.expect("our own child");
        }
    }

    /// SIGSTOP: connections stay open and nothing answers, the worst way to be away.
    pub fn pause(&self) {
        signal("STOP", self.pid());
    }

    /// SIGCONT.
    pub fn resume(&self) {
        signal("CONT", self.pid());
    }

    pub async fn flushall(&self) {
        self.ask::<()>(&["FLUSHALL"]).await;
    }

    /// The answer to one command.
    pub async fn ask<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        let client = redis::Client::open(self.url()).expect("a URL");
        let mut connection = client.get_multiplexed_async_connection().await.expect("our redis answers");
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        command.query_async(&mut connection).await.expect("a valid command")
    }

    fn pid(&self) -> u32 {
        self.child().as_ref().and_then(Child::id).expect("it runs")
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().expect("nobody panics with it")
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("redis.log")
    }
}
