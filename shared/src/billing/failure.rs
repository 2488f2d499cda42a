//! Why a payment or refund did not work: one list of codes for all gateways, and what people read.

/// Code and message. Gateways translate their own codes into these.
const CODES: &[(&str, &str)] = &[
    ("declined_soft", "failure-declined-soft"),
    ("declined_hard", "failure-declined-hard"),
    ("requires_action", "failure-requires-action"),
    ("expired", "failure-expired"),
    ("amount_mismatch", "failure-amount-mismatch"),
    ("currency_unsupported", "failure-currency-unsupported"),
    ("gateway_unavailable", "failure-gateway-unavailable"),
    ("gateway_refused", "failure-gateway-refused"),
    ("duplicate", "failure-duplicate"),
    ("dispute_blocked", "failure-dispute-blocked"),
    ("refund_window_closed", "failure-refund-window-closed"),
];

/// The message that explains a code. A code that a provider made up since is told as a refusal.
pub fn message(code: &str) -> &'static str {
    CODES.iter().find(|(known, _)| *known == code).map_or("failure-gateway-refused", |(_, message)| message)
}
