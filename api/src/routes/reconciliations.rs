//! When our rows were last brought in line with the providers' books, and what was found.

use crate::auth::Caller;
use crate::error::Result;
use crate::openapi::choices;
use crate::query::{List, Query};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::billing::Gateway;
use shared::billing::reconcile::{self, Filter, Kind, Model};
use shared::page::Page;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// One run.
#[derive(Serialize, ToSchema)]
struct ReconciliationOut {
    id: Uuid,
    #[schema(schema_with = choices::<Gateway>)]
    gateway: Gateway,
    /// `EVENTS`: events that never came were fetched. `BOOKS`: our rows were compared with the provider's.
    #[schema(schema_with = choices::<Kind>)]
    kind: Kind,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    /// Events fetched, or objects compared.
    compared: i32,
    /// Events that were new, or objects that differ.
    found: i32,
    created_at: DateTime<Utc>,
}

impl From<Model> for ReconciliationOut {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            gateway: row.gateway,
            kind: row.kind,
            since: row.since,
            until: row.until,
            compared: row.compared,
            found: row.found,
            created_at: row.created_at,
        }
    }
}

/// What a list is narrowed to.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReconciliationQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    #[param(schema_with = choices::<Gateway>)]
    gateway: Option<Gateway>,
    #[param(schema_with = choices::<Kind>)]
    kind: Option<Kind>,
}

/// Lists the runs, newest first.
#[utoipa::path(
    get, path = "/api/admin/reconciliations/", operation_id = "list_reconciliations", tag = "payments",
    params(ReconciliationQuery), responses((status = 200, description = "One page", body = List<ReconciliationOut>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query<ReconciliationQuery>) -> Result<Json<List<ReconciliationOut>>> {
    let page = Page::new(query.asked.page, query.asked.page_size)?;
    let filter = Filter { gateway: query.asked.gateway, kind: query.asked.kind };
    let listed = reconcile::list(&app, &caller.actor, filter, page).await?;
    Ok(Json(query.list(&app, page, listed, |row| Ok(row.into()))?))
}
