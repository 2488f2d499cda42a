//! Where histories are played: the application, the providers, the people.

use super::bank::{Bank, Letter};
use super::history::{History, Step};
use super::life::{Life, Page, Went};
use super::model::{DisputeState, Payment, RefundState};
use super::paypal::Paypal;
use super::stripe::Stripe;
use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::paypal::FakePaypal;
use crate::support::stripe::FakeStripe;
use chrono::{DurationRound, TimeDelta};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use shared::billing::Gateway;
use shared::billing::jobs::{CompareBooks, FetchMissed, SweepPending};
use shared::billing::transaction::{self, Kind, TransactionStatus};
use shared::config::CallLimits;
use shared::ids::InvoiceId;
use shared::queue::Job;
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

pub struct World {
    pub test: TestApp,
    pub staff: Client,
    pub customers: Vec<Client>,
    pub users: Vec<Value>,
    pub banks: Vec<(Gateway, Box<dyn Bank>)>,
    /// Its clock goes along.
    pub stripe: FakeStripe,
    pub paypal: FakePaypal,
    pub tally: Tally,
}

impl World {
    pub async fn new() -> Self {
        let fake = FakeStripe::start().await;
        let base = fake.base_url().parse().expect("a URL");
        let paypal = FakePaypal::start().await;
        let builder = TestApp::builder().paypal(&paypal).config(|config| {
            config.stripe.as_mut().expect("set up").api_base = base;
            // what is slow here is this machine
            config.calls = CallLimits { stripe: 1_000_000, paypal: 1_000_000, ..config.calls.clone() };
        });
        let test = builder.start().await;
        let (mut customers, mut users) = (vec![], vec![]);
        for n in 0..super::CUSTOMERS {
            let (customer, user) = test.customer(&address(n)).await;
            customers.push(customer);
            users.push(user);
        }
        let staff = test.admin().await;
        Self {
            test,
            staff,
            customers,
            users,
            banks: vec![(Gateway::Stripe, Box::new(Stripe::new(fake.clone()))), (Gateway::Paypal, Box::new(Paypal::new(paypal.clone())))],
            stripe: fake,
            paypal,
            tally: Tally::default(),
        }
    }

    /// An invoice for each history.
    pub async fn bill(&self, histories: Vec<History>) -> Vec<Life> {
        let bill = |(n, history): (usize, History)| async move {
            let customer = n % self.customers.len();
            let (amount, user) = (history.amount, &self.users[customer]["id"]);
            let line = json!({ "description": "Parcel", "quantity": 1, "unit_price": amount.decimal() });
            let body = json!({ "user": user, "currency": amount.currency.code(), "lines": [line] });
            let made = self.staff.post("/api/invoices/", &body).await.expect(201);
            Life::new(history, made["id"].as_str().expect("an id").parse().expect("an id"), customer)
        };
        stream::iter(histories.into_iter().enumerate()).map(bill).buffered(super::AT_ONCE).collect().await
    }

    /// All letters arrive, all jobs end.
    pub async fn come_to_rest(&self, lives: &mut [Life]) {
        loop {
            self.collect(lives);
            let letters: Vec<Vec<Letter>> = lives.iter_mut().map(Life::last_letters).collect();
            let is_last = letters.iter().all(Vec::is_empty);
            let bring = |letters: Vec<Letter>| async move {
                for letter in letters {
                    self.deliver(&letter).await;
                }
            };
            stream::iter(letters).for_each_concurrent(super::AT_ONCE, bring).await;
            self.tick(FetchMissed {}).await;
            // what waits for something waits minutes: all of it at once, not one after the other
            self.advance(TimeDelta::minutes(11));
            self.test.quiet().await;
            if is_last {
                return self.test.settle().await;
            }
        }
    }

    /// Four o'clock of the next day, when everything is looked at; then people sign in anew.
    pub async fn night(&mut self) {
        self.test.quiet().await;
        // the evening goes by as it would: every few minutes somebody asks what became of what is pending
        self.advance(TimeDelta::minutes(16));
        self.tick(SweepPending {}).await;
        self.tick(FetchMissed {}).await;
        let now = self.test.app.clock.now();
        let morning = now.duration_trunc(TimeDelta::days(1)).expect("a day") + TimeDelta::hours(28) + TimeDelta::minutes(1);
        self.advance(morning - now);
        self.test.quiet().await;
        self.tick(SweepPending {}).await;
        self.tick(FetchMissed {}).await;
        self.tick(CompareBooks {}).await;
        self.sign_in().await;
    }

    /// Tokens end after a quarter of an hour, so people sign in again when the clock was moved.
    pub async fn sign_in(&mut self) {
        self.staff = self.test.admin().await;
        for (n, customer) in self.customers.iter_mut().enumerate() {
            *customer = self.test.http.sign_in(&address(n), crate::support::PASSWORD).await;
        }
    }

    /// A tick of the schedule, and all that follows.
    async fn tick(&self, job: impl Job) {
        let tx = self.test.app.begin().await.expect("a transaction");
        tx.enqueue(job).await.expect("a job");
        tx.commit().await.expect("commits");
        self.test.quiet().await;
    }

    pub fn bank(&self, gateway: Gateway) -> &dyn Bank {
        self.banks.iter().find(|(known, _)| *known == gateway).map(|(_, bank)| bank.as_ref()).expect("a provider of ours")
    }

