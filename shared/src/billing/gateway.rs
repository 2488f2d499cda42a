//! The payment gateways, and which amounts each can take.

use super::provider;
use crate::money::{Currency, Money};
use crate::{App, Error, Result};
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// A payment provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // names of companies, and our own
pub enum Gateway {
    Stripe,
    Paypal,
    Sandbox,
    /// None: a person took the money.
    Manual,
}

/// Currencies that Stripe counts without decimals (docs: "Supported currencies", zero-decimal). UGX and ISK have special
/// cases there and are handled below.
const STRIPE_ZERO_DECIMAL: &str = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF";
/// Currencies that Stripe wants in hundredths although nothing smaller than a whole unit exists.
const STRIPE_WHOLE_UNITS: &str = "ISK UGX";

/// Currencies that PayPal takes (docs: "Currency codes"). Of them some have no decimals there, whatever ISO 4217 says.
const PAYPAL: &str = "AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD";
const PAYPAL_WHOLE_UNITS: &str = "HUF JPY TWD";

impl Gateway {
    /// In logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stripe => "stripe",
            Self::Paypal => "paypal",
            Self::Sandbox => "sandbox",
            Self::Manual => "manual",
        }
    }

    /// Refuses, naming the field, when the gateway is not offered here or cannot take the amount.
    pub fn check(self, app: &App, amount: Money) -> Result<()> {
        if provider::of(app, self).is_none() {
            return Err(Error::invalid("gateway", "error-gateway-not-available"));
        }
        match self {
            Self::Stripe => to_stripe(amount).map(drop),
            Self::Paypal => to_paypal(amount).map(drop),
            Self::Sandbox | Self::Manual => Ok(()),
        }
    }
}

/// An amount as Stripe counts it. An amount it cannot express is a problem of the gateway field.
pub fn to_stripe(amount: Money) -> Result<i64> {
    let code = amount.currency.code();
    let unsupported = || Error::invalid("gateway", "error-currency-unsupported");
    let ours = amount.currency.exponent();
    let factor = stripe_factor(amount.currency);
    if STRIPE_WHOLE_UNITS.contains(code) && ours > 0 && amount.minor % 10_i64.pow(ours) != 0 {
        return Err(unsupported());
    }
    // three decimals, of which the last must be zero
    if ours == 3 && amount.minor % 10 != 0 {
        return Err(unsupported());
    }
    amount.minor.checked_mul(factor).ok_or_else(unsupported)
}

/// An amount of Stripe as we count it; `None` when it is not a whole number of our units.
pub fn from_stripe(amount: i64, currency: Currency) -> Option<Money> {
    let factor = stripe_factor(currency);
    (amount % factor == 0).then_some(Money::new(amount / factor, currency))
}

fn stripe_factor(currency: Currency) -> i64 {
    let theirs = match currency.code() {
        code if STRIPE_ZERO_DECIMAL.contains(code) => 0,
        code if STRIPE_WHOLE_UNITS.contains(code) => 2,
        _ => currency.exponent().max(2),
    };
    10_i64.pow(theirs - currency.exponent().min(theirs))
}

/// An amount as PayPal writes it. An amount it cannot express is a problem of the gateway field.
pub fn to_paypal(amount: Money) -> Result<String> {
    let (code, text) = (amount.currency.code(), amount.decimal());
    let unsupported = || Error::invalid("gateway", "error-currency-unsupported");
    if !PAYPAL.contains(code) {
        return Err(unsupported());
    }
    match text.split_once('.') {
        Some((whole, fraction)) if PAYPAL_WHOLE_UNITS.contains(code) => {
            if fraction.bytes().all(|digit| digit == b'0') {
                Ok(whole.to_owned())
            } else {
                Err(unsupported())
            }
        }
        Some(_) | None => Ok(text),
    }
}

/// An amount as PayPal writes it, in our units: `01.18`, `1250.00` yen and a minus sign are all seen there. `None` when it is no
/// amount.
pub fn from_paypal(text: &str, currency: &str) -> Option<Money> {
    let currency = Currency::parse("currency", currency).ok()?;
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    let money = Money::parse("value", text, currency).ok()?;
    Some(if negative { Money { minor: -money.minor, ..money } } else { money })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_reach_stripe_in_its_own_units() {
        for (code, minor, theirs) in [("USD", 1250, 1250), ("JPY", 1250, 1250), ("KWD", 1250, 1250), ("UGX", 12, 1200), ("ISK", 1200, 1200)]
        {
            let money = Money::new(minor, Currency::parse("currency", code).expect("known"));
            assert_eq!(to_stripe(money).expect(code), theirs, "{code}");
            assert_eq!(from_stripe(theirs, money.currency), Some(money), "{code}");
        }
    }

    #[test]
    fn amounts_reach_paypal_as_it_writes_them_and_come_back() {
        let money = |minor, code| Money::new(minor, Currency::parse("currency", code).expect("known"));
        for (code, minor, theirs) in [("USD", 1250, "12.50"), ("JPY", 1250, "1250"), ("HUF", 125_000, "1250"), ("TWD", 100, "1")] {
            assert_eq!(to_paypal(money(minor, code)).expect(code), theirs, "{code}");
            assert_eq!(from_paypal(theirs, code), Some(money(minor, code)), "{code}");
        }
        for (code, minor) in [("HUF", 125_050), ("KWD", 1250), ("AED", 100), ("SAR", 100), ("JOD", 1000), ("XOF", 100)] {
            assert!(to_paypal(money(minor, code)).is_err(), "{code}");
        }
        assert_eq!(from_paypal("01.18", "USD"), Some(money(118, "USD")));
        assert_eq!(from_paypal("1250.00", "JPY"), Some(money(1250, "JPY")));
        assert_eq!(from_paypal("-0.15", "USD"), Some(money(-15, "USD")));
        for (text, code) in [("1.005", "USD"), ("", "USD"), (".", "USD"), ("1e3", "USD"), ("--1", "USD"), ("12.5", "JPY"), ("1", "XXXX")] {
            assert_eq!(from_paypal(text, code), None, "{text} {code}");
        }
    }

    #[test]
    fn what_stripe_cannot_express_is_refused() {
        for (code, minor) in [("KWD", 1251), ("ISK", 1250)] {
            let money = Money::new(minor, Currency::parse("currency", code).expect("known"));
            assert!(to_stripe(money).is_err(), "{code}");
        }
        assert_eq!(from_stripe(150, Currency::parse("currency", "UGX").expect("known")), None);
    }
}
