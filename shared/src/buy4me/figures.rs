//! What a request comes to: a quote by the rates and fees of now, and its figures later by those that were locked.

use super::item::Model as Item;
use super::price::{self, Goods, Priced, Quotes, Terms};
use super::request::Model;
use crate::clock::Time;
use crate::error::Problems;
use crate::money::Currency;
use crate::settings::{self, Buy4Me, Taxes};
use crate::{App, Error, Result, fx};
use sea_orm::ConnectionTrait;

/// A quote.
pub(super) struct Quoted {
    pub(super) priced: Priced,
    pub(super) quotes: Quotes,
    pub(super) terms: Terms,
    pub(super) fee_version: i32,
    pub(super) tax_version: i32,
    pub(super) expires_at: Time,
}

/// Prices items by what holds now. Whatever is missing is a problem of its item.
pub(super) async fn quote(app: &App, db: &impl ConnectionTrait, request: &Model, items: &[Item], language: &str) -> Result<Quoted> {
    let mut problems = Problems::default();
    problems.check(items.iter().any(|item| item.status.is_active()), "items", "error-required");
    let goods = goods(items, &mut problems)?;
    problems.finish()?;
    let fees = settings::read::<Buy4Me>(app, db).await?;
    let taxes = settings::read::<Taxes>(app, db).await?;
    let (to, hours) = (request.currency()?, fees.value.quote_hours);
    let named = goods.iter().map(|item| (format!("items[{}].currency", item.index), item.quoted.currency));
    let mut sources: Vec<(String, Currency)> = vec![];
    for (field, from) in named.chain([("currency".to_owned(), fees.value.currency)]) {
        if sources.iter().all(|(_, known)| *known != from) {
            sources.push((field, from));
        }
    }
    let quotes = fx::quotes(app, db, &sources, to, hours).await?;
    let quotes: Quotes = quotes.into_iter().map(|quote| (quote.from.code().to_owned(), quote)).collect();
    let terms = Terms { fees: fees.value, taxes: taxes.value };
    let priced = price::price(&goods, &quotes, &terms, to, language)?;
    let expires_at = app.clock.now() + chrono::TimeDelta::hours(i64::from(hours));
    Ok(Quoted { priced, quotes, terms, fee_version: fees.version, tax_version: taxes.version, expires_at })
}

/// Items as far as their price goes: those that the customer still gets.
fn goods(items: &[Item], problems: &mut Problems) -> Result<Vec<Goods>> {
    let mut goods = vec![];
    for (index, item) in items.iter().enumerate().filter(|(_, item)| item.status.is_active()) {
        let field = |name: &str| format!("items[{index}].{name}");
        problems.check(item.product_name.is_some(), field("product_name"), "error-required");
        problems.check(item.unit_price_minor.is_some(), field("unit_price"), "error-required");
        problems.check(item.unit_price_minor.is_none() || item.currency.is_some(), field("currency"), "error-required");
        let Some(quoted) = item.unit_price()? else { continue };
        let name = item.shown_name().to_owned();
        goods.push(Goods { index, name, quantity: item.quantity, quoted, actual: item.actual_unit_price()?, shop: item.shop() });
    }
    Ok(goods)
}

/// What a submitted request comes to with these items, by its locked quotes and terms.
pub(super) fn locked(request: &Model, items: &[Item], language: &str) -> Result<Priced> {
    let missing = || Error::internal(format!("request {} has no quote", request.id));
    let quotes: Quotes = serde_json::from_value(request.fx.clone().ok_or_else(missing)?).map_err(Error::internal)?;
    let terms: Terms = serde_json::from_value(request.terms.clone().ok_or_else(missing)?).map_err(Error::internal)?;
    let mut problems = Problems::default();
    let goods = goods(items, &mut problems)?;
    problems.finish()?;
    price::price(&goods, &quotes, &terms, request.currency()?, language)
}

/// Notes figures on a request and on its items. The caller saves both.
pub(super) fn note(request: &mut Model, items: &mut [Item], priced: &Priced) -> Result<()> {
    request.total_minor = Some(priced.total_minor);
    request.breakdown = serde_json::to_value(&priced.lines).map_err(Error::internal)?;
    let mut shares = priced.shares.iter();
    for item in items {
        item.charged_minor = if item.status.is_active() { shares.next().copied() } else { Some(0) };
    }
    Ok(())
}

/// What a draft would cost if it were submitted now; `None` as long as something is missing.
pub(super) async fn estimate(
    app: &App,
    db: &impl ConnectionTrait,
    request: &Model,
    items: &[Item],
    language: &str,
) -> Result<Option<Priced>> {
    match quote(app, db, request, items, language).await {
        Ok(quoted) => Ok(Some(quoted.priced)),
        Err(Error::Invalid(_)) => Ok(None),
        Err(other) => Err(other),
    }
}
