//! Forty shops that do not exist, under names that nobody can register, and what they sell.

use super::dice::Dice;
use super::staff::since;
use crate::Result;
use crate::Tx;
use crate::ids::VendorId;
use crate::money::{Currency, Money};
use crate::vendors::vendor;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

/// A thing: name, price in cents of a dollar, grams, whether it has sizes.
pub(super) type Product = (&'static str, i64, i64, bool);

/// A shop: name, first part of its host, currency, what it sells.
type Shop = (&'static str, &'static str, &'static str, &'static [Product]);

const CLOTHES: &[Product] = &[
    ("Rain jacket", 8_900, 600, true),
    ("Linen shirt", 4_500, 300, true),
    ("Wool jumper", 7_900, 550, true),
    ("Canvas trousers", 6_200, 600, true),
    ("Scarf", 2_400, 200, false),
    ("Winter coat", 18_900, 1_700, true),
    ("Running socks, 3 pairs", 1_800, 150, true),
];
const SHOES: &[Product] = &[
    ("Trail shoes", 12_900, 900, true),
    ("Leather boots", 16_500, 1_600, true),
    ("Sandals", 5_900, 600, true),
    ("Canvas sneakers", 6_900, 800, true),
];
const GADGETS: &[Product] = &[
    ("Wireless headphones", 9_900, 350, false),
    ("Power bank 20 Ah", 4_900, 450, false),
    ("Mechanical keyboard", 11_900, 1_100, false),
    ("Action camera", 24_900, 500, false),
    ("USB-C hub", 3_900, 200, false),
    ("E-reader", 13_900, 300, false),
    ("Smart watch", 21_900, 300, false),
];
const BOOKS: &[Product] = &[
    ("Atlas of rivers", 5_900, 1_900, false),
    ("Cookbook of the coast", 3_400, 1_100, false),
    ("Crime novel, hardcover", 2_400, 500, false),
    ("Sketchbook A4", 1_500, 600, false),
    ("Board game", 4_400, 1_500, false),
];
const HOME: &[Product] = &[
    ("Cast iron pan", 5_400, 2_900, false),
    ("Teapot", 3_800, 900, false),
    ("Bed linen set", 8_800, 1_800, true),
    ("Desk lamp", 6_700, 1_400, false),
    ("Coffee grinder", 7_900, 1_600, false),
    ("Set of 6 glasses", 3_200, 1_800, false),
];
const CARE: &[Product] = &[
    ("Face cream", 3_600, 200, false),
    ("Perfume 50 ml", 8_400, 250, false),
    ("Beard oil", 1_900, 120, false),
    ("Green tea, 250 g", 1_600, 300, false),
    ("Vitamin D, 180 capsules", 2_200, 200, false),
];
const SPORT: &[Product] = &[
    ("Yoga mat", 4_200, 1_300, false),
    ("Climbing rope 60 m", 17_900, 4_100, false),
    ("Cycling helmet", 8_900, 500, true),
    ("Badminton set", 3_900, 900, false),
    ("Sleeping bag", 14_900, 1_500, false),
];
const PARTS: &[Product] = &[
    ("Brake pads, pair", 2_900, 500, false),
    ("Bicycle chain", 3_300, 400, false),
    ("Fuel filter", 1_700, 300, false),
    ("Tool set, 40 pieces", 9_900, 4_800, false),
];

const SHOPS: [Shop; 40] = [
    ("Northwind Outfitters", "northwind-outfitters", "USD", CLOTHES),
    ("Juniper & Pine", "juniper-pine", "USD", CLOTHES),
    ("Lumen Gadgets", "lumen-gadgets", "USD", GADGETS),
    ("Circuit Harbor", "circuit-harbor", "USD", GADGETS),
    ("Paperlantern Books", "paperlantern-books", "USD", BOOKS),
    ("Hearth & Kettle", "hearth-kettle", "USD", HOME),
    ("Summit Supply", "summit-supply", "USD", SPORT),
    ("Gearwise Parts", "gearwise-parts", "USD", PARTS),
    ("Solstice Shoes", "solstice-shoes", "USD", SHOES),
    ("Bluebird Beauty", "bluebird-beauty", "USD", CARE),
    ("Prairie Denim", "prairie-denim", "USD", CLOTHES),
    ("Quartz Audio", "quartz-audio", "USD", GADGETS),
    ("Kaufhaus Adler", "kaufhaus-adler", "EUR", HOME),
    ("Lichtwerk", "lichtwerk-shop", "EUR", GADGETS),
    ("Waldläufer Sport", "waldlaeufer-sport", "EUR", SPORT),
    ("Maison Céleste", "maison-celeste", "EUR", CARE),
    ("Librairie du Canal", "librairie-canal", "EUR", BOOKS),
    ("Atelier Garance", "atelier-garance", "EUR", CLOTHES),
    ("Zapatería Luna", "zapateria-luna", "EUR", SHOES),
    ("Casa Almendro", "casa-almendro", "EUR", HOME),
    ("Bottega Ponte", "bottega-ponte", "EUR", SHOES),
    ("Radhaus Nord", "radhaus-nord", "EUR", PARTS),
    ("Fjord & Fell", "fjord-fell", "EUR", CLOTHES),
    ("Thistle & Loom", "thistle-loom", "GBP", CLOTHES),
    ("Harrow Street Books", "harrow-street-books", "GBP", BOOKS),
    ("Copperkettle Kitchen", "copperkettle-kitchen", "GBP", HOME),
    ("Pennine Outdoors", "pennine-outdoors", "GBP", SPORT),
    ("Foxglove Apothecary", "foxglove-apothecary", "GBP", CARE),
    ("Tanner's Row", "tanners-row", "GBP", SHOES),
    ("Tokyo Stationery Lab", "tokyo-stationery-lab", "JPY", BOOKS),
    ("Hoshi Camera", "hoshi-camera", "JPY", GADGETS),
    ("Kumo Tea", "kumo-tea", "JPY", CARE),
    ("Sakana Kitchen", "sakana-kitchen", "JPY", HOME),
    ("Yama Cycles", "yama-cycles", "JPY", PARTS),
    ("Oasis Perfumes", "oasis-perfumes", "AED", CARE),
    ("Marina Gadgets", "marina-gadgets", "AED", GADGETS),
    ("Dune Sports", "dune-sports", "AED", SPORT),
    ("Souq Textiles", "souq-textiles", "AED", CLOTHES),
    ("Gulf Home", "gulf-home", "KWD", HOME),
    ("Pearl Boutique", "pearl-boutique", "KWD", SHOES),
];

/// A shop as it is known here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vendor {
    pub(super) id: VendorId,
    pub(super) host: &'static str,
    pub(super) currency: Currency,
    pub(super) products: &'static [Product],
}

