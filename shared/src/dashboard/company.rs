//! What super admins see first, beside the work: figures of the last thirty days beside those of the thirty before.

use crate::analytics::{self, Analytics, Pulse, Tries};
use crate::policy::{Actor, Permission};
use crate::reports::{Filter, NewFilter};
use crate::{App, Result};
use chrono::TimeDelta;
use std::sync::Arc;

/// Days of each half.
const DAYS: usize = 30;

/// A number of the last thirty days, and of the thirty before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trend {
    /// The last thirty days, today included.
    pub now: i64,
    /// The thirty before.
    pub before: i64,
}

/// What super admins see first; money in minor units of the company's currency.
#[derive(Debug)]
pub struct Company {
    /// Sixty days, and how things stand.
    pub analytics: Arc<Analytics>,
    /// Money that came in.
    pub revenue: Trend,
    /// Without what went back and the fees.
    pub net: Trend,
    /// Parcels booked.
    pub shipments: Trend,
    /// Buy4Me requests begun.
    pub requests: Trend,
    /// Customers who registered.
    pub joined: Trend,
    /// Payments that were tried: the last thirty days, and the thirty before.
    pub tries: [Tries; 2],
}

impl Company {
    /// The last thirty days.
    pub fn days(&self) -> &[Pulse] {
        halves(&self.analytics).1
    }
}

fn halves(analytics: &Analytics) -> (&[Pulse], &[Pulse]) {
    let pulses = &analytics.pulses;
    pulses.split_at(pulses.len().saturating_sub(DAYS))
}

/// Reads it, or takes what was read a moment ago.
pub async fn company(app: &App, actor: &Actor) -> Result<Company> {
    actor.may(Permission::ViewAnalytics)?;
    let from = app.clock.now().date_naive() - TimeDelta::days(2 * DAYS as i64 - 1);
    let new = NewFilter { date_from: Some(from.to_string()), group_by: Some("day".to_owned()), ..NewFilter::default() };
    let analytics = analytics::known(app, Filter::read(app, new).await?).await?;
    let (before, now) = halves(&analytics);
    let trend = |of: fn(&Pulse) -> i64| Trend { now: now.iter().map(of).sum(), before: before.iter().map(of).sum() };
    let tries = [now, before].map(|half| half.iter().fold(Tries::default(), |sum, pulse| sum.and(pulse.tries)));
    Ok(Company {
        revenue: trend(|day| day.revenue_base),
        net: trend(|day| day.net_base),
        shipments: trend(|day| day.shipments),
        requests: trend(|day| day.requests),
        joined: trend(|day| day.joined),
        tries,
        analytics,
    })
}
