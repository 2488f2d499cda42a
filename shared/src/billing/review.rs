//! Table `payment_reviews`: what a person has to look at, because the machine must not guess about money.

use super::gateway::Gateway;
use super::reason::Reason;
use super::{invoice, promise, text, transaction};
use crate::clock::Time;
use crate::error::Problems;
use crate::ids::{EventId, InvoiceId, TransactionId};
use crate::page::{Listed, Page};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result, Tx, audit};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, Condition, QueryOrder, QuerySelect, QueryTrait};

/// One case.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_reviews")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `amount_mismatch`, `unknown_payment`, `wrong_mode`, `dispute_opened`, `missing_here`, …
    pub reason: String,
    pub gateway: Gateway,
    /// The provider's object.
    pub object_reference: String,
    pub invoice_id: Option<InvoiceId>,
    pub transaction_id: Option<TransactionId>,
    pub webhook_event_id: Option<EventId>,
    pub detail: Json,
    pub created_at: Time,
    pub resolved_at: Option<Time>,
    pub resolved_by: Option<Uuid>,
    /// What the person did about it.
    pub resolution: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// A new case about an object of the provider.
    pub(super) fn new(tx: &Tx, reason: &str, gateway: Gateway, object: String, detail: Json) -> Self {
        Self {
            id: Uuid::now_v7(),
            reason: reason.to_owned(),
            gateway,
            object_reference: object,
            invoice_id: None,
            transaction_id: None,
            webhook_event_id: None,
            detail,
            created_at: tx.now(),
            resolved_at: None,
            resolved_by: None,
            resolution: None,
        }
    }

    /// What a person may do with it.
    pub fn actions(&self) -> Vec<&'static str> {
        if self.resolved_at.is_none() { vec!["resolve"] } else { vec![] }
    }
}

/// Opens a case; the same reason for the same object is one open case. What passed by itself may come again, what a person has
/// dealt with only with another detail. Whether it is new.
pub async fn open(tx: &Tx, case: Model) -> Result<bool> {
    if is_dealt_with(tx, &case).await? {
        return Ok(false);
    }
    let row = ActiveModel::from(case.clone()).reset_all();
    let insert = Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
    if insert.exec_without_returning(tx).await? == 0 {
        return Ok(false);
    }
    tracing::error!(billing.review = %case.reason, billing.object = %case.object_reference, "a payment needs a person");
    metrics::counter!("payment_reviews_opened_total", "reason" => case.reason).increment(1);
    Ok(true)
}

/// Whether a person has resolved this very case. Money that is short is short anew each time.
async fn is_dealt_with(tx: &Tx, case: &Model) -> Result<bool> {
    if case.reason == "refund_insufficient_funds" {
        return Ok(false);
    }
    let before = Entity::find()
        .filter(Column::ObjectReference.eq(&case.object_reference))
        .filter(Column::Reason.eq(&case.reason))
        .filter(Column::Gateway.eq(case.gateway))
        .filter(Column::ResolvedBy.is_not_null());
    Ok(before.all(tx).await?.iter().any(|before| before.detail == case.detail))
}

/// Ends open cases that have passed by themselves.
pub(super) async fn passed(tx: &Tx, which: Condition, resolution: &str) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::ResolvedAt, Expr::value(tx.now()));
    let update = update.col_expr(Column::Resolution, Expr::value(resolution));
    update.filter(Column::ResolvedAt.is_null()).filter(which).exec(tx).await?;
    Ok(())
}

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// Whether somebody has dealt with it.
    pub resolved: Option<bool>,
    /// Why it was opened.
    pub reason: Option<Reason>,
    /// Of which provider.
    pub gateway: Option<Gateway>,
    /// About which invoice.
    pub invoice: Option<InvoiceId>,
    /// From, inclusive.
    pub created_from: Option<Time>,
    /// To, exclusive.
    pub created_before: Option<Time>,
}

/// Cases, newest first. Two statements.
pub async fn list(app: &App, actor: &Actor, filter: Filter, page: Page) -> Result<Listed<Model>> {
    actor.may(Permission::ManageDisputes)?;
    let query = narrowed(filter);
    let count = query.clone().count(&app.db.conn).await?;
    let ordered = query.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
    let rows = ordered.offset(page.offset()).limit(page.size).all(&app.db.conn).await?;
    Ok(Listed { rows, count })
}

pub(crate) fn narrowed(filter: Filter) -> Select<Entity> {
    let is_resolved = |resolved| if resolved { Column::ResolvedAt.is_not_null() } else { Column::ResolvedAt.is_null() };
    Entity::find()
        .apply_if(filter.resolved, |query, resolved| query.filter(is_resolved(resolved)))
        .apply_if(filter.reason, |query, reason| query.filter(Column::Reason.eq(reason)))
        .apply_if(filter.gateway, |query, gateway| query.filter(Column::Gateway.eq(gateway)))
        .apply_if(filter.invoice, |query, invoice| query.filter(Column::InvoiceId.eq(invoice)))
        .apply_if(filter.created_from, |query, from| query.filter(Column::CreatedAt.gte(from)))
        .apply_if(filter.created_before, |query, before| query.filter(Column::CreatedAt.lt(before)))
}

/// One case.
pub async fn show(app: &App, actor: &Actor, id: Uuid) -> Result<Model> {
    actor.may(Permission::ManageDisputes)?;
    Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)
}

/// A person has dealt with a case, and says how. A refund that failed is free then: what of its money is still due back is promised
/// again.
pub async fn resolve(tx: &Tx, actor: &Actor, id: Uuid, resolution: &str) -> Result<Model> {
    actor.may(Permission::ManageDisputes)?;
    let mut problems = Problems::default();
    let resolution = text(&mut problems, "resolution", resolution, 1000);
    problems.finish()?;
    let seen = Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?;
    // before the case, as everywhere: an invoice's lock comes first
    let failed = seen.transaction_id.filter(|_| seen.reason == "refund_failed").zip(seen.invoice_id);
    let freed = match failed {
        Some((row, invoice)) => Some((row, invoice::lock(tx, invoice).await?)),
        None => None,
    };
    let case = Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(Error::NotFound)?;
    if case.resolved_at.is_some() {
        return Err(Error::conflict("payment-review-closed", &case.actions()));
    }
    let after =
        Model { resolved_at: Some(tx.now()), resolved_by: actor.user.map(|user| user.0), resolution: Some(resolution.clone()), ..case };
    let update = ActiveModel {
        id: Unchanged(id),
        resolved_at: Set(after.resolved_at),
        resolved_by: Set(after.resolved_by),
        resolution: Set(after.resolution.clone()),
        ..Default::default()
    };
    Entity::update(update).exec_without_returning(tx).await?;
    let detail = serde_json::json!({ "reason": after.reason, "object": after.object_reference, "resolution": resolution });
    audit::record(tx, actor, "payment_review.resolved", "payment_review", id, Some(detail)).await?;
    if let Some((row, invoice)) = freed {
        let mut rows = transaction::of(tx, invoice.id).await?;
        if let Some(failed) = rows.iter_mut().find(|failed| failed.id == row) {
            let dealt_with = transaction::Model { dealt_with_at: after.resolved_at, ..failed.clone() };
            *failed = transaction::change(tx, failed, dealt_with).await?;
        }
        promise::keep(tx, actor, &invoice, rows).await?;
    }
    Ok(after)
}
