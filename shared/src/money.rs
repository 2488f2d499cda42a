//! Exact money: whole minor units (cents, yen, fils) and a currency. No floats anywhere; every sum is checked.

use crate::error::{Error, Result};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Larger than any invoice we would ever write, small enough that sums of a million of them fit an `i64`.
pub const MAX_MINOR: i64 = 1_000_000_000_000;

/// Codes in use by ISO 4217 (2026), metals, funds and test codes left out.
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP \
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK \
JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN \
NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS \
TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";
const NO_DECIMALS: &str = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF";
const THREE_DECIMALS: &str = "BHD IQD JOD KWD LYD OMR TND";

/// An ISO 4217 currency that we know.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The code: `USD`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("built from ASCII in `parse`")
    }

    /// Digits after the decimal point: 0, 2 or 3.
    pub fn exponent(self) -> u32 {
        if NO_DECIMALS.contains(self.code()) {
            0
        } else if THREE_DECIMALS.contains(self.code()) {
            3
        } else {
            2
        }
    }

    /// Reads a three-letter code in capitals; an unknown one is a problem of `field`.
    pub fn parse(field: &str, code: &str) -> Result<Self> {
        match <[u8; 3]>::try_from(code.as_bytes()) {
            Ok(bytes) if CODES.split_ascii_whitespace().any(|known| known == code) => Ok(Self(bytes)),
            _ => Err(Error::invalid(field, "error-unknown-currency")),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = String;
    fn try_from(code: String) -> std::result::Result<Self, String> {
        Self::parse("currency", &code).map_err(|_| format!("unknown currency {code:?}"))
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An exact amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Whole minor units; negative only in differences.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// `minor` units of `currency`.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a client's decimal string, which must be plain (`"12.5"`, no sign, no exponent), and have no more digits than
    /// the currency; zero is fine. Problems name `field`.
    pub fn parse(field: &str, text: &str, currency: Currency) -> Result<Self> {
        let problem = |message: &'static str| Err(Error::invalid(field, message));
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
            return problem("error-amount-format");
        }
        let exponent = currency.exponent() as usize;
        if fraction.len() > exponent {
            return problem("error-amount-digits");
        }
        match format!("{whole}{fraction:0<exponent$}").parse::<i64>() {
            Ok(minor) if minor <= MAX_MINOR => Ok(Self { minor, currency }),
            _ => problem("error-amount-too-large"),
        }
    }

    /// Reads what [`Money`] displays: `12.50 USD`.
    pub fn read(text: &str) -> Option<Self> {
        let (number, code) = text.split_once(' ')?;
        let currency = Currency::parse("currency", code).ok()?;
        let (sign, number) = number.strip_prefix('-').map_or((1, number), |number| (-1, number));
        let money = Self::parse("amount", number, currency).ok()?;
        Some(Self { minor: sign * money.minor, ..money })
    }

    /// Like [`Money::parse`], and more than zero.
    pub fn parse_positive(field: &str, text: &str, currency: Currency) -> Result<Self> {
        match Self::parse(field, text, currency)? {
            zero if zero.minor == 0 => Err(Error::invalid(field, "error-amount-positive")),
            money => Ok(money),
        }
    }

    /// The decimal string for the wire, with all the currency's digits: `"12.50"`, `"1250"`, `"1.250"`.
    pub fn decimal(self) -> String {
        Decimal::new(self.minor, self.currency.exponent()).to_string()
    }

    /// Sum; different currencies or an overflow are our mistake.
    pub fn plus(self, other: Self) -> Result<Self> {
        if self.currency != other.currency {
            return Err(Error::internal(format!("{} + {}", self.currency, other.currency)));
        }
        let minor = self.minor.checked_add(other.minor).ok_or_else(|| Error::internal("money overflow"))?;
        Ok(Self { minor, ..self })
    }

    /// `self × quantity`.
    pub fn times(self, quantity: i64) -> Result<Self> {
        let minor = self.minor.checked_mul(quantity).ok_or_else(|| Error::internal("money overflow"))?;
        Ok(Self { minor, ..self })
    }

    /// `rate` percent of this amount, rounded half-up to the minor unit.
    pub fn percent(self, rate: Decimal) -> Result<Self> {
        let exact = Decimal::from(self.minor)
            .checked_mul(rate)
            .and_then(|product| product.checked_div(Decimal::ONE_HUNDRED))
            .ok_or_else(|| Error::internal("money overflow"))?;
        let minor = exact
            .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
            .to_i64()
            .ok_or_else(|| Error::internal("money overflow"))?;
        Ok(Self { minor, ..self })
    }

    /// Splits by weights so that the parts sum to the whole: each gets its share rounded down, and the units left over go
    /// to the largest remainders (earlier parts first among equals). Weights must not all be zero.
    pub fn split(self, weights: &[u64]) -> Result<Vec<Self>> {
        let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        if total == 0 || self.minor < 0 {
            return Err(Error::internal("split of a negative amount or by no weight"));
        }
        let whole = self.minor as u128;
        let mut parts: Vec<u128> = weights.iter().map(|w| whole * u128::from(*w) / total).collect();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse(whole * u128::from(weights[*i]) % total));
        let missing = (whole - parts.iter().sum::<u128>()) as usize;
        for i in order.into_iter().take(missing) {
            parts[i] += 1;
        }
        Ok(parts.into_iter().map(|part| Self { minor: part as i64, ..self }).collect())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::parse("currency", code).expect("known")
    }

    #[test]
    fn amounts_are_written_with_the_currencys_own_digits() {
        for (code, minor, text) in [("USD", 1250, "12.50"), ("JPY", 1250, "1250"), ("KWD", 1250, "1.250"), ("USD", 5, "0.05")] {
            assert_eq!(Money::new(minor, currency(code)).decimal(), text);
            assert_eq!(Money::parse("amount", text, currency(code)).expect(text).minor, minor);
        }
    }

    #[test]
    fn what_is_not_a_plain_positive_amount_is_refused_and_names_the_field() {
        for bad in ["", "-1", "+1", "1e3", "1,5", " 1", "1.", ".5", "1.234", "NaN", "٣", "123456789012345678901234567890"] {
            let Err(Error::Invalid(problems)) = Money::parse("lines[0].unit_price", bad, currency("USD")) else {
                panic!("{bad:?} was accepted")
            };
            assert_eq!(problems[0].field, "lines[0].unit_price");
        }
        assert!(Money::parse("amount", "1.5", currency("JPY")).is_err());
        assert!(
            Money::parse("amount", "0.00", currency("USD")).is_ok() && Money::parse_positive("amount", "0.00", currency("USD")).is_err()
        );
        assert!(Currency::parse("currency", "usd").is_err() && Currency::parse("currency", "XYZ").is_err());
    }

    #[test]
    fn percentages_round_half_up() {
        let of = |minor, rate: &str| Money::new(minor, currency("USD")).percent(rate.parse().expect("decimal")).expect("fits").minor;
        assert_eq!((of(50, "1"), of(49, "1"), of(150, "1"), of(10_000, "7.25")), (1, 0, 2, 725));
    }

    proptest! {
        #[test]
        fn parts_always_sum_to_the_whole(minor in 0..MAX_MINOR, weights in prop::collection::vec(0u64..1_000_000, 1..20)) {
            prop_assume!(weights.iter().any(|w| *w > 0));
            let whole = Money::new(minor, currency("EUR"));
            let parts = whole.split(&weights).expect("splits");
            prop_assert_eq!(parts.iter().map(|p| p.minor).sum::<i64>(), minor);
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = minor as f64 * *weight as f64 / weights.iter().sum::<u64>() as f64;
                prop_assert!((part.minor as f64 - exact).abs() < 1.01, "{} for {}", part.minor, exact);
            }
        }

        #[test]
        fn any_amount_survives_the_wire(minor in 1..MAX_MINOR, code in prop::sample::select(vec!["USD", "JPY", "KWD"])) {
            let money = Money::new(minor, currency(code));
            prop_assert_eq!(Money::parse("amount", &money.decimal(), money.currency).expect("reads back"), money);
        }
    }
}
