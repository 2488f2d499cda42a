//! The OpenAPI document: the handlers say what is their own, this page adds what all operations have in common.

use crate::error::Problem;
use axum::http::Method;
use sea_orm::{ActiveEnum, Iterable};
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

/// The document's frame.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Buy4Me",
        description = "Shipping and Buy4Me: accounts, invoices, payments.\n\n\
            Money is a decimal string with its currency's own number of digits; times are RFC 3339 in UTC. Errors are \
            `application/problem+json` (RFC 9457) with a stable `code`. A request that creates or moves money may carry an \
            `Idempotency-Key`.",
        license(name = "Proprietary")
    ),
    tags(
        (name = "auth", description = "Signing up, in and out; passwords, second factor, sessions"),
        (name = "users", description = "The own account, and accounts managed by staff"),
        (name = "admins", description = "Staff accounts and what they may do"),
        (name = "settings", description = "What can be changed while everything runs"),
        (name = "exchange rates", description = "What money is worth in other currencies, who says so, and what a person has to decide"),
        (name = "buy4me", description = "Goods that are bought for customers"),
        (name = "shipments", description = "Parcels: what sending costs, asking for it, following it"),
        (name = "support", description = "Tickets: what customers ask, what they are answered, and files"),
        (name = "invoices", description = "Invoices and paying them"),
        (name = "payments", description = "Money that moved or is about to"),
        (name = "reports", description = "What the company did, in figures"),
        (name = "notifications", description = "What people are told, by which channel, and how that ended"),
        (name = "feedback", description = "What customers think of what was done for them"),
        (name = "vendors", description = "Shops that goods are bought from"),
        (name = "events", description = "What changes, as it changes"),
        (name = "audit", description = "Who did what, and whether that account of it can be trusted"),
        (name = "webhooks", description = "For providers"),
        (name = "operations", description = "Health and metrics"),
    ),
    components(schemas(Problem)),
    security(("bearer" = [])),
    modifiers(&Bearer)
)]
pub(crate) struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The OpenAPI 3.1 document of the whole API, as pretty JSON.
pub fn openapi_json() -> String {
    let mut document = crate::routes::all().into_openapi();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            add_problems(path, &method, operation);
        }
    }
    document.to_pretty_json().unwrap_or_default()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let by_method = [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ];
    by_method.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// The problems that follow from the form of an operation, unless its handler described them itself.
fn add_problems(path: &str, method: &Method, operation: &mut Operation) {
    let has_body = operation.request_body.is_some();
    let has_query = operation.parameters.iter().flatten().any(|p| matches!(p, RefOr::T(p) if p.parameter_in == ParameterIn::Query));
    // `security(())` marks what needs no sign-in
    let signed_in = operation.security.is_none();
    let keyed = operation.parameters.iter().flatten().any(|p| matches!(p, RefOr::T(p) if p.name == "Idempotency-Key"));
    let matched = operation.parameters.iter().flatten().any(|p| matches!(p, RefOr::T(p) if p.name == "If-Match"));
    let rules = [
        (has_body || has_query || matched, 400, "Malformed or invalid input"),
        (signed_in, 401, "Not signed in"),
        (signed_in, 403, "Signed in, but not allowed to"),
        (path.contains('{'), 404, "Not there, or not the caller's"),
        (
            keyed || matched || (path.contains('{') && method == Method::POST),
            409,
            "The state does not allow it; `allowed` says what it does",
        ),
        (has_body, 413, "Body too large"),
        (has_body && path.starts_with("/api/") && !path.starts_with("/api/webhooks/"), 415, "Body is not JSON"),
        (keyed, 422, "Idempotency-Key reused with another request"),
        (path.starts_with("/api/") && !path.starts_with("/api/webhooks/"), 429, "Too many requests; see Retry-After"),
        (path.starts_with("/api/"), 503, "Away for the moment; see Retry-After"),
    ];
    for (_, status, words) in rules.into_iter().filter(|(applies, ..)| *applies) {
        let problem = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
        let response = ResponseBuilder::new().description(words).content("application/problem+json", problem).build();
        operation.responses.responses.entry(status.to_string()).or_insert(response.into());
    }
    if path.starts_with("/api/") && !path.starts_with("/api/webhooks/") {
        let text = ObjectBuilder::new().schema_type(Type::String).build();
        let lang = ParameterBuilder::new().name("lang").parameter_in(ParameterIn::Query).schema(Some(text));
        let lang = lang.description(Some("Language of texts; before the account's and Accept-Language")).build();
        operation.parameters.get_or_insert_default().push(RefOr::T(lang));
    }
}

/// The schema of an enum as the database and the wire know it.
pub(crate) fn choices<E: ActiveEnum<Value = String> + Iterable>() -> Schema {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(E::iter().map(|choice| choice.to_value()))).build().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{HashMap, HashSet};

    #[test]
    fn the_document_is_3_1_and_no_operation_is_named_twice_or_lacks_a_summary() {
        let document: serde_json::Value = serde_json::from_str(&openapi_json()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let mut seen = HashSet::new();
        for item in document["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(seen.insert(id.to_owned()), "{id} twice");
                assert!(operation["summary"].is_string(), "{id} has no summary");
            }
        }
    }

    /// Of two types with one name the document would show the one where it means the other.
    #[test]
    fn no_name_of_a_schema_means_two_things() {
        let mut seen = HashMap::new();
        for part in crate::routes::parts() {
            for (name, schema) in part.into_openapi().components.unwrap_or_default().schemas {
                let schema = serde_json::to_value(schema).unwrap();
                let before = seen.entry(name.clone()).or_insert_with(|| schema.clone());
                assert_eq!(*before, schema, "two types are called {name}");
            }
        }
        assert!(seen.contains_key("TicketOut"), "schemas are found");
    }
}
