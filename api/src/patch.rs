//! The fields of a PATCH (RFC 7396): absent means unchanged, null clears what may be cleared.

use serde::{Deserialize, Deserializer};

/// A field that may be cleared. Goes with `#[serde(default)]`.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Patch<T> {
    /// Unchanged.
    #[default]
    Absent,
    /// Cleared.
    Null,
    /// Replaced.
    Value(T),
}

impl<T> Patch<T> {
    /// Changes `field` as asked.
    pub(crate) fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *field = None,
            Self::Value(value) => *field = Some(value),
        }
    }

    /// The field as it is asked to be; `None`: as it is.
    pub(crate) fn asked(self) -> Option<Option<T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// A field that cannot be cleared: null is the wrong type. For `#[serde(default, deserialize_with = "patch::given")]`.
pub(crate) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct In {
        #[serde(default)]
        line2: Patch<String>,
        #[serde(default, deserialize_with = "given")]
        city: Option<String>,
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        let applied = |text: &str| {
            let mut field = Some("before".to_owned());
            serde_json::from_str::<In>(text).unwrap().line2.apply(&mut field);
            field
        };
        assert_eq!(applied("{}").as_deref(), Some("before"));
        assert_eq!(applied(r#"{"line2": null}"#), None);
        assert_eq!(applied(r#"{"line2": "after"}"#).as_deref(), Some("after"));
        assert_eq!(serde_json::from_str::<In>("{}").unwrap().city, None);
        assert!(serde_json::from_str::<In>(r#"{"city": null}"#).is_err(), "what is required cannot be cleared");
    }
}
