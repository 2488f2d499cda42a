//! What is sent: parcels in whole grams and millimetres. Clients write kilograms and centimetres, or a plain `weight` and
//! `length` with units; keys that we do not know are kept as metadata.

use super::parcel_reader::Reader;
use crate::error::Problems;
use crate::i18n::Message;
use crate::money::{Currency, Money};
use crate::{Result, explain};
use rust_decimal::Decimal;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Most parcels of one shipment.
pub const MAX_PARCELS: usize = 50;
/// All that a client may say about what is sent, as JSON.
const MAX_BYTES: usize = 16 * 1024;
const MAX_DEPTH: usize = 8;

/// What is sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Parcels {
    /// 1 to [`MAX_PARCELS`].
    pub parcels: Vec<Parcel>,
    /// What else the client said.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
}

/// One parcel, or several alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parcel {
    /// Weight of one.
    pub grams: i64,
    /// In millimetres.
    pub length: i64,
    /// In millimetres.
    pub width: i64,
    /// In millimetres.
    pub height: i64,
    /// What is inside.
    pub contents: String,
    /// What one is worth, as its sender says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<Money>,
    /// How many alike.
    pub quantity: i64,
    /// What else the client said.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
}

impl Parcel {
    /// `"2.500"`
    pub fn weight_kg(&self) -> String {
        kilograms(self.grams)
    }

    /// `"30.0"`: length, width and height.
    pub fn sides_cm(&self) -> [String; 3] {
        [self.length, self.width, self.height].map(|side| Decimal::new(side, 1).to_string())
    }

    /// In millimetres.
    pub fn longest_side(&self) -> i64 {
        self.length.max(self.width).max(self.height)
    }
}

/// Grams as kilograms: `"2.500"`.
pub fn kilograms(grams: i64) -> String {
    Decimal::new(grams, 3).to_string()
}

/// What parcels must keep to.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Of one parcel.
    pub grams: u32,
    /// Of a declared value that names none.
    pub currency: Currency,
}

/// Reads what a client wrote; problems are named as paths below `field`.
pub fn read(field: &str, value: &Value, limits: Limits) -> Result<Parcels> {
    check_size(field, value)?;
    parse(field, value, limits)
}

/// Reads what was weighed; what is not said about a parcel is taken from the one in the same place before.
pub fn read_measured(field: &str, measured: &Value, before: &Parcels, limits: Limits) -> Result<Parcels> {
    check_size(field, measured)?;
    parse(field, &filled(measured, before), limits)
}

fn check_size(field: &str, value: &Value) -> Result<()> {
    let mut problems = Problems::default();
    if let Some(path) = explain::nul_inside(value, field.to_owned()) {
        problems.check(false, path, "error-control-characters");
    }
    let fits = value.to_string().len() <= MAX_BYTES && depth(value) <= MAX_DEPTH;
    problems.check(fits, field, Message::new("error-json-too-large").with("max", MAX_BYTES / 1024));
    problems.finish()
}

fn parse(field: &str, value: &Value, limits: Limits) -> Result<Parcels> {
    let mut problems = Problems::default();
    let mut fields = as_object(&mut problems, field, value);
    problems.finish()?;

    let mut problems = Problems::default();
    let at = format!("{field}.parcels");
    let list = match fields.remove("parcels").unwrap_or_default() {
        Value::Array(list) => {
            problems.check(!list.is_empty(), &at, "error-required");
            list
        }
        Value::Null => {
            problems.check(false, &at, "error-required");
            vec![]
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            problems.check(false, &at, Message::new("error-wrong-type").with("expected", "list"));
            vec![]
        }
    };
    problems.check(list.len() <= MAX_PARCELS, &at, Message::new("error-too-many").with("max", MAX_PARCELS));
    let mut parcels = vec![];
    for (i, parcel) in list.iter().enumerate().take(MAX_PARCELS) {
        let at = format!("{at}[{i}]");
        let fields = as_object(&mut problems, &at, parcel);
        parcels.push(Reader { problems: &mut problems, at: &at, fields, limits }.parcel());
    }
    let metadata = metadata(&mut problems, field, fields);
    problems.finish()?;
    Ok(Parcels { parcels, metadata })
}

fn filled(measured: &Value, before: &Parcels) -> Value {
    let mut whole = measured.clone();
    let mut fill = |pointer: &str, name: &str, value: Value| {
        if let Some(fields) = whole.pointer_mut(pointer).and_then(Value::as_object_mut) {
            fields.entry(name).or_insert(value);
        }
    };
    fill("", "metadata", before.metadata.clone().into());
    for (i, parcel) in before.parcels.iter().enumerate() {
        let at = format!("/parcels/{i}");
        fill(&at, "contents", parcel.contents.clone().into());
        fill(&at, "quantity", parcel.quantity.into());
        fill(&at, "metadata", parcel.metadata.clone().into());
        if let Some(declared) = parcel.declared {
            fill(&at, "declared_value", declared.decimal().into());
            fill(&at, "currency", declared.currency.code().into());
        }
    }
    whole
}

