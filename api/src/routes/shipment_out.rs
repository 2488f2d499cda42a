//! What clients see of a shipment.

use super::address_bodies::AddressFieldsOut;
use super::parcel_out::{LockedRateOut, PackageOut, PriceLineOut};
use crate::openapi::choices;
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::Result;
use shared::billing::invoice;
use shared::billing::status::{InvoiceStatus, PaymentStatus};
use shared::ids::{InvoiceId, RequestId, ShipmentId, UserId};
use shared::money::{Currency, Money};
use shared::policy::{Actor, Permission};
use shared::shipments::list::{Row, Seen};
use shared::shipments::shipment::{Action, Proposal};
use shared::shipments::{Status, available_actions, event, parcel};
use utoipa::ToSchema;
use uuid::Uuid;

/// A shipment.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShipmentOut {
    #[schema(value_type = Uuid)]
    id: ShipmentId,
    #[schema(example = "SHP-2026-000123")]
    reference: String,
    /// For `/api/track/`, open to everybody.
    tracking_number: String,
    carrier: Option<String>,
    carrier_tracking_number: Option<String>,
    #[schema(value_type = Uuid)]
    user: UserId,
    /// Whose goods it brings.
    #[schema(value_type = Option<Uuid>)]
    buy4me_request: Option<RequestId>,
    #[schema(schema_with = choices::<Status>)]
    status: Status,
    /// Where it returns to from ON_HOLD.
    #[schema(value_type = Option<String>)]
    held_from: Option<Status>,
    /// COST_APPROVAL: the customer approves or declines `proposal`.
    #[schema(value_type = Option<String>)]
    action_required: Option<Action>,
    service: String,
    delivery_address: AddressFieldsOut,
    #[schema(example = "3.500")]
    chargeable_weight_kg: String,
    currency: String,
    /// What its customer was told before it was confirmed.
    #[schema(example = "12.50")]
    estimated_cost: String,
    /// Final; null until it is confirmed.
    cost: Option<String>,
    /// The newest that is not void; for its customer, and staff who may see invoices.
    invoice: Option<ShipmentInvoiceOut>,
    /// For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<Uuid>,
    confirmed_at: Option<DateTime<Utc>>,
    shipped_at: Option<DateTime<Utc>>,
    delivered_at: Option<DateTime<Utc>>,
    cancelled_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// What the caller can do with it now; `move:<STATUS>` is a move by staff.
    available_actions: Vec<String>,
    #[serde(skip)]
    version: i32,
}

/// An invoice in a few words.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShipmentInvoiceOut {
    #[schema(value_type = Uuid)]
    id: InvoiceId,
    invoice_number: Option<String>,
    #[schema(schema_with = choices::<InvoiceStatus>)]
    status: InvoiceStatus,
    #[schema(schema_with = choices::<PaymentStatus>)]
    payment_status: PaymentStatus,
    amount: String,
    /// What is still owed.
    balance: String,
    currency: String,
}

impl ShipmentInvoiceOut {
    fn new(row: &invoice::Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            invoice_number: row.invoice_number.clone(),
            status: row.status,
            payment_status: row.payment_status,
            amount: row.money(row.amount_minor)?.decimal(),
            balance: row.money(row.balance_minor())?.decimal(),
            currency: row.currency.clone(),
        })
    }
}

impl ShipmentOut {
    /// As `actor` may see it.
    pub(crate) fn new(actor: &Actor, row: &Row) -> Result<Self> {
        let Row { shipment, invoices } = row;
        let currency = shipment.currency()?;
        let is_void = |invoice: &&invoice::Model| invoice.status == InvoiceStatus::Void;
        let newest = invoices.iter().rfind(|invoice| !is_void(invoice)).or(invoices.last());
        Ok(Self {
            id: shipment.id,
            reference: shipment.reference.clone(),
            tracking_number: shipment.tracking_number.clone(),
            carrier: shipment.carrier.clone(),
            carrier_tracking_number: shipment.carrier_tracking_number.clone(),
            user: shipment.user_id,
            buy4me_request: shipment.buy4me_request_id,
            status: shipment.status,
            held_from: shipment.held_from,
            action_required: shipment.action_required,
            service: shipment.service.clone(),
            delivery_address: shipment.delivery_address.0.clone().into(),
            chargeable_weight_kg: parcel::kilograms(shipment.chargeable_grams),
            currency: shipment.currency.clone(),
            estimated_cost: Money::new(shipment.estimated_minor, currency).decimal(),
            cost: shipment.cost_minor.map(|minor| Money::new(minor, currency).decimal()),
            invoice: newest.map(ShipmentInvoiceOut::new).transpose()?,
            created_by: shipment.created_by.filter(|_| actor.can(Permission::ViewAllOrders)),
            confirmed_at: shipment.confirmed_at,
            shipped_at: shipment.shipped_at,
            delivered_at: shipment.delivered_at,
            cancelled_at: shipment.cancelled_at,
            created_at: shipment.created_at,
            updated_at: shipment.updated_at,
            available_actions: available_actions(actor, shipment, invoices),
            version: shipment.version,
        })
    }
}

