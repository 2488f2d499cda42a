//! What super admins can change while everything runs.

use crate::auth::Caller;
use crate::error::Result;
use crate::etag::{IfMatch, tagged};
use crate::extract::{self, Timestamp};
use crate::query::{List, Query, ordering};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::ids::UserId;
use shared::page::Page;
use shared::settings::history::{self, Filter, ORDERINGS};
use shared::settings::{self, Model, Setting, Whole};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, change, change_by_post)).routes(routes!(versions))
}

/// A setting.
#[derive(Serialize, ToSchema)]
struct SettingOut {
    value: serde_json::Value,
    /// Its value until somebody changes it.
    default: serde_json::Value,
    /// 0: never changed.
    version: i32,
    /// Since when it has this value.
    changed_at: Option<DateTime<Utc>>,
    /// Who gave it this value.
    changed_by: Option<Uuid>,
}

/// All settings by their keys.
type SettingsOut = BTreeMap<&'static str, SettingOut>;

fn shown(whole: Whole) -> Response {
    let show = |s: Setting| {
        let Setting { key, value, default, version, changed_at, changed_by } = s;
        (key, SettingOut { value, default, version, changed_at, changed_by })
    };
    let settings: SettingsOut = whole.settings.into_iter().map(show).collect();
    tagged(whole.version, Json(settings))
}

/// Shows all settings. The `ETag` is of all of them together.
#[utoipa::path(
    get, path = "/api/superadmin/settings/", operation_id = "list_settings", tag = "settings",
    responses((status = 200, description = "All settings by key", body = BTreeMap<String, SettingOut>, headers(("ETag" = String))))
)]
async fn list(State(app): State<App>, caller: Caller) -> Result<Response> {
    Ok(shown(settings::list(&app, &caller.actor).await?))
}

/// What a change carries: values by key.
type Wanted = serde_json::Map<String, serde_json::Value>;

/// Changes settings, all that are given or none. The value of a key is replaced as a whole: to change a part of `shipping`,
/// send all of it, and the `ETag` that it was read with as `If-Match`.
#[utoipa::path(
    put, path = "/api/superadmin/settings/", operation_id = "change_settings", tag = "settings",
    params(("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body(
        content = BTreeMap<String, serde_json::Value>,
        example = json!({ "registration_open": false, "exchange_rates": { "margin_bps": 200, "max_jump": "10", "stale_hours": 96 } })
    ),
    responses((status = 200, description = "All settings by key", body = BTreeMap<String, SettingOut>, headers(("ETag" = String))))
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    IfMatch(expected): IfMatch,
    extract::Json(body): extract::Json<Wanted>,
) -> Result<Response> {
    apply(&app, &caller, expected, &body).await
}

/// The same as PUT.
#[utoipa::path(
    post, path = "/api/superadmin/settings/", operation_id = "change_settings_by_post", tag = "settings",
    params(("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body(
        content = BTreeMap<String, serde_json::Value>,
        example = json!({ "invoices": { "due_days": 14, "reminder_days": [-3, 1, 7, 14] }, "currencies": ["USD", "EUR"] })
    ),
    responses((status = 200, description = "All settings by key", body = BTreeMap<String, SettingOut>, headers(("ETag" = String))))
)]
async fn change_by_post(
    State(app): State<App>,
    caller: Caller,
    IfMatch(expected): IfMatch,
    extract::Json(body): extract::Json<Wanted>,
) -> Result<Response> {
    apply(&app, &caller, expected, &body).await
}

async fn apply(app: &App, caller: &Caller, expected: Option<i32>, body: &Wanted) -> Result<Response> {
    let tx = app.begin().await?;
    let changed = settings::change(&tx, &caller.actor, expected, body).await?;
    tx.commit().await?;
    settings::forget(app);
    Ok(shown(changed))
}

/// A version of a setting.
#[derive(Serialize, ToSchema)]
struct SettingVersionOut {
    #[schema(example = "invoices")]
    key: String,
    /// From 1; what held before is the default.
    version: i32,
    value: serde_json::Value,
    changed_at: DateTime<Utc>,
    /// Absent: the system.
    changed_by: Option<EditorOut>,
}

/// Who changed it.
#[derive(Serialize, ToSchema)]
struct EditorOut {
    id: Uuid,
    /// As it is now.
    username: Option<String>,
}

impl From<(Model, Option<String>)> for SettingVersionOut {
    fn from((row, username): (Model, Option<String>)) -> Self {
        let changed_by = row.changed_by.map(|id| EditorOut { id, username });
        Self { key: row.key, version: row.version, value: row.value, changed_at: row.created_at, changed_by }
    }
}

/// What a list is narrowed to. The names are those of the wire.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(non_snake_case)] // see above
struct HistoryQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    #[param(example = "shipping")]
    key: Option<String>,
    #[param(value_type = Option<Uuid>)]
    changed_by: Option<UserId>,
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    changed_at__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    changed_at__lt: Option<Timestamp>,
    /// `changed_at` or `key`; with `-` in front: descending.
    ordering: Option<String>,
}

/// Lists every version of every setting, newest first.
#[utoipa::path(
    get, path = "/api/superadmin/settings/history/", operation_id = "list_setting_history", tag = "settings", params(HistoryQuery),
    responses((status = 200, description = "One page", body = List<SettingVersionOut>))
)]
async fn versions(State(app): State<App>, caller: Caller, query: Query<HistoryQuery>) -> Result<Json<List<SettingVersionOut>>> {
    let asked = &query.asked;
    let page = Page::new(asked.page, asked.page_size)?;
    let order = ordering(asked.ordering.as_deref(), ORDERINGS)?;
    let filter = Filter {
        key: asked.key.clone(),
        changed_by: asked.changed_by,
        changed_from: asked.changed_at__gte.map(|time| time.0),
        changed_before: asked.changed_at__lt.map(|time| time.0),
    };
    let listed = history::list(&app, &caller.actor, filter, order, page).await?;
    Ok(Json(query.list(&app, page, listed, |row| Ok(row.into()))?))
}
