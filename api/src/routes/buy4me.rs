//! Requests to buy goods: written, listed, shown, moved. Their items are in `buy4me_items`.

use super::buy4me_bodies::{AnswerIn, Change, RequestIn, RequestPatch};
use super::buy4me_out::{RequestDetail, RequestOut};
use crate::auth::Caller;
use crate::error::Result;
use crate::etag::{IfMatch, tagged};
use crate::extract::{Id, Json, Timestamp};
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::openapi::choices;
use crate::query::{Commas, List, Query, both, check_length, ordering};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use shared::buy4me::list::{Filter, ORDERINGS};
use shared::buy4me::request::Action;
use shared::buy4me::state::Status;
use shared::buy4me::task::Task;
use shared::buy4me::{self, detail, list as listing};
use shared::error::Problems;
use shared::ids::{RequestId, UserId, VendorId};
use shared::money::Currency;
use shared::page::Page;
use shared::policy::Permission;
use shared::{App, Tx};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, change, remove)).routes(routes!(answer))
}

/// Makes a draft of what is to be bought. Buy4Me customers make their own, staff make them for customers.
#[utoipa::path(
    post, path = "/api/buy4me/requests/", operation_id = "create_buy4me_request", tag = "buy4me", request_body = RequestIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")),
    responses((status = 201, description = "Made", body = RequestDetail, headers(("Location" = String), ("ETag" = String))))
)]
async fn create(State(app): State<App>, caller: Caller, keyed: Keyed<RequestIn>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => {
            return Ok(tagged(FIRST, replayed(status, location(body["id"].as_str().unwrap_or_default()), body)?));
        }
    };
    let created = insert(&app, &caller, body, &key).await;
    let (version, created) = key.settle(&app, created).await?;
    Ok(tagged(version, made(StatusCode::CREATED, location(created.id()), created)?))
}

/// The version of what is new.
const FIRST: i32 = 1;

async fn insert(app: &App, caller: &Caller, body: RequestIn, key: &Hold) -> shared::Result<(i32, RequestDetail)> {
    let tx = app.begin().await?;
    let request = buy4me::create(&tx, &caller.actor, body.into()).await?;
    let (version, out) = read(&tx, caller, request.id).await?;
    key.answer(&tx, StatusCode::CREATED, &out).await?;
    tx.commit().await?;
    Ok((version, out))
}

/// A request as it is inside the transaction that has just changed it.
async fn read(tx: &Tx, caller: &Caller, id: RequestId) -> shared::Result<(i32, RequestDetail)> {
    let detail = detail::show(&tx.app, tx, &caller.actor, id).await?;
    Ok((detail.request.version, RequestDetail::new(caller, detail)?))
}

fn location(id: impl std::fmt::Display) -> String {
    format!("/api/buy4me/requests/{id}/")
}

/// What a list is narrowed to. The names are those of the wire.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(non_snake_case)] // see above
struct RequestQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    #[param(schema_with = choices::<Status>)]
    status: Option<Status>,
    /// Several, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "DRAFT,SUBMITTED")]
    status__in: Commas<Status>,
    /// One customer's, for staff.
    #[param(value_type = Option<Uuid>)]
    user: Option<UserId>,
    currency: Option<String>,
    /// What staff have to do with them.
    #[param(schema_with = choices::<Task>)]
    task: Option<Task>,
    /// What the owner has to decide.
    #[param(schema_with = choices::<Action>)]
    action_required: Option<Action>,
    /// With an item of this shop.
    #[param(value_type = Option<Uuid>)]
    vendor: Option<VendorId>,
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__lt: Option<Timestamp>,
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_at__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_at__lt: Option<Timestamp>,
    /// Part of the reference or of a product's name.
    search: Option<String>,
    /// `created_at`, `updated_at` or `total_cost`; with `-` in front: descending.
    ordering: Option<String>,
}

impl RequestQuery {
    fn filter(&self) -> shared::Result<Filter> {
        let mut problems = Problems::default();
        let currency =
            self.currency.as_deref().map(|code| Currency::parse("currency", code)).map(|parsed| problems.take(parsed)).transpose()?;
        check_length(&mut problems, "search", self.search.as_deref(), 100);
        let filter = Filter {
            status: both(&mut problems, "status", self.status, &self.status__in),
            user: self.user,
            currency: currency.flatten().map(String::from),
            task: self.task,
            action_required: self.action_required,
            vendor: self.vendor,
            created_from: self.created_at__gte.map(|time| time.0),
            created_before: self.created_at__lt.map(|time| time.0),
            updated_from: self.updated_at__gte.map(|time| time.0),
            updated_before: self.updated_at__lt.map(|time| time.0),
            search: self.search.clone(),
        };
        problems.finish()?;
        Ok(filter)
    }
}

