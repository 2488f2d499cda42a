//! An item as it is described: what it consists of, and what can be wrong with it.

use super::item::{Model, PreviewStatus, Source};
use crate::accounts::postal::check_text;
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::VendorId;
use crate::money::{Currency, MAX_MINOR, Money};
use crate::vendors::{self, vendor};
use crate::{Error, Result, Tx};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use std::collections::HashSet;
use url::Url;

/// What the customer says about an item. Texts are as they came; [`check`] tidies and checks them.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the names are those of the item
pub struct ItemFields {
    pub product_name: Option<String>,
    pub product_url: String,
    pub quantity: i32,
    pub color: Option<String>,
    pub size: Option<String>,
    pub alternatives: Option<String>,
    /// Decimal string, in `currency`.
    pub unit_price: Option<String>,
    pub currency: Option<String>,
    /// Matched by the address when absent.
    pub vendor: Option<VendorId>,
    pub source: Source,
}

impl ItemFields {
    /// Those of an item.
    pub(super) fn of(row: &Model) -> Result<Self> {
        Ok(Self {
            product_name: row.product_name.clone(),
            product_url: row.product_url.clone(),
            quantity: row.quantity,
            color: row.color.clone(),
            size: row.size.clone(),
            alternatives: row.alternatives.clone(),
            unit_price: row.unit_price()?.map(Money::decimal),
            currency: row.currency.clone(),
            vendor: row.vendor_id,
            source: row.source,
        })
    }

    /// Writes them into a row, after [`check`] found them right. `vendor` is the one that was found.
    pub(super) fn apply(self, row: &mut Model, vendor: Option<VendorId>) -> Result<()> {
        let currency = self.currency.as_deref().map(|code| Currency::parse("currency", code)).transpose()?;
        let price =
            self.unit_price.as_deref().zip(currency).map(|(text, currency)| Money::parse("unit_price", text, currency)).transpose()?;
        let has_moved = row.product_url != self.product_url || row.source != self.source;
        row.product_name = self.product_name;
        row.product_url = self.product_url;
        row.quantity = self.quantity;
        row.color = self.color;
        row.size = self.size;
        row.alternatives = self.alternatives;
        row.unit_price_minor = price.map(|price| price.minor);
        row.currency = currency.map(String::from);
        row.vendor_id = vendor;
        row.source = self.source;
        if has_moved {
            // what another page said is no longer true
            row.preview = None::<Json>;
            row.image_url = None;
            row.preview_status = (self.source == Source::Embedded).then_some(PreviewStatus::Pending);
        }
        Ok(())
    }

    fn tidy(&mut self) {
        self.product_url = self.product_url.trim().to_owned();
        for text in [&mut self.product_name, &mut self.color, &mut self.size, &mut self.alternatives] {
            *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        }
    }
}

/// Tidies the fields of an item and notes what is wrong; `prefix` stands before the names, such as `items[0].`, or is empty.
pub(super) fn check(fields: &mut ItemFields, prefix: &str, problems: &mut Problems) -> Result<()> {
    fields.tidy();
    let field = |name: &str| format!("{prefix}{name}");
    let texts = [
        ("product_name", &fields.product_name, 300),
        ("color", &fields.color, 60),
        ("size", &fields.size, 60),
        ("alternatives", &fields.alternatives, 500),
    ];
    for (name, text, max) in texts {
        check_text(problems, field(name), text.as_deref().unwrap_or_default(), max);
    }
    check_address(problems, &field("product_url"), &fields.product_url);
    problems.check((1..=999).contains(&fields.quantity), field("quantity"), "error-out-of-range");
    if fields.source == Source::Manual {
        problems.check(fields.product_name.is_some(), field("product_name"), "error-required");
        problems.check(fields.unit_price.is_some(), field("unit_price"), "error-required");
    }
    let is_priced = fields.source == Source::Manual || fields.unit_price.is_some();
    problems.check(!is_priced || fields.currency.is_some(), field("currency"), "error-required");
    let currency = match &fields.currency {
        Some(code) => problems.take(Currency::parse(&field("currency"), code))?,
        None => None,
    };
    if let (Some(text), Some(currency)) = (&fields.unit_price, currency)
        && let Some(price) = problems.take(Money::parse_positive(&field("unit_price"), text, currency))?
    {
        let fits = price.times(i64::from(fields.quantity)).is_ok_and(|all| all.minor <= MAX_MINOR);
        problems.check(fits, field("unit_price"), "error-amount-too-large");
    }
    Ok(())
}

/// The address of a product: what a browser would open, and nothing that names a person or a place on our own machines.
fn check_address(problems: &mut Problems, field: &str, text: &str) {
    let fits = text.chars().count() <= 2000;
    problems.check(fits, field, Message::new("error-too-long").with("max", 2000));
    let plain = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none()
    };
    let has_host = |text: &str| text.split_once("://").is_some_and(|(_, rest)| !rest.starts_with('/'));
    // a parser mends what it can; what needs mending is no address that somebody copied
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '"' | '<' | '>');
    let is_product = Url::parse(text).is_ok_and(|url| plain(&url)) && has_host(text) && !text.contains(is_odd);
    problems.check(!fits || is_product, field, "error-product-address");
}

/// The vendor of each item: the one it names, which must be active, or the one whose address it has. Two statements for all;
/// the vendors are locked, so that none is deleted in between.
pub(super) async fn vendors_of(
    tx: &Tx,
    items: &[ItemFields],
    field: impl Fn(usize) -> String,
    problems: &mut Problems,
) -> Result<Vec<Option<VendorId>>> {
    let urls: Vec<&str> = items.iter().map(|item| item.product_url.as_str()).collect();
    let matched = vendors::of_urls(tx, &urls).await?;
    let asked: HashSet<VendorId> = items.iter().filter_map(|item| item.vendor).chain(matched.iter().copied().flatten()).collect();
    if asked.is_empty() {
        return Ok(vec![None; items.len()]);
    }
    let active = vendor::Entity::find().filter(vendor::Column::Id.is_in(asked)).filter(vendor::Column::Active.eq(true));
    let known: HashSet<VendorId> = active.lock_shared().all(tx).await?.into_iter().map(|row| row.id).collect();
    for (i, item) in items.iter().enumerate() {
        problems.check(item.vendor.is_none_or(|id| known.contains(&id)), field(i), "error-not-found");
    }
    let found = |(item, matched): (&ItemFields, Option<VendorId>)| item.vendor.or(matched).filter(|id| known.contains(id));
    Ok(items.iter().zip(matched).map(found).collect())
}

/// A problem that nobody noted would be ours.
pub(super) fn lost(what: &str) -> Error {
    Error::internal(format!("a problem of {what} was lost"))
}
