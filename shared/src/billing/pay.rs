//! Paying an invoice through a gateway's hosted page.
//!
//! The pending row is committed before the gateway is called, together with a job that finishes the work if this process
//! dies; the gateway's idempotency key is the row's id, so the job and the request may both call it.

use super::gateway::Gateway;
use super::invoice::{self, Model as Invoice};
use super::jobs::OpenCheckout;
use super::provider::{self, Checkout, CheckoutRequest};
use super::status::InvoiceStatus;
use super::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use super::{pages, paylink};
use crate::clock::Time;
use crate::error::Problems;
use crate::i18n::Message;
use crate::idempotency::Held;
use crate::ids::{InvoiceId, TransactionId};
use crate::money::Money;
use crate::policy::{Actor, Permission};
use crate::queue::NewJob;
use crate::{App, Error, Result, Tx, audit};
use chrono::TimeDelta;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sha2::{Digest, Sha256};

/// The end of the link that a payment came by, in `response_data`.
const LINK_UNTIL: &str = "link_until";
/// How long a hosted page stays open (Stripe allows 30 minutes to 24 hours).
const PAGE_HOURS: i64 = 23;
/// When the job takes over from a request that died.
const TAKE_OVER_SECONDS: i64 = 45;

/// What a payer asks for.
#[derive(Debug)]
pub struct PayRequest {
    /// Through whom.
    pub gateway: Gateway,
    /// Part of the balance; all of it when absent.
    pub amount: Option<String>,
    /// Where the gateway sends the browser afterwards; an address, never a proof.
    pub return_url: Option<String>,
    /// Where it goes when the payer gives up.
    pub cancel_url: Option<String>,
    /// The end of the link, in Unix seconds, if the payer came by one instead of signing in.
    pub link_until: Option<i64>,
}

/// A payment on its way. Without `redirect_url` the gateway is away and a job keeps trying.
#[derive(Debug)]
pub struct Payment {
    /// The pending row, with its page if there is one.
    pub transaction: Transaction,
}

/// Begins a payment, or answers the open one that is the same.
pub async fn pay(app: &App, actor: &Actor, id: InvoiceId, request: PayRequest, key: Option<&Held>) -> Result<Payment> {
    let tx = app.begin().await?;
    let invoice = invoice::lock(&tx, id).await?;
    actor.owns_or_may(invoice.user_id, Permission::ManageInvoices)?;
    if invoice.status == InvoiceStatus::Draft && !actor.can(Permission::ManageInvoices) {
        return Err(Error::Hidden);
    }
    let rows = transaction::of(&tx, id).await?;
    let transaction = match key.and_then(|key| key.resource).and_then(|made| rows.iter().find(|row| row.id.0 == made)) {
        // the same request was interrupted after this point
        Some(made) => made.clone(),
        None => match begin(&tx, actor, &invoice, &rows, request).await? {
            Begun::Open(open) => return Ok(Payment { transaction: open }),
            Begun::New(new) => new,
        },
    };
    if let Some(key) = key {
        key.made(&tx, transaction.id.0).await?;
    }
    tx.commit().await?;
    match open_checkout(app, transaction.id).await {
        Ok(opened) => Ok(Payment { transaction: opened }),
        Err(Error::Upstream { service, reason, .. }) => {
            tracing::warn!(payments.gateway = service, payments.transaction = %transaction.id, %reason, "gateway away; a job keeps trying");
            let tx = app.begin().await?;
            tx.enqueue(OpenCheckout { transaction: transaction.id }).await?;
            tx.commit().await?;
            Ok(Payment { transaction })
        }
        Err(error) => Err(error),
    }
}

enum Begun {
    /// An open page for the same request.
    Open(Transaction),
    /// A pending row that has no page yet.
    New(Transaction),
}

