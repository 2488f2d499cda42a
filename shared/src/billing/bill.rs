//! Bills: invoices that other domains ask for, priced line by line before there is any invoice. The document that asks keeps
//! the very lines that its invoice will have.

use super::{create, finalize, invoice};
use crate::error::on_unique;
use crate::ids::UserId;
use crate::money::{Currency, MAX_MINOR, Money};
use crate::policy::Actor;
use crate::settings::{LineKind, Taxes};
use crate::{Error, Result, Tx, audit};
use rust_decimal::Decimal;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A line with its price. Tax is rounded half-up on each line, so that lines sum to the total exactly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PricedLine {
    /// What it is for: a code of [`LineKind`], or `MANUAL`.
    pub kind: String,
    /// In the customer's language.
    pub description: String,
    /// From 1.
    pub quantity: i32,
    /// Minor units, of the document's currency.
    pub unit_price_minor: i64,
    /// Percent.
    #[serde(with = "rust_decimal::serde::str")]
    pub tax_rate: Decimal,
    /// Without tax.
    pub net_minor: i64,
    /// Tax.
    pub tax_minor: i64,
    /// With tax.
    pub total_minor: i64,
}

impl PricedLine {
    /// A line, taxed as the settings say.
    pub fn new(kind: LineKind, description: String, quantity: i32, unit_price: Money, taxes: &Taxes) -> Result<Self> {
        Self::with_rate(kind.code(), description, quantity, unit_price, taxes.rate_of(kind).0)
    }

    pub(crate) fn with_rate(kind: &str, description: String, quantity: i32, unit_price: Money, tax_rate: Decimal) -> Result<Self> {
        let net = unit_price.times(i64::from(quantity))?;
        let tax = net.percent(tax_rate)?;
        Ok(Self {
            kind: kind.to_owned(),
            description,
            quantity,
            unit_price_minor: unit_price.minor,
            tax_rate,
            net_minor: net.minor,
            tax_minor: tax.minor,
            total_minor: net.plus(tax)?.minor,
        })
    }
}

/// What all lines come to. More than any invoice may have is a problem of `field`.
pub fn total(field: &str, lines: &[PricedLine]) -> Result<i64> {
    let sum: i128 = lines.iter().map(|line| i128::from(line.total_minor)).sum();
    match i64::try_from(sum) {
        Ok(minor) if minor <= MAX_MINOR => Ok(minor),
        _ => Err(Error::invalid(field, "error-amount-too-large")),
    }
}

/// An invoice that another domain asks for.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Who pays.
    pub user: UserId,
    /// `SHIPMENT`, `BUY4ME`, `DIFFERENCE`, …
    pub kind: &'static str,
    /// Of all lines.
    pub currency: Currency,
    /// At least one.
    pub lines: Vec<PricedLine>,
    /// What it is for.
    pub related_shipment: Option<Uuid>,
    /// What it is for.
    pub related_buy4me_request: Option<Uuid>,
    /// The quotes it was made at.
    pub fx: Option<Json>,
    /// Names the cause: the same cause is billed once, however often it is asked for.
    pub source_key: String,
}

/// Makes and issues the invoice, or answers the one that was made for the same cause. Lock the account (shared) before
/// whatever the bill is for.
pub async fn issue(tx: &Tx, bill: Bill) -> Result<invoice::Model> {
    if let Some(made) = invoice::Entity::find().filter(invoice::Column::SourceKey.eq(&bill.source_key)).one(tx).await? {
        return Ok(made);
    }
    let actor = Actor::system();
    let (key, related) = (bill.source_key.clone(), (bill.related_shipment, bill.related_buy4me_request));
    let made = on_unique(create::insert(tx, &actor, bill.into()).await?, "invoices_source_key", "invoices.source_key", || {
        // somebody was faster between the two statements: this transaction runs again and finds it
        Error::conflict("job-twin-finished", &[])
    })?;
    let detail = serde_json::json!({ "source": key, "shipment": related.0, "buy4me_request": related.1 });
    audit::record(tx, &actor, "invoice.created", "invoice", made.id.0, Some(detail)).await?;
    finalize(tx, &actor, made.id).await
}

/// The invoices of a shipment or a request, oldest first.
pub async fn of_document(db: &impl ConnectionTrait, column: invoice::Column, id: Uuid) -> Result<Vec<invoice::Model>> {
    use sea_orm::QueryOrder;
    Ok(invoice::Entity::find().filter(column.eq(id)).order_by_asc(invoice::Column::Id).all(db).await?)
}

/// The same, locked, in the order of their ids.
pub async fn lock_of_document(tx: &Tx, column: invoice::Column, id: Uuid) -> Result<Vec<invoice::Model>> {
    use sea_orm::{QueryOrder, QuerySelect};
    Ok(invoice::Entity::find().filter(column.eq(id)).order_by_asc(invoice::Column::Id).lock_exclusive().all(tx).await?)
}
