//! The audit: entries looked up by staff, and the proof that nobody rewrote them.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Timestamp;
use crate::openapi::choices;
use crate::query::{Commas, List, Query, check_length, ordering};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::audit::list::{Filter, ORDERINGS};
use shared::audit::verify::{Kind, Problem, Report};
use shared::audit::{self, Model};
use shared::error::Problems;
use shared::i18n::Message;
use shared::ids::UserId;
use shared::page::Page;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// How long a verification reads before it answers where to go on: well below what a request may take.
const BUDGET: Duration = Duration::from_secs(20);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(verify))
}

/// An entry.
#[derive(Serialize, ToSchema)]
struct AuditEntryOut {
    id: Uuid,
    created_at: DateTime<Utc>,
    /// Absent: the system, or nobody was signed in.
    actor: Option<ActorOut>,
    /// The role at that time; `SYSTEM`, or `ANONYMOUS` for who was not signed in.
    actor_role: String,
    #[schema(example = "invoice.created")]
    action: String,
    #[schema(example = "invoice")]
    object_type: String,
    object_id: Option<Uuid>,
    /// What belongs to the action; of a change the fields `before` and `after`, secrets and personal data masked.
    #[schema(value_type = Option<Object>)]
    detail: Option<serde_json::Value>,
    request_id: Option<String>,
    address: Option<String>,
}

/// Who acted.
#[derive(Serialize, ToSchema)]
struct ActorOut {
    id: Uuid,
    /// As it is now.
    username: Option<String>,
}

impl From<(Model, Option<String>)> for AuditEntryOut {
    fn from((entry, username): (Model, Option<String>)) -> Self {
        Self {
            id: entry.id,
            created_at: entry.created_at,
            actor: entry.actor_id.map(|id| ActorOut { id, username }),
            actor_role: entry.actor_role,
            action: entry.action,
            object_type: entry.object_type,
            object_id: entry.object_id,
            detail: entry.detail,
            request_id: entry.request_id,
            address: entry.address,
        }
    }
}

/// What a list is narrowed to. The names are those of the wire.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(non_snake_case)] // see above
struct AuditQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    /// Who did it.
    #[param(value_type = Option<Uuid>)]
    actor: Option<UserId>,
    #[param(example = "invoice.created")]
    action: Option<String>,
    /// Several, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "invoice.created,access.denied")]
    action__in: Commas<String>,
    #[param(example = "invoice")]
    object_type: Option<String>,
    object_id: Option<Uuid>,
    /// All that one request did.
    request_id: Option<String>,
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__lt: Option<Timestamp>,
    /// How the action begins: `invoice.`
    search: Option<String>,
    /// `created_at`; with `-` in front: descending.
    ordering: Option<String>,
}

impl AuditQuery {
    fn filter(&self) -> shared::Result<Filter> {
        let mut problems = Problems::default();
        let several = &self.action__in.0;
        problems.check(self.action.is_none() || several.is_empty(), "action", "error-repeated");
        let name = || Message::new("error-wrong-type").with("expected", "name");
        problems.check(self.action.as_deref().is_none_or(is_name), "action", name());
        problems.check(several.iter().all(|action| is_name(action)), "action__in", name());
        problems.check(several.len() <= 50, "action__in", Message::new("error-too-many").with("max", 50));
        problems.check(self.object_type.as_deref().is_none_or(is_name), "object_type", name());
        for (field, text, max) in [("request_id", &self.request_id, 128), ("search", &self.search, 100)] {
            check_length(&mut problems, field, text.as_deref(), max);
        }
        problems.finish()?;
        Ok(Filter {
            actor: self.actor,
            action: self.action.clone().map_or_else(|| several.clone(), |one| vec![one]),
            object_type: self.object_type.clone(),
            object_id: self.object_id,
            request_id: self.request_id.clone(),
            created_from: self.created_at__gte.map(|time| time.0),
            created_before: self.created_at__lt.map(|time| time.0),
            search: self.search.as_ref().map(|text| text.to_lowercase()),
        })
    }
}

/// How actions and types of objects are written: `invoice.payment_begun`.
fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b))
}

/// Lists what was done and what was refused, newest first.
#[utoipa::path(
    get, path = "/api/admin/audit/", operation_id = "list_audit_entries", tag = "audit", params(AuditQuery),
    responses((status = 200, description = "One page", body = List<AuditEntryOut>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query<AuditQuery>) -> Result<Json<List<AuditEntryOut>>> {
    let asked = &query.asked;
    let page = Page::new(asked.page, asked.page_size)?;
    let order = ordering(asked.ordering.as_deref(), ORDERINGS)?;
    let listed = audit::list(&app, &caller.actor, asked.filter()?, order, page).await?;
    Ok(Json(query.list(&app, page, listed, |row| Ok(row.into()))?))
}

/// Where a verification starts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct VerifyQuery {
    /// `next_from` of the answer before; from the beginning when absent.
    #[param(minimum = 1)]
    from: Option<i64>,
}

/// What a verification found.
#[derive(Serialize, ToSchema)]
struct AuditReportOut {
    /// Nothing was found in the part that was read.
    valid: bool,
    /// Entries there are.
    entries: u64,
    /// Seals there are.
    sealed: u64,
    /// Entries that are still to be sealed and too young to worry about.
    pending: u64,
    /// How many seals the chain's head counts.
    head_seq: i64,
    /// How the chain ends: compare it with the log's line of the same number.
    head_hash: Option<String>,
    /// At most 100.
    problems: Vec<AuditProblemOut>,
    /// Whether the end was reached.
    complete: bool,
    /// Where to go on if not.
    next_from: Option<i64>,
}

/// One thing that does not fit.
#[derive(Serialize, ToSchema)]
struct AuditProblemOut {
    #[schema(schema_with = choices::<Kind>)]
    kind: Kind,
    /// Where in the chain.
    seq: Option<i64>,
    /// About which entry.
    entry: Option<Uuid>,
}

impl From<Report> for AuditReportOut {
    fn from(report: Report) -> Self {
        let problem = |Problem { kind, seq, entry }| AuditProblemOut { kind, seq, entry };
        Self {
            valid: report.valid,
            entries: report.entries,
            sealed: report.sealed,
            pending: report.pending,
            head_seq: report.head_seq,
            head_hash: report.head_hash,
            problems: report.problems.into_iter().map(problem).collect(),
            complete: report.complete,
            next_from: report.next_from,
        }
    }
}

/// Reads the chain of entries again and names whatever was changed behind the product's back.
#[utoipa::path(
    get, path = "/api/admin/audit/verify/", operation_id = "verify_audit", tag = "audit", params(VerifyQuery),
    responses((status = 200, description = "What was found", body = AuditReportOut))
)]
async fn verify(State(app): State<App>, caller: Caller, query: Query<VerifyQuery>) -> Result<Json<AuditReportOut>> {
    Ok(Json(audit::verify(&app, &caller.actor, query.asked.from.unwrap_or(1), BUDGET).await?.into()))
}
