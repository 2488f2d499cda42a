//! Analytics for super admins: how the company is doing.

use super::analytics_out::AnalyticsOut;
use crate::auth::Caller;
use crate::error::Result;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use shared::policy::Permission;
use shared::reports::NewFilter;
use shared::{App, analytics};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}

/// The time that is looked at.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AnalyticsQuery {
    /// First day, by UTC; 29 days before the last when absent.
    #[param(format = Date)]
    date_from: Option<String>,
    /// Last day; today when absent.
    #[param(format = Date)]
    date_to: Option<String>,
    /// `day`, the default, `week` (from Monday) or `month`. At most 400 groups.
    group_by: Option<String>,
}

/// Shows how the company is doing: figures of a time, their course, and how things stand. At most five seconds old.
#[utoipa::path(
    get, path = "/api/superadmin/analytics/", operation_id = "show_analytics", tag = "reports",
    params(AnalyticsQuery), responses((status = 200, description = "In figures", body = AnalyticsOut))
)]
async fn show(State(app): State<App>, caller: Caller, query: Query<AnalyticsQuery>) -> Result<Json<AnalyticsOut>> {
    caller.actor.may(Permission::ViewAnalytics)?;
    let AnalyticsQuery { date_from, date_to, group_by } = query.asked;
    let new = NewFilter { date_from, date_to, group_by, ..NewFilter::default() };
    Ok(Json(AnalyticsOut::new(&*analytics::show(&app, &caller.actor, new).await?)?))
}
