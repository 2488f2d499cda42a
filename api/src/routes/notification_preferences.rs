//! What the caller wants to be told, and how.

use crate::auth::Caller;
use crate::error::Result;
use crate::etag::{IfMatch, tagged};
use crate::extract::Json as Body;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::notifications::notification::Channel;
use shared::notifications::preference::{self, Chosen, Preferences};
use shared::notifications::quiet::QuietHours;
use shared::notifications::reach::{self, Reach};
use shared::{App, i18n};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show, put))
}

/// Hours in which no SMS and no push is sent; they wait until the end.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QuietHoursBody {
    #[schema(example = "22:00")]
    from: String,
    /// Over midnight if it is before the beginning.
    #[schema(example = "07:00")]
    to: String,
    /// By the clocks of this zone (IANA).
    #[schema(example = "Africa/Cairo")]
    time_zone: String,
}

/// By which channels an event is told.
#[derive(Serialize, ToSchema)]
struct ChannelsOut {
    in_app: bool,
    email: bool,
    sms: bool,
    push: bool,
    /// Those that cannot be changed.
    fixed: Vec<&'static str>,
}

/// What holds.
#[derive(Serialize, ToSchema)]
struct PreferencesOut {
    /// By the event's name.
    #[schema(value_type = std::collections::HashMap<String, ChannelsOut>)]
    events: BTreeMap<&'static str, ChannelsOut>,
    quiet_hours: Option<QuietHoursBody>,
    reach: ReachOut,
}

/// Whether messages can get to the caller.
#[derive(Serialize, ToSchema)]
struct ReachOut {
    email: String,
    /// Why mails to this address come back, if they do.
    email_problem: Option<String>,
    /// Where an SMS would go; none while there is no number, or nobody carries them.
    sms: Option<String>,
    sms_problem: Option<String>,
    /// How many devices get pushes; 0 while nobody carries them.
    push_devices: usize,
}

/// On or off, where the caller chooses; what is left out takes its default.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // documents `Chosen`
struct ChosenIn {
    in_app: Option<bool>,
    email: Option<bool>,
    sms: Option<bool>,
    push: Option<bool>,
}

/// What shall hold instead of all that held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PreferencesIn {
    /// By the event's name.
    #[schema(value_type = std::collections::HashMap<String, ChosenIn>)]
    events: BTreeMap<String, Chosen>,
    /// Null or left out: none.
    quiet_hours: Option<QuietHoursBody>,
}

fn shown(caller: &Caller, preferences: &Preferences, reach: Reach) -> Response {
    let events = preference::offered(&caller.actor).map(|event| {
        let on = |channel| preferences.wants(event, channel);
        let channels = [Channel::InApp, Channel::Email, Channel::Sms, Channel::Push];
        let fixed = channels.into_iter().filter(|channel| preference::fixed(event, *channel).is_some()).map(preference::field);
        let [in_app, email, sms, push] = channels.map(on);
        (event.name(), ChannelsOut { in_app, email, sms, push, fixed: fixed.collect() })
    });
    let quiet_hours = preferences.quiet.map(|quiet| {
        let (from, to, zone) = quiet.parts();
        QuietHoursBody { from, to, time_zone: zone.to_owned() }
    });
    let reach = ReachOut {
        email: caller.user.email.clone(),
        email_problem: reach.email_problem.map(|_| i18n::text(caller.language, "notice-address-refused", &[])),
        sms: reach.sms,
        sms_problem: reach.sms_problem.map(|_| i18n::text(caller.language, "notice-number-refused", &[])),
        push_devices: reach.push_devices,
    };
    tagged(preferences.version, Json(PreferencesOut { events: events.collect(), quiet_hours, reach }))
}

/// Shows what the caller wants to be told by which channel, and where that would go.
#[utoipa::path(
    get, path = "/api/notifications/preferences/", operation_id = "show_notification_preferences", tag = "notifications",
    responses((status = 200, description = "What holds", body = PreferencesOut, headers(("ETag" = String))))
)]
async fn show(State(app): State<App>, caller: Caller) -> Result<Response> {
    let preferences = preference::of(&app.db.conn, caller.user.id).await?;
    Ok(shown(&caller, &preferences, reach::of(&app, &caller.user).await?))
}

/// Replaces them. Mails about the account and about money cannot be turned off.
#[utoipa::path(
    put, path = "/api/notifications/preferences/", operation_id = "put_notification_preferences", tag = "notifications",
    request_body = PreferencesIn,
    params(("If-Match" = Option<String>, Header, description = "The ETag that was seen; another version by now is a conflict")),
    responses((status = 200, description = "What holds now", body = PreferencesOut, headers(("ETag" = String))))
)]
async fn put(State(app): State<App>, caller: Caller, IfMatch(seen): IfMatch, Body(body): Body<PreferencesIn>) -> Result<Response> {
    let quiet = body.quiet_hours.map(|quiet| QuietHours::parse(&quiet.from, &quiet.to, &quiet.time_zone)).transpose()?;
    let preferences = preference::put(&app, &caller.actor, seen, body.events, quiet).await?;
    Ok(shown(&caller, &preferences, reach::of(&app, &caller.user).await?))
}