    /// Presses a button on the sandbox's page.
    pub async fn press(&self, page: &Page, action: &str) -> bool {
        let url: url::Url = page.url.parse().expect("an address");
        let form = format!("action={action}&{}", url.query().expect("a token"));
        let pressed = self.test.http.post_raw(url.path(), form, &[("Content-Type", "application/x-www-form-urlencoded")]).await;
        assert!(pressed.status < 400 || pressed.status == 409, "{}: {}", pressed.status, pressed.text);
        pressed.status < 400
    }

    /// All that providers hold for an invoice.
    pub fn payments(&self, life: &Life) -> Vec<(Gateway, Payment)> {
        let currency = life.history.amount.currency;
        let of = |(gateway, bank): &(Gateway, Box<dyn Bank>)| {
            let gateway = *gateway;
            bank.payments(&life.invoice.to_string(), currency).into_iter().map(move |payment| (gateway, payment))
        };
        let mut found: Vec<_> = self.banks.iter().flat_map(of).collect();
        found.sort_by(|(_, a), (_, b)| a.reference.cmp(&b.reference));
        found
    }

    /// Refunds that have arrived.
    pub fn arrived_refunds(&self, life: &Life) -> Vec<(Gateway, String)> {
        let arrived = |(gateway, payment): (Gateway, Payment)| {
            let arrived = payment.refunds.into_iter().filter(|refund| refund.state == RefundState::Arrived);
            arrived.map(move |refund| (gateway, refund.reference)).collect::<Vec<_>>()
        };
        self.payments(life).into_iter().flat_map(arrived).collect()
    }

    /// Disputes that are not decided yet.
    pub fn open_disputes(&self, life: &Life) -> Vec<(Gateway, String)> {
        let open = |(gateway, payment): (Gateway, Payment)| {
            let open = payment.disputes.into_iter().filter(|dispute| dispute.state == DisputeState::Open);
            open.map(move |dispute| (gateway, dispute.reference)).collect::<Vec<_>>()
        };
        self.payments(life).into_iter().flat_map(open).collect()
    }

    /// Manual refunds that wait for a person: the row, the payment that it goes back from, how much.
    pub async fn to_hand_back(&self, invoice: InvoiceId) -> Vec<(String, String, i64)> {
        let rows = transaction::of(&self.test.app.db.conn, invoice).await.expect("rows");
        let waits = |row: &&transaction::Model| {
            row.kind == Kind::Refund && row.gateway == Gateway::Manual && row.status == TransactionStatus::Pending
        };
        let parent = |row: &transaction::Model| rows.iter().find(|charge| Some(charge.id) == row.parent_id).expect("its payment");
        let name = |row| parent(row).transaction_reference.clone().expect("a slip");
        rows.iter().filter(waits).map(|row| (row.id.to_string(), name(row), row.amount_minor)).collect()
    }

    pub async fn deliver(&self, letter: &Letter) {
        let answer = match letter.gateway {
            Gateway::Stripe => self.test.stripe_event(&letter.body).await,
            Gateway::Paypal => self.test.paypal_event(&self.paypal, &letter.body).await,
            Gateway::Sandbox | Gateway::Manual => panic!("{:?} writes no letters", letter.gateway),
        };
        answer.expect(200);
    }

    /// Gives every history the letters that were written about it.
    pub fn collect(&self, lives: &mut [Life]) {
        let mut by_invoice: HashMap<String, Vec<Letter>> = HashMap::new();
        for (_, bank) in &self.banks {
            for (invoice, letter) in bank.letters() {
                by_invoice.entry(invoice).or_default().push(letter);
            }
        }
        for life in lives {
            life.bag.extend(by_invoice.remove(&life.invoice.to_string()).unwrap_or_default());
        }
        assert!(by_invoice.is_empty(), "letters about nobody's invoice: {by_invoice:?}");
    }

    /// Moves every clock there is.
    pub fn advance(&self, by: chrono::TimeDelta) {
        self.test.app.clock.advance(by);
        self.stripe.advance(by.num_seconds());
    }
}

/// Of the nth customer.
pub fn address(n: usize) -> String {
    format!("customer-{n}@example.com")
}

/// How often each kind of step was done, refused, or had nothing to be done to: a test of which nothing happens shows nothing.
#[derive(Default)]
pub struct Tally(Mutex<BTreeMap<String, [usize; 3]>>);

impl Tally {
    pub fn note(&self, step: Step, went: Went) {
        let text = format!("{step:?}");
        let name = match step {
            Step::AtPage { deed, .. } => format!("{deed:?}"),
            Step::ProviderRefund { fate, .. } => format!("ProviderRefund {fate:?}"),
            Step::OpenPage { gateway, .. } => format!("OpenPage {gateway:?}"),
            _ => text.split([' ', '(']).next().unwrap_or_default().to_owned(),
        };
        let mut counts = self.0.lock().expect("nobody panics with it");
        counts.entry(name).or_default()[went as usize] += 1;
    }

    /// Done, refused, idle.
    pub fn counts(&self) -> BTreeMap<String, [usize; 3]> {
        self.0.lock().expect("nobody panics with it").clone()
    }
}
