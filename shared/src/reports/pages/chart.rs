//! Bars over the groups of a report. Heights are in thousandths of the chart's, from below; groups follow each other in time.

use super::super::figures::{Kind, Measure, net};
use super::super::filter::GroupBy;
use super::super::report::{Group, Report};
use super::facts::span;
use super::scale::Scale;
use crate::Result;
use crate::i18n::words::Words;
use crate::money::Money;
use serde::Serialize;

/// Most groups that are named under a chart: as many names as stand beside each other.
const NAMED: usize = 12;

/// A chart, measured.
#[derive(Clone, Debug, Serialize)]
pub struct Chart {
    /// Over it.
    pub title: String,
    /// What it shows, for who does not see it.
    pub alt: String,
    /// What each bar of a group is.
    pub series: Vec<String>,
    /// What the line through a group is, if there is one.
    pub line: Option<String>,
    /// Round numbers beside it, from below.
    pub marks: Vec<Label>,
    /// Where nothing is.
    pub zero: i64,
    /// The bars of each group.
    pub bars: Vec<Vec<Bar>>,
    /// How high the line is in each group.
    pub heights: Vec<i64>,
    /// Names of groups, by their place among all.
    pub labels: Vec<Label>,
}

/// From where a bar goes up, and how far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // the names are the definition
pub struct Bar {
    pub from: i64,
    pub size: i64,
}

/// A text at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // the names are the definition
pub struct Label {
    pub at: i64,
    pub text: String,
}

