//! PENDING → PROCESSING: the parcels were weighed, the cost is final, the invoice follows. Much more than the estimate and the
//! customer is asked first.

use super::event::Said;
use super::jobs::IssueInvoice;
use super::shipment::{Details, Model};
use super::state::Status;
use super::terms::{Order, Terms};
use super::{parcel, price, steps};
use crate::accounts::User;
use crate::i18n;
use crate::money::Money;
use crate::policy::Actor;
use crate::settings::LineKind;
use crate::{Result, Tx};
use sea_orm::entity::prelude::Json;

/// What was found when it was weighed.
pub(super) struct Found {
    /// The parcels as they are; what is not said about them stays.
    pub(super) measured: Option<Json>,
    /// What it shall cost, whatever the tariff says.
    pub(super) cost: Option<String>,
    /// Take a high cost without asking.
    pub(super) is_overridden: bool,
}

/// Confirms a locked shipment, or asks its customer.
pub(super) async fn confirm(tx: &Tx, actor: &Actor, row: &mut Model, user: &User, (found, said): (Found, Said)) -> Result<()> {
    let terms = Terms::again(&tx.app, tx, user, (row.currency()?, row.fx.clone().map(|locked| locked.0))).await?;
    let details = price(row, &terms, &found, tx)?;
    if details.total_minor > steps::limit(row, &terms.shipping.value)? && !found.is_overridden {
        return steps::propose(tx, actor, row, details, said).await;
    }
    take(tx, actor, row, details, said).await
}

/// The details hold, the cost is final.
pub(super) async fn take(tx: &Tx, actor: &Actor, row: &mut Model, details: Details, said: Said) -> Result<()> {
    row.cost_minor = Some(details.total_minor);
    row.take(details);
    steps::drop_proposal(row);
    steps::go(tx, actor, row, Status::Processing, said).await?;
    tx.enqueue(IssueInvoice { shipment: row.id }).await?;
    Ok(())
}

fn price(row: &Model, terms: &Terms, found: &Found, tx: &Tx) -> Result<Details> {
    let mut details = row.details()?;
    let is_rate_over = row.fx.as_ref().is_some_and(|locked| locked.0.expires_at <= tx.now());
    if let Some(measured) = &found.measured {
        details.package_details = parcel::read_measured("measured", measured, &row.package_details, terms.limits())?;
    }
    if found.measured.is_some() || is_rate_over {
        let order = Order { address: details.delivery_address, parcels: details.package_details, service: Some(&row.service) };
        details = terms.details(order)?;
    }
    if let Some(cost) = &found.cost {
        let total = Money::parse("cost", cost, row.currency()?)?;
        let words = i18n::text(&terms.language, "shipment-line-agreed", &[("reference", row.reference.clone())]);
        details.lines = vec![price::of_total(LineKind::Shipping, words, total, &terms.taxes.value)?];
        details.total_minor = total.minor;
        details.tax_version = terms.taxes.version;
        details.tariff_version = terms.shipping.version;
        // an agreement is made in its own currency
        details.fx = None;
    }
    Ok(details)
}
