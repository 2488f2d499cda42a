//! How the company is doing: what super admins watch. Figures of past days are those of reports; today, payments that were tried,
//! what is owed and the queues are read now. What was read is kept for [`FRESH`], and read by one for all, so however many screens are
//! open the database is asked every few seconds.

pub mod activity;
mod dues;
mod pulse;
mod shares;
mod tries;

pub use activity::Active;
pub use dues::{Age, Due, Dues};
pub use pulse::Pulse;
pub use shares::{Conversion, Service, Shop};
pub use tries::Tries;

use crate::clock::Time;
use crate::policy::{Actor, Permission};
use crate::queue::{self, Depth, Queue};
use crate::reports::{self, Filter, GroupBy, NewFilter, Report};
use crate::{App, Error, Result};
use chrono::{NaiveDate, TimeDelta};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};

/// Figures of a time, and how things stand now.
#[derive(Debug)]
pub struct Analytics {
    /// Documents and money, by the groups of the time.
    pub report: Report,
    /// Customers who were there.
    pub active: Active,
    /// Customers who registered.
    pub joined: i64,
    /// How far the requests that were begun came.
    pub conversion: Conversion,
    /// Payments that customers tried.
    pub tries: Tries,
    /// Services with the most parcels, at most ten.
    pub services: Vec<Service>,
    /// Shops with the most requests, at most ten.
    pub shops: Vec<Shop>,
    /// What customers owe now.
    pub dues: Dues,
    /// The queues now.
    pub depths: Vec<Depth>,
    /// Those that wait because somebody said so.
    pub paused: Vec<Queue>,
    /// Group by group, as in the report.
    pub pulses: Vec<Pulse>,
}

/// How long it is shown after it was read.
pub const FRESH: TimeDelta = TimeDelta::seconds(3);
/// Times that are read at once.
const TURNS: usize = 2;

type Asked = (NaiveDate, NaiveDate, GroupBy);
/// What was read of a time, and when that ended. Its lock is held while it is read: others wait and find it.
type Slot = Arc<Mutex<Option<(Time, Arc<Analytics>)>>>;

/// What was read lately.
pub struct Cache {
    slots: std::sync::Mutex<HashMap<Asked, Slot>>,
    turns: Semaphore,
    closed: activity::Closed,
}

impl Default for Cache {
    fn default() -> Self {
        Self { slots: Default::default(), turns: Semaphore::new(TURNS), closed: activity::Closed::default() }
    }
}

impl Cache {
    /// Forgets what nobody waits for and is not fresh any more.
    fn slot(&self, asked: Asked, now: Time) -> Slot {
        let mut slots = self.slots.lock().expect("nobody panics while looking");
        slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.try_lock().is_ok_and(|read| is_fresh(read.as_ref(), now)));
        slots.entry(asked).or_default().clone()
    }
}

/// A clock that was set back makes nothing look fresh for longer.
fn is_fresh(read: Option<&(Time, Arc<Analytics>)>, now: Time) -> bool {
    read.is_some_and(|(at, _)| (TimeDelta::zero()..FRESH).contains(&(now - *at)))
}

/// Analytics of a time as somebody wrote it.
pub async fn show(app: &App, actor: &Actor, new: NewFilter) -> Result<Arc<Analytics>> {
    actor.may(Permission::ViewAnalytics)?;
    let new = NewFilter { group_by: Some(new.group_by.unwrap_or_else(|| GroupBy::Day.to_string())), ..new };
    let filter = Filter::read(app, new).await?;
    known(app, filter).await
}

/// From what is kept, or read now; whoever asked and did not wait leaves it to the next.
pub(crate) async fn known(app: &App, filter: Filter) -> Result<Arc<Analytics>> {
    let (slot, app) = (app.analytics.slot((filter.date_from, filter.date_to, filter.group_by), app.clock.now()), app.clone());
    let reading = async move {
        let mut read = slot.lock().await;
        if let Some((_, known)) = read.as_ref().filter(|_| is_fresh(read.as_ref(), app.clock.now())) {
            return Ok(known.clone());
        }
        let _turn = app.analytics.turns.acquire().await.map_err(Error::internal)?;
        let fresh = Arc::new(look(&app, filter).await?);
        *read = Some((app.clock.now(), fresh.clone()));
        Ok(fresh)
    };
    tokio::spawn(reading).await.map_err(Error::internal)?
}

async fn look(app: &App, filter: Filter) -> Result<Analytics> {
    let snapshot = app.db.snapshot().await?;
    let (report, shares) = reports::read_with_shares(app, &snapshot, filter).await?;
    let filter = &report.filter;
    let active = activity::active(app, &snapshot, filter.date_to).await?;
    let crowd = activity::by_group(app, &snapshot, filter, &app.analytics.closed).await?;
    let tries = tries::by_day(app, &snapshot, filter).await?;
    let joined = activity::joined(app, &snapshot, filter).await?;
    let dues = dues::now(app, &snapshot).await?;
    let (services, shops) = (shares::services(&shares), shares::shops(&snapshot, &shares).await?);
    snapshot.rollback().await?;
    let depths = queue::depths(app).await?;
    let paused = queue::switch::all(app).await?.into_iter().filter(|row| row.paused).map(|row| row.name).collect();
    let pulses = pulse::of(&report, &crowd, &joined, &tries)?;
    Ok(Analytics {
        joined: joined.values().sum(),
        conversion: shares::conversion(&shares),
        tries: tries.values().fold(Tries::default(), |sum, tries| sum.and(*tries)),
        report,
        active,
        services,
        shops,
        dues,
        depths,
        paused,
        pulses,
    })
}
