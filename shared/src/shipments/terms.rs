//! What holds when a shipment is priced: settings, the currency, the rate, the customer's language.

use super::parcel::{Limits, Parcels};
use super::price;
use super::shipment::Details;
use crate::accounts::User;
use crate::accounts::postal::AddressFields;
use crate::error::Problems;
use crate::fx::{self, Quote};
use crate::money::Currency;
use crate::settings::{self, Currencies, Shipping, Taxes, Versioned};
use crate::{App, Error, Result};
use sea_orm::ConnectionTrait;

/// How long a rate holds: from the estimate until the parcels are weighed.
const RATE_HOURS: u32 = 14 * 24;

/// By what a customer's shipment is priced now.
pub(super) struct Terms {
    pub(super) shipping: Versioned<Shipping>,
    pub(super) taxes: Versioned<Taxes>,
    pub(super) currency: Currency,
    pub(super) quote: Option<Quote>,
    pub(super) language: String,
}

/// Where, what and how, before it has a price.
pub(super) struct Order<'a> {
    pub(super) address: AddressFields,
    pub(super) parcels: Parcels,
    pub(super) service: Option<&'a str>,
}

impl Terms {
    /// For a new shipment. Without a wish the currency is the customer's own, if we take it and know what it is worth, else
    /// the tariff's.
    pub(super) async fn new(app: &App, db: &impl ConnectionTrait, user: &User, wish: Option<&str>) -> Result<Self> {
        let shipping = settings::read::<Shipping>(app, db).await?;
        let offered = settings::read::<Currencies>(app, db).await?.value.0;
        let own = shipping.value.currency;
        let is_offered = |currency: Currency| currency == own || offered.contains(&currency);
        let (currency, quote) = match wish {
            Some(code) => {
                let currency = Currency::parse("currency", code)?;
                if !is_offered(currency) {
                    return Err(Error::invalid("currency", "error-currency-not-offered"));
                }
                (currency, rate(app, db, own, currency).await?)
            }
            None => match Currency::parse("currency", &user.currency).ok().filter(|currency| is_offered(*currency)) {
                None => (own, None),
                Some(currency) => match rate(app, db, own, currency).await {
                    Ok(quote) => (currency, quote),
                    Err(Error::Invalid(_)) => (own, None),
                    Err(other) => return Err(other),
                },
            },
        };
        Self::at(app, db, user, (currency, quote)).await
    }

    /// For a new shipment of something that was paid in `currency`: in that, though it may no longer be offered, while we know
    /// what it is worth.
    pub(super) async fn linked(app: &App, db: &impl ConnectionTrait, user: &User, currency: Option<&str>) -> Result<Self> {
        let own = settings::read::<Shipping>(app, db).await?.value.currency;
        let currency = currency.map_or(Ok(own), |code| Currency::parse("currency", code))?;
        let priced = match rate(app, db, own, currency).await {
            Ok(quote) => (currency, quote),
            Err(Error::Invalid(_)) => (own, None),
            Err(other) => return Err(other),
        };
        Self::at(app, db, user, priced).await
    }

    /// For a shipment that is priced again: in its own currency, at the rate it has while that holds.
    pub(super) async fn again(app: &App, db: &impl ConnectionTrait, user: &User, before: (Currency, Option<Quote>)) -> Result<Self> {
        let own = settings::read::<Shipping>(app, db).await?.value.currency;
        let (currency, quote) = before;
        let holds = |quote: &Quote| quote.from == own && quote.expires_at > app.clock.now();
        let quote = match quote.filter(holds) {
            Some(quote) => Some(quote),
            None => rate(app, db, own, currency).await?,
        };
        Self::at(app, db, user, (currency, quote)).await
    }

    async fn at(app: &App, db: &impl ConnectionTrait, user: &User, (currency, quote): (Currency, Option<Quote>)) -> Result<Self> {
        let shipping = settings::read(app, db).await?;
        let taxes = settings::read(app, db).await?;
        Ok(Self { shipping, taxes, currency, quote, language: user.language.clone() })
    }

    /// What parcels must keep to.
    pub(super) fn limits(&self) -> Limits {
        Limits { grams: self.shipping.value.max_parcel_grams, currency: self.currency }
    }

    /// The same for the pure part.
    pub(super) fn table(&self) -> price::Terms<'_> {
        price::Terms { shipping: &self.shipping.value, taxes: &self.taxes.value, quote: self.quote.as_ref(), language: &self.language }
    }

    /// The order with its price.
    pub(super) fn details(&self, order: Order) -> Result<Details> {
        let Order { address, parcels, service } = order;
        let way = price::way(&self.shipping.value, &address.country, service, "delivery_address.country")?;
        let priced = self.table().price(&way, &parcels.parcels)?;
        Ok(Details {
            service: priced.service,
            chargeable_grams: priced.chargeable_grams,
            total_minor: priced.total_minor,
            lines: priced.lines,
            fx: self.quote.clone(),
            tariff_version: self.shipping.version,
            tax_version: self.taxes.version,
            delivery_address: address,
            package_details: parcels,
        })
    }
}

/// An address, tidied and checked.
pub(super) fn checked(mut address: AddressFields, problems: &mut Problems) -> AddressFields {
    address.tidy();
    address.check("delivery_address.", problems);
    address
}

async fn rate(app: &App, db: &impl ConnectionTrait, from: Currency, to: Currency) -> Result<Option<Quote>> {
    if from == to {
        return Ok(None);
    }
    fx::quote(app, db, "currency", from, to, RATE_HOURS).await.map(Some)
}