/// Lists the own requests, or all of them to staff; newest first.
#[utoipa::path(
    get, path = "/api/buy4me/requests/", operation_id = "list_buy4me_requests", tag = "buy4me", params(RequestQuery),
    responses((status = 200, description = "One page", body = List<RequestOut>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query<RequestQuery>) -> Result<axum::Json<List<RequestOut>>> {
    let asked = &query.asked;
    if asked.user.is_some() {
        caller.actor.may(Permission::ViewAllOrders)?;
    }
    let page = Page::new(asked.page, asked.page_size)?;
    let order = ordering(asked.ordering.as_deref(), ORDERINGS)?;
    let listed = listing::list(&app, &caller.actor, asked.filter()?, order, page).await?;
    Ok(axum::Json(query.list(&app, page, listed, |row| RequestOut::listed(&caller.actor, row))?))
}

/// Shows a request with its items, what it comes to, its history, its invoices and its shipment.
#[utoipa::path(
    get, path = "/api/buy4me/requests/{id}/", operation_id = "show_buy4me_request", tag = "buy4me", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The request", body = RequestDetail, headers(("ETag" = String))))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<RequestId>) -> Result<Response> {
    let detail = detail::show(&app, &app.db.conn, &caller.actor, id).await?;
    Ok(tagged(detail.request.version, axum::Json(RequestDetail::new(&caller, detail)?)))
}

/// Takes a request a step further, or changes what a draft is paid in, where its goods go, or how they are packed.
#[utoipa::path(
    patch, path = "/api/buy4me/requests/{id}/", operation_id = "change_buy4me_request", tag = "buy4me", request_body = RequestPatch,
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 200, description = "Changed", body = RequestDetail, headers(("ETag" = String))))
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<RequestId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<RequestPatch>,
) -> Result<Response> {
    let (tx, actor) = (app.begin().await?, &caller.actor);
    buy4me::visible(&tx, actor, id).await?;
    match body.change()? {
        Change::Step(wanted) => buy4me::move_to(&tx, actor, id, expected, wanted).await?,
        Change::Terms(currency, overage) => buy4me::edit(&tx, actor, id, expected, (currency, overage)).await?,
        Change::Instruct(given) => buy4me::instruct(&tx, actor, id, expected, given).await?,
        Change::Pack(packed) => buy4me::pack(&tx, actor, id, expected, packed).await?,
    };
    let (version, out) = read(&tx, &caller, id).await?;
    tx.commit().await?;
    Ok(tagged(version, axum::Json(out)))
}

/// Cancels a request; what was paid goes back.
#[utoipa::path(
    delete, path = "/api/buy4me/requests/{id}/", operation_id = "cancel_buy4me_request", tag = "buy4me",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Cancelled"))
)]
async fn remove(State(app): State<App>, caller: Caller, Id(id): Id<RequestId>, IfMatch(expected): IfMatch) -> Result<StatusCode> {
    let tx = app.begin().await?;
    buy4me::cancel(&tx, &caller.actor, id, expected).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers whether a new price is taken: `amount` says which, as `proposal.total_after` showed it. Otherwise the item is not bought,
/// and what was charged for it is credited.
#[utoipa::path(
    post, path = "/api/buy4me/requests/{id}/answer/", operation_id = "answer_buy4me_request", tag = "buy4me", request_body = AnswerIn,
    params(
        ("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")
    ),
    responses((status = 200, description = "Answered", body = RequestDetail, headers(("Location" = String), ("ETag" = String))))
)]
async fn answer(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<RequestId>,
    IfMatch(expected): IfMatch,
    keyed: Keyed<AnswerIn>,
) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, location(id), body),
    };
    let answered = reply(&app, &caller, (id, expected), body, &key).await;
    let (version, out) = key.settle(&app, answered).await?;
    Ok(tagged(version, made(StatusCode::OK, location(id), out)?))
}

async fn reply(
    app: &App,
    caller: &Caller,
    (id, expected): (RequestId, Option<i32>),
    body: AnswerIn,
    key: &Hold,
) -> shared::Result<(i32, RequestDetail)> {
    let tx = app.begin().await?;
    buy4me::answer(&tx, &caller.actor, id, expected, body.into()).await?;
    let (version, out) = read(&tx, caller, id).await?;
    key.answer(&tx, StatusCode::OK, &out).await?;
    tx.commit().await?;
    Ok((version, out))
}
