//! What serde found wrong, in messages of the catalogue. Serde speaks only English and only in sentences; their forms are
//! fixed by its `de::Error` trait.

mod objects;

pub use objects::{Objects, Unrepeated};

use crate::error::Problem;
use crate::i18n::Message;
use crate::{Error, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a JSON value as `T`; on failure names the field, below `prefix`.
pub fn read_value<T: DeserializeOwned>(prefix: &str, value: &Value) -> Result<T> {
    if let Some(path) = nul_inside(value, prefix.to_owned()) {
        return Err(Error::invalid(path, "error-control-characters"));
    }
    serde_path_to_error::deserialize(Objects(value)).map_err(|error| {
        let inside = error.path().to_string();
        let found = problem(&inside, &error.inner().to_string());
        let field = match found.field.as_str() {
            "body" => prefix.to_owned(),
            field if field.starts_with('[') => format!("{prefix}{field}"),
            field => format!("{prefix}.{field}"),
        };
        Error::Invalid(vec![Problem { field, ..found }])
    })
}

/// One sentence of serde as a problem of the field at `path`.
pub fn problem(path: &str, text: &str) -> Problem {
    let here = if path == "." { "body".to_owned() } else { path.to_owned() };
    let inside = |name: &str| if path == "." { name.to_owned() } else { format!("{path}.{name}") };
    let quoted = || text.split('`').nth(1).unwrap_or_default();
    let wrong_type = |expected: &'static str| Message::new("error-wrong-type").with("expected", expected);
    let (field, message) = if text.starts_with("missing field") {
        (inside(quoted()), "error-required".into())
    } else if text.starts_with("duplicate field") {
        (inside(quoted()), "error-repeated".into())
    } else if text.starts_with("unknown field") {
        (here, "error-unknown-field".into())
    } else if let Some(choices) = text.strip_prefix("unknown variant ").and_then(|rest| rest.rsplit_once(", expected ")) {
        let allowed: Vec<&str> = choices.1.split('`').skip(1).step_by(2).collect();
        (here, Message::new("error-not-a-choice").with("allowed", allowed.join(", ")))
    } else if text.starts_with("invalid value: integer") || text.starts_with("number too") {
        (here, "error-out-of-range".into())
    } else if let Some((_, expected)) = text.rsplit_once(", expected ") {
        (here, wrong_type(kind(expected)))
    } else if text.starts_with("UUID parsing failed") {
        (here, wrong_type("uuid"))
    } else if text.contains("digit found in string") || text.contains("integer from empty string") {
        (here, wrong_type("integer"))
    } else {
        (here, wrong_type("other"))
    };
    Problem { field, message }
}

/// What serde expected, as the catalogue's `error-wrong-type` knows it.
fn kind(expected: &str) -> &'static str {
    match expected {
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "integer",
        "a boolean" => "boolean",
        "a sequence" => "list",
        "a map" => "object",
        "a time" => "time",
        other if other.starts_with("struct") => "object",
        other if other.contains("UUID") => "uuid",
        other if other.contains("string") => "text",
        _ => "other",
    }
}

/// Path of the first string that holds a NUL.
pub fn nul_inside(value: &Value, path: String) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then_some(path),
        Value::Array(items) => items.iter().enumerate().find_map(|(i, item)| nul_inside(item, format!("{path}[{i}]"))),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| match name.contains('\0') {
            true => Some(path.clone()),
            false if path.is_empty() => nul_inside(value, name.clone()),
            false => nul_inside(value, format!("{path}.{name}")),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
