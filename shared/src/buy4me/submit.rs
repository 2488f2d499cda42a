//! A draft gets its quote: rates and fees are locked, the bill is written. And back, as long as no money has moved.

use super::advance::step;
use super::bill::{self, Kind};
use super::event::Said;
use super::request::{self, Held, Model};
use super::state::Status;
use super::{figures, item};
use crate::ids::RequestId;
use crate::machine::By;
use crate::policy::Actor;
use crate::{App, Error, Result, Tx, i18n};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

/// DRAFT → SUBMITTED.
pub(super) async fn submit(tx: &Tx, actor: &Actor, by: By, held: Held, said: &Said) -> Result<Model> {
    held.check_step(actor, by, Status::Submitted)?;
    let Held { mut request, owner, .. } = held;
    let before = item::of(tx, request.id).await?;
    let quoted = figures::quote(&tx.app, tx, &request, &before, &owner.language).await?;
    request.fx = Some(serde_json::to_value(&quoted.quotes).map_err(Error::internal)?);
    request.terms = Some(serde_json::to_value(&quoted.terms).map_err(Error::internal)?);
    request.quote_expires_at = Some(quoted.expires_at);
    request.fee_version = Some(quoted.fee_version);
    request.tax_version = Some(quoted.tax_version);
    request.overage_used_minor = 0;
    let mut items = before.clone();
    items.iter_mut().for_each(|item| item.shop = Some(item.shop()));
    figures::note(&mut request, &mut items, &quoted.priced)?;
    item::save_changed(tx, &before, &mut items).await?;
    bill::add(tx, &mut request, Kind::Buy4Me, &quoted.priced.lines).await?;
    step(tx, actor, by, Status::Submitted, request, said).await
}

/// SUBMITTED → DRAFT: the invoice is void, the quote forgotten. Money that moved or is about to forbids it.
pub(super) async fn withdraw(tx: &Tx, actor: &Actor, by: By, held: Held, said: &Said) -> Result<Model> {
    held.check_step(actor, by, Status::Draft)?;
    // a quote that has expired takes the question about it along
    if by != By::System && held.request.action_required.is_some() {
        return Err(held.refuses(actor, "request-decision-pending"));
    }
    let Held { mut request, owner, .. } = held;
    if bill::has_money(tx, request.id).await? {
        return Err(Error::conflict("request-has-payment", &["cancel"]));
    }
    let why = if by == By::System { "buy4me-credit-quote-expired" } else { "buy4me-credit-withdrawn" };
    bill::close(tx, actor, request.id, bill::Which::Ours, &i18n::text(&owner.language, why, &[])).await?;
    let before = item::of(tx, request.id).await?;
    let mut items = before.clone();
    for item in &mut items {
        (item.charged_minor, item.actual_unit_price_minor, item.shop, item.overage_minor) = (None, None, None, 0);
    }
    item::save_changed(tx, &before, &mut items).await?;
    (request.action_required, request.proposal) = (None, None);
    (request.total_minor, request.breakdown) = (None, serde_json::json!([]));
    (request.fx, request.terms, request.quote_expires_at) = (None, None, None);
    (request.fee_version, request.tax_version, request.overage_used_minor) = (None, None, 0);
    step(tx, actor, by, Status::Draft, request, said).await
}

/// Requests after `last` whose quote expired, at most `limit`, in the order of their ids.
pub async fn expired(app: &App, last: RequestId, limit: u64) -> Result<Vec<RequestId>> {
    let old = request::Entity::find().filter(request::Column::Status.eq(Status::Submitted));
    let old = old.filter(request::Column::QuoteExpiresAt.lt(app.clock.now()));
    let ids = old.select_only().column(request::Column::Id).filter(request::Column::Id.gt(last));
    let ids = ids.order_by_asc(request::Column::Id).limit(limit);
    Ok(ids.into_tuple().all(&app.db.conn).await?)
}

/// Makes a draft again of a request whose quote expired, if nothing was paid and no payment is on its way. Harmless otherwise.
pub async fn expire(tx: &Tx, id: RequestId) -> Result<()> {
    let held = request::lock(tx, id).await?;
    let is_due = held.request.status == Status::Submitted && held.request.quote_expires_at.is_some_and(|at| at < tx.now());
    if !is_due {
        return Ok(());
    }
    match withdraw(tx, &Actor::system(), By::System, held, &Said::default()).await {
        Ok(_) => Ok(()),
        Err(Error::Conflict { code: "request-has-payment" | "request-step-not-allowed", .. }) => Ok(()),
        Err(other) => Err(other),
    }
}
