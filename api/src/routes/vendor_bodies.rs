//! Shops as clients write and see them.

use crate::patch;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::Error;
use shared::ids::VendorId;
use shared::vendors::directory::Entry;
use shared::vendors::list::Shown;
use utoipa::ToSchema;

/// A shop.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShopOut {
    #[schema(value_type = uuid::Uuid)]
    id: VendorId,
    name: String,
    url: String,
    /// Address of its logo, a PNG.
    logo: Option<String>,
}

/// A shop, as those who manage them see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct VendorOut {
    #[serde(flatten)]
    shop: ShopOut,
    /// The domain that products are matched by.
    #[schema(example = "example.com")]
    host: String,
    /// Whether customers see it.
    active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl ShopOut {
    /// `logo`: the mark of its logo, if it has one.
    pub(crate) fn new(app: &App, (row, logo): Shown) -> shared::Result<Self> {
        let link = |_| app.config.public_url.join(&format!("api/vendors/{}/logo/", row.id)).map(String::from).map_err(Error::internal);
        Ok(Self { id: row.id, logo: logo.map(link).transpose()?, name: row.name, url: row.url })
    }
}

impl VendorOut {
    pub(crate) fn new(app: &App, (row, logo): Shown) -> shared::Result<Self> {
        let (host, active, created_at, updated_at) = (row.host.clone(), row.active, row.created_at, row.updated_at);
        Ok(Self { shop: ShopOut::new(app, (row, logo))?, host, active, created_at, updated_at })
    }

    pub(crate) fn id(&self) -> VendorId {
        self.shop.id
    }
}

/// A shop as it is written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VendorIn {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// http or https, at a domain that no other shop has.
    #[schema(max_length = 500, example = "https://www.example.com/")]
    url: String,
    /// Whether customers see it. When absent: yes for a new one, else as before.
    active: Option<bool>,
}

impl VendorIn {
    /// The entry that it describes. `was_active`: what holds when the body does not say.
    pub(crate) fn entry(self, was_active: bool) -> Entry {
        Entry { name: self.name, url: self.url, active: self.active.unwrap_or(was_active) }
    }
}

/// What is to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VendorPatch {
    #[serde(default, deserialize_with = "patch::given")]
    name: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    url: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    active: Option<bool>,
}

impl VendorPatch {
    /// Changes `entry` as asked.
    pub(crate) fn apply(self, entry: &mut Entry) {
        for (given, field) in [(self.name, &mut entry.name), (self.url, &mut entry.url)] {
            *field = given.unwrap_or_else(|| std::mem::take(field));
        }
        entry.active = self.active.unwrap_or(entry.active);
    }
}
