//! A report as rows of cells, in the words of who asked for it: what every kind of file is made of.

use super::figures::{Figures, Key, Kind, Measure, Sums, net};
use super::report::{Group, Report};
use crate::Result;
use crate::clock::Time;
use crate::i18n::{plain, text};
use crate::money::{Currency, Money};
use chrono::NaiveDate;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names are the definition
pub enum Cell {
    Text(String),
    Count(i64),
    Amount(Money),
    Day(NaiveDate),
    Moment(Time),
    Empty,
}

/// Rows that belong together.
#[derive(Debug)]
pub struct Sheet {
    /// What it is called.
    pub name: String,
    /// Over the columns.
    pub head: Vec<String>,
}

/// Columns of the summary.
pub(super) const SUMMARY: [&str; 15] = [
    "report-from",
    "report-to",
    "report-currency",
    "report-shipments",
    "report-requests",
    "report-invoices",
    "report-billed",
    "report-tax",
    "report-credited",
    "report-outstanding",
    "report-revenue",
    "report-refunded",
    "report-disputed",
    "report-fees",
    "report-net",
];

/// Columns of the list of invoices.
pub(super) const INVOICES: [&str; 13] = [
    "report-number",
    "report-issued",
    "report-customer",
    "report-customer-type",
    "report-country",
    "report-status",
    "report-currency",
    "report-amount",
    "report-tax",
    "report-credited",
    "report-paid",
    "report-refunded",
    "report-outstanding",
];

/// The summary: its name and columns.
pub fn summary(language: &str) -> Sheet {
    sheet(language, "report-summary", &SUMMARY)
}

/// The list of invoices: its name and columns.
pub fn invoices(language: &str) -> Sheet {
    sheet(language, "report-list", &INVOICES)
}

fn sheet(language: &str, name: &str, columns: &[&str]) -> Sheet {
    let say = |id: &str| text(language, id, &[]);
    Sheet { name: say(name), head: columns.iter().map(|id| say(id)).collect() }
}

/// A row for each group and currency in which anything happened.
pub fn groups(report: &Report) -> Result<Vec<Vec<Cell>>> {
    let rows = report.groups.iter().map(|Group { from, to, figures }| rows(*from, *to, figures));
    Ok(rows.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The whole time: a row for each currency, and one for everything in the company's own.
pub fn totals(report: &Report, language: &str) -> Result<Vec<Vec<Cell>>> {
    let (from, to) = (report.filter.date_from, report.filter.date_to);
    let mut rows = rows(from, to, &report.totals)?;
    let all = plain(&text(language, "report-all-in", &[("currency", report.base.code().to_owned())]));
    rows.push(whole(from, to, &report.totals, (all, report.base))?);
    Ok(rows)
}

fn rows(from: NaiveDate, to: NaiveDate, figures: &Figures) -> Result<Vec<Vec<Cell>>> {
    let of = |code: &str| {
        let currency = Currency::parse("currency", code)?;
        row(from, to, figures, |key| key.currency == code, (code.to_owned(), currency), Sums::minor)
    };
    figures.currencies(|_| true).into_iter().map(of).collect()
}

/// Everything of some days, in the company's currency, with a name for it.
pub(super) fn whole(from: NaiveDate, to: NaiveDate, figures: &Figures, base: (String, Currency)) -> Result<Vec<Cell>> {
    row(from, to, figures, |_| true, base, Sums::base)
}

fn row(
    from: NaiveDate,
    to: NaiveDate,
    figures: &Figures,
    is_in: impl Fn(&Key) -> bool,
    (label, currency): (String, Currency),
    minor: impl Fn(&Sums, Measure) -> i64,
) -> Result<Vec<Cell>> {
    let sums = figures.sum(&is_in)?;
    let amount = |minor| Cell::Amount(Money::new(minor, currency));
    let mut cells = vec![Cell::Day(from), Cell::Day(to), Cell::Text(label)];
    for kind in [Kind::Shipment, Kind::Request, Kind::Invoice] {
        cells.push(Cell::Count(figures.sum(|key| key.kind == kind && is_in(key))?.count));
    }
    cells.extend(Measure::ALL.map(|measure| amount(minor(&sums, measure))));
    cells.push(amount(net(|measure| minor(&sums, measure))));
    Ok(cells)
}
