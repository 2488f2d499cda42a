//! What an edit changed, for the audit: only the fields that differ, secrets and personal data masked. An entry can never
//! be altered, so whatever identifies a person must not be in it in full: the account can be erased, the entry cannot.

use sea_orm::entity::prelude::Json;
use serde_json::{Map, json};

/// Fields whose values are nobody's business, not even the auditor's.
const SECRET: &[&str] = &["password", "password_hash", "mfa_secret", "mfa_recovery", "refresh_hash", "token", "code"];
/// Fields that say who a person is.
const PERSONAL: &[&str] = &[
    "email",
    "username",
    "first_name",
    "last_name",
    "phone_number",
    "phone",
    "recipient",
    "line1",
    "line2",
    "city",
    "postal_code",
    "login",
    "label",
];

/// `{"before": {…}, "after": {…}}` with the fields that differ.
pub fn changed(before: &Json, after: &Json) -> Json {
    let empty = Map::new();
    let (old, new) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let differing = |one: &Map<String, Json>, other: &Map<String, Json>| -> Map<String, Json> {
        let fields = one.iter().filter(|(name, value)| other.get(*name) != Some(value));
        fields.map(|(name, value)| (name.clone(), masked(name, value))).collect()
    };
    json!({ "before": differing(old, new), "after": differing(new, old) })
}

/// The value as it may be kept for ever.
pub fn masked(name: &str, value: &Json) -> Json {
    match value {
        _ if SECRET.contains(&name) => "***".into(),
        Json::String(text) if PERSONAL.contains(&name) => mask(text).into(),
        Json::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), masked(name, value))).collect::<Map<_, _>>().into(),
        Json::Array(items) => items.iter().map(|item| masked(name, item)).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

/// `amina@example.com` → `a…@example.com`, `Amina` → `A…`: enough to recognise, too little to identify.
fn mask(text: &str) -> String {
    let first = text.chars().next().map(String::from).unwrap_or_default();
    match text.rsplit_once('@') {
        // a password typed into the wrong field may have an @ too
        Some((name, domain)) if !name.is_empty() && is_domain(domain) => format!("{first}…@{domain}"),
        _ if text.is_empty() => String::new(),
        _ => format!("{first}…"),
    }
}

fn is_domain(text: &str) -> bool {
    text.contains('.') && text.split('.').all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_differences_are_kept_and_nobody_can_be_identified_by_them() {
        let before = json!({ "email": "amina@example.com", "role": "WALK_IN", "language": "en", "password": "a" });
        let after = json!({ "email": "b@example.org", "role": "BUY4ME", "language": "en", "password": "b" });
        let expected = json!({
            "before": { "email": "a…@example.com", "role": "WALK_IN", "password": "***" },
            "after": { "email": "b…@example.org", "role": "BUY4ME", "password": "***" },
        });
        assert_eq!(changed(&before, &after), expected);
    }
}
