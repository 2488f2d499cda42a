//! Sums of what happened, and what they are kept apart by.

use crate::{Error, Result};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// What was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Parcels, by the day they were booked; they end when they are delivered.
    Shipment,
    /// Buy4Me requests, by the day they were begun; they end when they are completed.
    Request,
    /// Invoices, by the day they were issued; they end when they are paid.
    Invoice,
    /// Money that moved, by the day it did.
    Money,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Shipment, Self::Request, Self::Invoice, Self::Money];

    /// As it is stored.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Shipment => "SHIPMENT",
            Self::Request => "REQUEST",
            Self::Invoice => "INVOICE",
            Self::Money => "MONEY",
        }
    }

    pub(super) fn named(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| Error::internal(format!("figures of {name:?}")))
    }
}

/// A sum of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// On invoices that are not void, tax included.
    Billed,
    /// Of that.
    Tax,
    /// What credit notes took off it.
    Credited,
    /// What is still to be paid of it.
    Outstanding,
    /// Payments that came in.
    Revenue,
    /// Payments that were given back.
    Refunded,
    /// Payments that banks took back.
    Disputed,
    /// What the providers kept.
    Fees,
}

impl Measure {
    /// All of them, in the order of [`Sums`].
    pub const ALL: [Self; 8] =
        [Self::Billed, Self::Tax, Self::Credited, Self::Outstanding, Self::Revenue, Self::Refunded, Self::Disputed, Self::Fees];

    /// As its columns are called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Billed => "billed",
            Self::Tax => "tax",
            Self::Credited => "credited",
            Self::Outstanding => "outstanding",
            Self::Revenue => "revenue",
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
            Self::Fees => "fees",
        }
    }
}

/// What is left of the money that came in, of sums by their measure: without what went back and the fees.
pub fn net(sum: impl Fn(Measure) -> i64) -> i64 {
    sum(Measure::Revenue) - sum(Measure::Refunded) - sum(Measure::Disputed) - sum(Measure::Fees)
}

/// Figures that can be added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many there are.
    pub count: i64,
    /// How many of them have ended well.
    pub ended: i64,
    /// How long these took in all.
    pub seconds: i64,
    /// How many are not in the sums in the company's currency, because nobody knew a rate.
    pub unconverted: i64,
    /// Minor units of their own currency.
    pub(super) minor: [i64; 8],
    /// Minor units of the company's currency, each document rounded on its own.
    pub(super) base: [i64; 8],
}

impl Sums {
    /// Minor units of their own currency.
    pub fn minor(&self, measure: Measure) -> i64 {
        self.minor[measure as usize]
    }

    /// Minor units of the company's currency.
    pub fn base(&self, measure: Measure) -> i64 {
        self.base[measure as usize]
    }

    /// How long those that ended took on average: half-up, with one decimal; none of nothing.
    pub fn average_hours(&self) -> Option<Decimal> {
        let tenths = (self.seconds + 180 * self.ended).checked_div(360 * self.ended)?;
        Some(Decimal::new(tenths, 1))
    }

    pub(super) fn set(&mut self, measure: Measure, minor: i64, base: i64) {
        self.minor[measure as usize] = minor;
        self.base[measure as usize] = base;
    }

    /// All numbers, in the order of the columns.
    pub(super) fn numbers(&self) -> impl Iterator<Item = i64> {
        let sums = self.minor.into_iter().zip(self.base).flat_map(|(minor, base)| [minor, base]);
        [self.count, self.ended, self.seconds, self.unconverted].into_iter().chain(sums)
    }

    pub(super) fn of_numbers(numbers: &[i64; COLUMNS]) -> Self {
        let [count, ended, seconds, unconverted, sums @ ..] = *numbers;
        let part = |offset: usize| std::array::from_fn(|i| sums[2 * i + offset]);
        Self { count, ended, seconds, unconverted, minor: part(0), base: part(1) }
    }

    /// Adds others. A sum beyond what a company can own is an error, never a wrong number.
    pub fn add(&mut self, other: &Self) -> Result<()> {
        let (mine, others) = (self.numbers().collect::<Vec<_>>(), other.numbers());
        let mut sums = [0; COLUMNS];
        for ((sum, mine), others) in sums.iter_mut().zip(mine).zip(others) {
            *sum = mine.checked_add(others).ok_or_else(|| Error::internal("a sum of a report overflows"))?;
        }
        *self = Self::of_numbers(&sums);
        Ok(())
    }
}

/// Numbers of [`Sums`].
pub(super) const COLUMNS: usize = 20;

/// The columns of [`Sums`], in their order.
pub(super) fn columns() -> Vec<String> {
    let sums = Measure::ALL.into_iter().flat_map(|measure| ["minor", "base"].map(|unit| format!("{}_{unit}", measure.name())));
    ["count", "ended", "seconds", "unconverted"].into_iter().map(str::to_owned).chain(sums).collect()
}

/// What figures are kept apart by in a report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What was counted.
    pub kind: Kind,
    /// Code.
    pub currency: String,
    /// Of the document; of money: of its invoice.
    pub status: String,
}

impl Key {
    /// Whether there are amounts, and not only a count.
    pub fn is_money(&self) -> bool {
        match self.kind {
            Kind::Shipment | Kind::Request => false,
            Kind::Invoice | Kind::Money => true,
        }
    }
}

/// Figures of a time.
#[derive(Clone, Debug, Default)]
pub struct Figures(BTreeMap<Key, Sums>);

impl Figures {
    /// All of them, each with what it is kept apart by.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Sums)> {
        self.0.iter()
    }

    pub(super) fn add(&mut self, key: Key, sums: &Sums) -> Result<()> {
        self.0.entry(key).or_default().add(sums)
    }

    /// Those that `is_in` picks, together.
    pub fn sum(&self, is_in: impl Fn(&Key) -> bool) -> Result<Sums> {
        let mut all = Sums::default();
        for (_, sums) in self.iter().filter(|(key, _)| is_in(key)) {
            all.add(sums)?;
        }
        Ok(all)
    }

    /// Those of a kind, together.
    pub fn of(&self, kind: Kind) -> Result<Sums> {
        self.sum(|key| key.kind == kind)
    }

    /// Whatever is an amount, together: parcels and requests are counted only.
    pub fn money(&self) -> Result<Sums> {
        self.sum(Key::is_money)
    }

    /// How many of a kind are in each state.
    pub fn by_status(&self, kind: Kind) -> BTreeMap<&str, i64> {
        let mut counts = BTreeMap::new();
        for (key, sums) in self.iter().filter(|(key, _)| key.kind == kind) {
            *counts.entry(key.status.as_str()).or_default() += sums.count;
        }
        counts
    }

    /// The codes of those that `is_in` picks.
    pub fn currencies(&self, is_in: impl Fn(&Key) -> bool) -> BTreeSet<&str> {
        self.iter().filter(|(key, _)| is_in(key)).map(|(key, _)| key.currency.as_str()).collect()
    }
}
