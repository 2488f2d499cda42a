//! A refund that staff ask for: money given back without lowering what is owed. It goes back from the newest payment first, and
//! never more than came in and nobody claims.

use super::gateway::Gateway;
use super::invoice::{self, Model as Invoice};
use super::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use super::{news, promise, text};
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::InvoiceId;
use crate::money::Money;
use crate::page::{Listed, Page};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result, Tx, audit};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{QueryOrder, QuerySelect};

/// What is asked for.
#[derive(Debug)]
pub struct RefundRequest {
    /// All that can be given back when absent.
    pub amount: Option<String>,
    /// Why, for those who look later.
    pub reason: String,
}

/// Writes the refunds, one for each payment that they go back from, and the jobs that send them.
pub async fn refund(tx: &Tx, actor: &Actor, id: InvoiceId, request: RefundRequest) -> Result<Vec<Transaction>> {
    actor.may(Permission::Refund)?;
    let invoice = invoice::lock(tx, id).await?;
    let rows = transaction::of(tx, id).await?;
    let refundable = invoice.money(promise::charges(&rows).map(|charge| promise::room(&rows, charge)).sum())?;
    let mut problems = Problems::default();
    let reason = text(&mut problems, "reason", &request.reason, 500);
    let amount = match &request.amount {
        None => Some(refundable),
        Some(text) => problems.take(Money::parse_positive("amount", text, refundable.currency))?,
    };
    let most = Message::new("error-amount-above-refundable").with("most", refundable.to_string());
    problems.check(refundable.minor == 0 || amount.is_none_or(|amount| amount.minor <= refundable.minor), "amount", most);
    problems.finish()?;
    let amount = amount.ok_or_else(|| Error::internal("a problem of the amount was lost"))?;
    if refundable.minor == 0 {
        return Err(Error::conflict("invoice-not-refundable", &invoice.available_actions(actor)));
    }
    settle_promises(tx, &invoice, &rows).await?;
    let mut left = amount.minor;
    let mut made = vec![];
    for charge in promise::charges(&rows) {
        let part = left.min(promise::room(&rows, charge));
        if part > 0 {
            left -= part;
            made.push(insert(tx, actor, &invoice, charge, part, &reason).await?);
        }
    }
    Ok(made)
}

async fn insert(tx: &Tx, actor: &Actor, invoice: &Invoice, charge: &Transaction, minor: i64, reason: &str) -> Result<Transaction> {
    let amount = invoice.money(minor)?;
    let row = Transaction {
        parent_id: Some(charge.id),
        method: charge.method.clone().filter(|_| charge.gateway == Gateway::Manual),
        reason: Some(reason.to_owned()),
        requested_by: actor.user.map(|user| user.0),
        ..Transaction::new(invoice.id, Kind::Refund, TransactionStatus::Pending, charge.gateway, amount, tx.now())
    };
    let row = transaction::insert(tx, row).await?;
    promise::send(tx, &row).await?;
    news::payment(tx, invoice, &row).await?;
    let detail = serde_json::json!({ "transaction": row.id, "charge": charge.id, "amount": amount.to_string(), "reason": reason });
    audit::record(tx, actor, "invoice.refund_requested", "invoice", invoice.id.0, Some(detail)).await?;
    Ok(row)
}

/// What is promised already comes on top of what is asked for now: whether its job has run must make no difference.
async fn settle_promises(tx: &Tx, invoice: &Invoice, rows: &[Transaction]) -> Result<()> {
    let promises: Vec<_> = rows.iter().filter(|row| promise::is_promise(row)).map(|row| row.id).collect();
    if promises.is_empty() {
        return Ok(());
    }
    let left = transaction::Entity::update_many()
        .col_expr(transaction::Column::FirmAt, Expr::value(tx.now()))
        .col_expr(transaction::Column::UpdatedAt, Expr::value(tx.now()))
        .filter(transaction::Column::InvoiceId.eq(invoice.id))
        .filter(transaction::Column::Id.is_in(promises));
    left.exec(tx).await?;
    Ok(())
}

/// The refunds of an invoice, oldest first, if the actor may see it.
pub async fn refunds(app: &App, actor: &Actor, id: InvoiceId, page: Page) -> Result<Listed<Transaction>> {
    let db = &app.db.conn;
    invoice::visible(app, actor, id).await?;
    let refunds = transaction::Entity::find().filter(transaction::Column::InvoiceId.eq(id));
    let refunds = refunds.filter(transaction::Column::Kind.eq(Kind::Refund));
    let count = refunds.clone().count(db).await?;
    let ordered = refunds.order_by_asc(transaction::Column::Id).offset(page.offset()).limit(page.size);
    Ok(Listed { rows: ordered.all(db).await?, count })
}
