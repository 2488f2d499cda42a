//! Table `invoices`.

use super::status::{InvoiceStatus, PaymentStatus};
use super::{line, news, transaction};
use crate::clock::Time;
use crate::error::on_unique;
use crate::ids::{InvoiceId, UserId};
use crate::money::{Currency, Money};
use crate::page::{Listed, Page, containing};
use crate::policy::{Actor, Permission, Role};
use crate::{App, Error, Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, IntoColumnRef};
use sea_orm::{Condition, Order, QueryOrder, QuerySelect, QueryTrait};

/// An invoice.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "invoices")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvoiceId,
    /// `INV-2026-000123`; drafts have none.
    pub invoice_number: Option<String>,
    pub user_id: UserId,
    /// Who is billed, as known when the invoice was issued.
    pub billing_snapshot: Option<Json>,
    /// `MANUAL`, later also what issued it.
    pub kind: String,
    pub status: InvoiceStatus,
    pub payment_status: PaymentStatus,
    pub currency: String,
    pub subtotal_minor: i64,
    pub tax_minor: i64,
    pub amount_minor: i64,
    pub paid_minor: i64,
    pub refunded_minor: i64,
    /// What credit notes took off the amount.
    pub credited_minor: i64,
    /// Gateway or method of the last payment.
    pub payment_method: Option<String>,
    pub related_shipment: Option<Uuid>,
    pub related_buy4me_request: Option<Uuid>,
    pub created_by: Option<Uuid>,
    /// The cause, for bills: each has one invoice.
    pub source_key: Option<String>,
    /// The quotes it was made at.
    pub fx: Option<Json>,
    /// The role of who is billed, when it was issued.
    pub customer_type: Option<Role>,
    /// Where what it bills went or goes, as known when it was issued: ISO 3166-1.
    pub country: Option<String>,
    /// ISO 3166-2.
    pub region: Option<String>,
    /// The company's currency when it was issued, …
    pub base_currency: Option<String>,
    /// … and units of it for one of the invoice's, for reports; none if nobody knew.
    pub base_rate: Option<String>,
    /// Version of the company's data that its paper shows.
    pub company_version: i32,
    pub due_at: Time,
    pub issued_at: Option<Time>,
    pub paid_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Model {
    /// The invoice's currency.
    pub fn currency(&self) -> Result<Currency> {
        Currency::parse("currency", &self.currency)
    }

    /// `minor` units in the invoice's currency.
    pub fn money(&self, minor: i64) -> Result<Money> {
        Ok(Money::new(minor, self.currency()?))
    }

    /// What is still owed; money given back is not owed again.
    pub fn balance_minor(&self) -> i64 {
        balance(self.status, self.amount_minor, self.credited_minor, self.paid_minor)
    }

    /// What has to be paid in all: the amount less what was credited; nothing once it is void.
    pub fn due_minor(&self) -> i64 {
        match self.status {
            InvoiceStatus::Draft | InvoiceStatus::Open | InvoiceStatus::Uncollectible => self.amount_minor - self.credited_minor,
            InvoiceStatus::Void => 0,
        }
    }

    /// Whether what it bills may be delivered: it was issued, and what is due was paid and not given back.
    pub fn is_settled(&self) -> bool {
        let was_issued = matches!(self.status, InvoiceStatus::Open | InvoiceStatus::Uncollectible);
        was_issued && self.paid_minor - self.refunded_minor >= self.due_minor()
    }

    /// What was paid beyond what is owed, and has not gone back yet.
    pub fn overpaid_minor(&self) -> i64 {
        (self.paid_minor - self.refunded_minor - self.due_minor()).max(0)
    }

    /// Whether money ever came in for it, though the payer's bank may have taken it back: each payment leaves its method here.
    pub fn has_payments(&self) -> bool {
        self.payment_method.is_some()
    }

    /// Whether a customer may pay it: also one that nobody expected to be paid any more.
    pub fn is_payable(&self) -> bool {
        matches!(self.status, InvoiceStatus::Open | InvoiceStatus::Uncollectible) && self.balance_minor() > 0
    }

    /// What this actor can do with it now.
    pub fn available_actions(&self, actor: &Actor) -> Vec<&'static str> {
        let manages = actor.can(Permission::ManageInvoices);
        let is_issued = matches!(self.status, InvoiceStatus::Open | InvoiceStatus::Uncollectible);
        let is_void = self.status == InvoiceStatus::Void;
        let is_draft = self.status == InvoiceStatus::Draft;
        [
            ("finalize", is_draft && manages),
            ("pay", self.is_payable() && (manages || actor.user == Some(self.user_id))),
            // a transfer that arrives is booked whatever became of the invoice, and goes back
            ("record-payment", self.issued_at.is_some() && actor.can(Permission::RecordPayment)),
            ("refund", self.paid_minor > self.refunded_minor && actor.can(Permission::Refund)),
            // the bill of a document follows the document
            ("credit", is_issued && self.due_minor() > 0 && manages && self.source_key.is_none()),
            ("void", !is_void && self.status != InvoiceStatus::Uncollectible && !self.has_payments() && manages),
            ("write-off", self.status == InvoiceStatus::Open && self.balance_minor() > 0 && manages),
        ]
        .into_iter()
        .filter_map(|(action, may)| may.then_some(action))
        .collect()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // three
pub enum Relation {
    #[sea_orm(has_many = "super::line::Entity")]
    Lines,
    #[sea_orm(has_many = "super::transaction::Entity")]
    Transactions,
    #[sea_orm(belongs_to = "crate::accounts::user::Entity", from = "Column::UserId", to = "crate::accounts::user::Column::Id")]
    User,
}

impl Related<crate::accounts::user::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// What is still owed on an invoice of which no more than this is known, in minor units.
pub(crate) fn balance(status: InvoiceStatus, amount: i64, credited: i64, paid: i64) -> i64 {
    match status {
        InvoiceStatus::Draft | InvoiceStatus::Open | InvoiceStatus::Uncollectible => (amount - credited - paid).max(0),
        InvoiceStatus::Void => 0,
    }
}

/// The invoice, locked until the transaction ends.
pub async fn lock(tx: &Tx, id: InvoiceId) -> Result<Model> {
    find_locked(tx, id).await?.ok_or(Error::NotFound)
}

/// The same, if there is such an invoice.
pub(super) async fn find_locked(tx: &Tx, id: InvoiceId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx).await?)
}

