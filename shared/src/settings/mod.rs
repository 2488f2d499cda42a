//! What the company can change while everything runs: typed keys with defaults, validated, every change a new version.

mod change;
mod company;
mod feedback;
pub mod history;
pub mod logo;
mod shipping;
mod support;
mod typed;

pub use change::change;
pub use company::{Buy4Me, Company, Currencies, Invoices, LineKind, Rates, Taxes};
pub use feedback::FeedbackInviteHours;
pub use shipping::{Service, Shipping, Surcharge, Tariff, Zone};
pub use support::{Hours, Support};
pub use typed::{Amount, Percent, Typed, Versioned, is_code};

use crate::clock::Time;
use crate::error::Problems;
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result, explain};
use sea_orm::entity::prelude::*;
use sea_orm::{Iterable, Statement};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    /// Its value until somebody changes it.
    pub default: Json,
    /// 0: never changed.
    pub version: i32,
    /// When this version began.
    pub changed_at: Option<Time>,
    /// Who made it.
    pub changed_by: Option<Uuid>,
}

/// All settings, and the version of them as a whole: 1, and one more for each version of any that was ever written.
#[derive(Clone, Debug)]
pub struct Whole {
    /// In the order people see them.
    pub settings: Vec<Setting>,
    /// What an edit may say it was made from.
    pub version: i32,
}

/// The current values, read again when older than [`FRESH`]. Other nodes follow that much later; this one at once.
#[derive(Default)]
pub struct Cache(Mutex<Known>);

/// Version and value by key.
type Values = Arc<HashMap<String, (i32, Json)>>;

#[derive(Default)]
struct Known {
    values: Option<(Instant, Values)>,
    /// Counts what was forgotten, so that a read from before a change is not kept after it.
    forgotten: u64,
}

const FRESH: Duration = Duration::from_secs(2);

/// Whether a switch is on.
pub async fn is_on(app: &App, switch: Switch) -> Result<bool> {
    let values = values(app, &app.db.conn).await?;
    Ok(values.get(switch.key()).and_then(|(_, value)| value.as_bool()).unwrap_or(switch.default()))
}

/// What holds now, with its version. Inside a transaction pass that as `db`: it must not wait for a second connection.
pub async fn read<T: Typed>(app: &App, db: &impl ConnectionTrait) -> Result<Versioned<T>> {
    match values(app, db).await?.get(T::KEY) {
        None => Ok(Versioned { value: T::default(), version: 0 }),
        Some((version, value)) => {
            let value = T::deserialize(value).map_err(|e| Error::internal(format!("setting {}: {e}", T::KEY)))?;
            Ok(Versioned { value, version: *version })
        }
    }
}

