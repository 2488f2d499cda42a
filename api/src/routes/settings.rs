//! What super admins can change while everything runs.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::App;
use shared::settings::{self, Setting};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, change))
}

/// A setting.
#[derive(Serialize, ToSchema)]
struct SettingOut {
    value: serde_json::Value,
    /// 0: never changed.
    version: i32,
    /// Since when it has this value.
    changed_at: Option<DateTime<Utc>>,
    /// Who gave it this value.
    changed_by: Option<uuid::Uuid>,
}

/// All settings by their keys.
fn shown(settings: Vec<Setting>) -> Json<BTreeMap<&'static str, SettingOut>> {
    let show = |s: Setting| (s.key, SettingOut { value: s.value, version: s.version, changed_at: s.changed_at, changed_by: s.changed_by });
    Json(settings.into_iter().map(show).collect())
}

/// Shows all settings.
#[utoipa::path(
    get, path = "/api/superadmin/settings/", operation_id = "list_settings", tag = "settings",
    responses((status = 200, description = "All settings by key", body = BTreeMap<String, SettingOut>))
)]
async fn list(State(app): State<App>, caller: Caller) -> Result<Json<BTreeMap<&'static str, SettingOut>>> {
    Ok(shown(settings::list(&app, &caller.actor).await?))
}

/// Changes settings, all that are given or none.
#[utoipa::path(
    put, path = "/api/superadmin/settings/", operation_id = "change_settings", tag = "settings",
    request_body(content = BTreeMap<String, serde_json::Value>, example = json!({ "registration_open": false, "staff_mfa_required": true })),
    responses((status = 200, description = "All settings by key", body = BTreeMap<String, SettingOut>))
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    extract::Json(body): extract::Json<serde_json::Map<String, serde_json::Value>>,
) -> Result<Json<BTreeMap<&'static str, SettingOut>>> {
    let tx = app.begin().await?;
    let changed = settings::change(&tx, &caller.actor, &body).await?;
    tx.commit().await?;
    settings::forget(&app);
    Ok(shown(changed))
}
