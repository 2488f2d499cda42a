//! What one document says: read from the tables of all domains.

use super::figures::{Key, Kind, Measure, Sums};
use super::filter::{Filter, label, moments, scope};
use crate::billing::invoice::balance;
use crate::billing::status::{InvoiceStatus, PaymentStatus};
use crate::billing::transaction;
use crate::clock::Time;
use crate::fx::quote::exchange;
use crate::ids::{RequestId, VendorId};
use crate::money::{Currency, Money};
use crate::{Error, Result};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use sea_orm::{ActiveEnum, ConnectionTrait, QueryResult, Statement, TryGetable};
use std::collections::{BTreeSet, HashMap};

/// Parameters of one statement: fewer than either database takes.
const MOST: usize = 10_000;

/// One document, or one movement of money.
pub(super) struct Fact {
    pub(super) day: NaiveDate,
    pub(super) kind: Kind,
    pub(super) currency: String,
    pub(super) customer_type: String,
    pub(super) status: String,
    country: Option<String>,
    region: Option<String>,
    request: Option<RequestId>,
    vendors: Vec<VendorId>,
    /// Of a parcel, or of the parcel that money was for.
    pub(super) service: Option<String>,
    /// Of a request: how many of [`STEPS`] it made.
    steps: usize,
    pub(super) sums: Sums,
}

/// How far a request comes, in this order.
pub const STEPS: [&str; 4] = ["BEGUN", "SUBMITTED", "ORDERED", "COMPLETED"];

impl Fact {
    pub(super) fn key(&self) -> Key {
        Key { kind: self.kind, currency: self.currency.clone(), status: self.status.clone() }
    }

    /// Everything that it is a part of: all documents, those of a country or region, those with a shop, and both.
    pub(super) fn scopes(&self) -> Vec<String> {
        let places = [Some(""), self.country.as_deref(), self.region.as_deref()].into_iter().flatten();
        let vendors = || std::iter::once(None).chain(self.vendors.iter().copied().map(Some));
        places.flat_map(|place| vendors().map(move |vendor| scope(vendor, place))).collect()
    }

    /// Shops of its goods.
    pub(super) fn vendors(&self) -> &[VendorId] {
        &self.vendors
    }

    /// Steps that were made; none of anything but a request.
    pub(super) fn steps(&self) -> impl Iterator<Item = &'static str> {
        STEPS.into_iter().take(self.steps)
    }

    /// What moved, without what went back: minor units of the company's currency.
    pub(super) fn income(&self) -> i64 {
        let base = |measure| self.sums.base(measure);
        base(Measure::Revenue) - base(Measure::Refunded) - base(Measure::Disputed)
    }

    /// Whether a report is about it.
    pub(super) fn is_in(&self, filter: &Filter) -> bool {
        filter.customer_type.is_none_or(|role| role.to_value() == self.customer_type)
            && filter.currency.is_none_or(|currency| currency.code() == self.currency)
            && filter.status.as_ref().is_none_or(|status| *status == self.status)
            && filter.vendor.is_none_or(|vendor| self.vendors.contains(&vendor))
            && filter.region.as_ref().is_none_or(|place| [&self.country, &self.region].into_iter().flatten().any(|own| own == place))
    }
}

const SHIPMENTS: &str = "SELECT currency, customer_type, status, country, region, buy4me_request_id AS request, service, \
    created_at AS at, created_at AS begun, delivered_at AS ended FROM shipments WHERE created_at >= $1 AND created_at < $2";

const REQUESTS: &str = "SELECT r.currency, r.customer_type, r.status, s.country, s.region, r.id AS request, \
    r.created_at AS at, coalesce(r.submitted_at, r.created_at) AS begun, r.completed_at AS ended, r.submitted_at, \
    coalesce(r.ordered_at, r.in_transit_at, r.arrived_at, r.shipped_at) AS ordered_at \
    FROM buy4me_requests r LEFT JOIN shipments s ON s.id = r.shipment_id WHERE r.created_at >= $1 AND r.created_at < $2";

