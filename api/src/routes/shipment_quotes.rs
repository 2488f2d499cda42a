//! What sending would cost. Nothing is stored, so nothing is to be repeated.

use super::parcel_out::{LockedRateOut, PriceLineOut};
use super::shipment_in::ShippingQuoteIn;
use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Json;
use axum::extract::State;
use serde::Serialize;
use shared::App;
use shared::money::Money;
use shared::shipments::parcel::kilograms;
use shared::shipments::quote::{Offer, Offers};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(quote))
}

/// What sending would cost.
#[derive(Serialize, ToSchema)]
struct ShippingQuoteOut {
    /// One for each service.
    services: Vec<ShippingOfferOut>,
    /// The rate they were converted at, if the tariff has another currency.
    fx: Option<LockedRateOut>,
    /// Version of the setting `shipping`.
    tariff_version: i32,
    /// Version of the setting `taxes`.
    tax_version: i32,
}

/// One way to send it.
#[derive(Serialize, ToSchema)]
struct ShippingOfferOut {
    #[schema(example = "STANDARD")]
    service: String,
    #[schema(example = "EUROPE")]
    zone: String,
    #[schema(example = "3.500")]
    chargeable_weight_kg: String,
    days_min: u16,
    days_max: u16,
    #[schema(example = "34.50")]
    cost: String,
    currency: String,
    cost_lines: Vec<PriceLineOut>,
}

impl From<Offer> for ShippingOfferOut {
    fn from(offer: Offer) -> Self {
        let (priced, (days_min, days_max)) = (offer.priced, offer.days);
        Self {
            chargeable_weight_kg: kilograms(priced.chargeable_grams),
            days_min,
            days_max,
            cost: Money::new(priced.total_minor, priced.currency).decimal(),
            currency: priced.currency.into(),
            cost_lines: priced.lines.into_iter().map(|line| PriceLineOut::new(line, priced.currency)).collect(),
            service: priced.service,
            zone: priced.zone,
        }
    }
}

/// Tells what sending parcels would cost by each service, or by the one that is named.
#[utoipa::path(
    post, path = "/api/shipments/quote/", operation_id = "quote_shipment", tag = "shipments", request_body = ShippingQuoteIn,
    responses((status = 200, description = "What it would cost", body = ShippingQuoteOut))
)]
async fn quote(State(app): State<App>, caller: Caller, Json(body): Json<ShippingQuoteIn>) -> Result<axum::Json<ShippingQuoteOut>> {
    let Offers { offers, fx, tariff_version, tax_version } = shared::shipments::quote(&app, &caller.actor, body.into()).await?;
    let services = offers.into_iter().map(Into::into).collect();
    Ok(axum::Json(ShippingQuoteOut { services, fx: fx.map(Into::into), tariff_version, tax_version }))
}
