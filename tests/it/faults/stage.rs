//! The stage of a fault: a store, a customer who owes money, a mail server, in a fleet a Redis.

use crate::support::process::Process;
use crate::support::redis::PrivateRedis;
use crate::support::smtp::SmtpSink;
use crate::support::stripe_events::{self, Payment};
use crate::support::{ADMIN, TestApp, WEBHOOK_SECRET, store};
use futures::{StreamExt, stream};
use sea_orm::ConnectionTrait;
use shared::accounts::user;
use shared::billing::{NewInvoice, NewLine, create_invoice};
use shared::ids::InvoiceId;
use shared::policy::Actor;
use std::time::{Duration, Instant};
use url::Url;

/// Where a fault is played: a store with one customer, a mail server, in a fleet a Redis. Processes are the test's to start.
pub struct Stage {
    /// Looks at the store from outside; runs no jobs.
    pub test: TestApp,
    pub smtp: SmtpSink,
    redis: Option<PrivateRedis>,
    http: reqwest::Client,
    extra: Vec<(String, String)>,
    number: u64,
}

/// An invoice, and the event by which Stripe says that it was paid.
pub struct Bill {
    pub invoice: InvoiceId,
    pub number: String,
    event_id: String,
    event: String,
}

impl Stage {
    pub async fn new() -> Self {
        match store::servers() {
            Some(_) => Self::with(Some(PrivateRedis::start().await)).await,
            None => Self::with(None).await,
        }
    }

    /// A stage with a Redis, or nothing in the half that has none.
    pub async fn fleet() -> Option<Self> {
        if store::servers().is_none() {
            eprintln!("not run: this is about a fleet on PostgreSQL and Redis, and this half has neither");
            return None;
        }
        Some(Self::new().await)
    }

    pub async fn with(redis: Option<PrivateRedis>) -> Self {
        let url = redis.as_ref().map(|redis| redis.url().into());
        let test = TestApp::builder().without_worker().config(|config| config.redis_url = url).start().await;
        // what comes by the clock would be counted among the jobs of the bills
        for schedule in worker::schedule::schedules() {
            let row = format!("('{}', '2099-01-01T00:00:00+00:00')", schedule.name());
            test.sql(&format!("INSERT INTO schedules (name, last_tick) VALUES {row}")).await;
        }
        #[allow(clippy::disallowed_methods)] // Stripe's side of the network
        let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().expect("a client");
        let stage = Self { test, smtp: SmtpSink::start().await, redis, http, extra: vec![], number: 0 };
        // far below the default, because most tests wait for a rescue
        stage.set("WORKER_LEASE_SECONDS", 3)
    }

    /// Another environment for the processes that are started from now on.
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.extra.push((name.to_owned(), value.to_string()));
        self
    }

    pub fn is_fleet(&self) -> bool {
        self.redis.is_some()
    }

    pub fn redis(&self) -> &PrivateRedis {
        self.redis.as_ref().expect("a fleet's stage")
    }

    pub fn env(&self) -> Vec<(String, String)> {
        let mut env = self.test.store.env();
        let mut set = |name: &str, value: &str| env.push((name.to_owned(), value.to_owned()));
        if let Some(redis) = &self.redis {
            set("REDIS_URL", &redis.url());
        }
        set("SECRET_KEY", "a secret key that only tests know, 32+");
        set("STRIPE_SECRET_KEY", "sk_test_123");
        set("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET);
        set("SMTP_URL", &self.smtp.url());
        set("WORKER_CONCURRENCY", "8");
        // this is about money and mail; in a debug build papers take their time
        set("PAPERS_AHEAD", "false");
        self.extra.iter().for_each(|(name, value)| set(name, value));
        env
    }

    /// A process that runs jobs: one worker of a fleet, or all in one.
    pub async fn worker(&self) -> Process {
        Process::start(if self.is_fleet() { "worker" } else { "serve" }, &self.env()).await
    }

    pub async fn api(&self) -> Process {
        Process::start("api", &self.env()).await
    }

    /// Where events are sent while `process` is the one that matters: to itself, if it has a door.
    pub fn door(&self, process: &Process) -> Url {
        if self.is_fleet() { self.test.app.config.public_url.clone() } else { process.url.clone() }
    }

    /// Issued invoices that nobody has paid.
    pub async fn bills(&mut self, count: u64) -> Vec<Bill> {
        let app = &self.test.app;
        let customer = user::find_by_login(&app.db.conn, ADMIN).await.expect("reads").expect("somebody to bill").id;
        let tx = app.begin().await.expect("a transaction");
        let mut bills = vec![];
        for _ in 0..count {
            self.number += 1;
            let line =
                NewLine { description: format!("Parcel {}", self.number), quantity: 1, unit_price: "12.50".to_owned(), tax_rate: None };
            let new = NewInvoice {
                user: customer,
                currency: "USD".to_owned(),
                lines: vec![line],
                due_at: None,
                related_shipment: None,
                related_buy4me_request: None,
                finalize: true,
            };
            let invoice = create_invoice(&tx, &Actor::system(), new).await.expect("an invoice");
            let payment = Payment {
                event_seed: self.number,
                payment_intent: format!("pi_{}", invoice.id.0.simple()),
                charge: format!("ch_{}", invoice.id.0.simple()),
                amount: 1250,
                currency: "usd".to_owned(),
                invoice_id: Some(invoice.id.to_string()),
                ..Payment::default()
            };
            let (event_id, event) = payment.payment_intent_succeeded();
            bills.push(Bill { invoice: invoice.id, number: invoice.invoice_number.expect("issued"), event_id, event });
        }
        // the mails that announce the invoices would be counted, and held, among the receipts; within the transaction, before a
        // process that runs already sees them
        for unwanted in ["jobs WHERE kind = 'notifications.send_notice'", "notifications WHERE event = 'invoice.issued'"] {
            tx.execute_unprepared(&format!("DELETE FROM {unwanted}")).await.expect("the test's own SQL");
        }
        tx.commit().await.expect("commits");
        bills
    }

    /// Sends an event as Stripe does, signed now, and gives how long the 200 took; nothing when nobody answers, or with
    /// trouble. A 200 is a promise: by then the event is stored, whatever dies next.
    pub async fn taken(&self, door: &Url, bill: &Bill) -> Option<Duration> {
        let signature = stripe_events::sign(WEBHOOK_SECRET, self.test.app.clock.now().timestamp(), bill.event.as_bytes());
        let request = self.http.post(door.join("api/webhooks/stripe/").expect("a path")).body(bill.event.clone());
        let asked = Instant::now();
        let answer = request.header("Stripe-Signature", signature).header("Content-Type", "application/json").send().await;
        let took = answer.ok().filter(|answer| answer.status() == 200).map(|_| asked.elapsed())?;
        let stored = self.test.count("webhook_events", &format!("event_id = '{}'", bill.event_id)).await;
        assert_eq!(stored, 1, "200 for an event that is not stored");
        Some(took)
    }

    /// Sends events, a few at a time; each must be taken at the first try.
    pub async fn send(&self, door: &Url, bills: &[Bill]) {
        let answers = stream::iter(bills).map(|bill| self.taken(door, bill)).buffer_unordered(8);
        assert!(answers.all(async |took| took.is_some()).await, "every event is taken");
    }

    pub async fn done(self) {
        self.test.done().await;
    }
}
