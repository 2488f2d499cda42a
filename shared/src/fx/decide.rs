//! A person decides a case: once, and it is known who.

use super::rate::{self, NewRate};
use super::review::{ActiveModel, Entity, Model, ReviewStatus};
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit};
use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use serde_json::json;

/// Believes the provider: the held rates hold from now on. A pair that was pinned meanwhile stays as it is.
pub async fn accept(tx: &Tx, actor: &Actor, id: Uuid) -> Result<Model> {
    actor.may(Permission::ManageRates)?;
    rate::lock(tx).await?;
    let review = find_open(tx, id).await?;
    let held = review.held()?;
    let allowed = review.actions();
    if held.is_empty() {
        return Err(Error::conflict("rate-review-holds-nothing", &allowed));
    }
    let current = rate::current(tx).await?;
    let is_pinned = |new: &NewRate| current.iter().any(|row| row.is_pinned && row.is_of(new.base, new.target));
    let new: Vec<NewRate> = held.into_iter().filter(|new| !is_pinned(new)).collect();
    if new.is_empty() {
        return Err(Error::conflict("rate-pinned", &["dismiss"]));
    }
    let by = actor.user.map(|user| user.0);
    rate::append(tx, &current, new.into_iter().map(|new| NewRate { created_by: by, ..new }).collect()).await?;
    resolve(tx, actor, review, ReviewStatus::Accepted).await
}

/// Does not believe it, or has seen it: the current rates stay.
pub async fn dismiss(tx: &Tx, actor: &Actor, id: Uuid) -> Result<Model> {
    actor.may(Permission::ManageRates)?;
    let review = find_open(tx, id).await?;
    resolve(tx, actor, review, ReviewStatus::Dismissed).await
}

async fn find_open(tx: &Tx, id: Uuid) -> Result<Model> {
    let review = Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(Error::NotFound)?;
    match review.status {
        ReviewStatus::Open => Ok(review),
        ReviewStatus::Accepted | ReviewStatus::Dismissed | ReviewStatus::Recovered => Err(Error::conflict("rate-review-closed", &[])),
    }
}

/// Needs the row's lock.
async fn resolve(tx: &Tx, actor: &Actor, review: Model, status: ReviewStatus) -> Result<Model> {
    let changes = ActiveModel {
        id: Set(review.id),
        status: Set(status),
        resolved_at: Set(Some(tx.now())),
        resolved_by: Set(actor.user.map(|user| user.0)),
        ..Default::default()
    };
    let row = changes.update(tx).await?;
    let detail = json!({
        "reason": row.reason, "source": row.source, "base": row.base_currency, "target": row.target_currency, "rate": row.rate, "status": status,
    });
    audit::record(tx, actor, "exchange_rate.reviewed", "exchange_rate_review", row.id, Some(detail)).await?;
    Ok(row)
}
