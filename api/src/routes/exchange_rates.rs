//! Exchange rates for those who manage them: what holds, what held, and what people decide.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract;
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::openapi::choices;
use crate::query::{List, Query, check_length, ordering};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use shared::App;
use shared::error::Problems;
use shared::fx::list::{self, Filter, ORDERINGS};
use shared::fx::rate::{Model, Source};
use shared::fx::set::{self, Override};
use shared::ids::RateId;
use shared::money::Currency;
use shared::page::Page;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const HERE: &str = "/api/superadmin/exchange-rates/";

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(current, set_rate)).routes(routes!(history)).routes(routes!(unpin))
}

/// A rate as it is stored.
#[derive(Serialize, ToSchema)]
struct RateOut {
    #[schema(value_type = Uuid)]
    id: RateId,
    /// One of this …
    #[schema(example = "USD")]
    base_currency: String,
    /// … is worth …
    #[schema(example = "AED")]
    target_currency: String,
    /// … so many of that. Exact.
    #[schema(example = "3.6725")]
    rate: String,
    #[schema(schema_with = choices::<Source>)]
    source: Source,
    /// A provider does not replace it.
    pinned: bool,
    /// Who entered or accepted it; absent: nobody had to.
    created_by: Option<Uuid>,
    /// When it was so, as its source says.
    updated_at: DateTime<Utc>,
    /// When we stored it.
    created_at: DateTime<Utc>,
    /// When another took its place; absent: it holds.
    replaced_at: Option<DateTime<Utc>>,
    /// How long ago `updated_at` was.
    age_seconds: i64,
    /// It holds, is not pinned, and older than the setting allows.
    is_stale: bool,
    #[schema(example = json!(["unpin"]))]
    available_actions: Vec<&'static str>,
}

impl RateOut {
    fn new(row: Model, now: DateTime<Utc>, stale_after: TimeDelta) -> Self {
        let age = now - row.published_at;
        let holds = row.replaced_at.is_none();
        Self {
            id: row.id,
            base_currency: row.base_currency,
            target_currency: row.target_currency,
            rate: row.rate,
            source: row.source,
            pinned: row.is_pinned,
            created_by: row.created_by,
            updated_at: row.published_at,
            created_at: row.created_at,
            replaced_at: row.replaced_at,
            age_seconds: age.num_seconds(),
            is_stale: holds && !row.is_pinned && age > stale_after,
            available_actions: if holds && row.is_pinned { vec!["unpin"] } else { vec![] },
        }
    }
}

/// What a list is narrowed to.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RateQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    #[param(example = "USD")]
    base: Option<String>,
    #[param(example = "AED")]
    target: Option<String>,
    #[param(schema_with = choices::<Source>)]
    source: Option<Source>,
    pinned: Option<bool>,
    /// Part of a code.
    search: Option<String>,
    /// `base_currency`, `target_currency`, `updated_at` or `created_at`; with `-` in front: descending.
    ordering: Option<String>,
}

impl RateQuery {
    fn filter(&self) -> shared::Result<Filter> {
        let mut problems = Problems::default();
        let mut currency = |field: &str, code: &Option<String>| match code {
            Some(code) => problems.take(Currency::parse(field, code)),
            None => Ok(None),
        };
        let (base, target) = (currency("base", &self.base)?, currency("target", &self.target)?);
        check_length(&mut problems, "search", self.search.as_deref(), 100);
        problems.finish()?;
        Ok(Filter { base, target, source: self.source, pinned: self.pinned, search: self.search.clone() })
    }
}

/// Lists the rates that hold, one for each pair.
#[utoipa::path(
    get, path = "/api/superadmin/exchange-rates/", operation_id = "list_exchange_rates", tag = "exchange rates", params(RateQuery),
    responses((status = 200, description = "One page", body = List<RateOut>))
)]
async fn current(State(app): State<App>, caller: Caller, query: Query<RateQuery>) -> Result<Json<List<RateOut>>> {
    let asked = &query.asked;
    let page = Page::new(asked.page, asked.page_size)?;
    let order = ordering(asked.ordering.as_deref(), ORDERINGS)?;
    let listed = list::current(&app, &caller.actor, asked.filter()?, order, page).await?;
    let (now, stale_after) = (app.clock.now(), list::stale_after(&app).await?);
    Ok(Json(query.list(&app, page, listed, |row| Ok(RateOut::new(row, now, stale_after)))?))
}

