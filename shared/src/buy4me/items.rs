//! Items of drafts: adding, changing, removing them.

use super::draft::lock_draft;
use super::fields::{self, ItemFields};
use super::item::{self, Model, PreviewStatus, Source};
use super::jobs::PreviewItem;
use super::request;
use super::state::{ItemStatus, Status};
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::{ItemId, RequestId, VendorId};
use crate::policy::Actor;
use crate::queue::NewJob;
use crate::{Error, Result, Tx, audit, version};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

/// Most items of one request.
pub(super) const MAX: usize = 100;

/// An item that was checked, with its vendor.
pub(super) type Checked = (ItemFields, Option<VendorId>);

/// Tidies and checks items; `prefix` stands before the names of the fields of each.
pub(super) async fn check_all(
    tx: &Tx,
    mut items: Vec<ItemFields>,
    prefix: impl Fn(usize) -> String,
    problems: &mut Problems,
) -> Result<Vec<Checked>> {
    items.truncate(MAX);
    for (i, item) in items.iter_mut().enumerate() {
        fields::check(item, &prefix(i), problems)?;
    }
    let vendors = fields::vendors_of(tx, &items, |i| format!("{}vendor", prefix(i)), problems).await?;
    Ok(items.into_iter().zip(vendors).collect())
}

/// Writes items after the one at position `last`, and the jobs that look at their pages.
pub(super) async fn insert(tx: &Tx, request: &request::Model, last: i32, items: Vec<Checked>) -> Result<Vec<Model>> {
    let mut rows = vec![];
    for (i, (fields, vendor)) in items.into_iter().enumerate() {
        let mut row = blank(tx, request.id, last + 1 + i as i32);
        fields.apply(&mut row, vendor)?;
        rows.push(row);
    }
    if rows.is_empty() {
        return Ok(rows);
    }
    item::Entity::insert_many(rows.iter().cloned().map(IntoActiveModel::into_active_model)).exec_without_returning(tx).await?;
    let waiting = rows.iter().filter(|row| row.preview_status == Some(PreviewStatus::Pending));
    tx.enqueue_all(waiting.map(|row| NewJob::new(&PreviewItem { item: row.id })).collect()).await?;
    Ok(rows)
}

fn blank(tx: &Tx, request: RequestId, position: i32) -> Model {
    Model {
        id: ItemId::new(),
        request_id: request,
        position,
        product_name: None,
        product_url: String::new(),
        quantity: 1,
        received_quantity: 0,
        color: None,
        size: None,
        alternatives: None,
        unit_price_minor: None,
        actual_unit_price_minor: None,
        currency: None,
        charged_minor: None,
        overage_minor: 0,
        status: ItemStatus::Pending,
        vendor_id: None,
        shop: None,
        source: Source::Manual,
        vendor_order_number: None,
        preview_status: None,
        preview: None,
        image_url: None,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    }
}

/// Notes what a search finds the request by; its items are `rows`. A new version of it.
pub(super) async fn index(tx: &Tx, mut request: request::Model, rows: &[Model]) -> Result<request::Model> {
    request.searched = searched(&request.reference, rows.iter().filter_map(|row| row.product_name.as_deref()));
    let status = request.status;
    request::save(tx, status, request).await
}

/// What a search looks through.
pub(super) fn searched<'a>(reference: &'a str, names: impl Iterator<Item = &'a str>) -> String {
    std::iter::once(reference).chain(names).collect::<Vec<_>>().join("\n").to_lowercase()
}

