//! What a product's page says about it: its own metadata, read by a worker, never trusted with anything but a form's fields.
//!
//! JSON-LD is believed before Open Graph, that before microdata, and the page's title only for the name. A price needs its
//! currency and one meaning.

use super::linked_data::{self, Product, known};
use super::markup::Markup;
use super::price;
use crate::clients::web_page::WebPage;
use crate::money::Money;
use crate::{App, Error, Result};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};
use url::Url;

/// Most characters of a title.
const MAX_TITLE: usize = 300;
/// Most characters of a picture's address.
const MAX_IMAGE: usize = 2000;
/// Where browsers look for a declared encoding.
const PRESCAN: usize = 1024;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// The product's name.
    pub title: Option<String>,
    /// What it costs there.
    pub price: Option<Money>,
    /// Where its picture is; http or https.
    pub image_url: Option<String>,
}

/// Fetches the page and reads it. [`Error::Refused`]: it never will be (a forbidden address, no such page, not HTML);
/// [`Error::Upstream`]: perhaps later.
pub async fn look(app: &App, url: &Url) -> Result<Preview> {
    let page = app.pages.fetch(url).await?;
    tokio::task::spawn_blocking(move || read(&text_of(&page), &page.url)).await.map_err(Error::internal)
}

/// Reads a page that is at `url`.
pub fn read(html: &str, url: &Url) -> Preview {
    let markup = Markup::of(html);
    let Product { name, price, image } = linked_data::product(&markup.scripts).unwrap_or_default();
    let candidates = [name.as_deref(), markup.meta(&["og:title"]), markup.title()];
    let pictures = [image.as_deref(), markup.meta(&["og:image", "og:image:url", "og:image:secure_url"])];
    Preview {
        title: candidates.into_iter().flatten().find_map(title),
        price: price.or_else(|| open_graph_price(&markup)).or_else(|| microdata_price(&markup)),
        image_url: pictures.into_iter().flatten().find_map(|address| picture(address, url)),
    }
}

fn open_graph_price(markup: &Markup) -> Option<Money> {
    let of = |amount, currency| price::written(markup.meta(&[amount])?, known(markup.meta(&[currency])?)?);
    of("product:price:amount", "product:price:currency").or_else(|| of("og:price:amount", "og:price:currency"))
}

fn microdata_price(markup: &Markup) -> Option<Money> {
    let amount = markup.property("price").or_else(|| markup.property("lowprice"))?;
    price::written(amount, known(markup.property("pricecurrency")?)?)
}

/// One line of plain text.
fn title(text: &str) -> Option<String> {
    // what turns the direction of writing could make a name read as something else
    let is_plain = |c: &char| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let words: Vec<String> = text.split_whitespace().map(|word| word.chars().filter(is_plain).collect()).collect();
    let line: String = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").chars().take(MAX_TITLE).collect();
    let line = line.trim_end();
    (!line.is_empty()).then(|| line.to_owned())
}

fn picture(address: &str, page: &Url) -> Option<String> {
    let url = page.join(address.trim()).ok()?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (plain && !address.trim().is_empty() && url.as_str().len() <= MAX_IMAGE).then(|| url.into())
}

/// The text, in the encoding that the server, else the page itself declares; UTF-8 when nobody does.
fn text_of(page: &WebPage) -> String {
    let start = &page.body[..page.body.len().min(PRESCAN)];
    let inside = || charset(&String::from_utf8_lossy(start)).filter(|found| *found != UTF_16LE && *found != UTF_16BE);
    let encoding = charset(&page.content_type).or_else(inside).unwrap_or(UTF_8);
    // a byte order mark, where there is one, is believed before both
    encoding.decode(&page.body).0.into_owned()
}

/// The encoding after `charset=`.
fn charset(text: &str) -> Option<&'static Encoding> {
    let text = text.to_ascii_lowercase();
    let (_, after) = text.split_once("charset=")?;
    let after = after.trim_start_matches(['"', '\'', ' ']);
    let label = after.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))).next()?;
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests;
