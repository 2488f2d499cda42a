//! Table `payment_transactions`: money that moved or is about to. A success never leaves; a reversal is a row of its own.

use super::gateway::Gateway;
use crate::clock::Time;
use crate::ids::{InvoiceId, TransactionId};
use crate::money::{Currency, Money};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result, Tx};
use sea_orm::ActiveValue::Unchanged;
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, Iterable, QueryOrder};
use serde::{Deserialize, Serialize};

/// Which way the money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// From the customer to us.
    Charge,
    /// Back to the customer; a negative one is a refund that the bank sent back.
    Refund,
    /// Taken back through the bank: PENDING while open, SUCCESS when lost, CANCELLED when won; a negative one is a loss that came
    /// back by an appeal.
    Dispute,
}

/// How far it got. PENDING is the only state that is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum TransactionStatus {
    Pending,
    Success,
    Failed,
    Cancelled,
}

/// One movement of money.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_transactions")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransactionId,
    pub invoice_id: InvoiceId,
    /// The charge that a refund or dispute belongs to.
    pub parent_id: Option<TransactionId>,
    pub kind: Kind,
    pub status: TransactionStatus,
    pub gateway: Gateway,
    pub method: Option<String>,
    /// The provider's id of the payment, refund or dispute; unique per gateway.
    pub transaction_reference: Option<String>,
    /// The provider's id of the hosted page.
    pub checkout_reference: Option<String>,
    pub redirect_url: Option<String>,
    /// Equal requests share a link: amount and return addresses, hashed.
    pub request_fingerprint: Option<String>,
    pub amount_minor: i64,
    pub currency: String,
    pub fee_minor: Option<i64>,
    pub failure_code: Option<String>,
    pub response_data: Option<Json>,
    pub expires_at: Option<Time>,
    /// Why money goes back, in the words of whoever asked for it.
    pub reason: Option<String>,
    pub requested_by: Option<Uuid>,
    /// When the provider was first asked to move it; before that it is only promised.
    pub sent_at: Option<Time>,
    /// When it became a success.
    pub settled_at: Option<Time>,
    /// Of a promised refund: from when on it is kept, whatever is owed later.
    pub firm_at: Option<Time>,
    /// Of a refund that failed: when a person dealt with it. Its money may be promised again.
    pub dealt_with_at: Option<Time>,
    /// Until when a dispute must be answered.
    pub due_by: Option<Time>,
    /// Since when the provider says that a pending payment is on its way, which may take days.
    pub processing_at: Option<Time>,
    /// `RCP-2026-000123`, given when its paper is made.
    pub receipt_number: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Model {
    /// A fresh row; what is not named here is not known yet.
    pub fn new(invoice_id: InvoiceId, kind: Kind, status: TransactionStatus, gateway: Gateway, amount: Money, now: Time) -> Self {
        Self {
            id: TransactionId::new(),
            invoice_id,
            parent_id: None,
            kind,
            status,
            gateway,
            method: None,
            transaction_reference: None,
            checkout_reference: None,
            redirect_url: None,
            request_fingerprint: None,
            amount_minor: amount.minor,
            currency: amount.currency.code().to_owned(),
            fee_minor: None,
            failure_code: None,
            response_data: None,
            expires_at: None,
            reason: None,
            requested_by: None,
            sent_at: None,
            settled_at: (status == TransactionStatus::Success).then_some(now),
            firm_at: None,
            dealt_with_at: None,
            due_by: None,
            processing_at: None,
            receipt_number: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether its payer has paid and the money will come, if the bank does not say otherwise.
    pub fn is_on_its_way(&self) -> bool {
        self.kind == Kind::Charge && self.status == TransactionStatus::Pending && self.processing_at.is_some()
    }

    /// What the provider said, without where the browser goes afterwards: who pays by a link has its secret in there.
    pub fn told(&self) -> Option<Json> {
        let mut data = self.response_data.clone()?;
        if let Some(fields) = data.as_object_mut() {
            fields.retain(|name, _| !["return_url", "cancel_url", "link_until"].contains(&name.as_str()));
        }
        data.as_object().is_none_or(|fields| !fields.is_empty()).then_some(data)
    }

    /// What this actor, who may see it, can do with it now.
    pub fn available_actions(&self, actor: &Actor) -> Vec<&'static str> {
        let is_open = self.status == TransactionStatus::Pending;
        // customers see their own only
        let may_pay = actor.can(Permission::ManageInvoices) || !actor.can(Permission::ViewInvoices);
        let is_capturable = self.kind == Kind::Charge && self.gateway == Gateway::Paypal && self.checkout_reference.is_some();
        let is_by_hand = self.kind == Kind::Refund && self.gateway == Gateway::Manual;
        let is_to_hand_back = is_open && is_by_hand;
        [
            ("capture", is_open && is_capturable && may_pay),
            ("confirm", is_to_hand_back && actor.can(Permission::RecordPayment)),
            ("withdraw", is_to_hand_back && actor.can(Permission::Refund)),
        ]
        .into_iter()
        .filter_map(|(action, may)| may.then_some(action))
        .collect()
    }

    /// Amount with its currency.
    pub fn amount(&self) -> Result<Money> {
        Ok(Money::new(self.amount_minor, Currency::parse("currency", &self.currency)?))
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // one
pub enum Relation {
    #[sea_orm(belongs_to = "super::invoice::Entity", from = "Column::InvoiceId", to = "super::invoice::Column::Id")]
    Invoice,
}

impl Related<super::invoice::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Invoice.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// The name of our own row of a refund that the bank sent back: the provider knows the refund alone.
pub(super) fn returned(reference: &str) -> String {
    format!("{reference}/returned")
}

/// Writes a new row.
pub(super) async fn insert(tx: &Tx, row: Model) -> Result<Model> {
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(row)
}

/// Writes what of a row differs from how it was read, and when; a row that has become a success settles now. Other columns are left
/// alone: a fee or a number may have been written meanwhile.
pub(super) async fn change(tx: &Tx, before: &Model, after: Model) -> Result<Model> {
    let now = tx.now();
    let has_settled = after.status == TransactionStatus::Success && before.status != TransactionStatus::Success;
    let settled_at = after.settled_at.or(has_settled.then_some(now));
    let after = Model { settled_at, updated_at: now, ..after };
    let mut update = ActiveModel { id: Unchanged(before.id), ..Default::default() };
    for column in Column::iter().filter(|column| before.get(*column) != after.get(*column)) {
        update.set(column, after.get(column));
    }
    Entity::update(update).exec_without_returning(tx).await?;
    Ok(after)
}

/// All rows of an invoice, oldest first.
pub async fn of(db: &impl ConnectionTrait, invoice: InvoiceId) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::InvoiceId.eq(invoice)).order_by_asc(Column::Id).all(db).await?)
}