fn host(shop: &Shop) -> String {
    format!("{}.example", shop.1)
}

/// Their rows. The last two have closed.
pub(super) fn rows() -> Vec<vendor::Model> {
    let row = |(number, shop): (u64, &Shop)| vendor::Model {
        id: VendorId(Dice::of(&[1, number]).id(since())),
        name: shop.0.to_owned(),
        url: format!("https://{}/", host(shop)),
        host: host(shop),
        active: true,
        version: 1,
        created_at: since(),
        updated_at: since(),
    };
    (0..).zip(&SHOPS).map(row).collect()
}

/// Which they are in this database: somebody may have known a host before.
pub(super) async fn find(tx: &Tx) -> Result<Vec<Vendor>> {
    let known = vendor::Entity::find().select_only().column(vendor::Column::Host).column(vendor::Column::Id);
    let known: Vec<(String, VendorId)> = known.filter(vendor::Column::Host.is_in(SHOPS.iter().map(host))).into_tuple().all(tx).await?;
    let mut vendors = vec![];
    for shop in &SHOPS {
        let id = known.iter().find(|(known, _)| *known == host(shop)).map(|(_, id)| *id);
        let id = id.ok_or_else(|| super::customer::broken(format!("{} is missing", shop.0)))?;
        vendors.push(Vendor { id, host: shop.1, currency: Currency::parse("currency", shop.2)?, products: shop.3 });
    }
    Ok(vendors)
}

impl Vendor {
    /// What the shop asks for a thing that is worth so many cents of a dollar.
    pub(super) fn price(&self, cents: i64) -> Money {
        let minor = match self.currency.code() {
            "EUR" => cents * 92 / 100 / 50 * 50 - 1,
            "GBP" => cents * 79 / 100 / 50 * 50 - 1,
            // whole tens of yen
            "JPY" => cents * 150 / 100 / 10 * 10,
            "AED" => cents * 367 / 100 / 100 * 100,
            // quarters of a dinar
            "KWD" => (cents * 307 / 100 / 250 * 250).max(250),
            _ => cents / 50 * 50 - 1,
        };
        Money::new(minor.max(1), self.currency)
    }
}
