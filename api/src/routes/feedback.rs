//! What customers think: given by them, read by staff. The page for those who are not signed in is `feedback_page`.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Timestamp;
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::query::{List, PageQuery, Query, check_length, ordering};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::error::Problems;
use shared::feedback::answer::Model;
use shared::feedback::list::{self, Filter, ORDERINGS};
use shared::feedback::summary::{self, Figures};
use shared::feedback::{self, NewFeedback};
use shared::ids::{FeedbackId, RequestId, ShipmentId, UserId};
use shared::page::Page;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(own, give)).routes(routes!(all)).routes(routes!(sum_up))
}

/// Feedback.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FeedbackIn {
    #[schema(min_length = 1, max_length = 2000)]
    message: String,
    #[schema(minimum = 1, maximum = 5)]
    rating: i32,
    /// About one of yours that was delivered, …
    #[schema(value_type = Option<Uuid>)]
    shipment: Option<ShipmentId>,
    /// … or completed; without both about nothing in particular.
    #[schema(value_type = Option<Uuid>)]
    buy4me_request: Option<RequestId>,
    /// Who said it, for staff who note it.
    #[schema(value_type = Option<Uuid>)]
    user: Option<UserId>,
}

impl From<FeedbackIn> for NewFeedback {
    fn from(body: FeedbackIn) -> Self {
        let FeedbackIn { message, rating, shipment, buy4me_request, user } = body;
        Self { user, message, rating, shipment, buy4me_request }
    }
}

/// Feedback as it was given.
#[derive(Serialize, ToSchema)]
struct FeedbackOut {
    #[schema(value_type = Uuid)]
    id: FeedbackId,
    #[schema(value_type = Uuid)]
    user: UserId,
    #[schema(minimum = 1, maximum = 5)]
    rating: i32,
    /// Empty when only stars were chosen on the page.
    message: String,
    #[schema(value_type = Option<Uuid>)]
    shipment: Option<ShipmentId>,
    #[schema(value_type = Option<Uuid>)]
    buy4me_request: Option<RequestId>,
    /// Of the shipment or the request.
    #[schema(example = "SHP-2026-000123")]
    reference: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<Model> for FeedbackOut {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            rating: row.rating,
            message: row.message,
            shipment: row.shipment_id,
            buy4me_request: row.buy4me_request_id,
            reference: row.reference,
            created_at: row.created_at,
        }
    }
}

/// Says what one thinks; once about each shipment and request.
#[utoipa::path(
    post, path = "/api/feedback/", operation_id = "give_feedback", tag = "feedback", request_body = FeedbackIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")),
    responses((status = 201, description = "Thank you", body = FeedbackOut, headers(("Location" = String))))
)]
async fn give(State(app): State<App>, caller: Caller, keyed: Keyed<FeedbackIn>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, LOCATION.to_owned(), body),
    };
    let given = write(&app, &caller, body, &key).await;
    let given = key.settle(&app, given).await?;
    made(StatusCode::CREATED, LOCATION.to_owned(), given)
}

/// Where it is listed.
const LOCATION: &str = "/api/feedback/";

async fn write(app: &App, caller: &Caller, body: FeedbackIn, key: &Hold) -> shared::Result<FeedbackOut> {
    feedback::admit(app, &caller.actor).await?;
    let tx = app.begin().await?;
    let out = FeedbackOut::from(feedback::give(&tx, &caller.actor, body.into()).await?);
    key.answer(&tx, StatusCode::CREATED, &out).await?;
    tx.commit().await?;
    Ok(out)
}

/// Lists what the caller said, newest first.
#[utoipa::path(
    get, path = "/api/feedback/", operation_id = "list_feedback", tag = "feedback",
    params(PageQuery), responses((status = 200, description = "One page", body = List<FeedbackOut>))
)]
async fn own(State(app): State<App>, caller: Caller, query: Query<PageQuery>) -> Result<Json<List<FeedbackOut>>> {
    let page = query.asked.page()?;
    let listed = list::own(&app, &caller.actor, page).await?;
    Ok(Json(query.list(&app, page, listed, |row| Ok(row.into()))?))
}

