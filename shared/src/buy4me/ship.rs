//! What has arrived goes to the customer: instructions make a shipment, parcels as measured or a guess until then.

use super::event::{self, Said};
use super::item;
use super::order;
use super::request::{self, Model, need, reach};
use super::state::Status;
use crate::accounts::postal::AddressFields;
use crate::error::Problem;
use crate::ids::{RequestId, ShipmentId};
use crate::policy::{Actor, Permission};
use crate::settings::{self, Shipping};
use crate::shipments::{self, NewShipment, parcel};
use crate::{Error, Result, Tx, audit, version};
use sea_orm::entity::prelude::*;

/// Where and how the owner wants it.
#[derive(Debug)]
pub struct Instructions {
    /// Where to.
    pub delivery_address: AddressFields,
    /// How; the first that leads there when absent.
    pub service: Option<String>,
    /// What else; goes along with the parcels.
    pub options: Option<Json>,
}

/// Makes the shipment of a request whose goods are all here and paid.
pub async fn instruct(tx: &Tx, actor: &Actor, id: RequestId, expected: Option<i32>, given: Instructions) -> Result<Model> {
    let held = request::lock_for(tx, actor, id).await?;
    reach(actor, &held.request, &[Permission::ManageBuy4Me])?;
    held.check_owner()?;
    version::check(expected, held.request.version)?;
    if held.request.status != Status::WarehouseArrived {
        return Err(held.refuses_step(actor));
    }
    if held.request.shipment_id.is_some() {
        return Err(held.refuses(actor, "request-has-shipment"));
    }
    order::may_go_on(tx, actor, &held, false).await?;
    let mut request = held.request;
    let mut instructions = serde_json::json!({ "delivery_address": given.delivery_address, "service": given.service });
    let mut parcels = match &request.packed {
        Some(packed) => packed.clone(),
        None => guess(tx, &request).await?,
    };
    if let Some(options) = given.options {
        parcels["options"] = options.clone();
        instructions["options"] = options;
    }
    let new = NewShipment {
        user: Some(request.user_id),
        delivery_address: given.delivery_address,
        package_details: parcels,
        service: given.service,
        currency: Some(request.currency.clone()),
        buy4me_request: Some(id),
    };
    let shipment = shipments::create(tx, actor, new).await.map_err(renamed)?;
    request.shipping_instructions = Some(instructions.clone());
    request.shipment_id = Some(shipment.id);
    let status = request.status;
    let request = request::save(tx, status, request).await?;
    let said = Said { note: Some(shipment.reference.clone()), reason: None };
    event::of_request(tx, actor, id, Some(status), status, &said).await?;
    let detail = serde_json::json!({ "shipment": shipment.id, "instructions": audit::masked("instructions", &instructions) });
    audit::record(tx, actor, "buy4me.instructed", "buy4me_request", id.0, Some(detail)).await?;
    Ok(request)
}

/// Problems of the shipment, in the words of whoever gave instructions.
fn renamed(error: Error) -> Error {
    let rename = |problem: Problem| match problem.field.split(['.', '[']).next() {
        Some("delivery_address" | "service") => Problem { field: format!("shipping_instructions.{}", problem.field), ..problem },
        // what staff measured was checked then; options are all that may be wrong with it now
        Some("package_details") => Problem { field: "shipping_instructions.options".to_owned(), ..problem },
        _ => problem,
    };
    match error {
        Error::Invalid(problems) => Error::Invalid(problems.into_iter().map(rename).collect()),
        other => other,
    }
}

/// One parcel of a usual size, and that it is a guess.
async fn guess(tx: &Tx, request: &Model) -> Result<Json> {
    let items = item::of(tx, request.id).await?;
    let names: Vec<&str> = items.iter().filter(|item| item.status.is_active()).map(item::Model::shown_name).collect();
    let contents: String = names.join(", ").chars().take(200).collect();
    let parcel =
        serde_json::json!({ "weight_kg": "1", "length_cm": "30", "width_cm": "20", "height_cm": "15", "contents": contents.trim() });
    Ok(serde_json::json!({ "parcels": [parcel], "estimated": true }))
}

/// Staff note the parcels as they are, before a shipment is made of them.
pub async fn pack(tx: &Tx, actor: &Actor, id: RequestId, expected: Option<i32>, packed: Json) -> Result<Model> {
    let held = request::lock_for(tx, actor, id).await?;
    need(actor, &[Permission::ReceivePackages])?;
    held.check_owner()?;
    version::check(expected, held.request.version)?;
    if !held.request.can_be_packed() {
        return Err(held.refuses_step(actor));
    }
    let mut request = held.request;
    let grams = settings::read::<Shipping>(&tx.app, tx).await?.value.max_parcel_grams;
    parcel::read("packed", &packed, parcel::Limits { grams, currency: request.currency()? })?;
    request.packed = Some(packed);
    let status = request.status;
    let request = request::save(tx, status, request).await?;
    audit::record(tx, actor, "buy4me.packed", "buy4me_request", id.0, None).await?;
    Ok(request)
}

/// Cancels the shipment of a request that is being cancelled, whoever does that: the one goes with the other. One that has left
/// refuses.
pub(super) async fn call_back(tx: &Tx, shipment: ShipmentId) -> Result<()> {
    let seen = shipments::shipment::Entity::find_by_id(shipment).one(tx).await?.ok_or(Error::NotFound)?;
    if seen.status != shipments::Status::Cancelled {
        shipments::cancel(tx, &Actor::system(), shipment, None).await?;
    }
    Ok(())
}
