//! A store with a process that dies when told to and is started again, as a supervisor would do.

use super::{PATIENCE, Stage};
use crate::support::paypal::{CLIENT_ID, CLIENT_SECRET, FakePaypal, WEBHOOK_ID, signer};
use crate::support::process::Process;
use crate::support::stripe::FakeStripe;
use crate::support::{ADMIN, PASSWORD, store};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// One store, one process, providers of their own.
pub struct Lane {
    pub stage: Stage,
    pub stripe: FakeStripe,
    pub paypal: FakePaypal,
    pub(super) http: reqwest::Client,
    pub(super) token: String,
    process: Process,
    /// While it exists, the process dies at the place whose number it holds.
    order: PathBuf,
    /// The order that was given, until it was carried out or taken back.
    ordered: Option<u32>,
    /// In what it died, and when.
    death: Option<String>,
    /// Whether clients come back only after all jobs have run, instead of at once.
    pub is_slow: bool,
    /// Whether it is started again at once, before anything that waits for its time is due.
    pub is_quick: bool,
    has_come_back: bool,
}

impl Lane {
    pub async fn start() -> Self {
        let (stripe, paypal) = (FakeStripe::start().await, FakePaypal::start().await);
        // without a Redis of its own: nobody ends it here
        let stage = Stage::with(None).await;
        let order = stage.test.store.dir.path().join("die");
        let stage = stage
            .set("STRIPE_API_BASE", stripe.base_url())
            .set("PAYPAL_API_BASE", paypal.base_url())
            .set("PAYPAL_CLIENT_ID", CLIENT_ID)
            .set("PAYPAL_CLIENT_SECRET", CLIENT_SECRET)
            .set("PAYPAL_WEBHOOK_ID", WEBHOOK_ID)
            .set("PAYPAL_CERT_CA", ["ca.pem", "intermediate.pem"].map(signer::file).concat())
            .set("BUY4ME_CRASH_FILE", order.display());
        let process = Process::start("serve", &stage.env()).await;
        let token = stage.test.http.sign_in(ADMIN, PASSWORD).await.token().to_owned();
        #[allow(clippy::disallowed_methods)] // the browser's and the provider's side of the network
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().expect("a client");
        Self {
            stage,
            stripe,
            paypal,
            http,
            token,
            process,
            order,
            ordered: None,
            death: None,
            is_slow: false,
            is_quick: false,
            has_come_back: false,
        }
    }

    /// The process dies at its `place`-th place from now.
    pub fn arm(&mut self, place: u32) {
        std::fs::write(&self.order, place.to_string()).expect("a file of our own");
        (self.ordered, self.death, self.has_come_back) = (Some(place), None, false);
    }

    /// How it died since it was told to; if it did not, the order is taken back.
    pub fn disarm(&mut self) -> Option<String> {
        if self.ordered.take().is_some() {
            std::fs::remove_file(&self.order).expect("an order that was not carried out is still there");
        }
        self.death.take()
    }

    /// Where the process is, after it was started again if it has just died. Otherwise it must not die.
    pub async fn door(&mut self) -> url::Url {
        if let Some(place) = self.ordered.take_if(|_| !self.order.exists()) {
            assert!(!self.process.exit().await.success(), "it dies");
            let log = self.process.log();
            let line = log.lines().rfind(|line| line.contains("dying here")).expect("it says so");
            eprintln!("place {place}: {line}"); // shown if the test fails
            self.death = Some(place_of(line));
            self.has_come_back = true;
            self.a_while_passes().await;
            let port = self.process.url.port().expect("a port of its own");
            self.process = Process::start_at(port, "serve", &self.stage.env()).await;
        }
        assert!(self.process.is_running(), "it died, and nobody had told it to");
        self.process.url.clone()
    }

    /// A client that was disturbed takes its time, if it is a slow one.
    pub(super) async fn hesitate(&mut self) {
        if std::mem::take(&mut self.has_come_back) && self.is_slow {
            self.settled().await;
        }
    }

    /// Leases, locks of keys and pauses before retries end, as if the process had stayed away for long.
    async fn a_while_passes(&self) {
        const PAST: &str = "'2020-01-01T00:00:00+00:00'";
        let past = [
            format!("jobs SET lease_until = {PAST} WHERE state = 'running'"),
            format!("jobs SET run_at = {PAST} WHERE state IN ('scheduled', 'retryable')"),
            format!("idempotency_keys SET locked_until = {PAST} WHERE status_code IS NULL"),
        ];
        for past in past.iter().filter(|_| !self.is_quick) {
            self.stage.test.sql(&format!("UPDATE {past}")).await;
        }
        // meanwhile Redis was emptied, too, which spares us the wait until the relay looks for jobs that were never announced
        if let Some((_, url)) = store::servers() {
            let client = redis::Client::open(url).expect("a URL");
            // a machine that dies and is started again all the time may be slow to answer
            let patient = redis::AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(PATIENCE));
            let connection = client.get_multiplexed_async_connection_with_config(&patient).await;
            let mut connection = connection.expect("redis answers");
            redis::cmd("DEL").arg(self.stage.key("epoch")).exec_async(&mut connection).await.expect("a valid command");
        }
    }

    /// Waits until no job is left, whatever its time; each must have ended well.
    pub async fn settled(&mut self) {
        let until = Instant::now() + PATIENCE;
        loop {
            self.door().await;
            let test = &self.stage.test;
            assert_eq!(test.count("jobs", "state = 'discarded'").await, 0, "dead letters: {:#?}", test.unfinished().await);
            if test.count("jobs", "state IN ('available', 'running')").await == 0 {
                if test.count("jobs", "state <> 'completed'").await == 0 && (self.ordered.is_none() || self.order.exists()) {
                    return;
                }
                test.sql("UPDATE jobs SET run_at = '2020-01-01T00:00:00+00:00' WHERE state IN ('scheduled', 'retryable')").await;
            }
            assert!(Instant::now() < until, "jobs do not come to an end: {:#?}", test.unfinished().await);
            tokio::time::sleep(Duration::from_millis(20)).await; // the ledger has no event to await from outside
        }
    }

    pub async fn done(mut self) {
        self.door().await;
        assert!(self.process.terminate().await.success());
        self.stage.done().await;
    }
}

/// `request, after a commit` of a line of the log. What is in no request and no job is the gatherer of the inbox.
fn place_of(line: &str) -> String {
    let between = |from: &str, to: &str| Some(line.split_once(from)?.1.split_once(to)?.0);
    let part = between("job.kind=", " ").unwrap_or(if line.contains(" request{") { "request" } else { "inbox" });
    format!("{part}, {}", between("place=\"", "\"").expect("a place"))
}
