//! A postal address in itself: what it consists of and what can be wrong with it. It belongs to nobody here: an address
//! book keeps it with a label, a document carries a copy of its own.

use super::profile::is_e164;
use crate::error::Problems;
use crate::i18n::Message;
use rust_iso3166::{from_alpha2, iso3166_2};
use serde::{Deserialize, Serialize};

/// Where something is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressFields {
    /// Who receives, in any script.
    pub recipient: String,
    /// E.164.
    pub phone: Option<String>,
    /// Street and number, or what takes their place.
    pub line1: String,
    /// What does not fit into the first line.
    pub line2: Option<String>,
    /// City, town or village.
    pub city: String,
    /// ISO 3166-2: `US-CA`.
    pub region: Option<String>,
    /// Not every country has them.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2: `US`.
    pub country: String,
}

impl AddressFields {
    /// Without spaces around the texts; an optional field that says nothing is absent.
    pub fn tidy(&mut self) {
        for text in [&mut self.recipient, &mut self.line1, &mut self.city] {
            *text = text.trim().to_owned();
        }
        for text in [&mut self.phone, &mut self.line2, &mut self.region, &mut self.postal_code] {
            *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        }
    }

    /// Notes what is wrong. `prefix` stands before the names of the fields, such as `delivery_address.`, or is empty.
    pub fn check(&self, prefix: &str, problems: &mut Problems) {
        let field = |name: &str| format!("{prefix}{name}");
        for (name, value, max) in [("recipient", &self.recipient, 150), ("line1", &self.line1, 200), ("city", &self.city, 100)] {
            problems.check(!value.trim().is_empty(), field(name), "error-blank");
            check_text(problems, field(name), value, max);
        }
        for (name, value, max) in [("line2", &self.line2, 200), ("postal_code", &self.postal_code, 20)] {
            check_text(problems, field(name), value.as_deref().unwrap_or_default(), max);
        }
        problems.check(self.phone.as_deref().is_none_or(is_e164), field("phone"), "error-phone");
        let country = from_alpha2(&self.country);
        problems.check(country.is_some(), field("country"), "error-country");
        // which regions there are only a known country can say
        if let (Some(country), Some(region)) = (country, &self.region) {
            let known = iso3166_2::from_code(region).is_some_and(|found| found.country_code == country.alpha2);
            problems.check(known, field("region"), "error-region");
        }
    }
}

/// Whether it is a code of ISO 3166-1 alpha-2.
pub fn is_country(code: &str) -> bool {
    from_alpha2(code).is_some()
}

/// Whether it is a code of ISO 3166-2.
pub fn is_region(code: &str) -> bool {
    iso3166_2::from_code(code).is_some()
}

/// One line of text, in any script.
pub fn check_text(problems: &mut Problems, field: String, text: &str, max: usize) {
    problems.check(text.chars().count() <= max, field.clone(), Message::new("error-too-long").with("max", max));
    problems.check(!text.chars().any(char::is_control), field, "error-control-characters");
}

/// The same of several lines.
pub fn check_lines(problems: &mut Problems, field: &str, text: &str, max: usize) {
    problems.check(text.chars().count() <= max, field, Message::new("error-too-long").with("max", max));
    let steers = text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    problems.check(!steers, field, "error-control-characters");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    fn wrong(change: impl FnOnce(&mut AddressFields)) -> Vec<String> {
        let mut address = AddressFields {
            recipient: "أمينة ديالو".to_owned(),
            phone: Some("+15551234567".to_owned()),
            line1: "1 Main Street".to_owned(),
            line2: None,
            city: "Fresno".to_owned(),
            region: Some("US-CA".to_owned()),
            postal_code: Some("93650".to_owned()),
            country: "US".to_owned(),
        };
        change(&mut address);
        address.tidy();
        let mut problems = Problems::default();
        address.check("delivery_address.", &mut problems);
        match problems.finish() {
            Ok(()) => vec![],
            Err(Error::Invalid(problems)) => problems.into_iter().map(|problem| problem.field).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_region_is_one_of_its_country_and_blank_options_are_absent() {
        assert_eq!(wrong(|_| {}), [""; 0]);
        assert_eq!(wrong(|address| (address.region, address.phone) = (Some(" ".to_owned()), Some(String::new()))), [""; 0]);
        for region in ["CA", "us-ca", "US-XX", "CA-ON", "US-", "US-CALIFORNIA"] {
            assert_eq!(wrong(|address| address.region = Some(region.to_owned())), ["delivery_address.region"], "{region}");
        }
        for country in ["", "us", "USA", "UK", "ZZ", "840"] {
            assert_eq!(wrong(|address| address.country = country.to_owned()), ["delivery_address.country"], "{country}");
        }
    }
}
