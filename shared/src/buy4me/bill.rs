//! Table `buy4me_bills`: what is to be billed, written with its cause; a job makes the invoice of it, once. And how bills are
//! settled, credited and closed.

use super::jobs::IssueInvoice;
use super::request;
use crate::billing::{self, Bill, PricedLine, invoice, status::InvoiceStatus, transaction};
use crate::clock::Time;
use crate::ids::RequestId;
use crate::money::Money;
use crate::policy::{Actor, Permission};
use crate::queue::NewJob;
use crate::{Error, Result, Tx};
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::prelude::StringLen;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, DeriveActiveEnum, QueryOrder, QueryTrait};

/// What a bill is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// The quote.
    #[sea_orm(string_value = "BUY4ME")]
    Buy4Me,
    /// What became dearer.
    Difference,
}

/// A bill.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "buy4me_bills")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: RequestId,
    /// From 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub kind: Kind,
    pub lines: Json,
    /// Its invoice was closed, or is never made.
    pub cancelled_at: Option<Time>,
    pub created_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Which invoices of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// Those that were made of its bills.
    Ours,
    /// Those that staff wrote by hand, too.
    All,
}

/// Whether an invoice was made of a bill of this request.
fn is_ours(invoice: &invoice::Model, request: RequestId) -> bool {
    invoice.source_key.as_ref().is_some_and(|key| key.starts_with(&format!("buy4me:{request}:")))
}

/// Names the cause of an invoice.
fn source_key(request: RequestId, number: i32) -> String {
    format!("buy4me:{request}:{number}")
}

