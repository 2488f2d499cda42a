//! What is kept of a day beside its figures: how much each service and shop had of it, and how far its requests came. Table
//! `report_shares`, written and compared together with the figures.

use super::fact::Fact;
use super::figures::Kind;
use crate::{Error, Result, Tx};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, Value};
use std::collections::BTreeMap;

/// Whose share it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// Of a delivery service: parcels, and what their invoices brought.
    Service,
    /// Of a shop, by its id: requests with an item of it, and what their invoices brought, counted whole.
    Vendor,
    /// Of the requests that came this far at least.
    Step,
}

impl Of {
    const ALL: [Self; 3] = [Self::Service, Self::Vendor, Self::Step];

    /// As it is stored.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Service => "SERVICE",
            Self::Vendor => "VENDOR",
            Self::Step => "STEP",
        }
    }

    pub(super) fn named(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|of| of.name() == name).ok_or_else(|| Error::internal(format!("shares of {name:?}")))
    }
}

/// How much it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Documents.
    pub count: i64,
    /// What money moved for them on these days, in minor units of the company's currency, without what went back.
    pub net_base: i64,
}

/// Shares by what they are of.
pub type Shares = BTreeMap<(Of, String), Share>;

/// Adds what a document has.
pub(super) fn add(shares: &mut Shares, fact: &Fact) -> Result<()> {
    let counts = match fact.kind {
        Kind::Shipment | Kind::Request => true,
        Kind::Money => false,
        Kind::Invoice => return Ok(()),
    };
    let share = Share { count: i64::from(counts), net_base: fact.income() };
    let is_parcel = fact.kind == Kind::Shipment;
    let services = fact.service.iter().map(|service| (Of::Service, service.clone()));
    // a parcel of a request is not another order from its shops
    let vendors = fact.vendors().iter().filter(|_| !is_parcel).map(|vendor| (Of::Vendor, vendor.to_string()));
    let steps = fact.steps().map(|step| (Of::Step, step.to_owned()));
    for place in services.chain(vendors).chain(steps) {
        put(shares, place, share)?;
    }
    Ok(())
}

/// Adds one to what is there.
pub(super) fn put(shares: &mut Shares, place: (Of, String), share: Share) -> Result<()> {
    let sum = shares.entry(place).or_default();
    let added = |a: i64, b| a.checked_add(b).ok_or_else(|| Error::internal("a sum of a report overflows"));
    *sum = Share { count: added(sum.count, share.count)?, net_base: added(sum.net_base, share.net_base)? };
    Ok(())
}

/// Shares of the days that meet a condition on table `report_shares`, called `s`.
pub(super) async fn sum(app: &crate::App, db: &impl ConnectionTrait, condition: &str, values: Vec<Value>) -> Result<Shares> {
    let sql = format!(
        "SELECT s.kind, s.name, CAST(sum(s.count) AS bigint) AS count, CAST(sum(s.net_base) AS bigint) AS net_base \
         FROM report_shares s WHERE {condition} GROUP BY s.kind, s.name"
    );
    let mut shares = Shares::new();
    for row in db.query_all_raw(app.db.sql(&sql, values)).await? {
        let place = (Of::named(&row.try_get::<String>("", "kind")?)?, row.try_get("", "name")?);
        shares.insert(place, Share { count: row.try_get("", "count")?, net_base: row.try_get("", "net_base")? });
    }
    Ok(shares)
}

/// Those of one day.
pub(super) async fn of_day(tx: &Tx, day: NaiveDate) -> Result<Shares> {
    sum(&tx.app, tx, "s.day = $1", vec![day.to_string().into()]).await
}

/// Writes those of a day in place of what was there.
pub(super) async fn keep(tx: &Tx, day: NaiveDate, shares: &Shares) -> Result<()> {
    let db = &tx.app.db;
    tx.execute_raw(db.sql("DELETE FROM report_shares WHERE day = $1", vec![day.to_string().into()])).await?;
    let rows: Vec<_> = shares.iter().collect();
    for some in rows.chunks(1_000) {
        let place = |row: usize| (0..4).map(|i| format!("${}", 2 + row * 4 + i)).collect::<Vec<_>>().join(", ");
        let lines: Vec<String> = (0..some.len()).map(|row| format!("($1, {})", place(row))).collect();
        let mut values: Vec<Value> = vec![day.to_string().into()];
        for ((of, name), share) in some {
            values.extend([of.name().into(), name.as_str().into(), share.count.into(), share.net_base.into()]);
        }
        let sql = format!("INSERT INTO report_shares (day, kind, name, count, net_base) VALUES {}", lines.join(", "));
        tx.execute_raw(db.sql(&sql, values)).await?;
    }
    Ok(())
}
