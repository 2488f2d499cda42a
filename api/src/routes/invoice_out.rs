//! What clients see of an invoice.

use super::payments::TransactionOut;
use crate::auth::Caller;
use crate::openapi::choices;
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::billing::status::{InvoiceStatus, PaymentStatus};
use shared::billing::{invoice, line, paylink, transaction};
use shared::ids::{InvoiceId, UserId};
use shared::money::Money;
use shared::papers::{self, Kind};
use shared::policy::Actor;
use shared::{App, Result, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

/// An invoice.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvoiceOut {
    #[schema(value_type = Uuid)]
    id: InvoiceId,
    /// Given when it is issued.
    #[schema(example = "INV-2026-000123")]
    invoice_number: Option<String>,
    #[schema(value_type = Uuid)]
    user: UserId,
    /// Who is billed, as known when it was issued.
    billing_snapshot: Option<serde_json::Value>,
    kind: String,
    #[schema(schema_with = choices::<InvoiceStatus>)]
    status: InvoiceStatus,
    #[schema(schema_with = choices::<PaymentStatus>)]
    payment_status: PaymentStatus,
    currency: String,
    subtotal: String,
    tax: String,
    /// Total.
    #[schema(example = "12.50")]
    amount: String,
    paid: String,
    refunded: String,
    /// What credit notes took off.
    credited: String,
    /// What is still owed.
    balance: String,
    /// What was paid beyond that and has not gone back yet.
    overpaid: String,
    /// Of the last payment.
    payment_method: Option<String>,
    /// The invoice as PDF, for whoever has this address; it ends after some weeks. Drafts have none.
    pdf_url: Option<String>,
    related_shipment: Option<Uuid>,
    related_buy4me_request: Option<Uuid>,
    due_at: DateTime<Utc>,
    issued_at: Option<DateTime<Utc>>,
    paid_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// What the caller can do with it now.
    #[schema(value_type = Vec<String>)]
    available_actions: Vec<&'static str>,
}

impl InvoiceOut {
    /// As `actor` may see it.
    pub(crate) fn new(app: &App, actor: &Actor, row: invoice::Model) -> Result<Self> {
        let currency = row.currency()?;
        let decimal = |minor: i64| Money::new(minor, currency).decimal();
        Ok(Self {
            id: row.id,
            user: row.user_id,
            status: row.status,
            payment_status: row.payment_status,
            subtotal: decimal(row.subtotal_minor),
            tax: decimal(row.tax_minor),
            amount: decimal(row.amount_minor),
            paid: decimal(row.paid_minor),
            refunded: decimal(row.refunded_minor),
            credited: decimal(row.credited_minor),
            balance: decimal(row.balance_minor()),
            overpaid: decimal(row.overpaid_minor()),
            available_actions: row.available_actions(actor),
            pdf_url: row.invoice_number.as_ref().map(|_| papers::link(app, Kind::Invoice, row.id.0)),
            related_shipment: row.related_shipment,
            related_buy4me_request: row.related_buy4me_request,
            due_at: row.due_at,
            issued_at: row.issued_at,
            paid_at: row.paid_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            invoice_number: row.invoice_number,
            billing_snapshot: row.billing_snapshot,
            kind: row.kind,
            currency: row.currency,
            payment_method: row.payment_method,
        })
    }
}

/// One line of an invoice.
#[derive(Serialize, ToSchema)]
struct LineOut {
    id: Uuid,
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

/// An invoice with its lines and money rows.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvoiceDetail {
    #[serde(flatten)]
    invoice: InvoiceOut,
    lines: Vec<LineOut>,
    /// Oldest first.
    transactions: Vec<TransactionOut>,
    /// A page where whoever has this address can pay the invoice without signing in, for a month; for its owner, while there is
    /// something to pay.
    pay_url: Option<String>,
}

/// Who looks at something.
pub(crate) struct Reader<'a> {
    pub(crate) app: &'a App,
    pub(crate) actor: &'a Actor,
    pub(crate) language: &'a str,
}

impl<'a> Reader<'a> {
    /// The caller.
    pub(crate) fn new(app: &'a App, caller: &'a Caller) -> Self {
        Self { app, actor: &caller.actor, language: caller.language }
    }
}

impl InvoiceDetail {
    /// As the reader may see it.
    pub(crate) fn new(reader: &Reader<'_>, row: invoice::Model, lines: Vec<line::Model>, money: Vec<transaction::Model>) -> Result<Self> {
        let currency = row.currency()?;
        let decimal = |minor: i64| Money::new(minor, currency).decimal();
        let is_to_pay = reader.actor.user == Some(row.user_id) && row.is_payable();
        let line = |line: line::Model| LineOut {
            id: line.id,
            kind: line.kind,
            description: line.description,
            quantity: line.quantity,
            unit_price: decimal(line.unit_price_minor),
            tax_rate: line.tax_rate,
            net: decimal(line.net_minor),
            tax: decimal(line.tax_minor),
            total: decimal(line.total_minor),
        };
        Ok(Self {
            lines: lines.into_iter().map(line).collect(),
            transactions: money.into_iter().map(|row| TransactionOut::new(reader, row)).collect::<Result<_>>()?,
            pay_url: is_to_pay.then(|| paylink::url(reader.app, row.id)).transpose()?,
            invoice: InvoiceOut::new(reader.app, reader.actor, row)?,
        })
    }

    /// With the rows that belong to it, inside the transaction that has just changed it.
    pub(crate) async fn read(tx: &Tx, reader: &Reader<'_>, row: invoice::Model) -> Result<Self> {
        let lines = line::of(tx, row.id).await?;
        let money = transaction::of(tx, row.id).await?;
        Self::new(reader, row, lines, money)
    }

    /// Its id.
    pub(crate) fn id(&self) -> InvoiceId {
        self.invoice.id
    }
}
