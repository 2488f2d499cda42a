//! Shipments as clients write them.

use crate::extract::Timestamp;
use crate::openapi::choices;
use crate::patch::{self, Patch};
use serde::Deserialize;
use serde_json::Value;
use shared::accounts::postal::AddressFields;
use shared::ids::UserId;
use shared::shipments::quote::Question;
use shared::shipments::{CostAnswer, Edit, Move, NewShipment, Status};
use utoipa::ToSchema;

/// Where it goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShipmentAddressIn {
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
}

impl From<ShipmentAddressIn> for AddressFields {
    fn from(body: ShipmentAddressIn) -> Self {
        let ShipmentAddressIn { recipient, phone, line1, line2, city, region, postal_code, country } = body;
        Self { recipient, phone, line1, line2, city, region, postal_code, country }
    }
}

/// What is sent. Keys that are not listed are kept in `metadata`; all together take at most 16 KiB.
#[derive(ToSchema)]
#[allow(dead_code)] // the document's form of what the business reads itself
pub(crate) struct PackageIn {
    #[schema(min_items = 1, max_items = 50)]
    parcels: Vec<ParcelIn>,
}

/// One parcel. Numbers are JSON numbers or decimal strings.
#[derive(ToSchema)]
#[allow(dead_code)] // see above
pub(crate) struct ParcelIn {
    /// At most three decimals. Or `weight`, in `weight_unit`.
    #[schema(example = "2.5")]
    weight_kg: String,
    /// At most one decimal, like the other sides. Or `length`, `width`, `height`, in `dimension_unit`.
    #[schema(example = "30")]
    length_cm: String,
    #[schema(example = "20")]
    width_cm: String,
    #[schema(example = "10.5")]
    height_cm: String,
    #[schema(example = "5.51")]
    weight: Option<String>,
    /// `kg`, `g`, `lb` or `oz`.
    weight_unit: Option<String>,
    length: Option<String>,
    width: Option<String>,
    height: Option<String>,
    /// `cm`, `mm` or `in`.
    dimension_unit: Option<String>,
    /// What is inside.
    #[schema(max_length = 200)]
    contents: String,
    /// What it is worth.
    #[schema(example = "49.90")]
    declared_value: Option<String>,
    /// Of the declared value; the shipment's when absent.
    currency: Option<String>,
    /// How many alike; 1 when absent.
    #[schema(minimum = 1, maximum = 100)]
    quantity: Option<u32>,
}

/// A new shipment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShipmentIn {
    /// Whose, for staff; the caller's own when absent.
    #[schema(value_type = Option<Uuid>)]
    user: Option<UserId>,
    delivery_address: ShipmentAddressIn,
    #[schema(value_type = PackageIn)]
    package_details: Value,
    /// The first that leads there when absent.
    #[schema(example = "STANDARD")]
    service: Option<String>,
    /// The customer's own when absent, if we take it; else the tariff's.
    #[schema(example = "USD")]
    currency: Option<String>,
}

impl From<ShipmentIn> for NewShipment {
    fn from(body: ShipmentIn) -> Self {
        Self {
            user: body.user,
            delivery_address: body.delivery_address.into(),
            package_details: body.package_details,
            service: body.service,
            currency: body.currency,
            buy4me_request: None,
        }
    }
}

/// What is to be different. Objects are replaced as a whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShipmentPatch {
    #[serde(default, deserialize_with = "patch::given")]
    delivery_address: Option<ShipmentAddressIn>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(value_type = Option<PackageIn>)]
    package_details: Option<Value>,
    #[serde(default, deserialize_with = "patch::given")]
    service: Option<String>,
    /// For staff.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 60)]
    carrier: Patch<String>,
    /// For staff.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 60)]
    carrier_tracking_number: Patch<String>,
}

impl From<ShipmentPatch> for Edit {
    fn from(body: ShipmentPatch) -> Self {
        Self {
            delivery_address: body.delivery_address.map(Into::into),
            package_details: body.package_details,
            service: body.service,
            carrier: body.carrier.asked(),
            carrier_tracking_number: body.carrier_tracking_number.asked(),
        }
    }
}

/// A move.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShipmentMoveIn {
    #[schema(schema_with = choices::<Status>)]
    status: Status,
    /// For the customer.
    #[schema(max_length = 500)]
    note: Option<String>,
    /// For everybody.
    #[schema(max_length = 200)]
    location: Option<String>,
    /// Now when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
    /// For staff. Required for holds, steps backwards, costs by hand and overrides.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// From PENDING to PROCESSING: the parcels as they were weighed; what is not said about one stays.
    #[schema(value_type = Option<PackageIn>)]
    measured: Option<Value>,
    /// From PENDING to PROCESSING: the cost, by hand.
    #[schema(example = "25.00")]
    cost: Option<String>,
    /// From PENDING to PROCESSING: a high cost is not asked about. From PROCESSING to IN_TRANSIT: it need not be paid.
    #[serde(rename = "override")]
    is_overridden: Option<bool>,
}

impl From<ShipmentMoveIn> for Move {
    fn from(body: ShipmentMoveIn) -> Self {
        Self {
            status: body.status,
            note: body.note,
            location: body.location,
            occurred_at: body.occurred_at.map(|time| time.0),
            reason: body.reason,
            measured: body.measured,
            cost: body.cost,
            is_overridden: body.is_overridden.unwrap_or_default(),
        }
    }
}

/// The answer to a proposed cost.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CostAnswerIn {
    /// Whether the cost is right.
    accept: bool,
    /// The cost that was seen, `after` of the proposal. Required to accept.
    #[schema(example = "25.00")]
    amount: Option<String>,
    /// For staff. Required to accept for the customer.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

impl From<CostAnswerIn> for CostAnswer {
    fn from(body: CostAnswerIn) -> Self {
        let CostAnswerIn { accept, amount, reason } = body;
        Self { accept, amount, reason }
    }
}

/// What somebody would like to send. A body that makes a shipment is understood too.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShippingQuoteIn {
    /// For whom, for staff.
    #[schema(value_type = Option<Uuid>)]
    user: Option<UserId>,
    delivery_address: QuoteDestinationIn,
    #[schema(value_type = PackageIn)]
    package_details: Value,
    /// Every way that leads there when absent.
    service: Option<String>,
    currency: Option<String>,
}

/// Where to: the country is what counts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // the rest is welcome and changes nothing
pub(crate) struct QuoteDestinationIn {
    recipient: Option<String>,
    phone: Option<String>,
    line1: Option<String>,
    line2: Option<String>,
    city: Option<String>,
    region: Option<String>,
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "FR")]
    country: String,
}

impl From<ShippingQuoteIn> for Question {
    fn from(body: ShippingQuoteIn) -> Self {
        Self {
            user: body.user,
            country: body.delivery_address.country,
            package_details: body.package_details,
            service: body.service,
            currency: body.currency,
        }
    }
}
