//! Changing where a shipment goes, what is in it, how it is sent. Every change of these is priced again.

use super::event::Said;
use super::jobs::IssueInvoice;
use super::shipment::{self, Details, Model};
use super::state::Status;
use super::terms::{self, Order, Terms};
use super::{parcel, steps};
use crate::accounts::User;
use crate::accounts::postal::AddressFields;
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::ShipmentId;
use crate::machine::By;
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit, version};
use sea_orm::entity::prelude::Json;

/// What is to be different; the rest stays. Objects are replaced as a whole.
#[derive(Debug, Default)]
pub struct Edit {
    /// Where to.
    pub delivery_address: Option<AddressFields>,
    /// What.
    pub package_details: Option<Json>,
    /// How.
    pub service: Option<String>,
    /// Who carries it; for staff.
    pub carrier: Option<Option<String>>,
    /// The carrier's own number; for staff.
    pub carrier_tracking_number: Option<Option<String>>,
}

impl Edit {
    fn is_about_details(&self) -> bool {
        self.delivery_address.is_some() || self.package_details.is_some() || self.service.is_some()
    }

    fn is_about_carrier(&self) -> bool {
        self.carrier.is_some() || self.carrier_tracking_number.is_some()
    }
}

/// Whether details can be changed by them now: customers until it is confirmed, staff until it leaves.
pub(super) fn can_edit(by: By, row: &Model) -> bool {
    match (by, row.status, row.held_from) {
        (By::Customer | By::Staff | By::System, Status::Pending, _) => true,
        (By::Staff | By::System, Status::Processing, _) => true,
        (By::Staff | By::System, Status::OnHold, held_from) => held_from == Some(Status::Processing),
        (By::Customer, Status::Processing | Status::OnHold, _) => false,
        (_, Status::InTransit | Status::Delivered | Status::Returned | Status::Cancelled, _) => false,
    }
}

/// Changes a shipment of the version `expected`; what changes nothing makes no new version.
pub async fn edit(tx: &Tx, actor: &Actor, id: ShipmentId, expected: Option<i32>, wanted: Edit) -> Result<Model> {
    let (mut row, user) = shipment::lock_for(tx, actor, id).await?;
    let by = steps::acts_as(actor, &row)?;
    if wanted.is_about_carrier() {
        actor.may(Permission::ManageShipments)?;
    }
    version::check(expected, row.version)?;
    if (wanted.is_about_details() && !can_edit(by, &row)) || (wanted.is_about_carrier() && row.status.is_finished()) {
        return Err(steps::refused("shipment-not-editable", actor, &row));
    }
    let before = row.clone();
    let mut problems = Problems::default();
    name_carrier(&mut row, &wanted, &mut problems);
    let details = match wanted.is_about_details() {
        true => changed(tx, &row, &user, wanted, &mut problems).await?,
        false => None,
    };
    problems.finish()?;
    let proposed = match details {
        Some((details, limit)) => price_again(&mut row, details, limit),
        None => None,
    };
    if row != before {
        shipment::save(tx, &mut row).await?;
        let detail = audit::changed(&told(&before)?, &told(&row)?);
        audit::record(tx, actor, "shipment.changed", "shipment", row.id.0, Some(detail)).await?;
        if row.cost_minor != before.cost_minor {
            tx.enqueue(IssueInvoice { shipment: row.id }).await?;
        }
    }
    if let Some(details) = proposed {
        steps::propose(tx, actor, &mut row, details, Said::default()).await?;
    }
    Ok(row)
}

fn name_carrier(row: &mut Model, wanted: &Edit, problems: &mut Problems) {
    let mut name = |field: &str, given: &Option<Option<String>>, kept: &mut Option<String>| {
        let Some(given) = given else { return };
        *kept = given.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let text = kept.as_deref().unwrap_or_default();
        problems.check(text.chars().count() <= 60, field, Message::new("error-too-long").with("max", 60));
        problems.check(!text.chars().any(char::is_control), field, "error-control-characters");
    };
    name("carrier", &wanted.carrier, &mut row.carrier);
    name("carrier_tracking_number", &wanted.carrier_tracking_number, &mut row.carrier_tracking_number);
    row.searched = row.words();
}

/// The details as they are to be with their price, and what they may cost without asking; `None`: as they are.
async fn changed(tx: &Tx, row: &Model, user: &User, wanted: Edit, problems: &mut Problems) -> Result<Option<(Details, i64)>> {
    let now = row.details();
    let terms = Terms::again(&tx.app, tx, user, (row.currency()?, now.fx.clone())).await?;
    let address = wanted.delivery_address.map(|address| terms::checked(address, problems));
    let read = wanted.package_details.map(|given| parcel::read("package_details", &given, terms.limits()));
    let parcels = match read {
        Some(read) => problems.take(read)?,
        None => Some(now.package_details.clone()),
    };
    let Some(parcels) = parcels else { return Ok(None) };
    let address = address.unwrap_or_else(|| now.delivery_address.clone());
    let service = wanted.service.unwrap_or_else(|| now.service.clone());
    if address == now.delivery_address && parcels == now.package_details && service == now.service {
        return Ok(None);
    }
    let details = problems.take(terms.details(Order { address, parcels, service: Some(&service) }))?;
    let limit = steps::limit(row, &terms.shipping.value)?;
    Ok(details.map(|details| (details, limit)))
}

/// Takes details with their new price, or answers those that the customer has to be asked about. Before it is confirmed the
/// price is an estimate, and whoever changes it sees it.
fn price_again(row: &mut Model, details: Details, limit: i64) -> Option<Details> {
    match row.cost_minor {
        Some(_) if details.total_minor > limit => return Some(details),
        Some(_) => row.cost_minor = Some(details.total_minor),
        None => row.estimated_minor = details.total_minor,
    }
    steps::drop_proposal(row);
    row.take(details);
    None
}

/// As the audit sees it.
fn told(row: &Model) -> Result<Json> {
    Ok(serde_json::json!({
        "delivery_address": row.delivery_address, "parcels": row.package_details.parcels.len(), "service": row.service,
        "chargeable_grams": row.chargeable_grams, "price": row.money(row.price_minor()).map_err(Error::internal)?.to_string(),
        "carrier": row.carrier, "carrier_tracking_number": row.carrier_tracking_number,
    }))
}