// of an invoice that nobody finalized, as one that was brought over from elsewhere
const INVOICES: &str = "SELECT currency, coalesce(customer_type, 'WALK_IN') AS customer_type, status, payment_status, country, region, related_buy4me_request AS request, \
    issued_at AS at, issued_at AS begun, paid_at AS ended, base_currency, base_rate, amount_minor, tax_minor, credited_minor, paid_minor \
    FROM invoices WHERE issued_at >= $1 AND issued_at < $2";

// of money that came in before an invoice was issued, which staff may book
const MONEY: &str = "SELECT t.currency, coalesce(i.customer_type, 'WALK_IN') AS customer_type, i.status, i.payment_status, i.country, i.region, \
    i.related_buy4me_request AS request, t.settled_at AS at, i.base_currency, i.base_rate, t.kind, t.amount_minor, t.fee_minor, s.service \
    FROM payment_transactions t JOIN invoices i ON i.id = t.invoice_id LEFT JOIN shipments s ON s.id = i.related_shipment \
    WHERE t.settled_at >= $1 AND t.settled_at < $2 AND t.status = 'SUCCESS'";

/// Everything that counts on some days, the last included. Five statements, however much there is.
pub(super) async fn of_days(db: &impl ConnectionTrait, base: Currency, first: NaiveDate, last: NaiveDate) -> Result<Vec<Fact>> {
    let [start, end] = moments(first, last);
    let read = async |sql: &str| {
        let sql = Statement::from_sql_and_values(db.get_database_backend(), sql, vec![start.into(), end.into()]);
        db.query_all_raw(sql).await
    };
    let mut facts = vec![];
    for row in read(SHIPMENTS).await? {
        let fact = document(&row, Kind::Shipment, get(&row, "status")?)?;
        facts.push(Fact { service: get(&row, "service")?, ..fact });
    }
    for row in read(REQUESTS).await? {
        let fact = document(&row, Kind::Request, get(&row, "status")?)?;
        facts.push(Fact { steps: steps(&row)?, ..fact });
    }
    for row in read(INVOICES).await? {
        facts.push(invoice(&row, base)?);
    }
    for row in read(MONEY).await? {
        facts.push(movement(&row, base)?);
    }
    name_vendors(db, &mut facts).await?;
    Ok(facts)
}

fn get<T: TryGetable>(row: &QueryResult, column: &str) -> Result<T> {
    Ok(row.try_get("", column)?)
}

/// What all documents have; it has ended when its last time is set.
fn document(row: &QueryResult, kind: Kind, status: String) -> Result<Fact> {
    let (begun, ended): (Time, Option<Time>) = (get(row, "begun")?, get(row, "ended")?);
    let seconds = ended.map_or(0, |ended| (ended - begun).num_seconds().max(0));
    let sums = Sums { count: 1, ended: i64::from(ended.is_some()), seconds, ..Sums::default() };
    fact(row, kind, status, get(row, "customer_type")?, sums)
}

fn fact(row: &QueryResult, kind: Kind, status: String, customer_type: String, sums: Sums) -> Result<Fact> {
    Ok(Fact {
        day: get::<Time>(row, "at")?.date_naive(),
        kind,
        currency: get(row, "currency")?,
        customer_type,
        status,
        country: get(row, "country")?,
        region: get(row, "region")?,
        request: get(row, "request")?,
        vendors: vec![],
        service: None,
        steps: 0,
        sums,
    })
}

/// The last step that was made, and all before it: what has arrived was ordered, whether or not anybody wrote that down.
fn steps(row: &QueryResult) -> Result<usize> {
    let made = |column| Ok::<_, Error>(get::<Option<Time>>(row, column)?.is_some());
    let last = [made("submitted_at")?, made("ordered_at")?, made("ended")?].into_iter().rposition(|made| made);
    Ok(last.map_or(1, |last| last + 2))
}

