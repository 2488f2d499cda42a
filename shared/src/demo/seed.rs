//! Carrying out a plan: the surroundings, the customers, the documents; each batch in a transaction of its own, the next one made
//! while one is written.

use super::calendar::Calendar;
use super::customer::People;
use super::dice::Dice;
use super::rates::History;
use super::rows::Rows;
use super::store::{self, Marker};
use super::world::World;
use super::{batch, shops, staff};
use crate::accounts::user;
use crate::billing::Gateway;
use crate::billing::reconcile::{self, Span};
use crate::config::Config;
use crate::policy::Actor;
use crate::settings::{self, Buy4Me, Shipping, Taxes};
use crate::vendors::vendor;
use crate::{App, Error, Result, Tx, audit};
use chrono::{Datelike, NaiveDate, TimeDelta};
use sea_orm::ConnectionTrait;
use sea_orm::prelude::Uuid;
use std::sync::Arc;

/// Customers of one batch.
const CROWD: u64 = 2_000;

/// What is to be made. Other figures make other rows, beside those of an earlier plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many invoices, exactly.
    pub invoices: u64,
    /// The day, UTC, at whose beginning everything ends.
    pub until: NaiveDate,
    /// Invoices of one transaction.
    pub batch: u64,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Invoices that are there.
    pub done: u64,
    /// All that are wanted.
    pub all: u64,
    /// Rows that were written, of all tables.
    pub rows: u64,
}

/// What is there now of a plan, and what of it was written by this run.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Customers of the plan.
    pub customers: u64,
    /// Invoices of the plan.
    pub invoices: u64,
    /// Rows written now, of all tables.
    pub rows: u64,
    /// Rows of each table, whoever wrote them.
    pub tables: Vec<(&'static str, i64)>,
}

impl Plan {
    /// Why it cannot be carried out here, in one line.
    pub fn refusal(&self, config: &Config, today: NaiveDate) -> Option<String> {
        if config.production {
            return Some("demo data is not for production: APP_ENV=production refuses it".to_owned());
        }
        if self.until > today {
            return Some(format!("--until {} has not come yet: demo data ends today ({today}) at the latest", self.until));
        }
        if self.until.year() < 2023 {
            return Some(format!("--until {} is too early: 2023-01-01 is the first day that will do", self.until));
        }
        (self.invoices == 0 || self.batch == 0).then(|| "nothing is asked for: --scale must be at least 1".to_owned())
    }

    /// Customers that go with it.
    fn customers(&self) -> u64 {
        self.invoices / 12 + 20
    }

    fn batches(&self) -> u64 {
        self.invoices.div_ceil(self.batch)
    }

    fn seed(&self) -> u64 {
        Dice::of(&[self.invoices, self.until.num_days_from_ce().unsigned_abs().into(), self.batch]).next()
    }
}

/// Carries out a plan, or what is missing of it. `tell` hears how far it is after each batch; whatever it says to stop for stops
/// there, and is completed by the next run.
pub async fn seed(app: &App, plan: Plan, mut tell: impl FnMut(Progress) -> bool) -> Result<Summary> {
    if let Some(line) = plan.refusal(&app.config, app.clock.now().date_naive()) {
        return Err(Error::internal(line));
    }
    let world = Arc::new(surroundings(app, plan).await?);
    let mut rows = 0;
    for from in (0..plan.customers()).step_by(CROWD as usize) {
        let to = (from + CROWD).min(plan.customers());
        let marker = Marker { table: "users", id: world.people.customer(from)?.user.id.0 };
        if !marker.is_there(&app.db.conn).await? {
            rows += write(app, world.people.rows(from, to)?, marker).await?;
        }
    }
    let mut ahead: Option<(u64, tokio::task::JoinHandle<Result<Rows>>)> = None;
    let make = |number: u64| {
        let world = world.clone();
        tokio::task::spawn_blocking(move || batch::rows(&world, plan, number))
    };
    for number in 0..plan.batches() {
        let done = ((number + 1) * plan.batch).min(plan.invoices);
        let marker = batch::marker(&world, plan, number);
        let task = ahead.take().filter(|(made, _)| *made == number).map(|(_, task)| task);
        if task.is_some() || !marker.is_there(&app.db.conn).await? {
            let made = task.unwrap_or_else(|| make(number)).await.map_err(Error::internal)??;
            if number + 1 < plan.batches() && !batch::marker(&world, plan, number + 1).is_there(&app.db.conn).await? {
                ahead = Some((number + 1, make(number + 1)));
            }
            rows += write(app, made, marker).await?;
        }
        if !tell(Progress { done, all: plan.invoices, rows }) {
            return Err(Error::internal("stopped; the next run completes it"));
        }
    }
    finish(app, plan).await?;
    Ok(Summary { customers: plan.customers(), invoices: plan.invoices, rows, tables: store::counts(app).await? })
}

async fn write(app: &App, rows: Rows, marker: Marker) -> Result<u64> {
    let tx = app.begin().await?;
    let written = store::write(&tx, rows, marker).await?;
    tx.commit().await?;
    Ok(written)
}

/// What documents refer to, written if it is not there: staff, shops, rates.
async fn surroundings(app: &App, plan: Plan) -> Result<World> {
    let calendar = Calendar::new(plan.until);
    let people = tokio::task::spawn_blocking(staff::rows).await.map_err(Error::internal)??;
    let tx = app.begin().await?;
    store::lock(&tx).await?;
    store::insert_new::<user::Entity>(&tx, people).await?;
    store::insert_new::<vendor::Entity>(&tx, shops::rows()).await?;
    let staff = staff::find(&tx).await?;
    let history = History::new(calendar.start, calendar.until, staff.owner)?;
    history.write(&tx).await?;
    let vendors = shops::find(&tx).await?;
    let ladder = settings::read::<settings::Invoices>(app, &tx).await?.value.reminder_days;
    for gateway in [Gateway::Stripe, Gateway::Paypal] {
        let span = Span { gateway, since: calendar.until - TimeDelta::days(1), until: calendar.until };
        reconcile::note_until(&tx, span).await?;
    }
    tx.commit().await?;
    let seed = plan.seed();
    Ok(World {
        seed,
        people: People { seed, count: plan.customers(), calendar: calendar.clone() },
        calendar,
        staff,
        vendors,
        history,
        base: app.config.base_currency,
        ladder,
        shipping: Shipping::default(),
        fees: Buy4Me::default(),
        taxes: Taxes::default(),
    })
}

/// One audit entry for all of it, once; and the planner is told what has come.
async fn finish(app: &App, plan: Plan) -> Result<()> {
    let id = Uuid::from_u64_pair(plan.seed(), plan.invoices);
    let tx = app.begin().await?;
    store::lock(&tx).await?;
    if !audited(&tx, id).await? {
        let detail = serde_json::json!({ "invoices": plan.invoices, "customers": plan.customers(), "until": plan.until });
        audit::record(&tx, &Actor::system(), "demo.seeded", "demo", id, Some(detail)).await?;
    }
    tx.commit().await?;
    store::analyze(app).await
}

async fn audited(tx: &Tx, id: Uuid) -> Result<bool> {
    let sql = "SELECT 1 FROM audit_entries WHERE action = 'demo.seeded' AND object_id = $1";
    Ok(tx.query_one_raw(tx.app.db.sql(sql, vec![id.into()])).await?.is_some())
}