async fn values(app: &App, db: &impl ConnectionTrait) -> Result<Values> {
    let forgotten = {
        let known = app.settings.known();
        match &known.values {
            Some((since, values)) if since.elapsed() < FRESH => return Ok(values.clone()),
            _ => known.forgotten,
        }
    };
    let now = Instant::now();
    let values: Values = Arc::new(current(db).await?.into_iter().map(|row| (row.key, (row.version, row.value))).collect());
    let mut known = app.settings.known();
    if known.forgotten == forgotten {
        known.values = Some((now, values.clone()));
    }
    Ok(values)
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
pub async fn list(app: &App, actor: &Actor) -> Result<Whole> {
    actor.may(Permission::ManageSettings)?;
    all(&app.db.conn).await
}

/// A key that can be set.
struct Entry {
    key: &'static str,
    default: Json,
    /// The value as it is stored, or what is wrong with it.
    check: fn(&str, &Json) -> Result<Json>,
}

fn typed<T: Typed>() -> Entry {
    Entry {
        key: T::KEY,
        default: serde_json::to_value(T::default()).expect("a default serialises: a test reads it"),
        check: |key, value| {
            let read: T = explain::read_value(key, value)?;
            let mut problems = Problems::default();
            read.check(&mut problems);
            problems.finish()?;
            serde_json::to_value(read).map_err(Error::internal)
        },
    }
}

fn switch(switch: Switch) -> Entry {
    let check = |key: &str, value: &Json| explain::read_value::<bool>(key, value).map(Json::from);
    Entry { key: switch.key(), default: switch.default().into(), check }
}

/// Every key, in the order people see them.
fn table() -> Vec<Entry> {
    let typed = [
        typed::<Currencies>(),
        typed::<Shipping>(),
        typed::<Buy4Me>(),
        typed::<Taxes>(),
        typed::<Rates>(),
        typed::<Invoices>(),
        typed::<Company>(),
        typed::<FeedbackInviteHours>(),
        typed::<Support>(),
    ];
    Switch::iter().map(switch).chain(typed).collect()
}

async fn all(db: &impl ConnectionTrait) -> Result<Whole> {
    let rows = current(db).await?;
    // versions of a key are counted without a gap
    let version = 1 + rows.iter().map(|row| row.version).sum::<i32>();
    let show = |entry: Entry| {
        let row = rows.iter().find(|row| row.key == entry.key);
        Setting {
            key: entry.key,
            value: row.map_or_else(|| entry.default.clone(), |row| row.value.clone()),
            default: entry.default,
            version: row.map_or(0, |row| row.version),
            changed_at: row.map(|row| row.created_at),
            changed_by: row.and_then(|row| row.changed_by),
        }
    };
    Ok(Whole { settings: table().into_iter().map(show).collect(), version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value_that_could_be_set() {
        for entry in table() {
            assert_eq!((entry.check)(entry.key, &entry.default).expect(entry.key), entry.default);
        }
    }

    #[test]
    fn a_wrong_value_names_its_field() {
        let table = table();
        let cases = [
            ("registration_open", "", serde_json::json!("yes"), "registration_open"),
            ("shipping", "/zones/0/countries/0", serde_json::json!("XX"), "shipping.zones[0].countries[0]"),
            ("shipping", "/services/0/tariffs/1/base", serde_json::json!("1.234"), "shipping.services[0].tariffs[1].base"),
            ("shipping", "/services/0/tariffs/1/base", serde_json::json!(5), "shipping.services[0].tariffs[1].base"),
            ("shipping", "/services/0/tariffs/1/zone", serde_json::json!("MOON"), "shipping.services[0].tariffs[1].zone"),
            ("shipping", "/dimensional_divisor", serde_json::json!(0), "shipping.dimensional_divisor"),
            ("shipping", "/surcharges/0/amount", serde_json::json!("1.00"), "shipping.surcharges[0].amount"),
            ("buy4me", "/fee_percent", serde_json::json!("101"), "buy4me.fee_percent"),
            ("buy4me", "/fee_maximum", serde_json::json!("1.00"), "buy4me.fee_maximum"),
            ("taxes", "/on/0", serde_json::json!("AIR"), "taxes.on[0]"),
            ("exchange_rates", "/margin_bps", serde_json::json!(-1), "exchange_rates.margin_bps"),
            ("invoices", "/reminder_days", serde_json::json!([7, 1]), "invoices.reminder_days"),
            ("feedback_invite_hours", "", serde_json::json!(-1), "feedback_invite_hours"),
            ("feedback_invite_hours", "", serde_json::json!(721), "feedback_invite_hours"),
            ("currencies", "/0", serde_json::json!("XXX"), "currencies[0]"),
            ("currencies", "", serde_json::json!([]), "currencies"),
        ];
        for (key, pointer, value, field) in cases {
            let entry = table.iter().find(|entry| entry.key == key).expect(key);
            let mut wrong = entry.default.clone();
            if let Some(place) = wrong.pointer_mut(pointer) {
                *place = value.clone();
            } else {
                let (parent, name) = pointer.rsplit_once('/').expect("below");
                wrong.pointer_mut(parent).expect("there")[name] = value.clone();
            }
            let Err(Error::Invalid(problems)) = (entry.check)(key, &wrong) else { panic!("{key}{pointer} = {value} was accepted") };
            assert!(problems.iter().any(|problem| problem.field == field), "{key}{pointer}: {problems:?}");
        }
    }
}
