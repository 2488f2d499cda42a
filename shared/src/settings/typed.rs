//! What a setting that is more than a switch consists of.

use crate::error::Problems;
use crate::i18n::Message;
use crate::money::{Currency, Money};
use crate::{Error, Result};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

/// The value of one key. Its default holds until somebody changes it.
pub trait Typed: Serialize + DeserializeOwned + Default {
    /// Its key on the wire.
    const KEY: &'static str;

    /// Notes what is wrong with a value that has the right form. Fields begin with [`Typed::KEY`].
    fn check(&self, problems: &mut Problems);
}

/// A value and the version it had: a document stores the version that it was priced by. 0: never changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Versioned<T> {
    /// What holds.
    pub value: T,
    /// Since when, so to say.
    pub version: i32,
}

/// 0 to 100 with up to four decimals; a decimal string on the wire: `"8.5"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Percent(#[serde(with = "rust_decimal::serde::str")] pub Decimal);

impl Percent {
    /// Hundredths of a percent.
    pub const fn basis_points(points: u16) -> Self {
        Self(Decimal::from_parts(points as u32, 0, 0, false, 2))
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::{Error, Unexpected};
        let text = String::deserialize(deserializer)?;
        let is_plain = (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let read = text.parse::<Decimal>().ok().filter(|p| is_plain && *p <= Decimal::ONE_HUNDRED && p.scale() <= 4);
        read.map(Self).ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &"a percentage"))
    }
}

/// An amount of a setting, in the setting's own currency; a decimal string on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(pub String);

impl Amount {
    /// The amount; it was checked when it was set.
    pub fn money(&self, currency: Currency) -> Result<Money> {
        Money::parse("amount", &self.0, currency).map_err(|_| Error::internal(format!("a setting holds {:?} {currency}", self.0)))
    }

    /// Notes what is wrong with it.
    pub fn check(&self, field: &str, currency: Currency, problems: &mut Problems) {
        // parsing has no other error than problems
        let _ = Money::parse(field, &self.0, currency).map_err(|error| problems.take::<()>(Err(error)));
    }
}

impl From<&str> for Amount {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Whether it may be a code of ours: capitals, digits and `_`, up to 32.
pub fn is_code(code: &str) -> bool {
    (1..=32).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Notes what is none.
pub(super) fn check_code(problems: &mut Problems, field: String, code: &str) {
    problems.check(is_code(code), field, "error-setting-code");
}

/// How many entries a list may have.
pub(super) fn check_length<T>(problems: &mut Problems, field: &str, list: &[T], max: usize) {
    problems.check(!list.is_empty(), field, "error-required");
    problems.check(list.len() <= max, field, Message::new("error-too-many").with("max", max));
}

/// No entry twice.
pub(super) fn check_unique<'a>(problems: &mut Problems, field: &str, names: impl Iterator<Item = &'a str>) {
    let names: Vec<&str> = names.collect();
    let twice = names.iter().enumerate().any(|(i, name)| names[..i].contains(name));
    problems.check(!twice, field, "error-repeated");
}
