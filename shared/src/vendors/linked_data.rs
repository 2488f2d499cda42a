//! Products in JSON-LD, the form that search engines ask shops for (schema.org: Product, Offer, AggregateOffer).

use super::price;
use crate::money::{Currency, Money};
use serde_json::{Map, Value};
use std::collections::VecDeque;

/// A product as its page describes it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Product {
    pub(super) name: Option<String>,
    pub(super) price: Option<Money>,
    pub(super) image: Option<String>,
}

type Node = Map<String, Value>;

const PRODUCTS: [&str; 8] = ["Product", "ProductGroup", "ProductModel", "IndividualProduct", "SomeProducts", "Book", "Vehicle", "Car"];
/// Where a page keeps what it is about. What it only recommends hangs elsewhere.
const AROUND: [&str; 3] = ["@graph", "mainEntity", "mainEntityOfPage"];
/// Prices that nobody pays.
const OLD: [&str; 4] = ["ListPrice", "StrikethroughPrice", "MSRP", "SRP"];
/// Offers within offers.
const DEPTH: usize = 8;

/// The product that the page is about: the first, or the first that has a price.
pub(super) fn product(scripts: &[String]) -> Option<Product> {
    let documents: Vec<Value> = scripts.iter().filter_map(|script| parse(script)).collect();
    let mut products: Vec<Product> = nodes(&documents).into_iter().map(read).collect();
    let best = products.iter().position(|product| product.price.is_some()).unwrap_or(0);
    (best < products.len()).then(|| products.swap_remove(best))
}

/// Shops wrap their JSON into what hid scripts from browsers of the nineties, and break lines within strings.
fn parse(script: &str) -> Option<Value> {
    let text = script.trim();
    serde_json::from_str(text).ok().or_else(|| {
        let wrapped = |c: char| c != '{' && c != '[';
        let text = text.replace("<![CDATA[", "").replace("]]>", "");
        let text = text.trim_start_matches(wrapped).trim_end_matches(|c| c != '}' && c != ']');
        serde_json::from_str(&text.replace(|c: char| c.is_control(), " ")).ok()
    })
}

/// The products, those nearest to the top first.
fn nodes(documents: &[Value]) -> Vec<&Node> {
    let mut found = vec![];
    let mut queue: VecDeque<&Value> = documents.iter().collect();
    while let Some(value) = queue.pop_front() {
        match value {
            Value::Array(items) => queue.extend(items),
            Value::Object(node) if is_a(node, "@type", &PRODUCTS) => found.push(node),
            Value::Object(node) => queue.extend(AROUND.iter().filter_map(|name| node.get(*name))),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    found
}

/// Whether the node is, or says in `field` that it is, one of these; with or without their vocabulary's address.
fn is_a(node: &Node, field: &str, kinds: &[&str]) -> bool {
    let named =
        |value: &Value| value.as_str().and_then(|name| name.rsplit(['/', ':', '#']).next()).is_some_and(|name| kinds.contains(&name));
    match node.get(field) {
        Some(Value::Array(several)) => several.iter().any(named),
        Some(one) => named(one),
        None => false,
    }
}

fn read(node: &Node) -> Product {
    let offered = |node: &Node| node.get("offers").and_then(|offers| offer(offers, None, DEPTH));
    let variants = node.get("hasVariant").map(each).unwrap_or_default();
    let price = offered(node).or_else(|| variants.iter().filter_map(Value::as_object).find_map(offered));
    Product { name: node.get("name").and_then(text), price, image: node.get("image").and_then(|image| address(image, DEPTH)) }
}

/// The price of the first offer that has one. `currency`: of what is around it.
fn offer(value: &Value, currency: Option<Currency>, depth: usize) -> Option<Money> {
    let depth = depth.checked_sub(1)?;
    let node = match value {
        Value::Array(offers) => return offers.iter().find_map(|one| offer(one, currency, depth)),
        Value::Object(node) if !is_a(node, "priceType", &OLD) => node,
        _ => return None,
    };
    let own = node.get("priceCurrency").and_then(Value::as_str).and_then(known);
    let currency = if node.contains_key("priceCurrency") { own } else { currency };
    let amount = |name: &str| match (node.get(name)?, currency?) {
        (Value::Number(number), currency) => price::exact(&number.to_string(), currency),
        (Value::String(text), currency) => price::written(text, currency),
        _ => None,
    };
    let inside = |name: &str| node.get(name).and_then(|value| offer(value, currency, depth));
    amount("price").or_else(|| amount("lowPrice")).or_else(|| inside("priceSpecification")).or_else(|| inside("offers"))
}

/// A currency as shops name it.
pub(super) fn known(code: &str) -> Option<Currency> {
    Currency::parse("currency", &code.trim().to_ascii_uppercase()).ok()
}

/// One or several.
fn each(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn text(value: &Value) -> Option<String> {
    match each(value).first()? {
        Value::String(text) => Some(text.clone()),
        Value::Object(literal) => literal.get("@value")?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// The address of a picture: text, an ImageObject, or several of them.
fn address(value: &Value, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(several) => several.iter().find_map(|one| address(one, depth)),
        Value::Object(image) => ["contentUrl", "url", "@id"].iter().find_map(|name| address(image.get(*name)?, depth)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
