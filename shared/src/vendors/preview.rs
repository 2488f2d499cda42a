//! What a product's page says about it: its own metadata, read by a worker, never trusted with anything but a form's fields.

use crate::money::Money;
use crate::{App, Error, Result};
use serde::{Deserialize, Serialize};
use url::Url;

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
pub async fn look(_app: &App, url: &Url) -> Result<Preview> {
    Err(Error::Refused { service: "product page", reason: format!("{url} cannot be read yet") })
}
