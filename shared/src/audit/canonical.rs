//! The bytes of an entry that are hashed: the same from every database, however it stores JSON and times.

use super::Model;
use sea_orm::entity::prelude::Json;
use serde_json::{Number, json};
use sha2::{Digest, Sha256};

/// What the first entry is chained to.
pub(super) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 over the hash before and the entry, 64 hex digits.
pub(super) fn hash(previous: &str, entry: &Model) -> String {
    let mut sha = Sha256::new();
    sha.update(previous);
    sha.update(canonical(entry));
    hex::encode(sha.finalize())
}

/// The fields in the order of the table as a JSON list, which no two different entries share. The order and the form of
/// fields can never change: all older hashes are made of them.
fn canonical(entry: &Model) -> String {
    let fields = json!([
        entry.id,
        entry.actor_id,
        entry.actor_role,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.detail,
        entry.request_id,
        entry.address,
        entry.created_at.timestamp_micros(),
    ]);
    let mut text = String::new();
    write(&fields, &mut text);
    text
}

/// JSON without spaces, keys sorted at every depth: `jsonb` orders keys by its own rule and SQLite keeps the writer's.
fn write(value: &Json, out: &mut String) {
    match value {
        Json::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| name.as_str());
            list(out, ['{', '}'], sorted, |(name, value), out| {
                write(&Json::from(name.as_str()), out);
                out.push(':');
                write(value, out);
            });
        }
        Json::Array(items) => list(out, ['[', ']'], items, write),
        Json::Number(number) => out.push_str(&plain(number)),
        Json::Null | Json::Bool(_) | Json::String(_) => out.push_str(&value.to_string()),
    }
}

fn list<T>(out: &mut String, [open, close]: [char; 2], items: impl IntoIterator<Item = T>, each: impl Fn(T, &mut String)) {
    out.push(open);
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        each(item, out);
    }
    out.push(close);
}

/// `jsonb` writes 1e16 as 10000000000000000 and forgets the sign of zero; so do we.
fn plain(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => (float + 0.0).to_string(),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Time;
    use sea_orm::entity::prelude::Uuid;

    fn entry(detail: &str) -> Model {
        Model {
            id: Uuid::from_u128(7),
            actor_id: None,
            actor_role: "SYSTEM".into(),
            action: "test.done".into(),
            object_type: "test".into(),
            object_id: None,
            detail: serde_json::from_str(detail).expect("JSON"),
            request_id: Some("r-1".into()),
            address: None,
            created_at: Time::from_timestamp_micros(1_700_000_000_000_001).expect("a time"),
        }
    }

    #[test]
    fn the_form_is_fixed() {
        let text = canonical(&entry(r#"{"b": [1.0, -0.0, 1e16, {"z": "é\n", "a": null}], "a": true}"#));
        let id = "00000000-0000-0000-0000-000000000007";
        let detail = r#"{"a":true,"b":[1,0,10000000000000000,{"a":null,"z":"é\n"}]}"#;
        assert_eq!(text, format!(r#"["{id}",null,"SYSTEM","test.done","test",null,{detail},"r-1",null,1700000000000001]"#));
        let twin = canonical(&entry(r#"{"a": true, "b": [1, 0, 10000000000000000, {"a": null, "z": "\u00e9\n"}]}"#));
        assert_eq!(text, twin, "what one database reads back is what another reads back");
    }

    #[test]
    fn every_field_and_the_hash_before_count() {
        let (old, base) = (hash(GENESIS, &entry("{}")), || entry("{}"));
        let others = [
            Model { id: Uuid::from_u128(8), ..base() },
            Model { actor_id: Some(Uuid::nil()), ..base() },
            Model { actor_role: "ADMIN".into(), ..base() },
            Model { action: "test.undone".into(), ..base() },
            Model { object_type: "tests".into(), ..base() },
            Model { object_id: Some(Uuid::nil()), ..base() },
            Model { detail: None, ..base() },
            Model { request_id: None, ..base() },
            Model { address: Some("r-1".into()), ..base() },
            Model { created_at: base().created_at + chrono::TimeDelta::microseconds(1), ..base() },
        ];
        for other in others {
            assert_ne!(hash(GENESIS, &other), old, "{other:?}");
        }
        assert_ne!(hash(&old, &base()), old);
    }
}