fn as_object(problems: &mut Problems, field: &str, value: &Value) -> Map<String, Value> {
    problems.check(value.is_object(), field, Message::new("error-wrong-type").with("expected", "object"));
    value.as_object().cloned().unwrap_or_default()
}

/// What nobody else has read. Our own answers gather it under `metadata`, and may be sent back as they are.
pub(super) fn metadata(problems: &mut Problems, field: &str, mut rest: Map<String, Value>) -> Map<String, Value> {
    let Some(gathered) = rest.remove("metadata").filter(|value| !value.is_null()) else { return rest };
    let gathered = as_object(problems, &format!("{field}.metadata"), &gathered);
    rest.extend(gathered);
    rest
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn limits() -> Limits {
        Limits { grams: 70_000, currency: Currency::parse("currency", "USD").expect("known") }
    }

    fn read_one(parcel: Value) -> Result<Parcel> {
        read("package_details", &json!({ "parcels": [parcel] }), limits()).map(|mut parcels| parcels.parcels.remove(0))
    }

    #[test]
    fn units_become_whole_grams_and_millimetres_and_a_fraction_counts_as_a_whole() {
        let with = |weight: Value, unit: &str| {
            let sides = json!({ "weight": weight, "weight_unit": unit, "length": 1, "width": "2.5", "height": 3, "dimension_unit": "in", "contents": "x" });
            read_one(sides).map(|parcel| (parcel.grams, parcel.length, parcel.width, parcel.height))
        };
        // 25.4, 63.5 and 76.2 mm
        assert_eq!(with(json!(2.5), "kg").expect("read"), (2500, 26, 64, 77));
        assert_eq!(with(json!("1"), "lb").expect("read").0, 454);
        assert_eq!(with(json!(16), "oz").expect("read").0, 454);
        assert_eq!(with(json!(250), "g").expect("read").0, 250);
        assert!(with(json!(2.5), "g").is_err() && with(json!(1), "st").is_err());
    }

    #[test]
    fn what_was_not_weighed_anew_stays() {
        let before = json!({ "parcels": [{
            "weight_kg": 1, "length_cm": 1, "width_cm": 1, "height_cm": 1, "contents": "Books", "declared_value": "5", "currency": "EUR",
            "quantity": 2, "colour": "red",
        }], "fragile": true });
        let before = read("package_details", &before, limits()).expect("read");
        let measured = json!({ "parcels": [{ "weight_kg": 2, "length_cm": 1, "width_cm": 1, "height_cm": 1, "quantity": 1 }] });
        let after = read_measured("measured", &measured, &before, limits()).expect("read");
        let expected = Parcel { grams: 2000, quantity: 1, ..before.parcels[0].clone() };
        assert_eq!((&after.parcels[0], &after.metadata), (&expected, &before.metadata));
        // a sender who said as much as fits leaves room for the scales
        let mut full = json!({ "parcels": [measured["parcels"][0]], "about": "x".repeat(MAX_BYTES - 150) });
        full["parcels"][0]["contents"] = "x".into();
        let full = read("package_details", &full, limits()).expect("fits");
        assert!(read_measured("measured", &measured, &full, limits()).is_ok());
        for nonsense in [json!(null), json!([]), json!({ "parcels": 1 }), json!({ "parcels": [1] })] {
            assert!(read_measured("measured", &nonsense, &before, limits()).is_err(), "{nonsense}");
        }
    }

    proptest! {
        /// Numbers and texts mean the same, to the last gram.
        #[test]
        fn a_number_is_read_exactly(grams in 1i64..=70_000, millimetres in 1i64..=10_000) {
            let (kg, cm) = (Decimal::new(grams, 3).to_string(), Decimal::new(millimetres, 1).to_string());
            let as_number = |text: &str| serde_json::from_str::<Value>(text).expect("a number");
            for (kg, cm) in [(Value::from(kg.as_str()), Value::from(cm.as_str())), (as_number(&kg), as_number(&cm))] {
                let parcel = read_one(json!({ "weight_kg": kg, "length_cm": cm, "width_cm": 1, "height_cm": 1, "contents": "x" }));
                let parcel = parcel.expect("read");
                prop_assert_eq!((parcel.grams, parcel.length), (grams, millimetres));
            }
        }

        /// Whatever is said, it is read or refused.
        #[test]
        fn nothing_that_is_said_is_too_much(text in "[-+0-9.eE]{0,40}") {
            let _ = read_one(json!({ "weight_kg": text, "length_cm": text, "width_cm": 1, "height_cm": 1, "contents": text }));
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                let _ = read_one(json!({ "weight_kg": value, "declared_value": value, "quantity": value, "contents": "x" }));
            }
        }
    }
}
