//! A report as pages that people read and print: every word and number finished, in the reader's language, and everything that is
//! drawn measured, so that whoever lays it out decides nothing but places.

mod chart;
mod facts;
mod scale;
mod tables;

pub use chart::{Bar, Chart, Label};
pub use tables::Section;

use super::report::Report;
use crate::clock::Time;
use crate::i18n::plain;
use crate::i18n::words::Words;
use crate::settings::{self, Company};
use crate::vendors::vendor;
use crate::{App, Error, Result};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde::Serialize;

/// A report before it is laid out.
#[derive(Clone, Debug, Serialize)]
pub struct Pages {
    /// Language tag.
    pub language: &'static str,
    /// Where lines begin: `ltr` or `rtl`.
    pub direction: &'static str,
    /// When the report was read: the PDF says the same, so that the same report makes the same bytes.
    #[serde(skip)]
    pub made_at: Time,
    /// What tells it from every other report.
    #[serde(skip)]
    pub ident: String,
    /// What programs call it.
    pub name: String,
    /// What it is, in large letters: `Report`.
    pub title: String,
    /// Of which days.
    pub span: String,
    /// Whose it is.
    pub company: String,
    /// When it was made and what it is narrowed to: label and value.
    pub facts: Vec<(String, String)>,
    /// The figures that are looked for first: label and value.
    pub tiles: Vec<(String, String)>,
    /// Over the groups of days.
    pub charts: Vec<Chart>,
    /// A row for each group.
    pub groups: Section,
    /// A row for each currency.
    pub currencies: Section,
    /// Each kind of document by state.
    pub states: Vec<Section>,
    /// What must be known to read it.
    pub notes: Vec<String>,
    /// In small print on every page.
    pub footer: Vec<String>,
    /// `Page %page of %all`
    pub page: String,
}

/// What a report says, to a reader of this language.
pub async fn compose(app: &App, db: &impl ConnectionTrait, report: &Report, language: &str) -> Result<Pages> {
    let company = settings::read::<Company>(app, db).await?.value.name;
    let shop = match report.filter.vendor {
        Some(id) => vendor::Entity::find_by_id(id).one(db).await?.map(|vendor| vendor.name),
        None => None,
    };
    pages(&Words::new(language)?, report, company, shop)
}

fn pages(words: &Words, report: &Report, company: String, shop: Option<String>) -> Result<Pages> {
    let filter = &report.filter;
    let (title, span) = (words.say("report-title"), facts::span(words, filter.date_from, filter.date_to)?);
    Ok(Pages {
        language: words.language,
        direction: words.direction(),
        made_at: report.as_of,
        ident: format!("report/{}/{}/{}", report.as_of, serde_json::to_string(filter).map_err(Error::internal)?, words.language),
        name: plain(&format!("{title} {span}")),
        facts: facts::facts(words, report, shop)?,
        tiles: facts::tiles(words, report)?,
        charts: vec![chart::money(words, report)?, chart::counts(words, report)?],
        groups: tables::groups(words, report)?,
        currencies: tables::currencies(words, report)?,
        states: tables::states(words, report)?,
        notes: facts::notes(words, report)?,
        footer: vec![company.clone(), title.clone(), span.clone()],
        page: words.page(),
        title,
        span,
        company,
    })
}
