//! Table `vendor_logos`: pictures that anybody may see. What is stored is never what was sent but what `picture` made of it.

use super::directory;
use super::vendor::{self, Model as Vendor};
use crate::clock::Time;
use crate::ids::VendorId;
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{IntoActiveModel, QuerySelect};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// A logo.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "vendor_logos")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub vendor_id: VendorId,
    pub png: Vec<u8>,
    /// Of the PNG, hex.
    pub sha256: String,
    pub created_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The mark of each shop's logo, where it has one; one statement for all.
pub async fn marks(db: &impl ConnectionTrait, vendors: &[VendorId]) -> Result<HashMap<VendorId, String>> {
    let columns = Entity::find().select_only().columns([Column::VendorId, Column::Sha256]);
    let found: Vec<(VendorId, String)> = columns.filter(Column::VendorId.is_in(vendors.iter().copied())).into_tuple().all(db).await?;
    Ok(found.into_iter().collect())
}

/// The mark of a shop's logo.
pub async fn mark(db: &impl ConnectionTrait, vendor: VendorId) -> Result<Option<String>> {
    Ok(marks(db, &[vendor]).await?.remove(&vendor))
}

/// The logo itself. Also of a shop that is no longer offered: its orders still show it.
pub async fn show(db: &impl ConnectionTrait, vendor: VendorId) -> Result<Model> {
    Entity::find_by_id(vendor).one(db).await?.ok_or(Error::NotFound)
}

/// Whether the actor may change logos: before one is decoded for them.
pub fn may_change(actor: &Actor) -> Result<()> {
    actor.may(Permission::ManageVendors)
}

/// Gives a shop of the version `expected` this PNG. The same one again changes nothing.
pub async fn put(tx: &Tx, actor: &Actor, id: VendorId, expected: Option<i32>, png: Vec<u8>) -> Result<(Vendor, String)> {
    let row = directory::lock(tx, actor, id, expected).await?;
    let sha256 = hex::encode(Sha256::digest(&png));
    let before = mark(tx, id).await?;
    if before.as_ref() == Some(&sha256) {
        return Ok((row, sha256));
    }
    let logo = Model { vendor_id: id, png, sha256: sha256.clone(), created_at: tx.now() };
    let replace = OnConflict::column(Column::VendorId).update_columns([Column::Png, Column::Sha256, Column::CreatedAt]).to_owned();
    Entity::insert(logo.into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
    let detail = audit::changed(&told(before.as_deref()), &told(Some(&sha256)));
    audit::record(tx, actor, "vendor.logo_changed", "vendor", id.0, Some(detail)).await?;
    Ok((raise(tx, row).await?, sha256))
}

/// Takes the logo of a shop of the version `expected` away; where there is none, nothing changes.
pub async fn delete(tx: &Tx, actor: &Actor, id: VendorId, expected: Option<i32>) -> Result<()> {
    let row = directory::lock(tx, actor, id, expected).await?;
    let Some(before) = mark(tx, id).await? else { return Ok(()) };
    Entity::delete_by_id(id).exec(tx).await?;
    let detail = audit::changed(&told(Some(&before)), &told(None));
    audit::record(tx, actor, "vendor.logo_removed", "vendor", id.0, Some(detail)).await?;
    raise(tx, row).await.map(drop)
}

fn told(sha256: Option<&str>) -> Json {
    serde_json::json!({ "logo": sha256 })
}

/// The logo is a part of what is edited.
async fn raise(tx: &Tx, row: Vendor) -> Result<Vendor> {
    let row = Vendor { version: row.version + 1, updated_at: tx.now(), ..row };
    let change = vendor::ActiveModel { id: Set(row.id), version: Set(row.version), updated_at: Set(row.updated_at), ..Default::default() };
    vendor::Entity::update(change).exec_without_returning(tx).await?;
    Ok(row)
}
