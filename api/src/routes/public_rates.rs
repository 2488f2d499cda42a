//! What money is worth now, for anybody.

use crate::error::Result;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::fx::list;
use shared::money::Currency;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Decimals that are shown: enough for the rial in dinars.
const DECIMALS: u32 = 12;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}

/// What is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PublicRateQuery {
    /// The company's own currency when absent.
    #[param(example = "USD")]
    base: Option<String>,
}

/// The rates of one base, complete: there is one page.
#[derive(Serialize, ToSchema)]
struct PublicRatesOut {
    #[schema(example = "USD")]
    base_currency: String,
    count: usize,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<PublicRateOut>,
}

/// A middle rate, without what an exchange costs.
#[derive(Serialize, ToSchema)]
struct PublicRateOut {
    #[schema(example = "USD")]
    base_currency: String,
    #[schema(example = "EUR")]
    target_currency: String,
    /// Decimal string, rounded to 12 decimals.
    #[schema(example = "0.9125")]
    rate: String,
    /// When it was so; of a cross rate, the older of its parts.
    updated_at: DateTime<Utc>,
}

/// Shows what one unit of a currency is worth in the currencies that are offered. Those without a rate are left out.
#[utoipa::path(
    get, path = "/api/exchange-rates/", operation_id = "show_exchange_rates", tag = "exchange rates", params(PublicRateQuery),
    security(()), responses((status = 200, description = "Current rates; may be kept for a minute", body = PublicRatesOut))
)]
async fn show(State(app): State<App>, query: Query<PublicRateQuery>) -> Result<Response> {
    let base = match &query.asked.base {
        Some(code) => Currency::parse("base", code)?,
        None => app.config.base_currency,
    };
    let out = |(target, way): (Currency, shared::fx::cross::Way)| PublicRateOut {
        base_currency: base.to_string(),
        target_currency: target.to_string(),
        rate: shown(way.rate),
        updated_at: way.updated_at,
    };
    let results: Vec<PublicRateOut> = list::offered(&app, base).await?.into_iter().map(out).collect();
    let body = PublicRatesOut { base_currency: base.to_string(), count: results.len(), next: None, previous: None, results };
    Ok(([(header::CACHE_CONTROL, "public, max-age=60")], Json(body)).into_response())
}

fn shown(rate: Decimal) -> String {
    rate.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero).normalize().to_string()
}