/// Lists every rate that ever held, newest first.
#[utoipa::path(
    get, path = "/api/superadmin/exchange-rates/history/", operation_id = "list_exchange_rate_history", tag = "exchange rates",
    params(RateQuery), responses((status = 200, description = "One page", body = List<RateOut>))
)]
async fn history(State(app): State<App>, caller: Caller, query: Query<RateQuery>) -> Result<Json<List<RateOut>>> {
    let asked = &query.asked;
    let page = Page::new(asked.page, asked.page_size)?;
    let order = ordering(asked.ordering.as_deref(), ORDERINGS)?;
    let listed = list::history(&app, &caller.actor, asked.filter()?, order, page).await?;
    let (now, stale_after) = (app.clock.now(), list::stale_after(&app).await?);
    Ok(Json(query.list(&app, page, listed, |row| Ok(RateOut::new(row, now, stale_after)))?))
}

/// A rate that a person decides.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RateIn {
    #[schema(example = "USD")]
    base_currency: String,
    #[schema(example = "AED")]
    target_currency: String,
    /// Decimal string or number, read exactly: more than 0, at most 1000000000, up to 12 decimals.
    #[schema(value_type = String, example = "3.6725")]
    rate: Box<RawValue>,
    /// A pinned rate holds until it is let go; another only until the provider's next rates.
    #[serde(default = "yes")]
    pinned: bool,
}

fn yes() -> bool {
    true
}

/// Sets a rate from now on. Earlier documents keep theirs.
#[utoipa::path(
    post, path = "/api/superadmin/exchange-rates/", operation_id = "set_exchange_rate", tag = "exchange rates", request_body = RateIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")),
    responses((status = 201, description = "It holds", body = RateOut, headers(("Location" = String))))
)]
async fn set_rate(State(app): State<App>, caller: Caller, keyed: Keyed<RateIn>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, HERE.to_owned(), body),
    };
    let stored = store(&app, &caller, body, &key).await;
    let stored = key.settle(&app, stored).await?;
    made(StatusCode::CREATED, HERE.to_owned(), stored)
}

async fn store(app: &App, caller: &Caller, body: RateIn, key: &Hold) -> shared::Result<RateOut> {
    let new = Override {
        base_currency: body.base_currency,
        target_currency: body.target_currency,
        rate: body.rate.get().to_owned(),
        pinned: body.pinned,
    };
    let tx = app.begin().await?;
    let row = set::set(&tx, &caller.actor, new).await?;
    // just stored, so that no setting is needed to know that it is not old
    let out = RateOut::new(row, tx.now(), TimeDelta::MAX);
    key.answer(&tx, StatusCode::CREATED, &out).await?;
    tx.commit().await?;
    Ok(out)
}

/// A pair of currencies.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PairIn {
    #[schema(example = "USD")]
    base_currency: String,
    #[schema(example = "AED")]
    target_currency: String,
}

/// Lets a pinned rate go: it holds until the provider's next rates.
#[utoipa::path(
    post, path = "/api/superadmin/exchange-rates/unpin/", operation_id = "unpin_exchange_rate", tag = "exchange rates",
    request_body = PairIn,
    responses(
        (status = 200, description = "No longer pinned", body = RateOut),
        (status = 404, description = "This pair has no rate", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is not pinned", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn unpin(State(app): State<App>, caller: Caller, extract::Json(body): extract::Json<PairIn>) -> Result<Json<RateOut>> {
    let stale_after = list::stale_after(&app).await?;
    let tx = app.begin().await?;
    let row = set::unpin(&tx, &caller.actor, &body.base_currency, &body.target_currency).await?;
    let out = RateOut::new(row, tx.now(), stale_after);
    tx.commit().await?;
    Ok(Json(out))
}
