//! The company's picture, table `company_logos`. The setting `company` names it by the hash of its bytes, so a version of the
//! company has its picture for good, and the settings, which are read all the time, stay small.

use super::change::lock;
use super::{Company, Typed, Whole, all, change, current};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result, Tx};
use sea_orm::entity::prelude::*;
use serde_json::Map;
use sha2::{Digest, Sha256};

/// Whether the actor may change it: before a picture is decoded for them.
pub fn may_change(actor: &Actor) -> Result<()> {
    actor.may(Permission::ManageSettings)
}

/// The picture, with the version of the settings that it was read from, for edits.
pub async fn show(app: &App, actor: &Actor) -> Result<(Vec<u8>, i32)> {
    may_change(actor)?;
    let db = &app.db.conn;
    let whole = all(db).await?;
    let company = whole.settings.into_iter().find(|setting| setting.key == Company::KEY).map(|setting| setting.value);
    let company: Company = company.map(serde_json::from_value).transpose().map_err(Error::internal)?.unwrap_or_default();
    let png = picture(db, &company.logo).await?.ok_or(Error::NotFound)?;
    Ok((png, whole.version))
}

/// Gives the company this PNG: a new version of the setting, unless it has it already. `expected` as in [`change`].
pub async fn put(tx: &Tx, actor: &Actor, expected: Option<i32>, png: Vec<u8>) -> Result<Whole> {
    may_change(actor)?;
    let sha256 = hex::encode(Sha256::digest(&png));
    let sql = "INSERT INTO company_logos (sha256, png, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    tx.execute_raw(tx.app.db.sql(sql, vec![sha256.clone().into(), png.into(), tx.now().into()])).await?;
    name(tx, actor, expected, sha256).await
}

/// Takes it away; papers that have it keep it.
pub async fn remove(tx: &Tx, actor: &Actor, expected: Option<i32>) -> Result<Whole> {
    may_change(actor)?;
    name(tx, actor, expected, String::new()).await
}

async fn name(tx: &Tx, actor: &Actor, expected: Option<i32>, sha256: String) -> Result<Whole> {
    // nobody changes the rest of the company between the look at it and the change
    lock(tx).await?;
    let row = current(tx).await?.into_iter().find(|row| row.key == Company::KEY);
    let company = match row {
        Some(row) => serde_json::from_value(row.value).map_err(Error::internal)?,
        None => Company::default(),
    };
    let value = serde_json::to_value(Company { logo: sha256, ..company }).map_err(Error::internal)?;
    change(tx, actor, expected, &Map::from_iter([(Company::KEY.to_owned(), value)])).await
}

/// The picture of that hash; none for the empty one, nor for one that was never here.
pub async fn picture(db: &impl ConnectionTrait, sha256: &str) -> Result<Option<Vec<u8>>> {
    if sha256.is_empty() {
        return Ok(None);
    }
    let sql = "SELECT png FROM company_logos WHERE sha256 = $1";
    let statement = sea_orm::Statement::from_sql_and_values(db.get_database_backend(), sql, vec![sha256.into()]);
    db.query_one_raw(statement).await?.map(|row| row.try_get("", "png")).transpose().map_err(Error::from)
}
