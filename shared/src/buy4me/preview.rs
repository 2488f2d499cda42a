//! What the page of a product fills in: only blanks, only in drafts.

use super::item::{self, Model, PreviewStatus};
use super::items::{self, is_fillable};
use super::request::{self, Held};
use super::state::Status;
use crate::accounts::user;
use crate::ids::ItemId;
use crate::policy::Actor;
use crate::vendors::preview::Preview;
use crate::{App, Error, Result, Tx, audit};
use sea_orm::entity::prelude::*;
use url::Url;

/// Why a page could not be read, in messages for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It never will be.
    Unreadable,
    /// The shop did not answer in time.
    Away,
}

impl Failure {
    /// Its message.
    fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "buy4me-preview-unreadable",
            Self::Away => "buy4me-preview-away",
        }
    }
}

/// The address to look at, as it was written and as it is read, if the item still waits for it.
pub async fn waiting(app: &App, id: ItemId) -> Result<Option<(String, Url)>> {
    let row = item::Entity::find_by_id(id).one(&app.db.conn).await?;
    let Some(row) = row.filter(|row| row.preview_status == Some(PreviewStatus::Pending)) else { return Ok(None) };
    let request = request::Entity::find_by_id(row.request_id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    let owner = user::find(&app.db.conn, request.user_id).await?;
    if !is_wanted(&request, &owner) {
        return Ok(None);
    }
    let url = Url::parse(&row.product_url).map_err(|error| Error::internal(format!("the address of item {id}: {error}")))?;
    Ok(Some((row.product_url, url)))
}

/// Nobody looks for those who were forgotten, nor for what has ended.
fn is_wanted(request: &request::Model, owner: &user::Model) -> bool {
    owner.erased_at.is_none() && !matches!(request.status, Status::Completed | Status::Cancelled)
}

/// Stores what was found at `url`. Harmless when the item has gone, moved on, or got another address meanwhile.
pub async fn store(tx: &Tx, id: ItemId, url: &str, found: Result<Preview, Failure>) -> Result<()> {
    let Some(seen) = item::Entity::find_by_id(id).one(tx).await? else { return Ok(()) };
    let Held { request, owner, .. } = request::lock(tx, seen.request_id).await?;
    if !is_wanted(&request, &owner) {
        return Ok(());
    }
    let mut rows = item::of(tx, request.id).await?;
    let Some(row) = rows.iter_mut().find(|row| row.id == id && row.product_url == url) else { return Ok(()) };
    if row.preview_status != Some(PreviewStatus::Pending) {
        return Ok(());
    }
    let before = row.clone();
    match found {
        Ok(preview) => {
            if is_fillable(&request, row) {
                fill(row, &preview);
            }
            row.image_url = preview.image_url.clone().filter(|url| url.len() <= 2000);
            row.preview = Some(serde_json::json!({
                "title": preview.title, "price": preview.price.map(|price| price.decimal()),
                "currency": preview.price.map(|price| price.currency), "image_url": row.image_url,
            }));
            row.preview_status = Some(PreviewStatus::Ready);
        }
        Err(failure) => {
            row.preview = Some(serde_json::json!({ "failure": failure.code() }));
            row.preview_status = Some(PreviewStatus::Failed);
        }
    }
    *row = item::save(tx, row.clone()).await?;
    let detail = audit::changed(&items::told(&before), &items::told(row));
    audit::record(tx, &Actor::system(), "buy4me.item_previewed", "buy4me_item", id.0, Some(detail)).await?;
    items::index(tx, request, &rows).await.map(drop)
}

/// Fills in what is blank. A price only together with its currency: one alone would mean something else.
fn fill(row: &mut Model, found: &Preview) {
    if row.product_name.is_none() {
        let title = found.title.as_deref().map(|title| title.split_whitespace().collect::<Vec<_>>().join(" "));
        let title = title.map(|title| title.chars().filter(|c| !c.is_control()).take(300).collect::<String>());
        row.product_name = title.filter(|title| !title.is_empty());
    }
    let Some(price) = found.price.filter(|price| price.minor > 0) else { return };
    let fits = price.times(i64::from(row.quantity)).is_ok_and(|all| all.minor <= crate::money::MAX_MINOR);
    let agrees = row.currency.as_deref().is_none_or(|code| code == price.currency.code());
    if row.unit_price_minor.is_none() && fits && agrees {
        row.unit_price_minor = Some(price.minor);
        row.currency = Some(price.currency.code().to_owned());
    }
}
