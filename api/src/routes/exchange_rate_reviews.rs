//! What a person has to decide about exchange rates.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Id;
use crate::openapi::choices;
use crate::query::{List, Query, ordering};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::fx::decide;
use shared::fx::rate::Source;
use shared::fx::review::{self, Filter, Model, ORDERINGS, Reason, ReviewStatus};
use shared::page::Page;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(accept)).routes(routes!(dismiss))
}

/// A case.
#[derive(Serialize, ToSchema)]
struct RateReviewOut {
    id: Uuid,
    /// `JUMP`: one rate moved too far. `FEED`: a publication was refused as a whole. `STALE`: no new rates for too long.
    #[schema(schema_with = choices::<Reason>)]
    reason: Reason,
    #[schema(schema_with = choices::<Source>)]
    source: Source,
    #[schema(schema_with = choices::<ReviewStatus>)]
    status: ReviewStatus,
    base_currency: Option<String>,
    target_currency: Option<String>,
    /// The rate that is held.
    rate: Option<String>,
    /// When the provider says it was so.
    published_at: Option<DateTime<Utc>>,
    /// `before` of a jump; `problem` of a publication, and its `rates` if they can be accepted.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    created_at: DateTime<Utc>,
    resolved_at: Option<DateTime<Utc>>,
    /// Absent: it passed by itself.
    resolved_by: Option<Uuid>,
    #[schema(example = json!(["accept", "dismiss"]))]
    available_actions: Vec<&'static str>,
}

impl From<Model> for RateReviewOut {
    fn from(row: Model) -> Self {
        Self {
            available_actions: row.actions(),
            id: row.id,
            reason: row.reason,
            source: row.source,
            status: row.status,
            base_currency: row.base_currency,
            target_currency: row.target_currency,
            rate: row.rate,
            published_at: row.published_at,
            detail: row.detail,
            created_at: row.created_at,
            resolved_at: row.resolved_at,
            resolved_by: row.resolved_by,
        }
    }
}

/// What a list is narrowed to.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RateReviewQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    /// `OPEN` when absent.
    #[param(schema_with = choices::<ReviewStatus>)]
    status: Option<ReviewStatus>,
    #[param(schema_with = choices::<Reason>)]
    reason: Option<Reason>,
    /// `created_at` or `resolved_at`; with `-` in front: descending.
    ordering: Option<String>,
}

/// Lists cases, the open ones unless told otherwise.
#[utoipa::path(
    get, path = "/api/superadmin/exchange-rates/reviews/", operation_id = "list_exchange_rate_reviews", tag = "exchange rates",
    params(RateReviewQuery), responses((status = 200, description = "One page", body = List<RateReviewOut>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query<RateReviewQuery>) -> Result<Json<List<RateReviewOut>>> {
    let asked = &query.asked;
    let page = Page::new(asked.page, asked.page_size)?;
    let order = ordering(asked.ordering.as_deref(), ORDERINGS)?;
    let filter = Filter { status: asked.status.unwrap_or(ReviewStatus::Open), reason: asked.reason };
    let listed = review::list(&app, &caller.actor, filter, order, page).await?;
    Ok(Json(query.list(&app, page, listed, |row| Ok(row.into()))?))
}

/// Believes the provider: what was held holds from now on.
#[utoipa::path(
    post, path = "/api/superadmin/exchange-rates/reviews/{id}/accept/", operation_id = "accept_exchange_rate_review",
    tag = "exchange rates", params(("id" = Uuid, Path)), responses((status = 200, description = "Accepted", body = RateReviewOut))
)]
async fn accept(State(app): State<App>, caller: Caller, Id(id): Id<Uuid>) -> Result<Json<RateReviewOut>> {
    let tx = app.begin().await?;
    let review = decide::accept(&tx, &caller.actor, id).await?;
    tx.commit().await?;
    Ok(Json(review.into()))
}

/// Does not believe the provider, or has seen what it says: the rates stay as they are.
#[utoipa::path(
    post, path = "/api/superadmin/exchange-rates/reviews/{id}/dismiss/", operation_id = "dismiss_exchange_rate_review",
    tag = "exchange rates", params(("id" = Uuid, Path)), responses((status = 200, description = "Dismissed", body = RateReviewOut))
)]
async fn dismiss(State(app): State<App>, caller: Caller, Id(id): Id<Uuid>) -> Result<Json<RateReviewOut>> {
    let tx = app.begin().await?;
    let review = decide::dismiss(&tx, &caller.actor, id).await?;
    tx.commit().await?;
    Ok(Json(review.into()))
}
