//! What PayPal says when it does not do what was asked, and what follows from it: one table for all calls.

use super::SERVICE;
use crate::Error;
use reqwest::StatusCode;
use serde::Deserialize;
use std::fmt;
use std::time::Duration;

/// A refusal, in PayPal's own words.
#[derive(Clone, Debug, PartialEq)]
pub struct Complaint {
    /// HTTP.
    pub status: StatusCode,
    /// `UNPROCESSABLE_ENTITY`
    pub name: String,
    /// The first of its `details`: `INSTRUMENT_DECLINED`; empty when there is none.
    pub issue: String,
    /// What PayPal's support asks for first.
    pub debug_id: Option<String>,
}

/// What follows from a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The payer has to act once more, on the same page. Our code for why.
    PayerAgain(&'static str),
    /// The payer did not agree yet.
    NotApproved,
    /// It was done before: ask how it stands.
    Done,
    /// Our number for it was used by another payment: take the next.
    NumberTaken,
    /// It may work after this time.
    Later(Duration),
    /// There is no money for it now: daily, and a person should know.
    NoFunds,
    /// The order is no more.
    Gone,
    /// Never. Our code for why.
    Refused(&'static str),
}

#[derive(Deserialize, Default)]
struct Body {
    #[serde(default)]
    name: String,
    debug_id: Option<String>,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    issue: String,
}

impl Complaint {
    /// Whatever came with a status that is no success.
    pub(super) fn read(status: StatusCode, debug_id: Option<String>, body: &[u8]) -> Self {
        let body: Body = serde_json::from_slice(body).unwrap_or_default();
        let issue = body.details.into_iter().map(|detail| word(&detail.issue)).find(|issue| !issue.is_empty());
        Self { status, name: word(&body.name), issue: issue.unwrap_or_default(), debug_id: body.debug_id.or(debug_id).map(|id| word(&id)) }
    }

    /// What follows.
    pub fn meaning(&self) -> Meaning {
        const MINUTE: Duration = Duration::from_secs(60);
        match self.issue.as_str() {
            "INSTRUMENT_DECLINED" => Meaning::PayerAgain("declined_soft"),
            "PAYER_ACTION_REQUIRED" => Meaning::PayerAgain("requires_action"),
            "ORDER_NOT_APPROVED" => Meaning::NotApproved,
            "ORDER_ALREADY_CAPTURED" | "ORDER_COMPLETION_IN_PROGRESS" | "CAPTURE_FULLY_REFUNDED" => Meaning::Done,
            "DUPLICATE_INVOICE_ID" => Meaning::NumberTaken,
            "PENDING_CAPTURE" => Meaning::Later(60 * MINUTE),
            "PREVIOUS_REQUEST_IN_PROGRESS" => Meaning::Later(MINUTE),
            "REFUND_FAILED_INSUFFICIENT_FUNDS" | "INSUFFICIENT_FUNDS" => Meaning::NoFunds,
            "ORDER_EXPIRED" | "ORDER_VOIDED" => Meaning::Gone,
            "TRANSACTION_DISPUTED"
            | "CAPTURE_DISPUTED_PARTIAL_REFUND_NOT_ALLOWED"
            | "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"
            | "REFUND_NOT_ALLOWED" => Meaning::Refused("dispute_blocked"),
            "REFUND_TIME_LIMIT_EXCEEDED" => Meaning::Refused("refund_window_closed"),
            "CURRENCY_NOT_SUPPORTED" | "CURRENCY_NOT_SUPPORTED_FOR_RECEIVER" => Meaning::Refused("currency_unsupported"),
            "TRANSACTION_REFUSED" | "PAYER_CANNOT_PAY" | "COMPLIANCE_VIOLATION" => Meaning::Refused("declined_hard"),
            _ if self.status == StatusCode::NOT_FOUND => Meaning::Gone,
            _ => Meaning::Refused("gateway_refused"),
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.status.as_u16(), self.name, self.issue)?;
        self.debug_id.iter().try_for_each(|id| write!(f, " (debug id {id})"))
    }
}

impl From<Complaint> for Error {
    fn from(complaint: Complaint) -> Self {
        const DAY: Duration = Duration::from_secs(86_400);
        let reason = complaint.to_string();
        let later = |wait| Self::Upstream { service: SERVICE, reason: reason.clone(), retry_after: Some(wait) };
        let is_unnamed = complaint.meaning() == Meaning::Refused("gateway_refused");
        if is_unnamed && [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&complaint.status) {
            // of our account, not of what was asked: a person mends it, and then it is done
            tracing::error!(payments.gateway = SERVICE, %reason, "our account may not do this");
            return Self::Upstream { service: SERVICE, reason, retry_after: None };
        }
        match complaint.meaning() {
            Meaning::Later(wait) => later(wait),
            Meaning::NoFunds => {
                tracing::error!(payments.gateway = SERVICE, %reason, "the account is short of money");
                metrics::counter!("payment_gateway_short_of_funds_total", "provider" => SERVICE).increment(1);
                later(DAY)
            }
            Meaning::PayerAgain(_) | Meaning::NotApproved | Meaning::Done | Meaning::NumberTaken | Meaning::Gone | Meaning::Refused(_) => {
                Self::refused(SERVICE, reason)
            }
        }
    }
}

/// Names and ids only: what a person wrote there is not for our log.
fn word(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_says_what_follows_and_the_rest_is_refused() {
        let of = |status: u16, issue: &str| {
            let body = format!(r#"{{"name":"UNPROCESSABLE_ENTITY","debug_id":"f0e1","details":[{{"issue":"{issue}"}}],"message":"x"}}"#);
            Complaint::read(StatusCode::from_u16(status).expect("a status"), None, body.as_bytes())
        };
        assert_eq!(of(422, "INSTRUMENT_DECLINED").meaning(), Meaning::PayerAgain("declined_soft"));
        assert_eq!(of(422, "ORDER_ALREADY_CAPTURED").meaning(), Meaning::Done);
        assert_eq!(of(404, "INVALID_RESOURCE_ID").meaning(), Meaning::Gone);
        assert_eq!(of(422, "SOMETHING_NEW").meaning(), Meaning::Refused("gateway_refused"));
        assert!(matches!(Error::from(of(403, "PERMISSION_DENIED")), Error::Upstream { .. }), "our account, not this payment");
        assert!(matches!(Error::from(of(403, "REFUND_NOT_ALLOWED")), Error::Refused { .. }));
        assert!(matches!(Error::from(of(422, "PENDING_CAPTURE")), Error::Upstream { retry_after: Some(_), .. }));
        assert!(matches!(Error::from(of(422, "REFUND_FAILED_INSUFFICIENT_FUNDS")), Error::Upstream { retry_after: Some(_), .. }));
        assert_eq!(of(422, "A").to_string(), "422 UNPROCESSABLE_ENTITY A (debug id f0e1)");
    }

    #[test]
    fn an_error_that_is_no_json_is_still_one() {
        let complaint = Complaint::read(StatusCode::FORBIDDEN, Some("ab12".into()), b"<html>denied</html>");
        assert_eq!((complaint.meaning(), complaint.debug_id.as_deref()), (Meaning::Refused("gateway_refused"), Some("ab12")));
    }
}
