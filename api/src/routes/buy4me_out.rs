//! What clients see of requests.

use super::buy4me_item_out::ItemOut;
use crate::auth::Caller;
use crate::openapi::choices;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use shared::Result;
use shared::billing::status::{InvoiceStatus, PaymentStatus};
use shared::billing::{PricedLine, invoice};
use shared::buy4me::detail::Detail;
use shared::buy4me::list::{Listing, Progress, has_begun, progress_of};
use shared::buy4me::request::{Action, Around, Model};
use shared::buy4me::state::Status;
use shared::buy4me::{Proposal, event};
use shared::fx::Quote;
use shared::ids::{InvoiceId, ItemId, RequestId, ShipmentId, UserId};
use shared::money::{Currency, Money};
use shared::policy::Actor;
use utoipa::ToSchema;

/// A request.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestOut {
    #[schema(value_type = Uuid)]
    id: RequestId,
    #[schema(example = "B4M-2026-000123")]
    reference: String,
    #[schema(value_type = Uuid)]
    user: UserId,
    #[schema(schema_with = choices::<Status>)]
    status: Status,
    /// What the owner has to decide.
    #[schema(schema_with = choices::<Action>)]
    action_required: Option<Action>,
    currency: String,
    /// None as long as it has no quote.
    #[schema(example = "120.00")]
    total_cost: Option<String>,
    /// How much dearer it may become without a question.
    authorised_overage: String,
    overage_used: String,
    /// How many items there are.
    items_count: i64,
    /// How many items have which status.
    #[schema(value_type = Object)]
    progress: Progress,
    #[schema(value_type = Option<Uuid>)]
    shipment_id: Option<ShipmentId>,
    /// Until when the quote holds.
    quote_expires_at: Option<DateTime<Utc>>,
    submitted_at: Option<DateTime<Utc>>,
    ordered_at: Option<DateTime<Utc>>,
    in_transit_at: Option<DateTime<Utc>>,
    arrived_at: Option<DateTime<Utc>>,
    shipped_at: Option<DateTime<Utc>>,
    delivered_at: Option<DateTime<Utc>>,
    completed_at: Option<DateTime<Utc>>,
    cancelled_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// What the caller can do with it now.
    #[schema(value_type = Vec<String>)]
    available_actions: Vec<&'static str>,
}

impl RequestOut {
    fn new(actor: &Actor, row: &Model, progress: Progress, invoices: &[invoice::Model]) -> Result<Self> {
        let around = Around { has_begun: has_begun(&progress), invoices };
        let currency = row.currency()?;
        let decimal = |minor: i64| Money::new(minor, currency).decimal();
        Ok(Self {
            id: row.id,
            reference: row.reference.clone(),
            user: row.user_id,
            status: row.status,
            action_required: row.action_required,
            currency: row.currency.clone(),
            total_cost: row.total_minor.map(decimal),
            authorised_overage: decimal(row.authorised_overage_minor),
            overage_used: decimal(row.overage_used_minor),
            items_count: progress.values().sum(),
            progress,
            shipment_id: row.shipment_id,
            quote_expires_at: row.quote_expires_at,
            submitted_at: row.submitted_at,
            ordered_at: row.ordered_at,
            in_transit_at: row.in_transit_at,
            arrived_at: row.arrived_at,
            shipped_at: row.shipped_at,
            delivered_at: row.delivered_at,
            completed_at: row.completed_at,
            cancelled_at: row.cancelled_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            available_actions: row.available_actions(actor, around),
        })
    }

    /// As in a list.
    pub(crate) fn listed(actor: &Actor, row: Listing) -> Result<Self> {
        Self::new(actor, &row.request, row.progress, &row.invoices)
    }
}

/// A line of what a request comes to.
#[derive(Serialize, ToSchema)]
struct BreakdownLine {
    /// `ITEM`, `VENDOR_DELIVERY`, `FX_MARGIN`, `SERVICE_FEE`
    kind: String,
    description: String,
    quantity: i32,
    unit_price: String,
    /// Percent.
    tax_rate: String,
    net: String,
    tax: String,
    total: String,
}

impl BreakdownLine {
    fn new(line: PricedLine, currency: Currency) -> Self {
        let decimal = |minor: i64| Money::new(minor, currency).decimal();
        Self {
            unit_price: decimal(line.unit_price_minor),
            tax_rate: line.tax_rate.to_string(),
            net: decimal(line.net_minor),
            tax: decimal(line.tax_minor),
            total: decimal(line.total_minor),
            kind: line.kind,
            description: line.description,
            quantity: line.quantity,
        }
    }
}

