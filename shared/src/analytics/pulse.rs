//! The course of things: a few numbers for each group of days.

use super::tries::Tries;
use crate::Result;
use crate::reports::{Group, Kind, Measure, Report, net};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Numbers of some days; money in minor units of the company's currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // the names are the definition
pub struct Pulse {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub active: i64,
    pub joined: i64,
    pub shipments: i64,
    pub requests: i64,
    pub invoices: i64,
    pub revenue_base: i64,
    pub refunded_base: i64,
    pub net_base: i64,
    pub tries: Tries,
}

/// One for each group of a report, from what is known by group (`active`) and by day (`joined`, `tries`).
pub(super) fn of(
    report: &Report,
    active: &BTreeMap<NaiveDate, i64>,
    joined: &BTreeMap<NaiveDate, i64>,
    tries: &BTreeMap<NaiveDate, Tries>,
) -> Result<Vec<Pulse>> {
    let pulse = |group: &Group| {
        let (from, to) = (group.from, group.to);
        let count = |kind| Ok::<_, crate::Error>(group.figures.of(kind)?.count);
        let money = group.figures.money()?;
        Ok(Pulse {
            from,
            to,
            active: active.get(&from).copied().unwrap_or_default(),
            joined: joined.range(from..=to).map(|(_, count)| count).sum(),
            shipments: count(Kind::Shipment)?,
            requests: count(Kind::Request)?,
            invoices: count(Kind::Invoice)?,
            revenue_base: money.base(Measure::Revenue),
            refunded_base: money.base(Measure::Refunded),
            net_base: net(|measure| money.base(measure)),
            tries: tries.range(from..=to).fold(Tries::default(), |sum, (_, tries)| sum.and(*tries)),
        })
    };
    report.groups.iter().map(pulse).collect()
}
