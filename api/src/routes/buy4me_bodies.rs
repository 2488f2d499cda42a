//! What clients write about requests and their items.

use super::shipment_in::{PackageIn, ShipmentAddressIn};
use crate::openapi::choices;
use crate::patch::{self, Patch};
use serde::Deserialize;
use serde_json::Value;
use shared::buy4me::item::Source;
use shared::buy4me::state::{ItemStatus, Status};
use shared::buy4me::{Answer, Instructions, ItemFields, NewRequest, Wanted, Work};
use shared::ids::{UserId, VendorId};
use shared::{Error, Result};
use utoipa::ToSchema;

/// A new request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestIn {
    /// For whom; staff must say.
    #[schema(value_type = Option<Uuid>)]
    user: Option<UserId>,
    /// More can be added later.
    #[serde(default)]
    #[schema(max_items = 100)]
    items: Vec<ItemIn>,
    /// What it is paid in; the customer's own when absent.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// How much dearer it may become without a question.
    #[schema(example = "10.00")]
    authorised_overage: Option<String>,
}

impl From<RequestIn> for NewRequest {
    fn from(body: RequestIn) -> Self {
        Self {
            user: body.user,
            items: body.items.into_iter().map(Into::into).collect(),
            currency: body.currency,
            authorised_overage: body.authorised_overage,
        }
    }
}

/// What is to be bought.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemIn {
    /// May be missing from an EMBEDDED item: its page tells.
    #[schema(max_length = 300)]
    product_name: Option<String>,
    #[schema(max_length = 2000, example = "https://shop.example/tea")]
    product_url: String,
    #[schema(minimum = 1, maximum = 999)]
    quantity: i32,
    #[schema(max_length = 60)]
    color: Option<String>,
    #[schema(max_length = 60)]
    size: Option<String>,
    /// What may be bought instead.
    #[schema(max_length = 500)]
    alternatives: Option<String>,
    /// In `currency`. May be missing from an EMBEDDED item.
    #[schema(example = "12.50")]
    unit_price: Option<String>,
    /// Of the shop. May be missing from an EMBEDDED item.
    #[schema(example = "EUR")]
    currency: Option<String>,
    /// Matched by the address when absent.
    #[schema(value_type = Option<Uuid>)]
    vendor: Option<VendorId>,
    /// MANUAL when absent.
    #[schema(schema_with = choices::<Source>)]
    source: Option<Source>,
}

impl From<ItemIn> for ItemFields {
    fn from(body: ItemIn) -> Self {
        Self {
            product_name: body.product_name,
            product_url: body.product_url,
            quantity: body.quantity,
            color: body.color,
            size: body.size,
            alternatives: body.alternatives,
            unit_price: body.unit_price,
            currency: body.currency,
            vendor: body.vendor,
            source: body.source.unwrap_or_default(),
        }
    }
}

/// One change of a request: a step (`status`, with what is said about it), what a draft is paid in (`currency`,
/// `authorised_overage`), where the goods go (`shipping_instructions`), or how they are packed (`packed`).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestPatch {
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(schema_with = choices::<Status>)]
    status: Option<Status>,
    /// For everybody who sees the request.
    #[schema(max_length = 500)]
    note: Option<String>,
    /// For staff; wanted with `override`.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// Orders although not everything is paid.
    #[serde(default, rename = "override", deserialize_with = "patch::given")]
    overriding: Option<bool>,
    /// Another one needs the overage anew; without it there is none.
    #[serde(default, deserialize_with = "patch::given")]
    currency: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    authorised_overage: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    shipping_instructions: Option<InstructionsIn>,
    /// The parcels as measured.
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(value_type = Option<PackageIn>)]
    packed: Option<Value>,
}

/// Where and how the goods go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstructionsIn {
    delivery_address: ShipmentAddressIn,
    /// How; the first that leads there when absent.
    service: Option<String>,
    /// What else; goes along with the parcels.
    #[schema(value_type = Option<Object>)]
    options: Option<serde_json::Map<String, Value>>,
}

/// Which change it is.
pub(crate) enum Change {
    Step(Wanted),
    Terms(Option<String>, Option<String>),
    Instruct(Instructions),
    Pack(Value),
}

