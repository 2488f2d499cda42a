//! What the company can change while everything runs: typed keys with defaults, validated, every change a new version.

use crate::clock::Time;
use crate::error::Problems;
use crate::policy::{Actor, Permission};
use crate::{App, Result, Tx, audit};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{Iterable, Statement};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A version of a setting's value.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "settings")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub value: Json,
    pub changed_by: Option<Uuid>,
    pub created_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Something that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter)]
pub enum Switch {
    /// Customers may register themselves.
    RegistrationOpen,
    /// Staff must have a second factor; without one they reach only the pages that set it up.
    StaffMfaRequired,
}

impl Switch {
    /// Its key on the wire.
    pub fn key(self) -> &'static str {
        match self {
            Self::RegistrationOpen => "registration_open",
            Self::StaffMfaRequired => "staff_mfa_required",
        }
    }

    fn default(self) -> bool {
        match self {
            Self::RegistrationOpen => true,
            Self::StaffMfaRequired => false,
        }
    }
}

/// A setting as people see it.
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    /// Its key.
    pub key: &'static str,
    /// Its value now.
    pub value: Json,
    /// 0: never changed.
    pub version: i32,
    /// When this version began.
    pub changed_at: Option<Time>,
    /// Who made it.
    pub changed_by: Option<Uuid>,
}

/// The current values, read again when older than [`FRESH`]. Other nodes follow that much later; this one at once.
#[derive(Default)]
pub struct Cache(Mutex<Known>);

#[derive(Default)]
struct Known {
    values: Option<(Instant, HashMap<String, Json>)>,
    /// Counts what was forgotten, so that a read from before a change is not kept after it.
    forgotten: u64,
}

const FRESH: Duration = Duration::from_secs(2);

/// Whether a switch is on.
pub async fn is_on(app: &App, switch: Switch) -> Result<bool> {
    let lookup = |values: &HashMap<String, Json>| values.get(switch.key()).and_then(Json::as_bool).unwrap_or(switch.default());
    let forgotten = {
        let known = app.settings.known();
        match &known.values {
            Some((since, values)) if since.elapsed() < FRESH => return Ok(lookup(values)),
            _ => known.forgotten,
        }
    };
    let now = Instant::now();
    let values: HashMap<String, Json> = current(&app.db.conn).await?.into_iter().map(|row| (row.key, row.value)).collect();
    let is_on = lookup(&values);
    let mut known = app.settings.known();
    if known.forgotten == forgotten {
        known.values = Some((now, values));
    }
    Ok(is_on)
}

impl Cache {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what is cached, after a change by this process.
pub fn forget(app: &App) {
    let mut known = app.settings.known();
    known.values = None;
    known.forgotten += 1;
}

/// The newest version of each key that was ever changed.
async fn current(db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    let sql = "SELECT * FROM settings AS s WHERE version = (SELECT MAX(version) FROM settings WHERE key = s.key)";
    Ok(Entity::find().from_raw_sql(Statement::from_string(db.get_database_backend(), sql)).all(db).await?)
}

/// All settings, for those who may change them.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Setting>> {
    actor.may(Permission::ManageSettings)?;
    all(&app.db.conn).await
}

async fn all(db: &impl ConnectionTrait) -> Result<Vec<Setting>> {
    let rows = current(db).await?;
    let show = |switch: Switch| {
        let row = rows.iter().find(|row| row.key == switch.key());
        Setting {
            key: switch.key(),
            value: row.map_or(Json::Bool(switch.default()), |row| row.value.clone()),
            version: row.map_or(0, |row| row.version),
            changed_at: row.map(|row| row.created_at),
            changed_by: row.and_then(|row| row.changed_by),
        }
    };
    Ok(Switch::iter().map(show).collect())
}

/// Changes settings, all or none of them; a value that is the same makes no new version. Call [`forget`] after the commit.
pub async fn change(tx: &Tx, actor: &Actor, wanted: &serde_json::Map<String, Json>) -> Result<Vec<Setting>> {
    actor.may(Permission::ManageSettings)?;
    let before = all(tx).await?;
    let mut problems = Problems::default();
    for (key, value) in wanted {
        let known = before.iter().any(|setting| setting.key == key);
        problems.check(known, key, "error-unknown-setting");
        problems.check(!known || value.is_boolean(), key, crate::i18n::Message::new("error-wrong-type").with("expected", "boolean"));
    }
    problems.finish()?;
    for setting in before {
        let Some(value) = wanted.get(setting.key).filter(|value| **value != setting.value) else { continue };
        let row = ActiveModel {
            key: Set(setting.key.to_owned()),
            version: Set(setting.version + 1),
            value: Set(value.clone()),
            changed_by: Set(actor.user.map(|user| user.0)),
            created_at: Set(tx.now()),
        };
        let inserted = Entity::insert(row).exec_without_returning(tx).await;
        crate::error::on_unique(inserted, "settings_pkey", "settings.key", || crate::Error::conflict("version-conflict", &[]))?;
        let detail = serde_json::json!({ "key": setting.key, "before": setting.value, "after": value });
        audit::record(tx, actor, "setting.changed", "setting", None, Some(detail)).await?;
    }
    all(tx).await
}
