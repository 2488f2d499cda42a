//! One line of set-up for every test: `TestApp::new().await`.
//!
//! The whole application on a database of its own: SQLite and in-process delivery, or, when `scripts/test` says where
//! they are, PostgreSQL and Redis. Real HTTP, real jobs, real mail files; fakes only where the network ends.

// each test uses a part of this
#![allow(dead_code, clippy::disallowed_methods, missing_docs)]

pub mod chat;
pub mod client;
pub mod events;
pub mod fcm;
pub mod paypal;
pub mod process;
pub mod provider;
pub mod rates;
pub mod redis;
pub mod shop;
pub mod smtp;
pub mod stand_in;
pub mod store;
pub mod stripe;
pub mod stripe_events;
pub mod twilio;

use chrono::TimeDelta;
use client::{Answer, Client};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement};
use serde_json::{Value, json};
use shared::clock::Time;
use shared::config::{CallLimits, Config, StripeConfig};
use shared::db::Observer;
use shared::ids::UserId;
use shared::queue::{self, State};
use shared::{App, accounts};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use worker::Registry;

pub const ADMIN: &str = "root@example.com";
pub const PASSWORD: &str = "correct horse battery";
pub const WEBHOOK_SECRET: &str = "whsec_test_0123456789";

/// The id of an object that was shown.
pub fn id(object: &Value) -> &str {
    object["id"].as_str().expect("an id")
}

/// The same of an account.
pub fn id_of(user: &Value) -> UserId {
    id(user).parse().expect("a UUID")
}

/// A running application.
pub struct TestApp {
    pub app: App,
    /// Without a signed-in user.
    pub http: Client,
    pub store: Store,
    /// Statements sent to the database so far.
    pub statements: Arc<AtomicU64>,
    /// The statements themselves, while somebody listens.
    heard: Arc<Mutex<Option<Vec<Statement>>>>,
    staff: OnceCell<Client>,
    server: JoinHandle<std::io::Result<()>>,
    server_stop: CancellationToken,
    workers: Vec<(CancellationToken, JoinHandle<bool>)>,
}

/// What a test wants to be different.
pub struct Builder {
    change: Box<dyn FnOnce(&mut Config)>,
    worker: Option<Registry>,
}

impl Builder {
    /// Changes the configuration before the start.
    pub fn config(mut self, change: impl FnOnce(&mut Config) + 'static) -> Self {
        let before = self.change;
        self.change = Box::new(|config| {
            before(config);
            change(config);
        });
        self
    }

    /// Runs these handlers instead of the product's.
    pub fn registry(mut self, registry: Registry) -> Self {
        self.worker = Some(registry);
        self
    }

    /// Starts no worker; jobs stay where they are.
    pub fn without_worker(mut self) -> Self {
        self.worker = None;
        self
    }

    pub async fn start(self) -> TestApp {
        let _ = rustls::crypto::ring::default_provider().install_default();
        api::install_metrics();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let store = Store::new().await;
        let mut config = store.config();
        config.bind_addr = address;
        config.public_url = format!("http://{address}").parse().expect("a URL");
        config.secret_key = "a secret key that only tests know, 32+".into();
        config.stripe = Some(StripeConfig {
            secret_key: "sk_test_123".into(),
            webhook_secrets: vec![WEBHOOK_SECRET.into()],
            api_base: "http://127.0.0.1:1/".parse().expect("a URL nobody answers at"),
        });
        // laying out takes long in a build without optimisation: tests of papers ask for them
        config.papers_ahead = false;
        // hundreds of payments in a second; what a limit does is another test's
        config.calls = CallLimits { stripe: 100_000, paypal: 100_000, twilio: 100_000, fcm: 100_000 };
        // no name leads out of here
        config.pages.hosts.insert("nowhere.example".into(), vec![]);
        (self.change)(&mut config);
        let statements = Arc::new(AtomicU64::new(0));
        let counter = statements.clone();
        let heard = Arc::new(Mutex::new(None::<Vec<Statement>>));
        let ear = heard.clone();
        let observer: Observer = Arc::new(move |info| {
            counter.fetch_add(1, Ordering::Relaxed);
            if let Some(heard) = ear.lock().expect("nobody panics with it").as_mut() {
                heard.push(info.statement.clone());
            }
        });
        let app = App::observed(config, Some(observer)).await.expect("the application starts");
        accounts::create_superuser(&app, ADMIN, &PASSWORD.into()).await.expect("the first super admin");
        let server_stop = CancellationToken::new();
        let server = tokio::spawn(api::serve(app.clone(), listener, server_stop.clone().cancelled_owned()));
        let mut test = TestApp {
            http: Client::new(&app.config.public_url),
            app,
            store,
            statements,
            heard,
            staff: OnceCell::new(),
            server,
            server_stop,
            workers: vec![],
        };
        if let Some(registry) = self.worker {
            test.start_worker(registry);
        }
        test
    }
}