/// Numbers of each group before they are measured.
struct Drawn {
    series: [&'static str; 2],
    bars: Vec<[i64; 2]>,
    line: Option<(&'static str, Vec<i64>)>,
}

/// What came in and what went back, and what is left.
pub(super) fn money(words: &Words, report: &Report) -> Result<Chart> {
    let (mut bars, mut left) = (vec![], vec![]);
    for group in &report.groups {
        let sums = group.figures.money()?;
        bars.push([Measure::Revenue, Measure::Refunded].map(|measure| sums.base(measure)));
        left.push(net(|measure| sums.base(measure)));
    }
    let title = words.say_with("report-chart-money", "currency", report.base.code());
    let drawn = Drawn { series: ["report-revenue", "report-refunded"], bars, line: Some(("report-net", left)) };
    let one = 10_i64.pow(report.base.exponent());
    let write = |minor: i64, is_whole: bool| {
        if is_whole { words.pen.decimal(&(minor / one).to_string()) } else { words.pen.number(Money::new(minor, report.base)) }
    };
    chart(words, report, title, drawn, one, write)
}

/// How many parcels and requests were begun.
pub(super) fn counts(words: &Words, report: &Report) -> Result<Chart> {
    let count = |group: &Group| Ok([group.figures.of(Kind::Shipment)?.count, group.figures.of(Kind::Request)?.count]);
    let bars = report.groups.iter().map(count).collect::<Result<_>>()?;
    let drawn = Drawn { series: ["report-shipments", "report-requests"], bars, line: None };
    chart(words, report, words.say("report-chart-counts"), drawn, 1, |count, _| words.pen.decimal(&count.to_string()))
}

fn chart(
    words: &Words,
    report: &Report,
    title: String,
    drawn: Drawn,
    one: i64,
    write: impl Fn(i64, bool) -> Result<String>,
) -> Result<Chart> {
    let (name, line) = drawn.line.map_or((None, vec![]), |(id, line)| (Some(words.say(id)), line));
    let scale = Scale::over(drawn.bars.iter().flatten().chain(&line).copied(), one);
    let is_whole = scale.marks().all(|mark| mark % one == 0);
    let mark = |mark: i64| Ok(Label { at: scale.height(mark), text: write(mark, is_whole)? });
    let zero = scale.height(0);
    let bar = |value: i64| {
        let end = scale.height(value);
        // what is small beside the others is still to be seen
        Bar { from: zero.min(end), size: (zero - end).abs().max(i64::from(value != 0)) }
    };
    let days = span(words, report.filter.date_from, report.filter.date_to)?;
    Ok(Chart {
        alt: words.say_with_all("report-chart-alt", &[("title", title.clone()), ("span", days)]),
        title,
        series: drawn.series.map(|id| words.say(id)).to_vec(),
        line: name,
        marks: scale.marks().map(mark).collect::<Result<_>>()?,
        zero,
        bars: drawn.bars.iter().map(|values| values.map(bar).to_vec()).collect(),
        heights: line.into_iter().map(|value| scale.height(value)).collect(),
        labels: labels(words, report)?,
    })
}

/// The name of each group, or of each second, third and so on, so that names have room.
fn labels(words: &Words, report: &Report) -> Result<Vec<Label>> {
    let every = report.groups.len().div_ceil(NAMED).max(1);
    let name = |group: &Group| match report.filter.group_by {
        GroupBy::Day | GroupBy::Week => words.days.day(group.from),
        GroupBy::Month => words.days.month(group.from),
    };
    let named = (0..).zip(&report.groups).step_by(every);
    named.map(|(at, group)| Ok(Label { at, text: name(group)? })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use crate::reports::figures::{Figures, Key, Sums};
    use crate::reports::filter::Filter;
    use chrono::{Days, NaiveDate};

    /// So many days, on each of which the same came in and was kept by a provider.
    fn report(days: u64, revenue: i64, fees: i64) -> Report {
        let base = Currency::parse("currency", "USD").expect("known");
        let date_from = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
        let mut sums = Sums { count: 1, ..Sums::default() };
        sums.set(Measure::Revenue, revenue, revenue);
        sums.set(Measure::Fees, fees, fees);
        let group = |day: u64| {
            let (mut figures, day) = (Figures::default(), date_from + Days::new(day));
            figures.add(Key { kind: Kind::Money, currency: "USD".into(), status: "PAID".into() }, &sums).expect("a sum");
            Group { from: day, to: day, figures }
        };
        let filter = Filter {
            date_from,
            date_to: date_from + Days::new(days - 1),
            customer_type: None,
            vendor: None,
            region: None,
            status: None,
            currency: None,
            group_by: GroupBy::Day,
        };
        let as_of = "2026-11-23T10:00:00Z".parse().expect("a time");
        Report { filter, base, groups: (0..days).map(group).collect(), totals: Figures::default(), as_of }
    }

    #[test]
    fn every_number_of_groups_has_names_that_have_room() {
        for (days, named) in [(1, 1), (2, 2), (12, 12), (13, 7), (365, 12), (400, 12)] {
            let chart = money(&Words::new("en").expect("English"), &report(days, 100, 0)).expect("a chart");
            assert_eq!((chart.bars.len() as u64, chart.labels.len()), (days, named));
            assert_eq!(chart.labels[0], Label { at: 0, text: "Jan 1, 2026".to_owned() });
        }
    }

    #[test]
    fn what_is_below_zero_is_drawn_below_it() {
        let words = Words::new("de").expect("German");
        let chart = money(&words, &report(1, 20_000, 50_000)).expect("a chart");
        let marks: Vec<&str> = chart.marks.iter().map(|mark| mark.text.as_str()).collect();
        assert_eq!(marks, ["-300", "-200", "-100", "0", "100", "200"]);
        assert_eq!((chart.zero, chart.heights[0]), (600, 0));
        assert_eq!(chart.bars[0], [Bar { from: 600, size: 400 }, Bar { from: 600, size: 0 }]);
        // cents are written where the marks need them
        let chart = money(&words, &report(1, 3, 0)).expect("a chart");
        assert_eq!(chart.marks.last().expect("some").text, "0,03");
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let chart = money(&Words::new("en").expect("English"), &report(3, 0, 0)).expect("a chart");
        assert!(chart.bars.iter().flatten().all(|bar| bar.size == 0));
        assert_eq!(chart.marks.iter().map(|mark| mark.text.as_str()).collect::<Vec<_>>(), ["0", "1"]);
    }
}
