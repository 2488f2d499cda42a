//! Which shops there are, as those who manage them write it. A shop that goods were bought from stays for its orders' sake:
//! deleted, it is only no longer offered.

use super::vendor::{Entity, Model};
use crate::accounts::postal::check_text;
use crate::clock::Time;
use crate::error::{Problems, on_unique};
use crate::i18n::Message;
use crate::ids::VendorId;
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit, version};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QuerySelect};
use url::{Host, Url};

/// Most characters of a name.
pub const MAX_NAME: usize = 120;
/// Most characters of an address.
pub const MAX_URL: usize = 500;

/// A shop as it is described.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What customers read.
    pub name: String,
    /// http or https, at a domain.
    pub url: String,
    /// Whether it is offered.
    pub active: bool,
}

/// An entry that was looked at.
struct Checked {
    entry: Entry,
    host: String,
}

impl Entry {
    fn checked(self) -> Result<Checked> {
        let mut problems = Problems::default();
        let name = self.name.trim().to_owned();
        problems.check(!name.is_empty(), "name", "error-blank");
        check_text(&mut problems, "name".to_owned(), &name, MAX_NAME);
        let shop = shop(self.url.trim());
        let fits = self.url.trim().chars().count() <= MAX_URL && shop.as_ref().is_none_or(|(url, _)| url.as_str().len() <= MAX_URL);
        problems.check(fits, "url", Message::new("error-too-long").with("max", MAX_URL));
        problems.check(shop.is_some() || !fits, "url", "error-shop-address");
        problems.finish()?;
        let (url, host) = shop.ok_or_else(|| Error::internal("a shop without an address passed its check"))?;
        Ok(Checked { entry: Self { name, url: url.into(), active: self.active }, host })
    }

    /// As the audit sees it.
    fn told(&self) -> Json {
        serde_json::json!({ "name": self.name, "url": self.url, "active": self.active })
    }
}

impl Checked {
    fn row(self, id: VendorId, now: Time) -> Model {
        let Entry { name, url, active } = self.entry;
        Model { id, name, url, host: self.host, active, version: 1, created_at: now, updated_at: now }
    }
}

impl From<&Model> for Entry {
    fn from(row: &Model) -> Self {
        Self { name: row.name.clone(), url: row.url.clone(), active: row.active }
    }
}

/// The address of a shop and the domain that its products are matched by.
fn shop(text: &str) -> Option<(Url, String)> {
    // parsers drop these silently, and then what was written is not what is stored
    let url = Url::parse(text).ok().filter(|_| !text.chars().any(|c| c.is_control() || c.is_whitespace()))?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    let Some(Host::Domain(domain)) = url.host().filter(|_| plain) else { return None };
    let domain = domain.trim_end_matches('.');
    let host = domain.strip_prefix("www.").unwrap_or(domain);
    let is_domain = host.contains('.') && host.split('.').all(|label| !label.is_empty());
    is_domain.then(|| host.to_owned()).map(|host| (url, host))
}

/// Adds a shop.
pub async fn create(tx: &Tx, actor: &Actor, entry: Entry) -> Result<Model> {
    actor.may(Permission::ManageVendors)?;
    let row = entry.checked()?.row(VendorId::new(), tx.now());
    taken(Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await)?;
    let detail = audit::changed(&Json::Null, &Entry::from(&row).told());
    audit::record(tx, actor, "vendor.created", "vendor", row.id.0, Some(detail)).await?;
    Ok(row)
}

/// Changes a shop of the version `expected`; what changes nothing makes no new version.
pub async fn edit(tx: &Tx, actor: &Actor, id: VendorId, expected: Option<i32>, change: impl FnOnce(&mut Entry) + Send) -> Result<Model> {
    let row = lock(tx, actor, id, expected).await?;
    let before = Entry::from(&row);
    let mut after = before.clone();
    change(&mut after);
    let after = after.checked()?;
    if after.entry == before {
        return Ok(row);
    }
    save(tx, actor, "vendor.changed", row, after).await
}

/// Deletes a shop of the version `expected`, or takes one that goods were bought from out of the offer.
pub async fn delete(tx: &Tx, actor: &Actor, id: VendorId, expected: Option<i32>) -> Result<()> {
    let row = lock(tx, actor, id, expected).await?;
    let before = Entry::from(&row);
    if is_referenced(tx, id).await? {
        if row.active {
            let after = Checked { entry: Entry { active: false, ..before }, host: row.host.clone() };
            save(tx, actor, "vendor.deactivated", row, after).await?;
        }
        return Ok(());
    }
    Entity::delete_by_id(id).exec(tx).await?;
    audit::record(tx, actor, "vendor.deleted", "vendor", id.0, Some(audit::changed(&before.told(), &Json::Null))).await
}

/// The shop, locked, if the actor manages shops and it is of the version that they have seen.
pub(super) async fn lock(tx: &Tx, actor: &Actor, id: VendorId, expected: Option<i32>) -> Result<Model> {
    actor.may(Permission::ManageVendors)?;
    let row = Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(Error::NotFound)?;
    version::check(expected, row.version)?;
    Ok(row)
}

async fn save(tx: &Tx, actor: &Actor, action: &str, before: Model, after: Checked) -> Result<Model> {
    let detail = audit::changed(&Entry::from(&before).told(), &after.entry.told());
    let row = Model { version: before.version + 1, created_at: before.created_at, ..after.row(before.id, tx.now()) };
    taken(Entity::update(row.clone().into_active_model().reset_all()).exec_without_returning(tx).await)?;
    audit::record(tx, actor, action, "vendor", row.id.0, Some(detail)).await?;
    Ok(row)
}

/// Each domain is one shop's.
fn taken<T>(result: Result<T, DbErr>) -> Result<T> {
    on_unique(result, "vendors_host_key", "vendors.host", || Error::invalid("url", "error-shop-taken"))
}

/// Whether something was bought there. Under the shop's lock: an item that names it locks it too, by its foreign key.
async fn is_referenced(tx: &Tx, id: VendorId) -> Result<bool> {
    let sql = tx.app.db.sql("SELECT 1 FROM buy4me_items WHERE vendor_id = $1 LIMIT 1", vec![id.0.into()]);
    Ok(tx.query_one_raw(sql).await?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_is_known_by_its_domain() {
        let cases = [
            ("https://www.Amazon.com/gp", "amazon.com"),
            ("http://amazon.com.", "amazon.com"),
            ("https://shop.example.co.uk:8443/a?b#c", "shop.example.co.uk"),
            ("https://www.bücher.example/", "xn--bcher-kva.example"),
            ("https://wwwidgets.example", "wwwidgets.example"),
        ];
        for (text, host) in cases {
            assert_eq!(shop(text).map(|(_, host)| host).as_deref(), Some(host), "{text}");
        }
        let bad = [
            "",
            "amazon.com",
            "//amazon.com",
            "ftp://amazon.com",
            "javascript:alert(1)",
            "https://amazon",
            "https://www.com",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://user@amazon.com/",
            "https://:secret@amazon.com/",
            "https://ama zon.com/",
            "https://amazon.com/a\nb",
            "https://amazon..com/",
            "https://./",
        ];
        for text in bad {
            assert_eq!(shop(text), None, "{text}");
        }
    }
}
