//! Days and months in few letters, for columns of tables and under charts.

use crate::{Error, Result};
use chrono::{Datelike, NaiveDate};
use icu::calendar::{Date, Iso};
use icu::datetime::DateTimeFormatter;
use icu::datetime::fieldsets::{YM, YMD};
use icu::locale::Locale;

/// Writes days in one language. Make one for each document.
pub struct Days {
    days: DateTimeFormatter<YMD>,
    months: DateTimeFormatter<YM>,
}

impl Days {
    /// For a language tag; one that `icu` does not know writes like English.
    pub fn new(language: &str) -> Result<Self> {
        let locale: Locale = format!("{language}-u-nu-latn").parse().unwrap_or(icu::locale::locale!("en"));
        // Arabic has no short names of months, and its numbers of days and months are torn apart by what stands beside them
        let (days, months) = if language == "ar" { (YMD::long(), YM::long()) } else { (YMD::medium(), YM::medium()) };
        Ok(Self {
            days: DateTimeFormatter::try_new(locale.clone().into(), days).map_err(Error::internal)?,
            months: DateTimeFormatter::try_new(locale.into(), months).map_err(Error::internal)?,
        })
    }

    /// `Nov 23, 2026`
    pub fn day(&self, day: NaiveDate) -> Result<String> {
        Ok(self.days.format(&date(day)?).to_string())
    }

    /// `Nov 2026`
    pub fn month(&self, day: NaiveDate) -> Result<String> {
        Ok(self.months.format(&date(day)?).to_string())
    }
}

fn date(day: NaiveDate) -> Result<Date<Iso>> {
    let [month, of_month] = [day.month(), day.day()].map(|part| u8::try_from(part).unwrap_or(1));
    Date::try_new_iso(day.year(), month, of_month).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_days_in_few_letters() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        for (language, written, month) in [
            ("en", "Nov 23, 2026", "Nov 2026"),
            ("de", "23.11.2026", "11/2026"),
            ("fr", "23 nov. 2026", "nov. 2026"),
            ("es", "23 nov 2026", "nov 2026"),
            ("ar", "23 نوفمبر 2026", "نوفمبر 2026"),
        ] {
            let days = Days::new(language).expect(language);
            assert_eq!((days.day(day).expect("writes"), days.month(day).expect("writes")), (written.to_owned(), month.to_owned()));
        }
    }
}
