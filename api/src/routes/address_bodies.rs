//! Addresses as clients write and see them.

use crate::patch::{self, Patch};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::accounts::address::Model;
use shared::accounts::address_book::Entry;
use shared::accounts::postal::AddressFields;
use shared::ids::AddressId;
use utoipa::ToSchema;

/// An address.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddressOut {
    #[schema(value_type = uuid::Uuid)]
    id: AddressId,
    label: String,
    #[serde(flatten)]
    fields: AddressFieldsOut,
    /// One of the addresses is.
    is_default: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A postal address.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddressFieldsOut {
    recipient: String,
    /// E.164.
    phone: Option<String>,
    line1: String,
    line2: Option<String>,
    city: String,
    /// ISO 3166-2.
    #[schema(example = "US-CA")]
    region: Option<String>,
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "US")]
    country: String,
}

impl From<AddressFields> for AddressFieldsOut {
    fn from(fields: AddressFields) -> Self {
        let AddressFields { recipient, phone, line1, line2, city, region, postal_code, country } = fields;
        Self { recipient, phone, line1, line2, city, region, postal_code, country }
    }
}

impl From<Model> for AddressOut {
    fn from(row: Model) -> Self {
        Self {
            fields: row.fields().into(),
            id: row.id,
            label: row.label,
            is_default: row.is_default,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// An address as its owner writes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressIn {
    /// What the owner calls it.
    #[schema(max_length = 50)]
    label: Option<String>,
    #[schema(max_length = 150)]
    recipient: String,
    /// E.164.
    #[schema(example = "+15551234567")]
    phone: Option<String>,
    #[schema(max_length = 200)]
    line1: String,
    #[schema(max_length = 200)]
    line2: Option<String>,
    #[schema(max_length = 100)]
    city: String,
    /// ISO 3166-2.
    #[schema(example = "US-CA")]
    region: Option<String>,
    #[schema(max_length = 20)]
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "US")]
    country: String,
    /// True makes it the default instead of the one before. The first address is the default anyway.
    is_default: Option<bool>,
}

impl AddressIn {
    /// The entry that it describes. `was_default`: what holds when the body does not say.
    pub(crate) fn entry(self, was_default: bool) -> Entry {
        Entry {
            label: self.label.unwrap_or_default(),
            fields: AddressFields {
                recipient: self.recipient,
                phone: self.phone,
                line1: self.line1,
                line2: self.line2,
                city: self.city,
                region: self.region,
                postal_code: self.postal_code,
                country: self.country,
            },
            is_default: self.is_default.unwrap_or(was_default),
        }
    }
}

/// What is to change; null clears what is optional.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    label: Patch<String>,
    #[serde(default, deserialize_with = "patch::given")]
    recipient: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    phone: Patch<String>,
    #[serde(default, deserialize_with = "patch::given")]
    line1: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    line2: Patch<String>,
    #[serde(default, deserialize_with = "patch::given")]
    city: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    region: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    postal_code: Patch<String>,
    #[serde(default, deserialize_with = "patch::given")]
    country: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    is_default: Option<bool>,
}

impl AddressPatch {
    /// Changes `entry` as asked.
    pub(crate) fn apply(self, entry: &mut Entry) {
        let mut label = Some(std::mem::take(&mut entry.label));
        self.label.apply(&mut label);
        entry.label = label.unwrap_or_default();
        let fields = &mut entry.fields;
        self.phone.apply(&mut fields.phone);
        self.line2.apply(&mut fields.line2);
        self.region.apply(&mut fields.region);
        self.postal_code.apply(&mut fields.postal_code);
        let required = [
            (self.recipient, &mut fields.recipient),
            (self.line1, &mut fields.line1),
            (self.city, &mut fields.city),
            (self.country, &mut fields.country),
        ];
        for (given, field) in required {
            *field = given.unwrap_or_else(|| std::mem::take(field));
        }
        entry.is_default = self.is_default.unwrap_or(entry.is_default);
    }
}