impl TestApp {
    /// The whole application with the product's own jobs.
    pub async fn new() -> Self {
        Self::builder().start().await
    }

    pub fn builder() -> Builder {
        Builder { change: Box::new(|_| {}), worker: Some(worker::registry::registry()) }
    }

    /// Another worker in this process.
    pub fn start_worker(&mut self, registry: Registry) {
        self.start_worker_on(self.app.clone(), registry);
    }

    /// A worker of another application, on the same database or not.
    pub fn start_worker_on(&mut self, app: App, registry: Registry) {
        let stop = CancellationToken::new();
        self.workers.push((stop.clone(), tokio::spawn(worker::run(app, registry, vec![], stop))));
    }

    /// Stops all workers gracefully, as SIGTERM does.
    pub async fn stop_workers(&mut self) {
        for (stop, task) in self.workers.drain(..) {
            stop.cancel();
            assert!(task.await.expect("the worker did not panic"), "the worker ended by itself");
        }
    }

    /// A second application on the same database, as another process would be: other connections, other clock.
    pub async fn sibling(&self, change: impl FnOnce(&mut Config)) -> App {
        let mut config = self.app.config.clone();
        change(&mut config);
        App::new(config).await.expect("the sibling starts")
    }

    /// A client signed in as the super admin.
    pub async fn admin(&self) -> Client {
        self.http.sign_in(ADMIN, PASSWORD).await
    }

    /// The same, signed in once per test: for tests that are not about signing in.
    async fn staff(&self) -> &Client {
        self.staff.get_or_init(|| self.admin()).await
    }

    /// A new customer, signed in.
    pub async fn customer(&self, email: &str) -> (Client, Value) {
        self.person(email, "BUY4ME").await
    }

    /// A new customer of the counter, signed in.
    pub async fn walk_in(&self, email: &str) -> (Client, Value) {
        self.person(email, "WALK_IN").await
    }

    async fn person(&self, email: &str, role: &str) -> (Client, Value) {
        let body = json!({ "email": email, "password": PASSWORD, "first_name": "Amina", "last_name": "Diallo", "role": role });
        let user = self.staff().await.post("/api/admin/users/", &body).await.expect(201);
        (self.http.sign_in(email, PASSWORD).await, user)
    }

    /// A finalised invoice over `amount` USD for this user.
    pub async fn invoice(&self, user: &Value, amount: &str) -> Value {
        let body =
            json!({ "user": user["id"], "currency": "USD", "lines": [{ "description": "Parcel", "quantity": 1, "unit_price": amount }] });
        self.staff().await.post("/api/invoices/", &body).await.expect(201)
    }

    /// One unit of `base` is worth `rate` of `target` from now on.
    pub async fn rate(&self, base: &str, target: &str, rate: &str) {
        let body = json!({ "base_currency": base, "target_currency": target, "rate": rate });
        self.admin().await.post("/api/superadmin/exchange-rates/", &body).await.expect(201);
    }

    /// Pays what is owed on an invoice as a person does: opens the sandbox's page and presses "Pay". The books follow by jobs.
    pub async fn pay(&self, customer: &Client, invoice: &str) {
        self.press_pay(&self.open_page(customer, invoice).await).await;
    }

    /// The sandbox's page of an invoice.
    pub async fn open_page(&self, customer: &Client, invoice: &str) -> url::Url {
        let payment = customer.post(&format!("/api/invoices/{invoice}/pay/"), &json!({ "gateway": "SANDBOX" })).await.expect(201);
        payment["redirect_url"].as_str().expect("a page").parse().expect("an address")
    }

    /// Presses "Pay" on such a page.
    pub async fn press_pay(&self, page: &url::Url) {
        let form = format!("action=pay&{}", page.query().expect("a token"));
        let pressed = self.http.post_raw(page.path(), form, &[("Content-Type", "application/x-www-form-urlencoded")]).await;
        assert!(pressed.status < 400, "{}", pressed.text);
    }

    /// The payer had pressed "Pay" a moment before such a page was closed: the sandbox tells it all the same.
    pub async fn pay_late(&self, page: &url::Url) {
        let id = page.path_segments().expect("a path").nth(2).expect("an id").parse().expect("an id");
        shared::billing::sandbox::deliver(&self.app, id, shared::billing::sandbox::Outcome::Pay).await.expect("delivered");
    }

    /// Sends a webhook as Stripe does, signed now.
    pub async fn stripe_event(&self, body: &str) -> Answer {
        let signature = stripe_events::sign(WEBHOOK_SECRET, self.app.clock.now().timestamp(), body.as_bytes());
        self.http
            .post_raw("/api/webhooks/stripe/", body.to_owned(), &[("Stripe-Signature", &signature), ("Content-Type", "application/json")])
            .await
    }

