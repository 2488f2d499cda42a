//! What somebody sees first.

use super::dashboard_out::DashboardOut;
use crate::auth::Caller;
use crate::error::Result;
use axum::Json;
use axum::extract::State;
use shared::policy::Permission;
use shared::{App, dashboard};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}

/// Shows what is first to be seen, shaped by who asks: customers what they have to do, staff what is to be done, super admins also
/// how the company is doing.
#[utoipa::path(
    get, path = "/api/dashboard/", operation_id = "show_dashboard", tag = "reports",
    responses((status = 200, description = "The parts that concern the caller", body = DashboardOut))
)]
async fn show(State(app): State<App>, caller: Caller) -> Result<Json<DashboardOut>> {
    let actor = &caller.actor;
    let customer = if actor.is_staff() { None } else { Some(dashboard::customer(&app, actor).await?) };
    let work = if actor.is_staff() { Some(dashboard::work(&app, actor).await?) } else { None };
    let company = if actor.can(Permission::ViewAnalytics) { Some(dashboard::company(&app, actor).await?) } else { None };
    Ok(Json(DashboardOut::new(&caller, app.clock.now(), customer, work, company)))
}
