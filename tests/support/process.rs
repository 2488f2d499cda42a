//! The built program as a process of its own, to be killed, frozen and started again.

use super::eventually;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::process::{Child, Command};
use url::Url;

/// Nothing that works takes this long to start or to stop.
const DEADLINE: Duration = Duration::from_secs(45);

/// A running role. Dropped, it is killed, by its own id.
pub struct Process {
    /// Where it answers: the API, or a worker's health.
    pub url: Url,
    role: &'static str,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `buy4me <role>` with this environment and no other, and waits until it is ready.
    pub async fn start(role: &'static str, env: &[(String, String)]) -> Self {
        Self::start_at(free_port(), role, env).await
    }

    /// Like [`Process::start`], at a given port: where its clients look for it after a restart.
    pub async fn start_at(port: u16, role: &'static str, env: &[(String, String)]) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let dir = env.iter().find(|(name, _)| name == "STORAGE_DIR").expect("the environment of a store").1.clone();
        let log = PathBuf::from(&dir).join(format!("{role}-{}.log", STARTED.fetch_add(1, Ordering::Relaxed)));
        let out = std::fs::File::create(&log).expect("a log file");
        let address = format!("127.0.0.1:{port}");
        let child = Command::new(env!("CARGO_BIN_EXE_buy4me"))
            .arg(role)
            .env_clear()
            .env("NO_COLOR", "1")
            .env("FX_PROVIDER", "manual") // its schedules run, and nothing may go out
            .envs(env.iter().map(|(name, value)| (name, value)))
            .env(if role == "worker" { "WORKER_BIND_ADDR" } else { "BIND_ADDR" }, &address)
            .current_dir(&dir) // a developer's .env is not there
            .stdin(Stdio::null())
            .stdout(out.try_clone().expect("a second handle"))
            .stderr(out)
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let mut process = Self { url: format!("http://{address}/").parse().expect("a URL"), role, child, log };
        process.ready().await;
        process
    }

    async fn ready(&mut self) {
        let client = reqwest::Client::new();
        let path = self.url.join("readyz").expect("a path");
        let until = tokio::time::Instant::now() + DEADLINE;
        loop {
            assert!(self.is_running(), "{} ended while starting", self.role);
            if client.get(path.clone()).send().await.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            assert!(tokio::time::Instant::now() < until, "{} was not ready in time", self.role);
            tokio::time::sleep(Duration::from_millis(20)).await; // a port that is not open yet has no event
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id().expect("it was not awaited yet, so its id is still its own")
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("our own child").is_none()
    }

    /// SIGKILL, and gone when this returns.
    pub async fn kill9(&mut self) {
        self.child.kill().await.expect("our own child");
    }

    /// SIGSTOP: alive, and unable to do anything.
    pub fn freeze(&self) {
        signal("STOP", self.pid());
    }

    /// SIGCONT.
    pub fn thaw(&self) {
        signal("CONT", self.pid());
    }

    /// SIGTERM, without waiting for its effect.
    pub fn ask_to_stop(&self) {
        signal("TERM", self.pid());
    }

    /// Waits for its end.
    pub async fn exit(&mut self) -> ExitStatus {
        let ended = tokio::time::timeout(DEADLINE, self.child.wait()).await;
        ended.unwrap_or_else(|_| panic!("{} did not stop in time", self.role)).expect("our own child")
    }

    /// SIGTERM, and its end.
    pub async fn terminate(&mut self) -> ExitStatus {
        self.ask_to_stop();
        self.exit().await
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until its log has these words.
    pub async fn says(&self, words: &str) {
        eventually(&format!("{} says {words:?}", self.role), DEADLINE, async || self.log().contains(words).then_some(())).await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<_> = log.lines().collect();
            eprintln!("--- {} {:?} ends with\n{}", self.role, self.child.id(), lines[lines.len().saturating_sub(40)..].join("\n"));
        }
    }
}

/// By the shell's own `kill`: a program of that name is not everywhere.
pub(super) fn signal(name: &str, pid: u32) {
    let sent = std::process::Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &pid.to_string()]).status();
    assert!(sent.expect("a shell").success(), "SIG{name} to {pid}");
}

/// A port on which nobody listens, below those that the system gives to outgoing connections: it may be used again after
/// a restart.
pub(super) fn free_port() -> u16 {
    let port = || rand::random_range(20_000..32_000);
    std::iter::repeat_with(port).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("some port is free")
}
