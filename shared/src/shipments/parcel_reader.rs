//! One parcel as clients write it: each field is taken out, measured in our own units, or named as a problem; what is left is
//! metadata.

use super::parcel::{Limits, Parcel, metadata};
use crate::accounts::postal::check_text;
use crate::error::Problems;
use crate::i18n::Message;
use crate::money::{Currency, Money};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value};

/// Most pieces that one entry stands for.
const MAX_QUANTITY: i64 = 100;
/// Longest side.
const MAX_MILLIMETRES: i64 = 10_000;

/// One parcel as it is being read.
pub(super) struct Reader<'a> {
    pub(super) problems: &'a mut Problems,
    pub(super) at: &'a str,
    pub(super) fields: Map<String, Value>,
    pub(super) limits: Limits,
}

/// A unit: its name, how many of ours it is, how many decimals are meant seriously.
type Unit = (&'static str, Decimal, u32);

impl Reader<'_> {
    /// The parcel; of no use once a problem was noted.
    pub(super) fn parcel(&mut self) -> Parcel {
        let weights: [Unit; 4] = [
            ("kg", Decimal::ONE_THOUSAND, 3),
            ("g", Decimal::ONE, 0),
            ("lb", Decimal::from_parts(45_359_237, 0, 0, false, 5), 3),
            ("oz", Decimal::from_parts(2_579_719_349, 6, 0, false, 9), 2),
        ];
        let sides: [Unit; 3] = [("cm", Decimal::TEN, 1), ("mm", Decimal::ONE, 0), ("in", Decimal::from_parts(254, 0, 0, false, 1), 2)];
        let weight_unit = self.unit("weight_unit", &weights);
        let side_unit = self.unit("dimension_unit", &sides);
        let grams = self.measure(["weight_kg", "weight"], weights[0], weight_unit, i64::from(self.limits.grams));
        let [length, width, height] = [["length_cm", "length"], ["width_cm", "width"], ["height_cm", "height"]]
            .map(|names| self.measure(names, sides[0], side_unit, MAX_MILLIMETRES));
        let contents = self.contents();
        let declared = self.declared();
        let quantity = self.quantity();
        let metadata = metadata(self.problems, self.at, std::mem::take(&mut self.fields));
        Parcel { grams, length, width, height, contents, declared, quantity, metadata }
    }

    fn field(&self, name: &str) -> String {
        format!("{}.{name}", self.at)
    }

    /// A value that is there; null is not.
    fn taken(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name).filter(|value| !value.is_null())
    }

    fn unit(&mut self, name: &str, units: &[Unit]) -> Unit {
        let Some(value) = self.taken(name) else { return units[0] };
        let found = units.iter().find(|(code, ..)| value.as_str() == Some(code));
        let allowed = units.iter().map(|(code, ..)| *code).collect::<Vec<_>>().join(", ");
        self.problems.check(found.is_some(), self.field(name), Message::new("error-not-a-choice").with("allowed", allowed));
        *found.unwrap_or(&units[0])
    }

    /// A measure in our own unit; a fraction of it counts as a whole. Under the first name it has the unit in that name,
    /// under the second the one that was told.
    fn measure(&mut self, [named, plain]: [&str; 2], own: Unit, told: Unit, max: i64) -> i64 {
        let (name, value, (_, factor, decimals)) = match (self.taken(named), self.taken(plain)) {
            (Some(_), Some(_)) => return self.wrong(plain, "error-repeated"),
            (Some(value), None) => (named, value, own),
            (None, Some(value)) => (plain, value, told),
            (None, None) => return self.wrong(named, "error-required"),
        };
        let Some(number) = number(&value) else { return self.wrong(name, "error-number") };
        if number <= Decimal::ZERO {
            return self.wrong(name, "error-number-positive");
        }
        if number.normalize().scale() > decimals {
            return self.wrong(name, Message::new("error-decimals").with("max", decimals));
        }
        let ours = number.checked_mul(factor).and_then(|exact| exact.ceil().to_i64());
        ours.filter(|ours| *ours <= max).unwrap_or_else(|| self.wrong(name, "error-out-of-range"))
    }

    fn wrong(&mut self, name: &str, message: impl Into<Message>) -> i64 {
        self.problems.check(false, self.field(name), message);
        1
    }

    fn contents(&mut self) -> String {
        let at = self.field("contents");
        let value = self.taken("contents");
        self.problems.check(value.is_some(), &at, "error-required");
        let Some(value) = value else { return String::new() };
        self.problems.check(value.is_string(), &at, Message::new("error-wrong-type").with("expected", "text"));
        let Some(text) = value.as_str().map(str::trim) else { return String::new() };
        self.problems.check(!text.is_empty(), &at, "error-blank");
        check_text(self.problems, at, text, 200);
        text.to_owned()
    }

    fn declared(&mut self) -> Option<Money> {
        let text = Message::new("error-wrong-type").with("expected", "text");
        let currency = match self.taken("currency") {
            None => self.limits.currency,
            Some(code) => match Currency::parse(&self.field("currency"), code.as_str().unwrap_or_default()) {
                Ok(currency) => currency,
                Err(_) => {
                    let message = if code.is_string() { "error-unknown-currency".into() } else { text };
                    self.wrong("currency", message);
                    return None;
                }
            },
        };
        let value = self.taken("declared_value")?;
        let Some(number) = number(&value) else {
            self.wrong("declared_value", "error-amount-format");
            return None;
        };
        match Money::parse(&self.field("declared_value"), &number.normalize().to_string(), currency) {
            Ok(money) => Some(money),
            Err(crate::Error::Invalid(mut found)) => {
                let message = found.pop().map_or_else(|| "error-amount-format".into(), |problem| problem.message);
                self.wrong("declared_value", message);
                None
            }
            Err(_) => None,
        }
    }

    fn quantity(&mut self) -> i64 {
        let Some(value) = self.taken("quantity") else { return 1 };
        match value.as_i64() {
            Some(quantity) if (1..=MAX_QUANTITY).contains(&quantity) => quantity,
            Some(_) => self.wrong("quantity", "error-out-of-range"),
            None => self.wrong("quantity", Message::new("error-wrong-type").with("expected", "integer")),
        }
    }
}

/// A JSON number or a plain decimal string, exact: never by way of a float of ours.
fn number(value: &Value) -> Option<Decimal> {
    let (text, is_plain) = match value {
        Value::Number(number) => (number.to_string(), true),
        Value::String(text) => {
            let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.starts_with(|c: char| c.is_ascii_digit());
            (text.clone(), plain && text.len() <= 20)
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    text.parse().ok().filter(|_| is_plain)
}
