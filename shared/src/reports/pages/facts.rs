//! What stands before the figures of a report, the few that are looked for first, and what must be known to read them.

use super::super::figures::{Kind, Measure, net};
use super::super::report::Report;
use crate::i18n::words::Words;
use crate::money::Money;
use crate::policy::Role;
use crate::{Error, Result};
use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

/// From so many hours on, days say more.
const LONG: Decimal = Decimal::from_parts(48, 0, 0, false, 0);
const DAY: Decimal = Decimal::from_parts(24, 0, 0, false, 0);

/// Some days; one day once.
pub(super) fn span(words: &Words, from: NaiveDate, to: NaiveDate) -> Result<String> {
    let (first, last) = (words.days.day(from)?, words.days.day(to)?);
    Ok(if from == to { first } else { words.say_with_all("report-span", &[("from", first), ("to", last)]) })
}

/// When it was made, and each filter that was set.
pub(super) fn facts(words: &Words, report: &Report, shop: Option<String>) -> Result<Vec<(String, String)>> {
    let filter = &report.filter;
    let customers = match filter.customer_type {
        Some(Role::WalkIn) => Some(words.say("report-walk-in")),
        Some(Role::Buy4Me) => Some(words.say("report-buy4me")),
        // a filter has none of staff
        Some(Role::Admin | Role::SuperAdmin) | None => None,
    };
    let facts = [
        ("report-made", Some(words.pen.moment(report.as_of)?)),
        ("report-customer-type", customers),
        ("report-shop", shop),
        ("report-region", filter.region.clone()),
        ("report-status", filter.status.clone()),
        ("report-currency", filter.currency.map(|currency| currency.code().to_owned())),
    ];
    Ok(facts.into_iter().filter_map(|(id, value)| Some((words.say(id), value?))).collect())
}

/// How many documents, how much money, how long it took.
pub(super) fn tiles(words: &Words, report: &Report) -> Result<Vec<(String, String)>> {
    let totals = &report.totals;
    let sums = totals.money()?;
    let (mut counts, mut times) = (vec![], vec![]);
    for (kind, name, time) in [
        (Kind::Shipment, "report-shipments", "report-took-shipment"),
        (Kind::Request, "report-requests", "report-took-request"),
        (Kind::Invoice, "report-invoices", "report-took-invoice"),
    ] {
        let sums = totals.of(kind)?;
        counts.push((words.say(name), words.pen.decimal(&sums.count.to_string())?));
        times.push((words.say(time), sums.average_hours().map_or(Ok("–".to_owned()), |hours| time_taken(words, hours))?));
    }
    let money = [
        ("report-revenue", sums.base(Measure::Revenue)),
        ("report-refunded", sums.base(Measure::Refunded)),
        ("report-net", net(|measure| sums.base(measure))),
        ("report-outstanding", sums.base(Measure::Outstanding)),
    ];
    let money = money.map(|(id, minor)| Ok::<_, Error>((words.say(id), words.pen.amount(Money::new(minor, report.base))?)));
    let money: Vec<_> = money.into_iter().collect::<Result<_>>()?;
    Ok([counts, money, times].concat())
}

fn time_taken(words: &Words, hours: Decimal) -> Result<String> {
    let (id, count) = if hours < LONG { ("report-hours", hours) } else { ("report-days", hours / DAY) };
    let count = count.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero).normalize().to_string();
    Ok(words.say_with_all(id, &[("written", words.pen.decimal(&count)?), ("count", count)]))
}

/// By which days and rates it is reckoned, and how much nobody could reckon.
pub(super) fn notes(words: &Words, report: &Report) -> Result<Vec<String>> {
    let currency = ("currency", report.base.code().to_owned());
    let mut notes = vec![words.say_with_all("report-note", std::slice::from_ref(&currency))];
    let missing = report.totals.money()?.unconverted;
    if missing != 0 {
        let (count, written) = (("count", missing.to_string()), ("written", words.pen.decimal(&missing.to_string())?));
        notes.push(words.say_with_all("report-unconverted", &[count, written, currency]));
    }
    Ok(notes)
}