async fn begin(tx: &Tx, actor: &Actor, invoice: &Invoice, rows: &[Transaction], request: PayRequest) -> Result<Begun> {
    let app = &tx.app;
    if !invoice.is_payable() {
        return Err(Error::conflict("invoice-not-payable", &invoice.available_actions(actor)));
    }
    // what a bank is still working on will be paid, and is not asked for twice
    let open_minor = invoice.balance_minor() - transaction::on_its_way(rows);
    if open_minor <= 0 {
        return Err(Error::conflict("payment-on-its-way", &[]));
    }
    let balance = invoice.money(open_minor)?;
    let mut problems = Problems::default();
    let amount = match &request.amount {
        None => Some(balance),
        Some(text) => problems.take(Money::parse_positive("amount", text, balance.currency))?,
    };
    problems.check(amount.is_none_or(|amount| amount.minor <= balance.minor), "amount", "error-amount-above-balance");
    for (field, url) in [("return_url", &request.return_url), ("cancel_url", &request.cancel_url)] {
        if let Some(url) = url {
            problems.check(url.len() <= 2000, field, Message::new("error-too-long").with("max", 2000));
            problems.check(is_web_address(url), field, "error-web-address");
        }
    }
    problems.take(request.gateway.check(app, amount.unwrap_or(balance)))?;
    problems.finish()?;
    let amount = amount.ok_or_else(|| Error::internal("a problem of the amount was lost"))?;
    let now = tx.now();
    let fingerprint = fingerprint(&request, amount);
    // two clicks, or two tabs, must not make two links that can both be paid
    let open = rows.iter().find(|row| {
        row.kind == Kind::Charge
            && row.status == TransactionStatus::Pending
            && row.processing_at.is_none()
            && row.request_fingerprint.as_deref() == Some(&fingerprint)
            && row.expires_at.is_some_and(|at| at > now + TimeDelta::minutes(if row.redirect_url.is_some() { 10 } else { 40 }))
    });
    if let Some(open) = open {
        // the first click is making the page at this moment, or could not: whoever asks again asks for that very page
        return Ok(if open.redirect_url.is_some() { Begun::Open(open.clone()) } else { Begun::New(open.clone()) });
    }
    let row = Transaction {
        request_fingerprint: Some(fingerprint),
        response_data: Some(ways_back(&request)),
        expires_at: Some(page_end(now)),
        ..Transaction::new(invoice.id, Kind::Charge, TransactionStatus::Pending, request.gateway, amount, now)
    };
    let row = transaction::insert(tx, row).await?;
    let take_over = NewJob::new(&OpenCheckout { transaction: row.id }).at(now + TimeDelta::seconds(TAKE_OVER_SECONDS));
    tx.enqueue_job(take_over).await?;
    let detail = serde_json::json!({
        "transaction": row.id, "gateway": row.gateway, "amount": amount.to_string(), "by_link": request.link_until.is_some(),
    });
    audit::record(tx, actor, "invoice.payment_begun", "invoice", invoice.id.0, Some(detail)).await?;
    Ok(Begun::New(row))
}

/// Creates the hosted page of a pending payment unless it has one; repeats are harmless.
pub async fn open_checkout(app: &App, id: TransactionId) -> Result<Transaction> {
    let found = transaction::Entity::find_by_id(id).find_also_related(invoice::Entity).one(&app.db.conn).await?;
    let Some((row, Some(invoice))) = found else { return Err(Error::NotFound) };
    if row.status != TransactionStatus::Pending || row.redirect_url.is_some() {
        return Ok(row);
    }
    // cancelled, credited or paid by another page meanwhile
    if !invoice.is_payable() || row.amount_minor > invoice.balance_minor() {
        close(app, &row, TransactionStatus::Cancelled, "expired", "the invoice is not payable any more").await?;
        return transaction::Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound);
    }
    // the gateway wants at least half an hour; a page that could not be made for a day is not wanted any more
    if row.expires_at.is_some_and(|at| at < app.clock.now() + TimeDelta::minutes(35)) {
        close(app, &row, TransactionStatus::Cancelled, "gateway_unavailable", "no page could be made in time").await?;
        return transaction::Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound);
    }
    let checkout = match create(app, &row, &invoice).await {
        Err(Error::Refused { service, reason, .. }) => {
            close(app, &row, TransactionStatus::Failed, "gateway_refused", &reason).await?;
            return Err(Error::refused(service, reason));
        }
        other => other?,
    };
    let tx = app.begin().await?;
    let invoice = invoice::lock(&tx, invoice.id).await?;
    let is_open = transaction::Entity::find_by_id(id).one(&tx).await?.is_some_and(|row| row.status == TransactionStatus::Pending);
    if !is_open || row.amount_minor > invoice.balance_minor() {
        // cancelled, credited or paid by another page while this one was made
        tx.enqueue_all(vec![pages::close(id)]).await?;
    }
    let update = transaction::ActiveModel {
        id: Unchanged(id),
        checkout_reference: Set(Some(checkout.reference.clone())),
        redirect_url: Set(Some(checkout.url.clone())),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    transaction::Entity::update(update).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(Transaction { checkout_reference: Some(checkout.reference), redirect_url: Some(checkout.url), ..row })
}

