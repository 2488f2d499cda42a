//! What a paper says: every text finished, in one language, so that whoever lays it out decides nothing but places.

use crate::clock::Time;
use crate::i18n::words::Words;
use crate::settings::Company;
use crate::{Error, Result};
use serde::Serialize;

/// A paper before it is laid out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sheet {
    /// Language tag.
    pub language: &'static str,
    /// Where lines begin: `ltr` or `rtl`.
    pub direction: &'static str,
    /// What it is, in large letters: `Invoice`.
    pub title: String,
    /// Its number.
    pub number: String,
    /// When it was made: the PDF says the same, so that the same data make the same bytes.
    #[serde(skip)]
    pub made_at: Time,
    /// The company's picture, a PNG of ours.
    #[serde(skip)]
    pub logo: Option<Vec<u8>>,
    /// Who sends it: the name first.
    pub seller: Vec<String>,
    /// Over the customer.
    pub buyer_label: String,
    /// Who gets it: the name first.
    pub buyer: Vec<String>,
    /// Number, date and the like: label and value.
    pub facts: Vec<(String, String)>,
    /// The lines of an invoice.
    pub table: Option<Table>,
    /// What it comes to: the last is the one that counts.
    pub totals: Vec<(String, String)>,
    /// What else is said, each under its heading.
    pub notes: Vec<Note>,
    /// In small print on every page.
    pub footer: Vec<String>,
    /// `Page %page of %all`
    pub page: String,
}

/// Columns and rows; the first column is text, the others are numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Headings.
    pub heads: Vec<String>,
    /// As wide as the headings.
    pub rows: Vec<Vec<String>>,
}

/// A heading and lines.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Note {
    /// Over it.
    pub label: String,
    /// Under it.
    pub lines: Vec<String>,
}

impl Words {
    /// A sheet of this company to this customer, with nothing on it yet.
    pub(super) fn sheet(&self, title: &str, number: &str, made_at: Time, from: Sender, to: Vec<String>) -> Sheet {
        let (company, filled) = (from.company, |text: &String| !text.trim().is_empty());
        let numbers = [("paper-registration-number", &company.registration_number), ("paper-tax-number", &company.tax_number)];
        let numbers = numbers.into_iter().filter(|(_, number)| filled(number)).map(|(id, number)| self.say_with(id, "number", number));
        let contacts = [&company.email, &company.phone_number].into_iter().filter(|text| filled(text)).cloned();
        let contacts: Vec<String> = contacts.collect();
        let address = company.address_lines.iter().filter(|line| filled(line)).cloned();
        Sheet {
            language: self.language,
            direction: self.direction(),
            title: self.say(title),
            number: number.to_owned(),
            made_at,
            logo: from.logo,
            seller: std::iter::once(company.name.clone()).chain(address).chain(contacts).collect(),
            buyer_label: self.say("paper-buyer"),
            buyer: to.into_iter().filter(filled).collect(),
            facts: vec![],
            table: None,
            totals: vec![],
            notes: vec![],
            footer: std::iter::once(company.name.clone()).chain(numbers).collect(),
            page: self.page(),
        }
    }
}

/// The company as it was when a document was made.
pub(super) struct Sender {
    pub(super) company: Company,
    pub(super) logo: Option<Vec<u8>>,
}

/// The customer as an issued invoice knows them.
pub(super) fn buyer(invoice: &crate::billing::invoice::Model) -> Result<Vec<String>> {
    let snapshot = invoice.billing_snapshot.as_ref();
    let snapshot = snapshot.ok_or_else(|| Error::internal(format!("invoice {} was issued to nobody", invoice.id)))?;
    Ok(["name", "email", "phone_number"].iter().filter_map(|name| snapshot[name].as_str().map(str::to_owned)).collect())
}