fn invoice(row: &QueryResult, base: Currency) -> Result<Fact> {
    let status: InvoiceStatus = get(row, "status")?;
    let mut fact = document(row, Kind::Invoice, label(status, get(row, "payment_status")?))?;
    let (amount, tax, credited, paid): (i64, i64, i64, i64) =
        (get(row, "amount_minor")?, get(row, "tax_minor")?, get(row, "credited_minor")?, get(row, "paid_minor")?);
    let counts = i64::from(status != InvoiceStatus::Void);
    let outstanding = balance(status, amount, credited, paid);
    let sums = [(Measure::Billed, amount), (Measure::Tax, tax), (Measure::Credited, credited), (Measure::Outstanding, outstanding)];
    convert(row, base, &mut fact, sums.map(|(measure, minor)| (measure, minor * counts)))?;
    Ok(fact)
}

fn movement(row: &QueryResult, base: Currency) -> Result<Fact> {
    let status = label(get(row, "status")?, get::<PaymentStatus>(row, "payment_status")?);
    let sums = Sums { count: 1, ended: 0, ..Sums::default() };
    let mut fact = fact(row, Kind::Money, status, get(row, "customer_type")?, sums)?;
    fact.service = get(row, "service")?;
    let measure = match get::<transaction::Kind>(row, "kind")? {
        transaction::Kind::Charge => Measure::Revenue,
        transaction::Kind::Refund => Measure::Refunded,
        transaction::Kind::Dispute => Measure::Disputed,
    };
    let fee = get::<Option<i64>>(row, "fee_minor")?.unwrap_or_default();
    convert(row, base, &mut fact, [(measure, get(row, "amount_minor")?), (Measure::Fees, fee)])?;
    Ok(fact)
}

/// Sums in both currencies, each rounded on its own. Without a rate there are none in the company's.
fn convert<const N: usize>(row: &QueryResult, base: Currency, fact: &mut Fact, sums: [(Measure, i64); N]) -> Result<()> {
    let currency = Currency::parse("currency", &fact.currency)?;
    let locked: Option<String> = get(row, "base_currency")?;
    let rate: Option<String> = get(row, "base_rate")?;
    let rate = match rate.filter(|_| locked.as_deref() == Some(base.code())) {
        // of an invoice from before rates were locked
        None if currency == base => Some(Decimal::ONE),
        None => None,
        Some(text) => Some(text.parse::<Decimal>().map_err(Error::internal)?),
    };
    fact.sums.unconverted = i64::from(rate.is_none());
    for (measure, minor) in sums {
        let in_base = match rate {
            Some(rate) => exchange(Money::new(minor, currency), rate, base)?.minor,
            None => 0,
        };
        fact.sums.set(measure, minor, in_base);
    }
    Ok(())
}

/// Says of each document whose goods it is about: by the items of its request, whatever became of them.
async fn name_vendors(db: &impl ConnectionTrait, facts: &mut [Fact]) -> Result<()> {
    let requests: BTreeSet<RequestId> = facts.iter().filter_map(|fact| fact.request).collect();
    let requests: Vec<RequestId> = requests.into_iter().collect();
    let mut vendors: HashMap<RequestId, Vec<VendorId>> = HashMap::new();
    for some in requests.chunks(MOST) {
        let places: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT DISTINCT request_id, vendor_id FROM buy4me_items WHERE vendor_id IS NOT NULL AND request_id IN ({})",
            places.join(", ")
        );
        let values: Vec<sea_orm::Value> = some.iter().map(|id| id.0.into()).collect();
        for row in db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await? {
            vendors.entry(get(&row, "request_id")?).or_default().push(get(&row, "vendor_id")?);
        }
    }
    for fact in facts {
        fact.vendors = fact.request.and_then(|request| vendors.get(&request).cloned()).unwrap_or_default();
    }
    Ok(())
}