/// Something that happened to a shipment.
#[derive(Serialize, ToSchema)]
struct ShipmentEventOut {
    #[schema(value_type = Option<String>)]
    from_status: Option<Status>,
    #[schema(schema_with = choices::<Status>)]
    status: Status,
    note: Option<String>,
    location: Option<String>,
    occurred_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    /// For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<Uuid>,
}

impl ShipmentEventOut {
    fn new(row: event::Model, is_staff: bool) -> Self {
        Self {
            from_status: row.from_status,
            status: row.status,
            note: row.note,
            location: row.location,
            occurred_at: row.occurred_at,
            created_at: row.created_at,
            reason: row.reason.filter(|_| is_staff),
            created_by: row.created_by.filter(|_| is_staff),
        }
    }
}

/// What the customer is asked to approve.
#[derive(Serialize, ToSchema)]
struct ShipmentProposalOut {
    /// What it was to cost.
    before: String,
    /// What it would cost.
    after: String,
    chargeable_weight_kg: String,
    service: String,
    delivery_address: AddressFieldsOut,
    package_details: PackageOut,
    cost_lines: Vec<PriceLineOut>,
    proposed_at: DateTime<Utc>,
}

impl ShipmentProposalOut {
    fn new(proposal: Proposal, currency: Currency) -> Self {
        let (money, details) = (|minor| Money::new(minor, currency).decimal(), proposal.details);
        Self {
            before: money(proposal.before_minor),
            after: money(details.total_minor),
            chargeable_weight_kg: parcel::kilograms(details.chargeable_grams),
            service: details.service,
            delivery_address: details.delivery_address.into(),
            package_details: details.package_details.into(),
            cost_lines: details.lines.into_iter().map(|line| PriceLineOut::new(line, currency)).collect(),
            proposed_at: proposal.proposed_at,
        }
    }
}

/// A shipment with all that belongs to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShipmentDetail {
    #[serde(flatten)]
    shipment: ShipmentOut,
    package_details: PackageOut,
    /// Of the cost; before there is one, of what it would be by what is known now.
    cost_lines: Vec<PriceLineOut>,
    proposal: Option<ShipmentProposalOut>,
    /// The rate it is priced at, if the tariff has another currency.
    fx: Option<LockedRateOut>,
    /// Version of the setting `shipping` that it was priced by.
    tariff_version: i32,
    /// Version of the setting `taxes` that it was priced by.
    tax_version: i32,
    /// Oldest first; for its customer, and staff who may see invoices.
    invoices: Vec<ShipmentInvoiceOut>,
    /// As they were entered.
    events: Vec<ShipmentEventOut>,
}

impl ShipmentDetail {
    /// As `actor` may see it.
    pub(crate) fn new(actor: &Actor, seen: Seen) -> Result<Self> {
        let is_staff = actor.can(Permission::ViewAllOrders);
        let shipment = ShipmentOut::new(actor, &seen.row)?;
        let invoices = seen.row.invoices.iter().map(ShipmentInvoiceOut::new).collect::<Result<_>>()?;
        let row = seen.row.shipment;
        let currency = row.currency()?;
        Ok(Self {
            shipment,
            package_details: row.package_details.into(),
            cost_lines: row.cost_lines.0.into_iter().map(|line| PriceLineOut::new(line, currency)).collect(),
            proposal: row.proposal.map(|proposal| ShipmentProposalOut::new(proposal, currency)),
            fx: row.fx.map(|locked| locked.0.into()),
            tariff_version: row.tariff_version,
            tax_version: row.tax_version,
            invoices,
            events: seen.events.into_iter().map(|event| ShipmentEventOut::new(event, is_staff)).collect(),
        })
    }

    /// Its id.
    pub(crate) fn id(&self) -> ShipmentId {
        self.shipment.id
    }

    /// Its version.
    pub(crate) fn version(&self) -> i32 {
        self.shipment.version
    }
}
