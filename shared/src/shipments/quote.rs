//! What sending would cost, before anybody has decided to.

use super::parcel;
use super::price::{self, Priced};
use super::terms::Terms;
use crate::accounts::{User, user};
use crate::error::Problems;
use crate::fx::Quote;
use crate::ids::UserId;
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result};
use rust_iso3166::from_alpha2;
use sea_orm::entity::prelude::Json;

/// A question.
#[derive(Debug)]
pub struct Question {
    /// For whom; for staff.
    pub user: Option<UserId>,
    /// ISO 3166-1.
    pub country: String,
    /// What: `{"parcels": […]}`.
    pub package_details: Json,
    /// How; every way that leads there when absent.
    pub service: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
}

/// The answer.
#[derive(Debug)]
pub struct Offers {
    /// In the order of the settings.
    pub offers: Vec<Offer>,
    /// The rate they were converted at.
    pub fx: Option<Quote>,
    /// Of the setting `shipping`.
    pub tariff_version: i32,
    /// Of the setting `taxes`.
    pub tax_version: i32,
}

/// One way, and what it costs.
#[derive(Debug)]
pub struct Offer {
    /// What it costs.
    pub priced: Priced,
    /// Fastest and slowest, in days.
    pub days: (u16, u16),
}

/// Prices parcels; nothing is written.
pub async fn quote(app: &App, actor: &Actor, asked: Question) -> Result<Offers> {
    let db = &app.db.conn;
    let customer = customer(app, actor, asked.user).await?;
    let mut problems = Problems::default();
    let is_known = from_alpha2(&asked.country).is_some();
    problems.check(is_known, "delivery_address.country", "error-country");
    let terms = match problems.take(Terms::new(app, db, &customer, asked.currency.as_deref()).await)? {
        Some(terms) => terms,
        None => Terms::new(app, db, &customer, None).await?,
    };
    let parcels = problems.take(parcel::read("package_details", &asked.package_details, terms.limits()))?;
    let shipping = &terms.shipping.value;
    let way = price::way(shipping, &asked.country, asked.service.as_deref(), "delivery_address.country");
    let way = if is_known { problems.take(way)? } else { None };
    problems.finish()?;
    let (Some(parcels), Some(way)) = (parcels, way) else { return Err(Error::internal("a problem of a quote was lost")) };
    let ways = if asked.service.is_some() { vec![way] } else { price::ways(shipping, &asked.country) };
    let offer = |way: &price::Way| {
        let priced = terms.table().price(way, &parcels.parcels)?;
        Ok(Offer { priced, days: (way.service.days_min, way.service.days_max) })
    };
    let offers = ways.iter().map(offer).collect::<Result<Vec<_>>>()?;
    Ok(Offers { offers, fx: terms.quote.clone(), tariff_version: terms.shipping.version, tax_version: terms.taxes.version })
}

/// Whose currency and language it is in.
async fn customer(app: &App, actor: &Actor, named: Option<UserId>) -> Result<User> {
    if named.is_some() && named != actor.user {
        actor.may(Permission::ManageShipments)?;
    }
    let id = named.or(actor.user).ok_or(Error::Forbidden(None))?;
    match user::find(&app.db.conn, id).await {
        Ok(user) if user.is_active => Ok(user),
        Ok(_) | Err(Error::NotFound) => Err(Error::invalid("user", "error-unknown-user")),
        Err(other) => Err(other),
    }
}
