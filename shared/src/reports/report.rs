//! A report: the kept figures of the days that are as they were, and the documents of all others, seen at one moment.

use super::fact;
use super::figures::{Figures, Key, Kind, columns};
use super::filter::{Filter, GroupBy};
use super::roll::{HOLDS, sums};
use super::share::{self, Shares};
use crate::clock::Time;
use crate::money::Currency;
use crate::policy::{Actor, Permission};
use crate::{App, Result};
use chrono::NaiveDate;
use sea_orm::{ActiveEnum, ConnectionTrait, DatabaseTransaction, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Most days whose documents are read at once.
const SPAN: i64 = 31;

/// The figures of a group of days.
#[derive(Debug)]
pub struct Group {
    /// First day, of the group and of the report.
    pub from: NaiveDate,
    /// Last day of both.
    pub to: NaiveDate,
    /// What happened.
    pub figures: Figures,
}

/// What the company did.
#[derive(Debug)]
pub struct Report {
    /// What it is about.
    pub filter: Filter,
    /// The company's own currency.
    pub base: Currency,
    /// Every group of the time, oldest first, also those without any figures.
    pub groups: Vec<Group>,
    /// All of them together.
    pub totals: Figures,
    /// When it was read.
    pub as_of: Time,
}

/// Reads a report.
pub async fn report(app: &App, actor: &Actor, filter: Filter) -> Result<Report> {
    actor.may(Permission::ViewReports)?;
    let snapshot = app.db.snapshot().await?;
    let report = read(app, &snapshot, filter).await?;
    snapshot.rollback().await?;
    Ok(report)
}

/// Reads a report as it is in a snapshot.
pub async fn read(app: &App, snapshot: &DatabaseTransaction, filter: Filter) -> Result<Report> {
    Ok(gather(app, snapshot, filter, None).await?.0)
}

/// The same, with the shares of the same days; not for filters that leave documents out.
pub(crate) async fn read_with_shares(app: &App, snapshot: &DatabaseTransaction, filter: Filter) -> Result<(Report, Shares)> {
    let condition = format!("EXISTS (SELECT 1 FROM report_days d WHERE d.day = s.day AND {HOLDS}) AND s.day >= $1 AND s.day <= $3");
    let shares = share::sum(app, snapshot, &condition, bounds(app, &filter)).await?;
    gather(app, snapshot, filter, Some(shares)).await
}

async fn gather(app: &App, snapshot: &DatabaseTransaction, filter: Filter, shares: Option<Shares>) -> Result<(Report, Shares)> {
    let (counts_shares, mut shares) = (shares.is_some(), shares.unwrap_or_default());
    let base = app.config.base_currency;
    let mut groups: BTreeMap<NaiveDate, Figures> = BTreeMap::new();
    let kept = kept_days(app, snapshot, &filter).await?;
    add_kept(app, snapshot, &filter, &mut groups).await?;
    let as_of = app.clock.now();
    // nothing is of a day that has not begun
    let last = filter.date_to.min(as_of.date_naive());
    for (first, last) in missing(filter.date_from, last, &kept) {
        for fact in fact::of_days(snapshot, base, first, last).await?.into_iter().filter(|fact| fact.is_in(&filter)) {
            let figures = groups.entry(filter.group_by.start(fact.day)).or_default();
            figures.add(fact.key(), &fact.sums)?;
            if counts_shares {
                share::add(&mut shares, &fact)?;
            }
        }
    }
    let mut totals = Figures::default();
    for (key, sums) in groups.values().flat_map(Figures::iter) {
        totals.add(key.clone(), sums)?;
    }
    let group = |start: NaiveDate| Group {
        from: start.max(filter.date_from),
        to: filter.group_by.end(start).min(filter.date_to),
        figures: groups.remove(&start).unwrap_or_default(),
    };
    let groups = filter.group_by.starts(filter.date_from, filter.date_to).map(group).collect();
    Ok((Report { base, groups, totals, as_of, filter }, shares))
}

/// First and last days of what is not kept: together where they follow each other, as long as memory holds their documents.
fn missing(from: NaiveDate, to: NaiveDate, kept: &BTreeSet<NaiveDate>) -> Vec<(NaiveDate, NaiveDate)> {
    let mut spans: Vec<(NaiveDate, NaiveDate)> = vec![];
    for day in from.iter_days().take_while(|day| *day <= to).filter(|day| !kept.contains(day)) {
        match spans.last_mut() {
            Some((first, last)) if last.succ_opt() == Some(day) && (day - *first).num_days() < SPAN => *last = day,
            Some(_) | None => spans.push((day, day)),
        }
    }
    spans
}

/// Which days are asked about.
const ASKED: &str = "d.day >= $1 AND d.day <= $3";

fn bounds(app: &App, filter: &Filter) -> Vec<Value> {
    vec![filter.date_from.to_string().into(), app.config.base_currency.code().into(), filter.date_to.to_string().into()]
}

/// The days whose figures are kept and hold.
async fn kept_days(app: &App, db: &impl ConnectionTrait, filter: &Filter) -> Result<BTreeSet<NaiveDate>> {
    let sql = format!("SELECT d.day FROM report_days d WHERE {HOLDS} AND {ASKED}");
    let rows = db.query_all_raw(app.db.sql(&sql, bounds(app, filter))).await?;
    let day = |row: &sea_orm::QueryResult| row.try_get::<String>("", "day")?.parse().map_err(crate::Error::internal);
    rows.iter().map(day).collect()
}

async fn add_kept(app: &App, db: &impl ConnectionTrait, filter: &Filter, groups: &mut BTreeMap<NaiveDate, Figures>) -> Result<()> {
    let columns = columns();
    let summed: Vec<String> = columns.iter().map(|column| format!("CAST(sum(f.{column}) AS bigint) AS {column}")).collect();
    let start = match filter.group_by {
        GroupBy::Day => "f.day",
        GroupBy::Week => "f.week",
        GroupBy::Month => "f.month",
    };
    let mut values = bounds(app, filter);
    values.push(filter.scope().into());
    let mut conditions = String::new();
    let mut narrow = |column: &str, value: Option<String>| {
        if let Some(value) = value {
            values.push(value.into());
            conditions.push_str(&format!(" AND f.{column} = ${}", values.len()));
        }
    };
    narrow("customer_type", filter.customer_type.map(|role| role.to_value()));
    narrow("currency", filter.currency.map(|currency| currency.code().to_owned()));
    narrow("status", filter.status.clone());
    let sql = format!(
        "SELECT {start} AS start, f.kind, f.currency, f.status, {} FROM report_figures f JOIN report_days d ON d.day = f.day \
         WHERE {HOLDS} AND {ASKED} AND f.scope = $4 AND f.day >= $1 AND f.day <= $3{conditions} GROUP BY {start}, f.kind, f.currency, f.status",
        summed.join(", ")
    );
    for row in db.query_all_raw(app.db.sql(&sql, values)).await? {
        let get = |column: &str| row.try_get::<String>("", column);
        let start = get("start")?.parse().map_err(crate::Error::internal)?;
        let key = Key { kind: Kind::named(&get("kind")?)?, currency: get("currency")?, status: get("status")? };
        groups.entry(start).or_default().add(key, &sums(&row, &columns)?)?;
    }
    Ok(())
}
