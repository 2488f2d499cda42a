//! Meaning → status: the one place where errors become HTTP (`docs/errors.md`).
//!
//! Handlers and extractors fail with a [`Failure`]; its response is a bare status that carries the failure along. The
//! middleware around the router then writes the problem (RFC 9457), because only there the reader's language and the
//! request id are known whatever went wrong.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::Error;
use shared::i18n::{self, Message};
use shared::policy::Permission;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// The result of handlers.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Seconds to wait when a provider did not say.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Why a request failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// In the words of the business.
    Meant(Error),
    /// In the words of HTTP, which the business does not know.
    Http(StatusCode, Message),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Meant(error)
    }
}

impl From<StatusCode> for Failure {
    /// What a layer or the router meant by a bare status.
    fn from(status: StatusCode) -> Self {
        let message = match status {
            StatusCode::NOT_FOUND => return Self::Meant(Error::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => "error-method-not-allowed",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "error-unsupported-media-type",
            StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => "error-timeout",
            other if other.is_client_error() => "error-malformed-request",
            _ => "error-internal",
        };
        Self::Http(status, message.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl Failure {
    /// The status it is answered with.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Http(status, _) => *status,
            Self::Meant(error) => match error {
                Error::NotFound | Error::Hidden => StatusCode::NOT_FOUND,
                Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
                Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
                Error::Forbidden(_) | Error::Denied(_) => StatusCode::FORBIDDEN,
                Error::Invalid(_) => StatusCode::BAD_REQUEST,
                Error::Conflict { .. } => StatusCode::CONFLICT,
                Error::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
                Error::Upstream { .. } => StatusCode::SERVICE_UNAVAILABLE,
                Error::Refused { .. } => StatusCode::BAD_GATEWAY,
                Error::Database(_) if error.is_database_away() => StatusCode::SERVICE_UNAVAILABLE,
                Error::Database(_) | Error::LeaseLost | Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    /// What the reader is told. Reasons given by providers and databases stay in the log.
    fn message(&self) -> Message {
        match self {
            Self::Http(_, message) => message.clone(),
            Self::Meant(error) => match error {
                Error::NotFound | Error::Hidden => "error-not-found".into(),
                Error::TooMany { message, .. } => message.clone(),
                Error::Unauthenticated(message) | Error::Denied(message) => message.clone(),
                Error::Forbidden(None) => "error-forbidden".into(),
                Error::Forbidden(Some(permission)) => Message::new("error-permission-missing").with("permission", permission.code()),
                Error::Invalid(_) => "error-invalid".into(),
                Error::Conflict { code, .. } => (*code).into(),
                Error::KeyReused => "error-key-reused".into(),
                Error::Upstream { service: "database" | "redis" | "smtp" | "live", .. } => "error-unavailable".into(),
                Error::Upstream { .. } => "error-provider-unavailable".into(),
                Error::Refused { .. } => "error-provider-refused".into(),
                Error::Database(_) if error.is_database_away() => "error-unavailable".into(),
                Error::Database(_) | Error::LeaseLost | Error::Internal(_) => "error-internal".into(),
            },
        }
    }

    /// Whether somebody was refused what is not theirs, and the permission that was missing.
    pub(crate) fn denial(&self) -> Option<Option<Permission>> {
        match self {
            Self::Meant(Error::Forbidden(permission)) => Some(*permission),
            Self::Meant(Error::Hidden) => Some(None),
            Self::Meant(_) | Self::Http(..) => None,
        }
    }

    /// Seconds after which a repeat makes sense.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        let wait = match self {
            Self::Meant(Error::TooMany { retry_after, .. }) => return Some((retry_after.as_millis() as u64).div_ceil(1000).max(1)),
            Self::Meant(Error::Upstream { retry_after, .. }) => retry_after.unwrap_or(RETRY_AFTER),
            _ if self.status() == StatusCode::SERVICE_UNAVAILABLE => RETRY_AFTER,
            _ => return None,
        };
        Some(wait.as_secs().max(1))
    }

    /// The problem in the reader's language.
    pub(crate) fn problem(&self, language: &str, request_id: &str) -> Problem {
        let (status, message) = (self.status(), self.message());
        let code = message.id.strip_prefix("error-").unwrap_or(message.id);
        let errors = match self {
            Self::Meant(Error::Invalid(problems)) => Some(problems.iter().fold(BTreeMap::new(), |mut fields, problem| {
                let messages: &mut Vec<String> = fields.entry(problem.field.clone()).or_default();
                messages.push(problem.message.text(language));
                fields
            })),
            _ => None,
        };
        let allowed = match self {
            Self::Meant(Error::Conflict { allowed, .. }) => Some(allowed.clone()),
            _ => None,
        };
        Problem {
            reference: format!("/docs/errors#{code}"),
            title: i18n::text(language, &format!("title-{}", status.as_u16()), &[]),
            status: status.as_u16(),
            detail: message.text(language),
            code: code.to_owned(),
            errors,
            allowed,
            request_id: request_id.to_owned(),
        }
    }

    /// One line for people where one is needed: what clients did wrong is in the request's own line.
    pub(crate) fn log(&self, request_id: &str) {
        match self {
            Self::Meant(error) if self.status() == StatusCode::INTERNAL_SERVER_ERROR => {
                tracing::error!(request_id, %error, "request failed");
            }
            Self::Meant(error) if self.status().is_server_error() => tracing::warn!(request_id, %error, "request could not be served"),
            Self::Http(status, message) if status.is_server_error() => {
                tracing::warn!(request_id, code = message.id, "request could not be served");
            }
            Self::Meant(_) | Self::Http(..) => {}
        }
    }
}

/// What went wrong (RFC 9457). `code` is stable; texts follow the reader's language.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Identifies the kind of problem; relative to the API's address.
    #[serde(rename = "type")]
    #[schema(example = "/docs/errors#invalid")]
    reference: String,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// Stable code of the problem.
    #[schema(example = "invalid")]
    code: String,
    /// What happened, for people.
    pub(crate) detail: String,
    /// Messages by field of the input, such as `lines[0].quantity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<BTreeMap<String, Vec<String>>>,
    /// On conflicts: what would be accepted now.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<Vec<String>>,
    /// Tell us this when you ask about it.
    request_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(error: Error) -> (u16, String, Option<u64>) {
        let failure = Failure::from(error);
        let problem = failure.problem("en", "r-1");
        assert!(!problem.title.starts_with("title-") && !problem.detail.starts_with("error-"), "{problem:?}");
        (problem.status, problem.code, failure.retry_after())
    }

    #[test]
    fn each_meaning_has_its_status_and_code() {
        let upstream = |service, retry_after| Error::Upstream { service, reason: "secret".into(), retry_after };
        let cases = [
            (Error::NotFound, 404, "not-found", None),
            (Error::Unauthenticated("error-token-expired".into()), 401, "token-expired", None),
            (Error::Forbidden(None), 403, "forbidden", None),
            (Error::Forbidden(Some(Permission::Refund)), 403, "permission-missing", None),
            (Error::invalid("amount", "error-amount-format"), 400, "invalid", None),
            (Error::conflict("invoice-not-payable", &["finalize"]), 409, "invoice-not-payable", None),
            (Error::conflict("key-in-progress", &[]), 409, "key-in-progress", None),
            (Error::KeyReused, 422, "key-reused", None),
            (upstream("stripe", Some(Duration::from_secs(30))), 503, "provider-unavailable", Some(30)),
            (upstream("database", None), 503, "unavailable", Some(5)),
            (Error::refused("stripe", "secret"), 502, "provider-refused", None),
            (Error::LeaseLost, 500, "internal", None),
            (Error::internal("secret"), 500, "internal", None),
        ];
        for (error, status, code, retry_after) in cases {
            assert_eq!(answered(error), (status, code.to_owned(), retry_after));
        }
    }

    #[test]
    fn reasons_stay_inside_and_fields_are_named() {
        let failure = Failure::from(Error::internal("password=hunter2"));
        assert!(!serde_json::to_string(&failure.problem("en", "r")).unwrap().contains("hunter2"));
        let failure = Failure::from(Error::invalid("lines[0].quantity", "error-out-of-range"));
        let problem = serde_json::to_value(failure.problem("en", "r")).unwrap();
        assert_eq!(problem["errors"]["lines[0].quantity"][0], "The value is out of range.");
        assert_eq!(problem["type"], "/docs/errors#invalid");
        assert!(problem.get("allowed").is_none());
    }

    #[test]
    fn bare_statuses_of_layers_are_told_in_words() {
        for (status, code) in
            [(404, "not-found"), (405, "method-not-allowed"), (503, "timeout"), (500, "internal"), (400, "malformed-request")]
        {
            let failure = Failure::from(StatusCode::from_u16(status).unwrap());
            let problem = failure.problem("en", "r");
            assert_eq!((problem.status, problem.code.as_str()), (status, code));
        }
    }
}
