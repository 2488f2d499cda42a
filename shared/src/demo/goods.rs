//! What is to be bought: the items of a request, and the draft that they are in.

use super::dice::Dice;
use super::numbers::LATER;
use super::shops::{Product, Vendor};
use super::world::Case;
use crate::Result;
use crate::buy4me::item::{Model as Item, Source};
use crate::buy4me::price::{self, Goods, Priced, Quotes, Terms};
use crate::buy4me::request::Model;
use crate::buy4me::state::{ItemStatus, Status};
use crate::clock::Time;
use crate::ids::{ItemId, RequestId};
use crate::money::Currency;

const COLOURS: [&str; 7] = ["black", "white", "navy", "green", "red", "grey", "sand"];
const SIZES: [&str; 5] = ["S", "M", "L", "XL", "42"];

/// One to four things from one or two shops.
pub(super) fn items(case: &mut Case) -> (RequestId, Vec<Item>) {
    let dice = &mut case.dice;
    let request_id = RequestId(dice.id(case.at));
    let count = dice.weighted(&[(1, 44), (2, 31), (3, 17), (4, 8)]);
    let (one, other) = (*dice.pick(&case.world.vendors), *dice.pick(&case.world.vendors));
    let item = |position| {
        let vendor = if dice.chance(750) { one } else { other };
        item(dice, case.at, (request_id, position), &vendor)
    };
    (request_id, (1..=count).map(item).collect())
}

fn item(dice: &mut Dice, at: Time, (request_id, position): (RequestId, i32), vendor: &Vendor) -> Item {
    let (name, cents, _, has_sizes): Product = *dice.pick(vendor.products);
    let price = vendor.price(cents);
    let slug = name.to_lowercase().replace([' ', ','], "-");
    Item {
        id: ItemId(dice.id(at)),
        request_id,
        position,
        product_name: Some(name.to_owned()),
        product_url: format!("https://{}.example/p/{slug}", vendor.host),
        quantity: dice.weighted(&[(1, 78), (2, 16), (3, 6)]),
        received_quantity: 0,
        color: dice.chance(600).then(|| (*dice.pick(&COLOURS)).to_owned()),
        size: has_sizes.then(|| (*dice.pick(&SIZES)).to_owned()),
        alternatives: None,
        unit_price_minor: Some(price.minor),
        actual_unit_price_minor: None,
        currency: Some(price.currency.code().to_owned()),
        charged_minor: None,
        overage_minor: 0,
        status: ItemStatus::Pending,
        vendor_id: Some(vendor.id),
        shop: None,
        source: Source::Manual,
        vendor_order_number: None,
        preview_status: None,
        preview: None,
        image_url: None,
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

/// The draft that they are in.
pub(super) fn draft(case: &Case, id: RequestId, items: &[Item]) -> Model {
    let names = items.iter().filter_map(|item| item.product_name.as_deref());
    Model {
        id,
        reference: String::new(),
        user_id: case.customer.user.id,
        customer_type: case.customer.user.role,
        status: Status::Draft,
        action_required: None,
        proposal: None,
        currency: case.customer.user.currency.clone(),
        total_minor: None,
        breakdown: serde_json::json!([]),
        fx: None,
        terms: None,
        quote_expires_at: None,
        fee_version: None,
        tax_version: None,
        authorised_overage_minor: 0,
        overage_used_minor: 0,
        shipping_instructions: None,
        packed: None,
        searched: std::iter::once(LATER).chain(names).collect::<Vec<_>>().join("\n").to_lowercase(),
        shipment_id: None,
        bills: 0,
        created_by: Some(case.customer.user.id.0),
        version: 1,
        submitted_at: None,
        ordered_at: None,
        in_transit_at: None,
        arrived_at: None,
        shipped_at: None,
        delivered_at: None,
        completed_at: None,
        cancelled_at: None,
        created_at: case.at,
        updated_at: case.at,
    }
}

/// What the items that are left come to.
pub(super) fn price(items: &[Item], quotes: &Quotes, terms: &Terms, to: Currency, language: &str) -> Result<Priced> {
    let mut goods = vec![];
    for (index, item) in items.iter().enumerate().filter(|(_, item)| item.status.is_active()) {
        let Some(quoted) = item.unit_price()? else { continue };
        let actual = item.actual_unit_price()?;
        goods.push(Goods { index, name: item.shown_name().to_owned(), quantity: item.quantity, quoted, actual, shop: item.shop() });
    }
    price::price(&goods, quotes, terms, to, language)
}

/// What the items that are left weigh, packed.
pub(super) fn grams(vendors: &[Vendor], items: &[Item]) -> i64 {
    let known = |item: &Item| {
        let vendor = vendors.iter().find(|vendor| Some(vendor.id) == item.vendor_id)?;
        vendor.products.iter().find(|(name, ..)| item.product_name.as_deref() == Some(*name)).map(|(_, _, grams, _)| *grams)
    };
    let of = |item: &Item| known(item).unwrap_or(500) * i64::from(item.quantity);
    items.iter().filter(|item| item.status.is_active()).map(of).sum()
}
