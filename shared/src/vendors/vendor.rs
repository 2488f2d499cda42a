//! Table `vendors`.

use crate::clock::Time;
use crate::ids::VendorId;
use crate::{Error, Result};
use sea_orm::entity::prelude::*;

/// A shop.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "vendors")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VendorId,
    pub name: String,
    /// http or https.
    pub url: String,
    /// Of the URL, in lower case and without `www.`: what products are matched by.
    pub host: String,
    pub active: bool,
    pub version: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A shop by its id.
pub async fn find(db: &impl ConnectionTrait, id: VendorId) -> Result<Model> {
    Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)
}

/// The vendor of each product address, by its host or a domain above it; one statement for all.
pub async fn of_urls(db: &impl ConnectionTrait, urls: &[&str]) -> Result<Vec<Option<VendorId>>> {
    let hosts: Vec<Vec<String>> = urls.iter().map(|url| domains(url)).collect();
    let asked: Vec<&String> = hosts.iter().flatten().collect();
    if asked.is_empty() {
        return Ok(vec![None; urls.len()]);
    }
    let found = Entity::find().filter(Column::Host.is_in(asked)).filter(Column::Active.eq(true)).all(db).await?;
    // the longest domain first: a shop of its own under a marketplace's domain is that shop
    let of = |domains: &Vec<String>| domains.iter().find_map(|host| found.iter().find(|row| row.host == *host).map(|row| row.id));
    Ok(hosts.iter().map(of).collect())
}

/// The host of an address and the domains above it, longest first: `www.shop.example.com`, `shop.example.com`, `example.com`.
fn domains(url: &str) -> Vec<String> {
    let Ok(url) = url::Url::parse(url) else { return vec![] };
    let Some(url::Host::Domain(host)) = url.host() else { return vec![] };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let parts: Vec<&str> = host.split('.').collect();
    (0..parts.len().saturating_sub(1)).map(|i| parts[i..].join(".")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_belongs_to_its_host_and_the_domains_above_it_and_to_no_look_alike() {
        let cases: &[(&str, &[&str])] = &[
            ("https://amazon.com/dp/1", &["amazon.com"]),
            ("https://www.shop.amazon.com", &["www.shop.amazon.com", "shop.amazon.com", "amazon.com"]),
            ("https://AMAZON.com./", &["amazon.com"]),
            ("https://evilamazon.com/", &["evilamazon.com"]),
            ("https://amazon.com.evil.example/", &["amazon.com.evil.example", "com.evil.example", "evil.example"]),
            ("https://amazon.com@evil.example/amazon.com", &["evil.example"]),
            ("https://www.bücher.example/", &["www.xn--bcher-kva.example", "xn--bcher-kva.example"]),
            ("https://192.0.2.1/", &[]),
            ("https://[2001:db8::1]/", &[]),
            ("https://2130706433/", &[]),
            ("https://localhost/", &[]),
            ("amazon.com", &[]),
            ("mailto:a@amazon.com", &[]),
            ("", &[]),
        ];
        for (url, expected) in cases {
            assert_eq!(domains(url), *expected, "{url}");
        }
    }
}
