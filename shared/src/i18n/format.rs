//! Amounts, percentages and dates as each language writes them. The digits are always 0 to 9, in Arabic too: they stand beside
//! invoice numbers, account numbers and codes that have no other form, and a page with two kinds of digits is misread.

use crate::clock::Time;
use crate::money::Money;
use crate::{Error, Result};
use chrono::Datelike;
use icu::calendar::{Date, Iso};
use icu::datetime::DateTimeFormatter;
use icu::datetime::fieldsets::YMD;
use icu::decimal::DecimalFormatter;
use icu::locale::Locale;
use rust_decimal::Decimal;

/// An argument of a message as a language writes it: an amount such as `12.50 USD` in its own way, all else as it is.
pub fn written(language: &str, value: &str) -> String {
    // most arguments are no amounts and need no pen
    let amount = Money::read(value).and_then(|_| Pen::new(language).ok()?.written(value).ok());
    amount.unwrap_or_else(|| value.to_owned())
}

/// A decimal, such as a weight, with the digits that it has.
pub fn decimal(language: &str, number: &str) -> String {
    let written = Pen::new(language).and_then(|pen| pen.decimal(number));
    written.unwrap_or_else(|_| number.to_owned())
}

/// Between a number and what belongs to it: no line breaks here.
const GLUE: char = '\u{a0}';

/// Writes in one language. Make one for each document, and do not keep it over an `await`: it cannot change threads.
pub struct Pen {
    language: String,
    numbers: DecimalFormatter,
    dates: DateTimeFormatter<YMD>,
}

impl Pen {
    /// For a language tag; one that `icu` does not know writes like English.
    pub fn new(language: &str) -> Result<Self> {
        let locale: Locale = format!("{language}-u-nu-latn").parse().unwrap_or(icu::locale::locale!("en"));
        Ok(Self {
            language: language.to_owned(),
            numbers: DecimalFormatter::try_new(locale.clone().into(), Default::default()).map_err(Error::internal)?,
            dates: DateTimeFormatter::try_new(locale.into(), YMD::long()).map_err(Error::internal)?,
        })
    }

    /// In which it writes.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// With all the digits of the currency and without its code: for a column that names it.
    pub fn number(&self, money: Money) -> Result<String> {
        self.decimal(&money.decimal())
    }

    /// With the currency's code where the language puts it: `USD 1,234.50`, `1.234,50 USD`.
    pub fn amount(&self, money: Money) -> Result<String> {
        let (number, code) = (self.number(money)?, money.currency);
        Ok(if self.language == "en" { format!("{code}{GLUE}{number}") } else { format!("{number}{GLUE}{code}") })
    }

    /// An amount that was written as [`Money`] displays it, in the language's own way; all else as it is.
    pub fn written(&self, value: &str) -> Result<String> {
        Money::read(value).map_or_else(|| Ok(value.to_owned()), |money| self.amount(money))
    }

    /// A percentage, without needless zeros.
    pub fn percent(&self, rate: Decimal) -> Result<String> {
        let number = self.decimal(&rate.normalize().to_string())?;
        Ok(match self.language.as_str() {
            "fr" | "es" | "de" => format!("{number}{GLUE}%"),
            _ => format!("{number}%"),
        })
    }

    /// A whole number.
    pub fn count(&self, number: i32) -> Result<String> {
        self.decimal(&number.to_string())
    }

    /// The day, in UTC, with the name of its month.
    pub fn day(&self, time: Time) -> Result<String> {
        let [month, day] = [time.month(), time.day()].map(|part| u8::try_from(part).unwrap_or(1));
        let date: Date<Iso> = Date::try_new_iso(time.year(), month, day).map_err(Error::internal)?;
        Ok(self.dates.format(&date).to_string())
    }

    /// The day and the minute, in UTC.
    pub fn moment(&self, time: Time) -> Result<String> {
        let comma = if self.language == "ar" { '،' } else { ',' };
        Ok(format!("{}{comma} {} UTC", self.day(time)?, time.format("%H:%M")))
    }

    /// A number with the digits that it has.
    pub fn decimal(&self, decimal: &str) -> Result<String> {
        let number = decimal.parse().map_err(|_| Error::internal(format!("{decimal} is no number")))?;
        Ok(self.numbers.format_to_string(&number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse("currency", code).expect("known"))
    }

    #[test]
    fn each_language_writes_amounts_and_dates_its_own_way() {
        let day: Time = "2026-11-23T10:00:00Z".parse().expect("a time");
        let cases = [
            ("en", "USD 1,234,567.50", "7.25%", "November 23, 2026"),
            ("de", "1.234.567,50 USD", "7,25 %", "23. November 2026"),
            ("fr", "1\u{202f}234\u{202f}567,50 USD", "7,25 %", "23 novembre 2026"),
            ("es", "1.234.567,50 USD", "7,25 %", "23 de noviembre de 2026"),
            ("ar", "1,234,567.50 USD", "7.25%", "23 نوفمبر 2026"),
        ];
        for (language, amount, percent, date) in cases {
            let pen = Pen::new(language).expect(language);
            let plain = |text: String| text.replace(GLUE, " ");
            assert_eq!(plain(pen.amount(money(123_456_750, "USD")).expect("writes")), amount);
            assert_eq!(plain(pen.percent("7.250".parse().expect("a rate")).expect("writes")), percent);
            assert_eq!(pen.day(day).expect("writes"), date);
        }
    }

    #[test]
    fn every_currency_has_its_digits() {
        let pen = Pen::new("en").expect("English");
        let cases = [
            (0, "USD", "0.00"),
            (-5, "USD", "-0.05"),
            (1_234_567, "JPY", "1,234,567"),
            (1_234_567, "KWD", "1,234.567"),
            (1, "KWD", "0.001"),
        ];
        for (minor, code, expected) in cases {
            assert_eq!(pen.number(money(minor, code)).expect("writes"), expected);
        }
    }
}
