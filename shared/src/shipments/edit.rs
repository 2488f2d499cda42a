//! Changing where a shipment goes, what is in it, how it is sent. Every change of these is priced again.

use super::event::{self, Said};
use super::jobs::IssueInvoice;
use super::shipment::{self, Details, Model};
use super::state::Status;
use super::terms::{self, Order, Terms};
use super::{parcel, steps, tell};
use crate::accounts::User;
use crate::accounts::postal::{AddressFields, check_text};
use crate::error::Problems;
use crate::i18n;
use crate::ids::ShipmentId;
use crate::machine::By;
use crate::policy::{Actor, Permission};
use crate::{Result, Tx, audit, version};
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

/// Whether it is theirs to say what is in it: what the warehouse packed for a customer the warehouse measures.
pub(super) fn can_say_what(by: By, row: &Model) -> bool {
    match by {
        By::Customer => row.buy4me_request_id.is_none(),
        By::Staff | By::System => true,
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
    let is_theirs = can_say_what(by, &row) || wanted.package_details.is_none();
    problems.check(is_theirs, "package_details", "error-parcels-by-warehouse");
    let details = match wanted.is_about_details() {
        true => changed(tx, (by, &row), &user, wanted, &mut problems).await?,
        false => None,
    };
    problems.finish()?;
    let proposed = match details {
        Some((details, limit)) => price_again(by, &mut row, details, limit),
        None => None,
    };
    if row != before {
        shipment::save(tx, &mut row).await?;
        let detail = audit::changed(&told(&before)?, &told(&row)?);
        audit::record(tx, actor, "shipment.changed", "shipment", row.id.0, Some(detail)).await?;
        if row.cost_minor != before.cost_minor {
            tx.enqueue(IssueInvoice { shipment: row.id }).await?;
        }
        if by != By::Customer && before.proposal.is_some() && row.proposal.is_none() {
            withdrawn(tx, actor, &row, &user).await?;
        }
    }
    if let Some(details) = proposed {
        steps::propose(tx, actor, &mut row, details, Said::default()).await?;
    }
    Ok(row)
}

/// Who was asked about a cost hears that there is nothing to answer any more.
async fn withdrawn(tx: &Tx, actor: &Actor, row: &Model, user: &User) -> Result<()> {
    let note = i18n::text(&user.language, "shipment-cost-withdrawn", &[]);
    event::add(tx, actor, row, Some(row.status), Said { note: Some(note.clone()), ..Said::default() }).await?;
    tell::status(tx, row, Some(&note)).await
}

fn name_carrier(row: &mut Model, wanted: &Edit, problems: &mut Problems) {
    let mut name = |field: &str, given: &Option<Option<String>>, kept: &mut Option<String>| {
        let Some(given) = given else { return };
        *kept = given.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let text = kept.as_deref().unwrap_or_default();
        check_text(problems, field.to_owned(), text, 60);
    };
    name("carrier", &wanted.carrier, &mut row.carrier);
    name("carrier_tracking_number", &wanted.carrier_tracking_number, &mut row.carrier_tracking_number);
    row.searched = row.words();
}

/// The details as they are to be with their price, and what they may cost without asking; `None`: as they are.
async fn changed(tx: &Tx, (by, row): (By, &Model), user: &User, wanted: Edit, problems: &mut Problems) -> Result<Option<(Details, i64)>> {
    let now = match (&row.proposal, by) {
        // staff go on from what was weighed, though the customer has not answered yet
        (Some(proposal), By::Staff | By::System) => proposal.details.clone(),
        (Some(_), By::Customer) | (None, _) => row.details()?,
    };
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
/// price is an estimate, and customers who change it see it. What staff change then makes it no higher: it stays what the
/// confirmation is measured by.
fn price_again(by: By, row: &mut Model, details: Details, limit: i64) -> Option<Details> {
    let is_asked = row.cost_minor.is_some() || (by != By::Customer && row.proposal.is_some());
    if is_asked && details.total_minor > limit {
        return Some(details);
    }
    match (row.cost_minor, by) {
        (Some(_), _) => row.cost_minor = Some(details.total_minor),
        (None, By::Customer) => row.estimated_minor = details.total_minor,
        (None, By::Staff | By::System) => row.estimated_minor = row.estimated_minor.min(details.total_minor),
    }
    steps::drop_proposal(row);
    row.take(details);
    None
}

/// As the audit sees it.
fn told(row: &Model) -> Result<Json> {
    Ok(serde_json::json!({
        "delivery_address": row.delivery_address, "parcels": row.package_details.parcels.len(), "service": row.service,
        "chargeable_grams": row.chargeable_grams, "price": row.money(row.details()?.total_minor)?.to_string(),
        "carrier": row.carrier, "carrier_tracking_number": row.carrier_tracking_number,
    }))
}
