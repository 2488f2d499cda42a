//! A new shipment: PENDING, with an estimate.

use super::event::{self, Said};
use super::shipment::{self, Destination, Lines, Locked, Model};
use super::state::Status;
use super::terms::{self, Order, Terms};
use super::{parcel, tell, tracking};
use crate::accounts::postal::AddressFields;
use crate::accounts::{User, user};
use crate::error::{Problems, on_unique};
use crate::ids::{RequestId, ShipmentId, UserId};
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit, reference};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

/// A shipment as it is asked for.
#[derive(Debug)]
pub struct NewShipment {
    /// Whose; for staff. None: the actor's own.
    pub user: Option<UserId>,
    /// Where to.
    pub delivery_address: AddressFields,
    /// What: `{"parcels": […]}`.
    pub package_details: Json,
    /// How; the first that leads there when absent.
    pub service: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Whose goods it brings. Who may say where those go was asked by whoever locked the request.
    pub buy4me_request: Option<RequestId>,
}

/// Creates a shipment and tells its customer.
pub async fn create(tx: &Tx, actor: &Actor, new: NewShipment) -> Result<Model> {
    let owner = customer(tx, actor, new.user, new.buy4me_request.is_some()).await?;
    let mut problems = Problems::default();
    let terms = problems.take(terms_of(tx, &owner, &new).await)?;
    let terms = match terms {
        Some(terms) => terms,
        // with another currency the rest is checked all the same
        None => Terms::new(&tx.app, tx, &owner, None).await?,
    };
    let address = terms::checked(new.delivery_address, &mut problems);
    let parcels = problems.take(parcel::read("package_details", &new.package_details, terms.limits()))?;
    let details = match parcels {
        Some(parcels) => problems.take(terms.details(Order { address, parcels, service: new.service.as_deref() }))?,
        None => None,
    };
    problems.finish()?;
    let details = details.ok_or_else(|| Error::internal("a problem of a shipment was lost"))?;

    let now = tx.now();
    let mut row = Model {
        id: ShipmentId::new(),
        reference: reference::next(tx, "SHP").await?,
        tracking_number: tracking::generate(),
        user_id: owner.id,
        customer_type: owner.role,
        buy4me_request_id: new.buy4me_request,
        status: Status::Pending,
        held_from: None,
        action_required: None,
        service: details.service.clone(),
        carrier: None,
        carrier_tracking_number: None,
        package_details: details.package_details.clone(),
        country: details.delivery_address.country.clone(),
        region: details.delivery_address.region.clone(),
        delivery_address: Destination(details.delivery_address.clone()),
        searched: String::new(),
        chargeable_grams: details.chargeable_grams,
        currency: terms.currency.code().to_owned(),
        estimated_minor: details.total_minor,
        cost_minor: None,
        cost_lines: Lines(details.lines.clone()),
        proposal: None,
        fx: details.fx.clone().map(Locked),
        tariff_version: details.tariff_version,
        tax_version: details.tax_version,
        bills: 0,
        created_by: actor.user.map(|user| user.0),
        version: 1,
        confirmed_at: None,
        shipped_at: None,
        delivered_at: None,
        cancelled_at: None,
        created_at: now,
        updated_at: now,
    };
    row.searched = row.words();
    let inserted = shipment::Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(tx).await;
    on_unique(inserted, "shipments_buy4me", "shipments.buy4me_request_id", || Error::conflict("shipment-of-request-exists", &[]))?;
    shipment::publish(tx, &row).await?;
    event::add(tx, actor, &row, None, Said::default()).await?;
    let detail = serde_json::json!({
        "reference": row.reference, "user": row.user_id, "service": row.service, "country": row.country,
        "estimated": row.money(row.estimated_minor)?.to_string(), "buy4me_request": row.buy4me_request_id,
    });
    audit::record(tx, actor, "shipment.created", "shipment", row.id.0, Some(detail)).await?;
    tell::status(tx, &row, None).await?;
    Ok(row)
}

async fn terms_of(tx: &Tx, owner: &User, new: &NewShipment) -> Result<Terms> {
    match new.buy4me_request {
        Some(_) => Terms::linked(&tx.app, tx, owner, new.currency.as_deref()).await,
        None => Terms::new(&tx.app, tx, owner, new.currency.as_deref()).await,
    }
}

/// Whose shipment it becomes. Goods that were paid go to their owner, deactivated or not.
async fn customer(tx: &Tx, actor: &Actor, named: Option<UserId>, is_linked: bool) -> Result<User> {
    if named.is_some() && named != actor.user && !is_linked {
        actor.may(Permission::ManageShipments)?;
    }
    user::lock_customer(tx, actor, named, |user| if is_linked { user.erased_at.is_none() } else { user.is_active }).await
}