impl RequestPatch {
    /// The one change that is asked for; two at a time could only half succeed.
    pub(crate) fn change(self) -> Result<Change> {
        let is_step = self.status.is_some() || self.note.is_some() || self.reason.is_some() || self.overriding.is_some();
        let is_terms = self.currency.is_some() || self.authorised_overage.is_some();
        match (is_step, is_terms, self.shipping_instructions, self.packed) {
            (true, false, None, None) => {
                let status = self.status.ok_or_else(|| Error::invalid("status", "error-required"))?;
                let overriding = self.overriding.unwrap_or_default();
                Ok(Change::Step(Wanted { status, note: self.note, reason: self.reason, overriding }))
            }
            (false, true, None, None) => Ok(Change::Terms(self.currency, self.authorised_overage)),
            (false, false, Some(given), None) => Ok(Change::Instruct(Instructions {
                delivery_address: given.delivery_address.into(),
                service: given.service,
                options: given.options.map(Value::Object),
            })),
            (false, false, None, Some(packed)) => Ok(Change::Pack(packed)),
            (false, false, None, None) => Err(Error::invalid("status", "error-required")),
            (..) => Err(Error::invalid("body", "error-one-kind")),
        }
    }
}

/// What is to change of an item: its description while its request is a draft, later what staff note on it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    product_name: Patch<String>,
    #[serde(default, deserialize_with = "patch::given")]
    product_url: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    quantity: Option<i32>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    color: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    size: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    alternatives: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    unit_price: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    currency: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    vendor: Patch<VendorId>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(schema_with = choices::<Source>)]
    source: Option<Source>,
    /// For staff, like all below: what one piece really costs, in the item's currency.
    #[serde(default, deserialize_with = "patch::given")]
    actual_unit_price: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100)]
    vendor_order_number: Patch<String>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(schema_with = choices::<ItemStatus>)]
    status: Option<ItemStatus>,
    /// All of them make it RECEIVED.
    #[serde(default, deserialize_with = "patch::given")]
    received_quantity: Option<i32>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(max_length = 500)]
    reason: Option<String>,
}

impl ItemPatch {
    /// Whether it describes the product.
    fn describes(&self) -> bool {
        self.product_url.is_some()
            || self.quantity.is_some()
            || self.source.is_some()
            || [&self.product_name, &self.color, &self.size, &self.alternatives, &self.unit_price, &self.currency]
                .into_iter()
                .any(|field| *field != Patch::Absent)
    }

    /// Whether it is what staff note.
    fn notes(&self) -> bool {
        self.actual_unit_price.is_some()
            || self.vendor_order_number != Patch::Absent
            || self.status.is_some()
            || self.received_quantity.is_some()
            || self.reason.is_some()
    }

    /// Whether it is work on an item rather than its description. `is_draft`: what its request is, which decides about the
    /// fields that are in both.
    pub(crate) fn is_work(&self, is_draft: bool) -> Result<bool> {
        match (self.describes(), self.notes()) {
            (true, true) => Err(Error::invalid("body", "error-one-kind")),
            (false, false) => Ok(!is_draft),
            (_, notes) => Ok(notes),
        }
    }

    /// As work.
    pub(crate) fn work(self) -> Work {
        Work {
            actual_unit_price: self.actual_unit_price,
            vendor_order_number: self.vendor_order_number.asked(),
            status: self.status,
            received_quantity: self.received_quantity,
            vendor: self.vendor.asked(),
            reason: self.reason,
        }
    }

    /// As a description: changes `fields` as asked. Whether it names a vendor.
    pub(crate) fn apply(self, fields: &mut ItemFields) -> bool {
        let names_vendor = self.vendor != Patch::Absent;
        self.product_name.apply(&mut fields.product_name);
        self.color.apply(&mut fields.color);
        self.size.apply(&mut fields.size);
        self.alternatives.apply(&mut fields.alternatives);
        self.unit_price.apply(&mut fields.unit_price);
        self.currency.apply(&mut fields.currency);
        self.vendor.apply(&mut fields.vendor);
        fields.product_url = self.product_url.unwrap_or_else(|| std::mem::take(&mut fields.product_url));
        fields.quantity = self.quantity.unwrap_or(fields.quantity);
        fields.source = self.source.unwrap_or(fields.source);
        names_vendor
    }
}

/// The owner's answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerIn {
    /// True takes the new price, false does without the item.
    accept: bool,
    /// What the request comes to with the new price: `proposal.total_after` as it was shown. Needed to accept.
    #[schema(example = "59.00")]
    amount: Option<String>,
    /// Needed from staff who accept for the owner.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

impl From<AnswerIn> for Answer {
    fn from(body: AnswerIn) -> Self {
        Self { accept: body.accept, amount: body.amount, reason: body.reason }
    }
}