/// Writes a bill and the job that issues it. The caller saves the request.
pub(super) async fn add(tx: &Tx, request: &mut request::Model, kind: Kind, lines: &[PricedLine]) -> Result<()> {
    request.bills += 1;
    let row = ActiveModel {
        request_id: Set(request.id),
        number: Set(request.bills),
        kind: Set(kind),
        lines: Set(serde_json::to_value(lines).map_err(Error::internal)?),
        cancelled_at: Set(None),
        created_at: Set(tx.now()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    let job = IssueInvoice { request: request.id, bill: request.bills };
    tx.enqueue_job(NewJob::new(&job).unique(source_key(request.id, request.bills))).await?;
    Ok(())
}

/// Issues one bill, unless it is cancelled or was issued. What the job does.
pub async fn issue(tx: &Tx, id: RequestId, number: i32) -> Result<()> {
    let held = request::lock(tx, id).await?;
    let bill = Entity::find_by_id((id, number)).one(tx).await?.ok_or(Error::NotFound)?;
    make(tx, &held.request, bill).await
}

async fn make(tx: &Tx, request: &request::Model, bill: Model) -> Result<()> {
    if bill.cancelled_at.is_some() {
        return Ok(());
    }
    let wanted = Bill {
        user: request.user_id,
        kind: match bill.kind {
            Kind::Buy4Me => "BUY4ME",
            Kind::Difference => "DIFFERENCE",
        },
        currency: request.currency()?,
        lines: serde_json::from_value(bill.lines).map_err(Error::internal)?,
        related_shipment: None,
        related_buy4me_request: Some(request.id.0),
        fx: request.fx.clone(),
        source_key: source_key(request.id, bill.number),
    };
    billing::issue(tx, wanted).await.map(drop)
}

/// Issues what waits for its job, for those who need the invoices now. The job will find them made.
async fn issue_all(tx: &Tx, request: &request::Model) -> Result<()> {
    let open = Entity::find().filter(Column::RequestId.eq(request.id)).filter(Column::CancelledAt.is_null());
    for bill in open.order_by_asc(Column::Number).all(tx).await? {
        make(tx, request, bill).await?;
    }
    Ok(())
}

/// Whether everything that was billed is issued and paid. A void invoice is no debt.
pub(super) async fn is_settled(tx: &Tx, request: &request::Model) -> Result<bool> {
    let invoices = billing::of_document(tx, invoice::Column::RelatedBuy4meRequest, request.id.0).await?;
    let open = Entity::find().filter(Column::RequestId.eq(request.id)).filter(Column::CancelledAt.is_null()).all(tx).await?;
    let is_issued = |bill: &Model| {
        let key = source_key(request.id, bill.number);
        invoices.iter().any(|invoice| invoice.source_key.as_deref() == Some(&key))
    };
    let is_paid = |invoice: &invoice::Model| match invoice.status {
        InvoiceStatus::Open | InvoiceStatus::Uncollectible => invoice.is_settled(),
        InvoiceStatus::Draft | InvoiceStatus::Void => true,
    };
    Ok(open.iter().all(is_issued) && invoices.iter().all(is_paid))
}

/// After the end of its page a payment may still be told late, but not that late.
const LATE: TimeDelta = TimeDelta::days(1);

/// Whether money came, or is on its way, for what is billed now. What an earlier quote was paid with went back.
pub(super) async fn has_money(tx: &Tx, request: RequestId) -> Result<bool> {
    use transaction::{Kind, TransactionStatus};
    let counts = |invoice: &invoice::Model| is_ours(invoice, request) && invoice.status != InvoiceStatus::Void;
    let ids: Vec<_> = lock(tx, request).await?.into_iter().filter(counts).map(|invoice| invoice.id).collect();
    let charges = transaction::Entity::find().filter(transaction::Column::InvoiceId.is_in(ids));
    let charges = charges.filter(transaction::Column::Kind.eq(Kind::Charge));
    let is_open = [transaction::Column::ExpiresAt.is_null(), transaction::Column::ExpiresAt.gte(tx.now() - LATE)];
    let is_open = is_open.into_iter().fold(Condition::any(), Condition::add);
    let waits = Condition::all().add(transaction::Column::Status.eq(TransactionStatus::Pending)).add(is_open);
    let moving = Condition::any().add(transaction::Column::Status.eq(TransactionStatus::Success)).add(waits);
    Ok(charges.filter(moving).one(tx).await?.is_some())
}

/// Takes `amount` off what was billed, from the newest invoice on, so that what is unpaid goes first. `cause` credits once.
/// Invoices are locked before the counters that number new ones.
pub(super) async fn credit(tx: &Tx, actor: &Actor, request: &request::Model, amount: Money, reason: &str, cause: &str) -> Result<()> {
    lock(tx, request.id).await?;
    issue_all(tx, request).await?;
    let mut left = amount;
    for invoice in lock(tx, request.id).await?.into_iter().rev().filter(|invoice| is_ours(invoice, request.id)) {
        let part = left.minor.min(invoice.due_minor());
        if part > 0 {
            billing::credit(tx, actor, invoice.id, Money { minor: part, ..left }, reason, &format!("{cause}:{}", invoice.id)).await?;
            left.minor -= part;
        }
    }
    if left.minor > 0 {
        // somebody voided or credited an invoice by hand: what is not owed any more cannot be taken off again
        tracing::info!(request.id = %request.id, %left, "less is owed than falls away");
    }
    Ok(())
}

/// Ends what was billed: what is unpaid is void, what was paid is promised back.
pub(super) async fn close(tx: &Tx, actor: &Actor, request: RequestId, which: Which, reason: &str) -> Result<()> {
    let cancel = Entity::update_many().col_expr(Column::CancelledAt, Expr::value(tx.now()));
    cancel.filter(Column::RequestId.eq(request)).filter(Column::CancelledAt.is_null()).exec(tx).await?;
    for invoice in lock(tx, request).await?.iter().filter(|invoice| which == Which::All || is_ours(invoice, request)) {
        billing::close(tx, actor, invoice.id, reason).await?;
    }
    Ok(())
}

/// The invoices of these requests that the actor may see, oldest first: the own ones but drafts, or all to those who may see
/// invoices. One statement.
pub(super) async fn invoices(db: &impl ConnectionTrait, actor: &Actor, requests: &[request::Model]) -> Result<Vec<invoice::Model>> {
    let sees_all = actor.can(Permission::ViewInvoices);
    let seen = requests.iter().filter(|request| sees_all || actor.user == Some(request.user_id));
    let seen: Vec<_> = seen.map(|request| request.id.0).collect();
    if seen.is_empty() {
        return Ok(vec![]);
    }
    let found = invoice::Entity::find().filter(invoice::Column::RelatedBuy4meRequest.is_in(seen));
    let found = found.apply_if((!sees_all).then_some(InvoiceStatus::Draft), |query, draft| query.filter(invoice::Column::Status.ne(draft)));
    Ok(found.order_by_asc(invoice::Column::Id).all(db).await?)
}

/// Those that were made of its bills, locked.
pub(super) async fn lock_own(tx: &Tx, request: RequestId) -> Result<Vec<invoice::Model>> {
    Ok(lock(tx, request).await?.into_iter().filter(|invoice| is_ours(invoice, request)).collect())
}

async fn lock(tx: &Tx, request: RequestId) -> Result<Vec<invoice::Model>> {
    billing::lock_of_document(tx, invoice::Column::RelatedBuy4meRequest, request.0).await
}
