//! Parcels, lines of a price, rates: as clients see them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use shared::billing::PricedLine;
use shared::fx::Quote;
use shared::money::{Currency, Money};
use shared::shipments::parcel::{Parcel, Parcels};
use utoipa::ToSchema;

/// What is sent.
#[derive(Serialize, ToSchema)]
pub(crate) struct PackageOut {
    parcels: Vec<ParcelOut>,
    /// What else the client said.
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// One parcel, or several alike.
#[derive(Serialize, ToSchema)]
struct ParcelOut {
    #[schema(example = "2.500")]
    weight_kg: String,
    #[schema(example = "30.0")]
    length_cm: String,
    width_cm: String,
    height_cm: String,
    contents: String,
    declared_value: Option<String>,
    /// Of the declared value.
    currency: Option<String>,
    quantity: i64,
    /// What else the client said.
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

impl From<Parcels> for PackageOut {
    fn from(given: Parcels) -> Self {
        Self { parcels: given.parcels.into_iter().map(Into::into).collect(), metadata: given.metadata }
    }
}

impl From<Parcel> for ParcelOut {
    fn from(parcel: Parcel) -> Self {
        let [length_cm, width_cm, height_cm] = parcel.sides_cm();
        Self {
            weight_kg: parcel.weight_kg(),
            length_cm,
            width_cm,
            height_cm,
            declared_value: parcel.declared.map(Money::decimal),
            currency: parcel.declared.map(|money| money.currency.into()),
            quantity: parcel.quantity,
            contents: parcel.contents,
            metadata: parcel.metadata,
        }
    }
}

/// A line of a price.
#[derive(Serialize, ToSchema)]
pub(crate) struct PriceLineOut {
    /// What it is for.
    #[schema(example = "SHIPPING")]
    kind: String,
    description: String,
    quantity: i32,
    unit_price: String,
    /// Percent.
    tax_rate: String,
    net: String,
    tax: String,
    total: String,
}

impl PriceLineOut {
    /// In the currency of its document.
    pub(crate) fn new(line: PricedLine, currency: Currency) -> Self {
        let decimal = |minor: i64| Money::new(minor, currency).decimal();
        Self {
            unit_price: decimal(line.unit_price_minor),
            net: decimal(line.net_minor),
            tax: decimal(line.tax_minor),
            total: decimal(line.total_minor),
            tax_rate: line.tax_rate.normalize().to_string(),
            kind: line.kind,
            description: line.description,
            quantity: line.quantity,
        }
    }
}

/// A locked exchange rate.
#[derive(Serialize, ToSchema)]
pub(crate) struct LockedRateOut {
    #[schema(value_type = String)]
    from: Currency,
    #[schema(value_type = String)]
    to: Currency,
    /// Units of `to` for one of `from`, without margin.
    #[schema(example = "0.92")]
    rate: String,
    /// What comes on top, in hundredths of a percent; a line of its own.
    margin_bps: u32,
    /// Until when a price may be made by it.
    expires_at: DateTime<Utc>,
}

impl From<Quote> for LockedRateOut {
    fn from(quote: Quote) -> Self {
        Self {
            from: quote.from,
            to: quote.to,
            rate: quote.mid.normalize().to_string(),
            margin_bps: quote.margin_bps,
            expires_at: quote.expires_at,
        }
    }
}
