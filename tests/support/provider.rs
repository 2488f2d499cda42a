//! A payment provider that answers what a test tells it to: for what follows from answers, whoever gives them.

use async_trait::async_trait;
use shared::billing::event::{Change, Charge, ChargeStep};
use shared::billing::provider::{Checkout, CheckoutRequest, Missed, Movement, PaymentGateway};
use shared::billing::transaction::Model as Transaction;
use shared::clock::Time;
use shared::ids::TransactionId;
use shared::money::{Currency, Money};
use shared::{App, Error, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// What it would answer now.
#[derive(Default)]
pub struct Answers {
    /// Every call fails as in an outage.
    pub is_away: bool,
    /// Every call is refused for good.
    pub refuses: bool,
    pub fetched: Vec<Change>,
    /// What it knows of a row in particular.
    pub of_row: HashMap<TransactionId, Change>,
    pub missed: Vec<Missed>,
    /// With the time of each.
    pub movements: Vec<(Time, Movement)>,
    /// What was asked, in order.
    pub asked: Vec<String>,
}

/// The provider; clones share their answers.
#[derive(Clone, Default)]
pub struct Told(Arc<Mutex<Answers>>);

impl Told {
    /// Changes what it answers.
    pub fn answer(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.0.lock().expect("nobody panics with it"));
    }

    /// How often it was asked this.
    pub fn asked(&self, what: &str) -> usize {
        self.0.lock().expect("nobody panics with it").asked.iter().filter(|asked| asked.starts_with(what)).count()
    }

    fn ask<T>(&self, what: &str, answer: impl FnOnce(&Answers) -> T) -> Result<T> {
        let mut answers = self.0.lock().expect("nobody panics with it");
        answers.asked.push(what.to_owned());
        if answers.is_away {
            return Err(Error::Upstream { service: "told", reason: "away".into(), retry_after: None });
        }
        if answers.refuses {
            return Err(Error::refused("told", "no such object"));
        }
        Ok(answer(&answers))
    }
}

#[async_trait]
impl PaymentGateway for Told {
    async fn create_checkout(&self, _: &App, request: CheckoutRequest) -> Result<Checkout> {
        let reference = format!("cs_{}", request.transaction.0.simple());
        self.ask("create", |_| Checkout { url: format!("https://pages.example/{reference}"), reference })
    }

    async fn fetch(&self, _: &App, row: &Transaction) -> Result<Vec<Change>> {
        self.ask("fetch", |answers| answers.of_row.get(&row.id).cloned().map_or_else(|| answers.fetched.clone(), |change| vec![change]))
    }

    async fn refund(&self, _: &App, _: &Transaction, _: &Transaction) -> Result<Vec<Change>> {
        self.ask("refund", |_| vec![])
    }

    async fn cancel(&self, _: &App, _: &Transaction) -> Result<Vec<Change>> {
        self.ask("cancel", |_| vec![])
    }

    async fn missed(&self, since: Time, until: Time) -> Result<Vec<Missed>> {
        self.ask(&format!("missed {}", (until - since).num_hours()), |answers| answers.missed.clone())
    }

    async fn movements(&self, since: Time, until: Time) -> Result<Option<Vec<Movement>>> {
        let within = |(at, movement): &(Time, Movement)| (since <= *at && *at < until).then(|| movement.clone());
        self.ask("movements", |answers| Some(answers.movements.iter().filter_map(within).collect()))
    }
}

pub fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::parse("currency", "USD").expect("known"))
}

/// A payment as a provider tells it.
pub fn charge(reference: &str, minor: i64, step: ChargeStep) -> Charge {
    Charge {
        reference: Some(reference.to_owned()),
        checkout: None,
        transaction: None,
        invoice: None,
        amount: Some(usd(minor)),
        method: Some("card".into()),
        live: false,
        step,
    }
}
