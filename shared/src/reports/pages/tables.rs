//! The tables of a report: the rows that its other files have too, written for people.

use super::super::figures::Kind;
use super::super::filter::GroupBy;
use super::super::report::Report;
use super::super::table::{self, Cell, SUMMARY};
use super::facts::span;
use crate::Result;
use crate::i18n::plain;
use crate::i18n::words::Words;
use crate::papers::Table;
use serde::Serialize;

/// What a group shows, in the company's currency.
const GROUP: [&str; 10] = [
    "report-shipments",
    "report-requests",
    "report-invoices",
    "report-billed",
    "report-revenue",
    "report-refunded",
    "report-disputed",
    "report-fees",
    "report-net",
    "report-outstanding",
];

/// A table under its heading.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Over it.
    pub title: String,
    /// The first column is text, the others are numbers.
    pub table: Table,
    /// Whether the last row is what the others come to.
    pub has_total: bool,
}

/// A row for each group, and one for all.
pub(super) fn groups(words: &Words, report: &Report) -> Result<Section> {
    let base = || (String::new(), report.base);
    let by = match report.filter.group_by {
        GroupBy::Day => "report-by-day",
        GroupBy::Week => "report-by-week",
        GroupBy::Month => "report-by-month",
    };
    let mut rows = vec![];
    for group in &report.groups {
        let cells = table::whole(group.from, group.to, &group.figures, base())?;
        rows.push(row(words, span(words, group.from, group.to)?, &cells)?);
    }
    let filter = &report.filter;
    let all = table::whole(filter.date_from, filter.date_to, &report.totals, base())?;
    rows.push(row(words, words.say("report-all"), &all)?);
    let heads = ["report-period"].iter().chain(&GROUP).map(|id| words.say(id)).collect();
    Ok(Section { title: words.say_with(by, "currency", report.base.code()), table: Table { heads, rows }, has_total: true })
}

fn row(words: &Words, days: String, cells: &[Cell]) -> Result<Vec<String>> {
    let cell = |id: &&str| SUMMARY.iter().zip(cells).find(|(own, _)| *own == id).map_or(&Cell::Empty, |(_, cell)| cell);
    std::iter::once(Ok(days)).chain(GROUP.iter().map(|id| write(words, cell(id)))).collect()
}

/// A row for each currency, and one for everything in the company's.
pub(super) fn currencies(words: &Words, report: &Report) -> Result<Section> {
    // without the days, which are those of the whole report
    let heads = SUMMARY[2..].iter().map(|id| words.say(id)).collect();
    let row = |cells: Vec<Cell>| cells[2..].iter().map(|cell| write(words, cell)).collect();
    let rows = table::totals(report, words.language)?.into_iter().map(row).collect::<Result<_>>()?;
    Ok(Section { title: words.say("report-currencies"), table: Table { heads, rows }, has_total: true })
}

/// How many documents of each kind are in each state.
pub(super) fn states(words: &Words, report: &Report) -> Result<Vec<Section>> {
    let mut sections = vec![];
    for (kind, name) in [(Kind::Shipment, "report-shipments"), (Kind::Request, "report-requests"), (Kind::Invoice, "report-invoices")] {
        let counts = report.totals.by_status(kind);
        if counts.is_empty() {
            continue;
        }
        let row = |(status, count): (&str, i64)| Ok(vec![status.to_owned(), words.pen.decimal(&count.to_string())?]);
        let rows = counts.into_iter().map(row).collect::<Result<_>>()?;
        let heads = ["report-status", "report-count"].map(|id| words.say(id)).to_vec();
        sections.push(Section { title: words.say(name), table: Table { heads, rows }, has_total: false });
    }
    Ok(sections)
}

fn write(words: &Words, cell: &Cell) -> Result<String> {
    Ok(match cell {
        Cell::Text(text) => plain(text),
        Cell::Count(count) => words.pen.decimal(&count.to_string())?,
        Cell::Amount(money) => words.pen.number(*money)?,
        Cell::Day(day) => words.days.day(*day)?,
        Cell::Moment(at) => words.pen.moment(*at)?,
        Cell::Empty => String::new(),
    })
}