/// Adds an item to a draft.
pub async fn add(tx: &Tx, actor: &Actor, id: RequestId, fields: ItemFields) -> Result<Model> {
    let request = lock_draft(tx, actor, id).await?.request;
    let mut problems = Problems::default();
    let checked = check_all(tx, vec![fields], |_| String::new(), &mut problems).await?;
    let mut rows = item::of(tx, id).await?;
    problems.check(rows.len() < MAX, "items", Message::new("error-too-many").with("max", MAX));
    problems.finish()?;
    let last = rows.last().map_or(0, |row| row.position);
    let added = insert(tx, &request, last, checked).await?.pop().ok_or_else(|| Error::internal("an item was lost"))?;
    rows.push(added.clone());
    index(tx, request, &rows).await?;
    audit::record(tx, actor, "buy4me.item_added", "buy4me_item", added.id.0, Some(serde_json::json!({ "request": id }))).await?;
    Ok(added)
}

/// Changes what is to be bought; `change` answers whether it names a vendor. What changes nothing makes no new version.
pub async fn change(
    tx: &Tx,
    actor: &Actor,
    id: ItemId,
    expected: Option<i32>,
    change: impl FnOnce(&mut ItemFields) -> bool + Send,
) -> Result<Model> {
    let request = lock_draft(tx, actor, item::request_of(tx, id).await?).await?.request;
    let mut rows = item::of(tx, request.id).await?;
    let row = rows.iter_mut().find(|row| row.id == id).ok_or(Error::NotFound)?;
    version::check(expected, row.version)?;
    let before = row.clone();
    let mut after = ItemFields::of(row)?;
    let names_vendor = change(&mut after);
    // one that nobody speaks of stays, whatever became of it; by another address it is looked for anew
    let kept = row.vendor_id.filter(|_| !names_vendor && after.product_url.trim() == row.product_url);
    if !names_vendor {
        after.vendor = None;
    }
    let mut problems = Problems::default();
    let checked = check_all(tx, vec![after], |_| String::new(), &mut problems).await?;
    problems.finish()?;
    let (fields, vendor) = checked.into_iter().next().ok_or_else(|| Error::internal("an item was lost"))?;
    fields.apply(row, kept.or(vendor))?;
    if *row == before {
        return Ok(before);
    }
    let (is_other, was_waiting) = (row.product_url != before.product_url, before.preview_status == Some(PreviewStatus::Pending));
    if row.preview_status == Some(PreviewStatus::Pending) && (is_other || !was_waiting) {
        tx.enqueue(PreviewItem { item: id }).await?;
    }
    // what could not be had and is described anew is something else
    row.status = ItemStatus::Pending;
    *row = item::save(tx, row.clone()).await?;
    let saved = row.clone();
    index(tx, request, &rows).await?;
    let detail = audit::changed(&told(&before), &told(&saved));
    audit::record(tx, actor, "buy4me.item_changed", "buy4me_item", id.0, Some(detail)).await?;
    Ok(saved)
}

/// Removes an item from a draft.
pub async fn remove(tx: &Tx, actor: &Actor, id: ItemId, expected: Option<i32>) -> Result<()> {
    let request = lock_draft(tx, actor, item::request_of(tx, id).await?).await?.request;
    let mut rows = item::of(tx, request.id).await?;
    let row = rows.iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
    version::check(expected, row.version)?;
    item::Entity::delete_by_id(id).exec(tx).await?;
    let request_id = request.id;
    rows.retain(|row| row.id != id);
    index(tx, request, &rows).await?;
    audit::record(tx, actor, "buy4me.item_removed", "buy4me_item", id.0, Some(serde_json::json!({ "request": request_id }))).await
}

/// As the audit sees it: not what somebody buys, because that cannot be taken out of it again.
pub(super) fn told(row: &Model) -> Json {
    serde_json::json!({
        "shop": row.shop(), "quantity": row.quantity, "unit_price": row.unit_price_minor,
        "actual_unit_price": row.actual_unit_price_minor, "currency": row.currency, "vendor": row.vendor_id, "status": row.status,
        "received_quantity": row.received_quantity, "vendor_order_number": row.vendor_order_number,
    })
}

/// Whether what a job found may still be filled in.
pub(super) fn is_fillable(request: &request::Model, row: &Model) -> bool {
    request.status == Status::Draft && row.preview_status == Some(PreviewStatus::Pending)
}