/// The invoice, if the actor may see it. Drafts are seen by staff only.
pub(super) async fn visible(app: &App, actor: &Actor, id: InvoiceId) -> Result<Model> {
    let invoice = Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    actor.owns_or_may(invoice.user_id, Permission::ViewInvoices)?;
    if invoice.status == InvoiceStatus::Draft {
        actor.may(Permission::ViewInvoices).map_err(|_| Error::Hidden)?;
    }
    Ok(invoice)
}

/// An invoice with its lines and money rows, if the actor may see it. Drafts are seen by staff only.
pub async fn show(app: &App, actor: &Actor, id: InvoiceId) -> Result<(Model, Vec<line::Model>, Vec<transaction::Model>)> {
    let db = &app.db.conn;
    let invoice = visible(app, actor, id).await?;
    let lines = line::of(db, id).await?;
    let transactions = transaction::of(db, id).await?;
    Ok((invoice, lines, transactions))
}

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// Any of these.
    pub status: Vec<InvoiceStatus>,
    /// Any of these.
    pub payment_status: Vec<PaymentStatus>,
    /// Code.
    pub currency: Option<String>,
    /// One customer's; means nothing to a customer, who sees the own ones anyway.
    pub user: Option<UserId>,
    /// Whether something of it should have been paid by now.
    pub overdue: Option<bool>,
    /// From, inclusive.
    pub created_from: Option<Time>,
    /// To, exclusive.
    pub created_before: Option<Time>,
    /// Part of the number.
    pub search: Option<String>,
}

