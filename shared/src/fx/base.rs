//! What a document's money is worth in the company's own currency: locked when it is issued, so that reports never change.

use super::quote::{Quote, between};
use super::rate;
use crate::money::Currency;
use crate::{App, Error, Result};
use rust_decimal::Decimal;
use sea_orm::ConnectionTrait;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The company's currency, and units of it for one of `currency`: by what the document was priced at (a quote, or several by their
/// source), if that says it, else by the current rates; `None` if nobody knows.
pub async fn to_base(
    app: &App,
    db: &impl ConnectionTrait,
    currency: Currency,
    locked: Option<&Value>,
) -> Result<(Currency, Option<Decimal>)> {
    let base = app.config.base_currency;
    if currency == base {
        return Ok((base, Some(Decimal::ONE)));
    }
    if let Some(rate) = locked_rate(locked, currency, base)? {
        return Ok((base, Some(rate)));
    }
    Ok((base, between(&rate::current(db).await?, currency, base)?.map(|(rate, _)| rate)))
}

/// What the quotes of a document say.
pub(crate) fn locked_rate(locked: Option<&Value>, from: Currency, to: Currency) -> Result<Option<Decimal>> {
    let Some(locked) = locked else { return Ok(None) };
    let quotes = Locked::deserialize(locked).map_err(Error::internal)?.quotes();
    Ok(quotes.iter().find_map(|quote| said(quote, from, to)))
}

/// In which forms documents keep their quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Locked {
    One(Box<Quote>),
    Several(BTreeMap<String, Quote>),
}

impl Locked {
    fn quotes(self) -> Vec<Quote> {
        match self {
            Self::One(quote) => vec![*quote],
            Self::Several(quotes) => quotes.into_values().collect(),
        }
    }
}

/// Units of `to` for one of `from`, if the quote says it in either direction.
fn said(quote: &Quote, from: Currency, to: Currency) -> Option<Decimal> {
    match (quote.from, quote.to) {
        (a, b) if (a, b) == (from, to) => Some(quote.mid),
        (a, b) if (a, b) == (to, from) => Decimal::ONE.checked_div(quote.mid),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fx::cross::tests::currency;
    use serde_json::json;

    fn quote(from: &str, to: &str, mid: &str) -> Value {
        let time = "2026-11-23T10:00:00Z";
        json!({ "from": from, "to": to, "mid": mid, "margin_bps": 0, "rates": [], "settings_version": 0, "quoted_at": time, "expires_at": time })
    }

    #[test]
    fn quotes_are_found_in_both_forms_and_directions() {
        let (eur, usd) = (currency("EUR"), currency("USD"));
        for (locked, rate) in [
            (quote("EUR", "USD", "1.25"), Some("1.25")),
            (quote("USD", "EUR", "0.8"), Some("1.25")),
            (json!({ "JPY": quote("JPY", "EUR", "0.006"), "USD": quote("USD", "EUR", "0.5") }), Some("2")),
            (quote("JPY", "EUR", "0.006"), None),
        ] {
            let found = locked_rate(Some(&locked), eur, usd).expect("quotes");
            assert_eq!(found, rate.map(|rate| rate.parse().expect("a decimal")), "{locked}");
        }
    }
}