/// What a list is narrowed to. The names are those of the wire.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(non_snake_case)] // see above
struct FeedbackQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    #[param(minimum = 1, maximum = 5)]
    rating: Option<i32>,
    #[param(minimum = 1, maximum = 5)]
    rating__gte: Option<i32>,
    #[param(minimum = 1, maximum = 5)]
    rating__lte: Option<i32>,
    /// One customer's.
    #[param(value_type = Option<Uuid>)]
    user: Option<UserId>,
    #[param(value_type = Option<Uuid>)]
    shipment: Option<ShipmentId>,
    #[param(value_type = Option<Uuid>)]
    buy4me_request: Option<RequestId>,
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__lt: Option<Timestamp>,
    /// Part of the message or of the reference.
    search: Option<String>,
    /// `created_at` or `rating`; with `-` in front: descending.
    ordering: Option<String>,
}

impl FeedbackQuery {
    fn filter(&self) -> shared::Result<Filter> {
        let mut problems = Problems::default();
        let mut stars = |field: &str, rating: Option<i32>| {
            problems.check(rating.is_none_or(|rating| (1..=5).contains(&rating)), field, "error-out-of-range");
            rating
        };
        let filter = Filter {
            user: self.user,
            rating: stars("rating", self.rating),
            rating_from: stars("rating__gte", self.rating__gte),
            rating_to: stars("rating__lte", self.rating__lte),
            shipment: self.shipment,
            buy4me_request: self.buy4me_request,
            created_from: self.created_at__gte.map(|time| time.0),
            created_before: self.created_at__lt.map(|time| time.0),
            search: self.search.clone(),
        };
        check_length(&mut problems, "search", self.search.as_deref(), 100);
        problems.finish()?;
        Ok(filter)
    }
}

/// Lists what customers said, newest first.
#[utoipa::path(
    get, path = "/api/admin/feedback/", operation_id = "list_all_feedback", tag = "feedback",
    params(FeedbackQuery), responses((status = 200, description = "One page", body = List<FeedbackOut>))
)]
async fn all(State(app): State<App>, caller: Caller, query: Query<FeedbackQuery>) -> Result<Json<List<FeedbackOut>>> {
    let order = ordering(query.asked.ordering.as_deref(), ORDERINGS)?;
    let page = Page::new(query.asked.page, query.asked.page_size)?;
    let listed = list::all(&app, &caller.actor, query.asked.filter()?, order, page).await?;
    Ok(Json(query.list(&app, page, listed, |row| Ok(row.into()))?))
}

/// Of which time. The names are those of the wire.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(non_snake_case)] // see above
struct SummaryQuery {
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__lt: Option<Timestamp>,
}

/// Feedback in figures.
#[derive(Serialize, ToSchema)]
struct SummaryOut {
    count: i64,
    /// Of the stars; none of nothing.
    #[schema(example = "4.25")]
    average: Option<String>,
    ratings: RatingsOut,
    /// Oldest first; months without feedback are not there.
    months: Vec<MonthOut>,
}

/// How often each number of stars was given.
#[derive(Serialize, ToSchema)]
struct RatingsOut {
    #[serde(rename = "1")]
    one: i64,
    #[serde(rename = "2")]
    two: i64,
    #[serde(rename = "3")]
    three: i64,
    #[serde(rename = "4")]
    four: i64,
    #[serde(rename = "5")]
    five: i64,
}

impl From<Figures> for RatingsOut {
    fn from(figures: Figures) -> Self {
        let [one, two, three, four, five] = figures.0;
        Self { one, two, three, four, five }
    }
}

/// The figures of a month.
#[derive(Serialize, ToSchema)]
struct MonthOut {
    #[schema(example = "2026-11")]
    month: String,
    count: i64,
    #[schema(example = "4.25")]
    average: Option<String>,
    ratings: RatingsOut,
}

/// Sums up what customers said.
#[utoipa::path(
    get, path = "/api/admin/feedback/summary/", operation_id = "sum_up_feedback", tag = "feedback",
    params(SummaryQuery), responses((status = 200, description = "In figures", body = SummaryOut))
)]
async fn sum_up(State(app): State<App>, caller: Caller, query: Query<SummaryQuery>) -> Result<Json<SummaryOut>> {
    let (from, before) = (query.asked.created_at__gte.map(|time| time.0), query.asked.created_at__lt.map(|time| time.0));
    let summary = summary::summary(&app, &caller.actor, from, before).await?;
    let month = |(month, figures): (String, Figures)| MonthOut {
        month,
        count: figures.count(),
        average: figures.average(),
        ratings: figures.into(),
    };
    Ok(Json(SummaryOut {
        count: summary.whole.count(),
        average: summary.whole.average(),
        ratings: summary.whole.into(),
        months: summary.months.into_iter().map(month).collect(),
    }))
}
