//! Settings are changed all or none, one change after another.

use super::{ActiveModel, Company, Entity, Typed, Whole, all, logo, table};
use crate::error::Problems;
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit, version};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::{Map, json};
use std::collections::HashMap;

/// Replaces the whole value of each key that is given; one that is the same makes no new version. `expected` is the version
/// of the whole that the change was made from, if the caller cares. Call [`super::forget`] after the commit.
pub async fn change(tx: &Tx, actor: &Actor, expected: Option<i32>, wanted: &Map<String, Json>) -> Result<Whole> {
    actor.may(Permission::ManageSettings)?;
    let mut checked = check(wanted)?;
    lock(tx).await?;
    refuse_unknown_logo(tx, checked.get(Company::KEY)).await?;
    let before = all(tx).await?;
    version::check(expected, before.version)?;
    for setting in before.settings {
        let Some(value) = checked.remove(setting.key).filter(|value| *value != setting.value) else { continue };
        let row = ActiveModel {
            key: Set(setting.key.to_owned()),
            version: Set(setting.version + 1),
            value: Set(value.clone()),
            changed_by: Set(actor.user.map(|user| user.0)),
            created_at: Set(tx.now()),
        };
        Entity::insert(row).exec_without_returning(tx).await?;
        let detail = json!({ "key": setting.key, "before": setting.value, "after": value });
        audit::record(tx, actor, "setting.changed", "setting", None, Some(detail)).await?;
    }
    all(tx).await
}

/// A logo is uploaded first; a hash of nothing would take it off papers without a word.
async fn refuse_unknown_logo(tx: &Tx, company: Option<&Json>) -> Result<()> {
    let hash = company.and_then(|company| company["logo"].as_str()).unwrap_or_default();
    if hash.is_empty() || logo::picture(tx, hash).await?.is_some() {
        return Ok(());
    }
    Err(Error::invalid("company.logo", "error-company-logo"))
}

/// The values as they will be stored, by key; or everything that is wrong with them.
fn check(wanted: &Map<String, Json>) -> Result<HashMap<&'static str, Json>> {
    let table = table();
    let mut problems = Problems::default();
    let mut checked = HashMap::new();
    for (key, value) in wanted {
        match table.iter().find(|entry| entry.key == key) {
            None => problems.check(false, key, "error-unknown-setting"),
            Some(entry) => checked.extend(problems.take((entry.check)(key, value))?.map(|value| (entry.key, value))),
        }
    }
    problems.finish()?;
    Ok(checked)
}

/// Changes come one after another, and readers do not wait. SQLite has one writer anyway.
pub(super) async fn lock(tx: &Tx) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE settings IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}