/// Of the rows of an invoice what is on its way: neither paid nor to be asked for again.
pub fn on_its_way(rows: &[Model]) -> i64 {
    rows.iter().filter(|row| row.is_on_its_way()).map(|row| row.amount_minor).sum()
}

/// The charge that a refund or dispute belongs to.
pub async fn parent(db: &impl ConnectionTrait, row: &Model) -> Result<Option<Model>> {
    let Some(parent) = row.parent_id else { return Ok(None) };
    Ok(Entity::find_by_id(parent).one(db).await?)
}

/// A row, for jobs.
pub async fn find(app: &App, id: TransactionId) -> Result<Model> {
    Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)
}

/// The row of a provider's object.
pub async fn by_reference(db: &impl ConnectionTrait, gateway: Gateway, reference: &str) -> Result<Option<Model>> {
    let of_gateway = Entity::find().filter(Column::Gateway.eq(gateway));
    Ok(of_gateway.filter(Column::TransactionReference.eq(reference)).one(db).await?)
}

/// A transaction with its invoice, if the actor may see it.
pub async fn show(app: &App, actor: &Actor, id: TransactionId) -> Result<(Model, super::invoice::Model)> {
    let found = Entity::find_by_id(id).find_also_related(super::invoice::Entity).one(&app.db.conn).await?;
    let Some((transaction, Some(invoice))) = found else { return Err(Error::NotFound) };
    actor.owns_or_may(invoice.user_id, Permission::ViewInvoices)?;
    Ok((transaction, invoice))
}