/// A rate that is locked for a request.
#[derive(Serialize, ToSchema)]
struct QuoteOut {
    from: String,
    to: String,
    /// Without margin.
    rate: String,
    /// What comes on top, in hundredths of a percent.
    margin_bps: u32,
    quoted_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl From<Quote> for QuoteOut {
    fn from(quote: Quote) -> Self {
        Self {
            from: quote.from.into(),
            to: quote.to.into(),
            rate: quote.mid.to_string(),
            margin_bps: quote.margin_bps,
            quoted_at: quote.quoted_at,
            expires_at: quote.expires_at,
        }
    }
}

/// A new price that the owner is asked about.
#[derive(Serialize, ToSchema)]
struct ProposalOut {
    #[schema(value_type = Uuid)]
    item: ItemId,
    product_name: String,
    /// For one piece, in `currency`.
    before: String,
    after: String,
    /// The shop's.
    currency: String,
    /// How much dearer the request becomes, in its own currency.
    difference: String,
    total_before: String,
    total_after: String,
}

impl From<Proposal> for ProposalOut {
    fn from(proposal: Proposal) -> Self {
        Self {
            item: proposal.item,
            product_name: proposal.product,
            before: proposal.before.decimal(),
            after: proposal.after.decimal(),
            currency: proposal.after.currency.into(),
            difference: proposal.difference.decimal(),
            total_before: proposal.total_before.decimal(),
            total_after: proposal.total_after.decimal(),
        }
    }
}

/// Something that happened to a request or to one of its items.
#[derive(Serialize, ToSchema)]
struct EventOut {
    /// Whose status it is; none: the request's own.
    #[schema(value_type = Option<Uuid>)]
    item: Option<ItemId>,
    from_status: Option<String>,
    status: String,
    note: Option<String>,
    /// Shown to staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    created_at: DateTime<Utc>,
}

/// An invoice of a request.
#[derive(Serialize, ToSchema)]
struct RequestInvoice {
    #[schema(value_type = Uuid)]
    id: InvoiceId,
    invoice_number: Option<String>,
    kind: String,
    #[schema(schema_with = choices::<InvoiceStatus>)]
    status: InvoiceStatus,
    #[schema(schema_with = choices::<PaymentStatus>)]
    payment_status: PaymentStatus,
    currency: String,
    amount: String,
    /// What is still owed.
    balance: String,
}

impl RequestInvoice {
    fn new(row: invoice::Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            status: row.status,
            payment_status: row.payment_status,
            amount: row.money(row.amount_minor)?.decimal(),
            balance: row.money(row.balance_minor())?.decimal(),
            invoice_number: row.invoice_number,
            kind: row.kind,
            currency: row.currency,
        })
    }
}

/// A request with everything that belongs to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestDetail {
    #[serde(flatten)]
    request: RequestOut,
    items: Vec<ItemOut>,
    /// What it comes to; for a draft what it would come to.
    breakdown: Vec<BreakdownLine>,
    /// What a draft would come to if it were submitted now; none as long as something is missing.
    estimated_total: Option<String>,
    /// What the owner is asked.
    proposal: Option<ProposalOut>,
    /// Locked rates.
    fx: Vec<QuoteOut>,
    /// Of the fees it was quoted at.
    fee_version: Option<i32>,
    /// Of the taxes it was quoted at.
    tax_version: Option<i32>,
    #[schema(value_type = Option<Object>)]
    shipping_instructions: Option<Value>,
    /// Parcels as measured.
    #[schema(value_type = Option<Object>)]
    packed: Option<Value>,
    /// `{id, reference, tracking_number, status}`
    #[schema(value_type = Option<Object>)]
    shipment: Option<Value>,
    /// Oldest first.
    invoices: Vec<RequestInvoice>,
    /// Oldest first.
    events: Vec<EventOut>,
}

impl RequestDetail {
    /// As the caller may see it.
    pub(crate) fn new(caller: &Caller, detail: Detail) -> Result<Self> {
        let Detail { request, items, lines, estimate_minor, proposal, quotes, events, invoices, shipment } = detail;
        let (actor, currency) = (&caller.actor, request.currency()?);
        let event = |row: event::Model| EventOut {
            item: row.item_id,
            from_status: row.from_status,
            status: row.status,
            note: row.note,
            reason: row.reason.filter(|_| actor.is_staff()),
            created_at: row.created_at,
        };
        let shipment = shipment
            .map(|row| json!({ "id": row.id, "reference": row.reference, "tracking_number": row.tracking_number, "status": row.status }));
        Ok(Self {
            request: RequestOut::new(actor, &request, progress_of(&items), &invoices)?,
            items: items.into_iter().map(|item| ItemOut::new(caller, &request, item)).collect::<Result<_>>()?,
            breakdown: lines.into_iter().map(|line| BreakdownLine::new(line, currency)).collect(),
            estimated_total: estimate_minor.map(|minor| Money::new(minor, currency).decimal()),
            proposal: proposal.map(Into::into),
            fx: quotes.into_values().map(Into::into).collect(),
            fee_version: request.fee_version,
            tax_version: request.tax_version,
            invoices: invoices.into_iter().map(RequestInvoice::new).collect::<Result<_>>()?,
            events: events.into_iter().map(event).collect(),
            shipment,
            shipping_instructions: request.shipping_instructions,
            packed: request.packed,
        })
    }

    /// Its id.
    pub(crate) fn id(&self) -> RequestId {
        self.request.id
    }
}