/// The page of a payment at its provider: made now, or the one that was made before.
pub(super) async fn page_of(app: &App, row: &Transaction) -> Result<Checkout> {
    let invoice = invoice::Entity::find_by_id(row.invoice_id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    create(app, row, &invoice).await
}

/// Where the browser goes afterwards, as the row keeps it. Of a link only its end is kept: whoever reads the row must not be
/// able to pay with it, and the rest is made again from that.
fn ways_back(request: &PayRequest) -> Json {
    match request.link_until {
        Some(until) => serde_json::json!({ LINK_UNTIL: until }),
        None => serde_json::json!({ "return_url": request.return_url, "cancel_url": request.cancel_url }),
    }
}

/// Where the browser goes after the payment (`return_url`) or without it (`cancel_url`); every time the same.
pub fn way_back(app: &App, row: &Transaction, name: &str) -> Result<Option<String>> {
    let Some(data) = &row.response_data else { return Ok(None) };
    match data.get(LINK_UNTIL).and_then(Json::as_i64) {
        Some(until) => paylink::Link::until(app, row.invoice_id, until).way_back(app, name).map(Some),
        None => Ok(data.get(name).and_then(Json::as_str).map(str::to_owned)),
    }
}

async fn create(app: &App, row: &Transaction, invoice: &Invoice) -> Result<Checkout> {
    let given = |name: &str| way_back(app, row, name);
    let home = app.config.public_url.to_string();
    let request = CheckoutRequest {
        transaction: row.id,
        invoice: invoice.id,
        amount: row.amount()?,
        title: invoice.invoice_number.clone().unwrap_or_default(),
        return_url: given("return_url")?.unwrap_or_else(|| home.clone()),
        cancel_url: given("cancel_url")?.unwrap_or(home),
        // of the row, not of now: a repeat must send the same body
        expires_at: row.expires_at.unwrap_or(page_end(row.created_at)),
    };
    provider::needed(app, row.gateway)?.create_checkout(app, request).await
}

/// Ends a payment that never got its page.
async fn close(app: &App, row: &Transaction, status: TransactionStatus, failure_code: &str, reason: &str) -> Result<()> {
    let tx = app.begin().await?;
    let ended = transaction::Entity::update_many()
        .col_expr(transaction::Column::Status, Expr::value(status))
        .col_expr(transaction::Column::FailureCode, Expr::value(failure_code))
        .col_expr(transaction::Column::UpdatedAt, Expr::value(tx.now()))
        .filter(transaction::Column::Id.eq(row.id))
        .filter(transaction::Column::Status.eq(TransactionStatus::Pending))
        // its job and the request may both have called: one of them has the page
        .filter(transaction::Column::RedirectUrl.is_null())
        .exec(&tx)
        .await?;
    if ended.rows_affected == 0 {
        return Ok(());
    }
    let detail = serde_json::json!({ "transaction": row.id, "reason": reason });
    audit::record(&tx, &Actor::system(), "invoice.payment_closed", "invoice", row.invoice_id.0, Some(detail)).await?;
    tx.commit().await
}

fn page_end(from: Time) -> Time {
    from + TimeDelta::hours(PAGE_HOURS)
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn fingerprint(request: &PayRequest, amount: Money) -> String {
    let text = format!("{:?}|{amount}|{:?}|{:?}", request.gateway, request.return_url, request.cancel_url);
    hex::encode(Sha256::digest(text.as_bytes()))
}
