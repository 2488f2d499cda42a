//! Taking back what was billed: credit notes lower what is owed, and what was paid beyond that is promised back. Table
//! `credit_notes`.

use super::status::InvoiceStatus;
use super::void::refuse_live;
use super::{close_pages, invoice, promise, status, text, transaction};
use crate::clock::Time;
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::{CreditNoteId, InvoiceId};
use crate::machine::{self, By};
use crate::money::Money;
use crate::notifications::Event;
use crate::page::{Listed, Page};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result, Tx, accounts, audit, notifications, papers, reference, settings};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

/// A credit note.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "credit_notes")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CreditNoteId,
    /// `CN-2026-000123`
    pub number: String,
    pub invoice_id: InvoiceId,
    pub amount_minor: i64,
    pub currency: String,
    pub reason: String,
    /// The same cause is credited once.
    pub source_key: String,
    pub created_by: Option<Uuid>,
    /// Version of the company's data that its paper shows.
    pub company_version: i32,
    pub created_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Credits a part of an issued invoice (locked by the caller or not): what is owed falls by `amount`, at most to nothing, and
/// what was paid beyond that is promised back. The same `source_key` credits once. Answers the invoice as it is then.
pub async fn credit(tx: &Tx, actor: &Actor, id: InvoiceId, amount: Money, reason: &str, source_key: &str) -> Result<invoice::Model> {
    let before = invoice::lock(tx, id).await?;
    let known = Entity::find().filter(Column::SourceKey.eq(source_key)).one(tx).await?;
    let amount = Money { minor: amount.minor.min(before.due_minor()), ..amount };
    if known.is_some() || amount.minor <= 0 {
        return Ok(before);
    }
    if before.currency()? != amount.currency || before.status == InvoiceStatus::Draft {
        return Err(Error::internal(format!("{amount} cannot be credited on invoice {id}")));
    }
    let note_id = CreditNoteId::new();
    let number = reference::next(tx, "CN").await?;
    let note = ActiveModel {
        id: Set(note_id),
        number: Set(number.clone()),
        invoice_id: Set(id),
        amount_minor: Set(amount.minor),
        currency: Set(before.currency.clone()),
        reason: Set(reason.to_owned()),
        source_key: Set(source_key.to_owned()),
        created_by: Set(actor.user.map(|user| user.0)),
        company_version: Set(settings::read::<settings::Company>(&tx.app, tx).await?.version),
        created_at: Set(tx.now()),
    };
    Entity::insert(note).exec_without_returning(tx).await?;
    let owner = accounts::user::find(tx, before.user_id).await?;
    papers::want(tx, papers::Kind::CreditNote, note_id.0, owner.id, &owner.language).await?;
    let facts = serde_json::json!({ "number": before.invoice_number, "credit_note": number, "amount": amount.to_string() });
    notifications::tell(tx, owner.id, Event::CreditNoteIssued, note_id.0, facts).await?;
    let rows = transaction::of(tx, id).await?;
    let credited = before.credited_minor + amount.minor;
    let figures = status::derive(before.amount_minor - credited, &rows);
    let mut update = invoice::ActiveModel {
        id: Unchanged(id),
        credited_minor: Set(credited),
        payment_status: Set(figures.payment_status),
        ..Default::default()
    };
    // what was paid in part may be all that is owed now
    let is_paid_now = before.paid_at.is_none() && figures.paid_minor > 0 && figures.paid_minor >= before.amount_minor - credited;
    if is_paid_now {
        update.paid_at = Set(Some(tx.now()));
    }
    let after = invoice::save(tx, update).await?;
    if is_paid_now {
        notifications::invoice_paid(tx, &after).await?;
    }
    let detail = serde_json::json!({ "amount": amount.to_string(), "reason": reason, "source": source_key });
    audit::record(tx, actor, "invoice.credited", "invoice", id.0, Some(detail)).await?;
    promise::keep(tx, actor, &after, rows).await?;
    Ok(after)
}

/// Ends an invoice whose document was cancelled: nothing paid makes it VOID, otherwise all of it is credited and what was
/// paid is promised back. Harmless when it has ended already.
pub async fn close(tx: &Tx, actor: &Actor, id: InvoiceId, reason: &str) -> Result<invoice::Model> {
    let before = invoice::lock(tx, id).await?;
    if !machine::allows(status::INVOICES, By::System, &before.status, &InvoiceStatus::Void) {
        return Ok(before);
    }
    if before.paid_minor > 0 {
        let due = before.money(before.due_minor())?;
        return credit(tx, actor, id, due, reason, &format!("close:{id}")).await;
    }
    let update = invoice::ActiveModel { id: Unchanged(id), status: Set(InvoiceStatus::Void), ..Default::default() };
    let after = invoice::save(tx, update).await?;
    audit::record(tx, actor, "invoice.voided", "invoice", id.0, Some(serde_json::json!({ "reason": reason }))).await?;
    close_pages(tx, &after, &transaction::of(tx, id).await?).await?;
    Ok(after)
}

/// Credits by hand: part of what is owed, or all of it. The bill of a document that still goes on follows the document.
pub async fn by_hand(tx: &Tx, actor: &Actor, id: InvoiceId, amount: Option<&str>, reason: &str) -> Result<Model> {
    actor.may(Permission::ManageInvoices)?;
    let invoice = invoice::lock(tx, id).await?;
    let due = invoice.money(invoice.due_minor())?;
    let mut problems = Problems::default();
    let reason = text(&mut problems, "reason", reason, 500);
    let amount = match amount {
        None => Some(due),
        Some(text) => problems.take(Money::parse_positive("amount", text, due.currency))?,
    };
    let is_creditable = matches!(invoice.status, InvoiceStatus::Open | InvoiceStatus::Uncollectible) && due.minor > 0;
    let most = Message::new("error-amount-above-creditable").with("most", due.to_string());
    problems.check(!is_creditable || amount.is_none_or(|amount| amount.minor <= due.minor), "amount", most);
    problems.finish()?;
    let amount = amount.ok_or_else(|| Error::internal("a problem of the amount was lost"))?;
    if !is_creditable {
        return Err(Error::conflict("invoice-not-creditable", &invoice.available_actions(actor)));
    }
    refuse_live(tx, actor, &invoice).await?;
    let key = format!("by_hand:{}", Uuid::now_v7());
    credit(tx, actor, id, amount, &reason, &key).await?;
    Entity::find().filter(Column::SourceKey.eq(key)).one(tx).await?.ok_or_else(|| Error::internal("a credit note was not written"))
}

/// The credit notes of an invoice, oldest first, if the actor may see it.
pub async fn of_invoice(app: &App, actor: &Actor, id: InvoiceId, page: Page) -> Result<Listed<Model>> {
    let db = &app.db.conn;
    invoice::visible(app, actor, id).await?;
    let notes = Entity::find().filter(Column::InvoiceId.eq(id));
    let count = notes.clone().count(db).await?;
    let rows = notes.order_by_asc(Column::Id).offset(page.offset()).limit(page.size).all(db).await?;
    Ok(Listed { rows, count })
}