/// Columns a list may be ordered by, as clients write them.
pub const ORDERINGS: &[(&str, Column)] = &[("created_at", Column::CreatedAt), ("due_at", Column::DueAt), ("amount", Column::AmountMinor)];

/// Invoices that the actor may see, newest first unless ordered otherwise. Two statements whatever the page size.
pub async fn list(app: &App, actor: &Actor, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Model>> {
    let mut query = narrowed(filter, app.clock.now());
    if !actor.can(Permission::ViewInvoices) {
        let own = actor.user.ok_or(Error::Forbidden(None))?;
        query = query.filter(Column::UserId.eq(own)).filter(Column::Status.ne(InvoiceStatus::Draft));
    }
    let count = query.clone().count(&app.db.conn).await?;
    let (column, direction) = order.unwrap_or((Column::CreatedAt, Order::Desc));
    let rows = query
        .order_by(column, direction)
        .order_by(Column::Id, Order::Desc)
        .offset(page.offset())
        .limit(page.size)
        .all(&app.db.conn)
        .await?;
    Ok(Listed { rows, count })
}

pub(crate) fn narrowed(filter: Filter, now: Time) -> Select<Entity> {
    let mut query = Entity::find();
    if !filter.status.is_empty() {
        query = query.filter(Column::Status.is_in(filter.status));
    }
    if !filter.payment_status.is_empty() {
        query = query.filter(Column::PaymentStatus.is_in(filter.payment_status));
    }
    query
        .apply_if(filter.currency, |q, code| q.filter(Column::Currency.eq(code)))
        .apply_if(filter.user, |q, user| q.filter(Column::UserId.eq(user)))
        .apply_if(filter.overdue, |q, is_late| q.filter(if is_late { late(now) } else { late(now).not() }))
        .apply_if(filter.created_from, |q, from| q.filter(Column::CreatedAt.gte(from)))
        .apply_if(filter.created_before, |q, before| q.filter(Column::CreatedAt.lt(before)))
        .apply_if(filter.search, |q, text| q.filter(Column::InvoiceNumber.like(containing(&text.to_uppercase()))))
}

fn late(now: Time) -> Condition {
    // in the words of an index
    let owed = Expr::cust("amount_minor - credited_minor - paid_minor > 0");
    Condition::all().add(Column::Status.eq(InvoiceStatus::Open)).add(owed).add(Column::DueAt.lt(now))
}

/// Whether something was billed for a row of another table, and nothing of it is left to pay; `about` is the column here that refers
/// to the id of that row, `id`.
pub(crate) fn is_settled(about: Column, id: impl IntoColumnRef) -> Condition {
    // not for the whole file: it has a `max` of its own
    use sea_orm::sea_query::ExprTrait;
    let id = id.into_column_ref();
    let issued = || {
        let its_own = Expr::col((Entity, about)).equals(id.clone());
        let status = Column::Status.is_in([InvoiceStatus::Open, InvoiceStatus::Uncollectible]);
        Entity::find().select_only().expr(Expr::val(1)).filter(its_own).filter(status)
    };
    let unpaid = issued().filter(Expr::cust("paid_minor - refunded_minor < amount_minor - credited_minor"));
    Condition::all().add(Expr::exists(issued().into_query())).add(Expr::not_exists(unpaid.into_query()))
}

/// Saves changed columns of a locked invoice.
pub(super) async fn save(tx: &Tx, mut row: ActiveModel) -> Result<Model> {
    row.updated_at = sea_orm::ActiveValue::Set(tx.now());
    let saved = on_unique(row.update(tx).await, "invoices_invoice_number_key", "invoices.invoice_number", || {
        Error::internal("an invoice number was given twice")
    })?;
    news::invoice(tx, &saved, saved.payment_status).await?;
    Ok(saved)
}