    /// Waits until every job has ended, moving the clock to those that are due later. Ends at once when nothing is left.
    pub async fn settle(&self) {
        loop {
            let Some(next) = self.quiet().await else { return };
            let wait = next - self.app.clock.now();
            self.app.clock.advance(wait.max(TimeDelta::zero()) + TimeDelta::milliseconds(1));
            let due = || async { self.quiet().await.is_none_or(|later| later > next).then_some(()) };
            eventually("a due job runs", Duration::from_secs(30), due).await;
        }
    }

    /// Waits until no job is due or running; answers when the next one will be.
    pub async fn quiet(&self) -> Option<Time> {
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            let depths = queue::depths(&self.app).await.expect("depths");
            let is_busy = |depth: &&queue::Depth| matches!(depth.state, State::Available | State::Running);
            if !depths.iter().any(|depth| is_busy(&depth)) {
                let later = depths.iter().filter(|depth| matches!(depth.state, State::Scheduled | State::Retryable));
                return later.filter_map(|depth| depth.oldest).min();
            }
            assert!(Instant::now() < deadline, "jobs do not come to an end: {depths:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await; // the ledger has no event to await from outside
        }
    }

    /// Jobs that have not ended well.
    pub async fn unfinished(&self) -> Vec<(String, State, Option<String>)> {
        let rows = queue::Jobs::find().filter(queue::Column::State.ne(State::Completed)).all(&self.app.db.conn).await.expect("jobs");
        rows.into_iter().map(|row| (row.kind, row.state, row.last_error)).collect()
    }

    /// The jobs of a kind, oldest first.
    pub async fn jobs(&self, kind: &str) -> Vec<queue::Row> {
        let of_kind = queue::Jobs::find().filter(queue::Column::Kind.eq(kind)).order_by_asc(queue::Column::Id);
        of_kind.all(&self.app.db.conn).await.expect("jobs")
    }

    /// Runs SQL that a test needs to break something.
    pub async fn sql(&self, sql: &str) {
        let _writing = self.app.db.writing().await;
        self.app.db.conn.execute_unprepared(sql).await.expect("the test's own SQL");
    }

    /// What is asked of the database meanwhile.
    pub async fn listen<T>(&self, deed: impl Future<Output = T>) -> (T, Vec<Statement>) {
        *self.heard.lock().expect("nobody panics with it") = Some(vec![]);
        let done = deed.await;
        let heard = self.heard.lock().expect("nobody panics with it").take();
        (done, heard.unwrap_or_default())
    }

    /// How many statements a deed costs: not those that read the settings, which are then known for a moment, nor those of a worker
    /// beside.
    pub async fn cost<T>(&self, deed: impl Future<Output = T>) -> (T, usize) {
        let (done, mut heard) = self.listen(deed).await;
        heard.retain(|statement| !["FROM settings", "jobs", "schedules"].iter().any(|table| statement.sql.contains(table)));
        (done, heard.len())
    }

    /// Rows of a table that meet a condition.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        let sql = self.app.db.sql(&format!("SELECT COUNT(*) AS n FROM {table} WHERE {condition}"), vec![]);
        self.app.db.conn.query_one_raw(sql).await.expect("counts").expect("one row").try_get("", "n").expect("a number")
    }

    /// The mails that were written to files, oldest first.
    pub fn mails(&self) -> Vec<smtp::Mail> {
        let dir = self.app.config.data_dir.join("mail");
        let files = std::fs::read_dir(dir).into_iter().flatten().map(|entry| entry.expect("readable").path());
        let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == "eml")).collect();
        files.sort();
        files.iter().map(|path| smtp::Mail { from: String::new(), to: vec![], raw: std::fs::read(path).expect("readable") }).collect()
    }

    /// The receipts among them.
    pub fn receipts(&self) -> Vec<smtp::Mail> {
        self.mails().into_iter().filter(|mail| mail.subject().starts_with("Receipt")).collect()
    }

    /// Stops everything and checks that no job was left behind.
    pub async fn done(self) {
        self.settle().await;
        assert_eq!(self.unfinished().await, vec![], "jobs were left behind");
        self.close().await;
    }

    /// Stops everything.
    pub async fn close(mut self) {
        self.stop_workers().await;
        self.server_stop.cancel();
        self.server.await.expect("the server did not panic").expect("the server served");
        let Self { app, store, .. } = self;
        let _ = app.db.conn.clone().close().await;
        let _ = app.db.marks.clone().close().await;
        store.remove().await;
    }
}

/// Waits until `check` answers something: for what has no event to await, such as a row that another process writes.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, within: Duration, check: impl Fn() -> F) -> T {
    let deadline = Instant::now() + within;
    loop {
        if let Some(found) = check().await {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}: not within {within:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
