//! What a report is about.

use crate::accounts::postal;
use crate::billing::status::{InvoiceStatus, PaymentStatus};
use crate::clock::Time;
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::VendorId;
use crate::money::Currency;
use crate::policy::Role;
use crate::vendors::vendor;
use crate::{App, Result, buy4me, shipments};
use chrono::{Datelike, Months, NaiveDate, NaiveTime, TimeDelta};
use sea_orm::{ActiveEnum, EntityTrait, Iterable};
use serde::{Deserialize, Serialize};

/// Days that a report without dates looks back.
const USUAL: u64 = 30;
/// Most groups of a report.
const MOST: i64 = 400;

/// How days are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// Each on its own.
    Day,
    /// From Monday (ISO 8601).
    Week,
    /// Of the calendar.
    #[default]
    Month,
}

impl GroupBy {
    const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }

    /// The first day of the group that a day is in.
    pub(super) fn start(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Week => day - TimeDelta::days(i64::from(day.weekday().num_days_from_monday())),
            Self::Month => day - TimeDelta::days(i64::from(day.day0())),
        }
    }

    /// The first day of the next group.
    fn next(self, start: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => start + TimeDelta::days(1),
            Self::Week => start + TimeDelta::days(7),
            Self::Month => start + Months::new(1),
        }
    }

    /// First days of all groups between two days.
    pub(super) fn starts(self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        std::iter::successors(Some(self.start(from)), move |start| Some(self.next(*start))).take_while(move |start| *start <= to)
    }

    /// The last day of a group.
    pub(super) fn end(self, start: NaiveDate) -> NaiveDate {
        self.next(start) - TimeDelta::days(1)
    }
}

/// A filter as somebody wrote it.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)] // as in `Filter`
pub struct NewFilter {
    pub date_from: Option<String>,
    pub date_to: Option<String>,
    pub customer_type: Option<String>,
    pub vendor: Option<String>,
    pub region: Option<String>,
    pub status: Option<String>,
    pub currency: Option<String>,
    pub group_by: Option<String>,
}

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// First day, by UTC.
    pub date_from: NaiveDate,
    /// Last day.
    pub date_to: NaiveDate,
    /// The role that the customer had then.
    pub customer_type: Option<Role>,
    /// Documents with an item of this shop, counted whole.
    pub vendor: Option<VendorId>,
    /// Where parcels go: a country (ISO 3166-1) or a part of one (ISO 3166-2).
    pub region: Option<String>,
    /// Documents in this state; kinds that do not know it are left out.
    pub status: Option<String>,
    /// Documents in this currency.
    pub currency: Option<Currency>,
    /// How days are put together.
    pub group_by: GroupBy,
}

impl Filter {
    /// Reads what somebody wrote; each problem names its field.
    pub async fn read(app: &App, new: NewFilter) -> Result<Self> {
        let today = app.clock.now().date_naive();
        let mut problems = Problems::default();
        let date_to = day(&mut problems, "date_to", new.date_to.as_deref()).unwrap_or(today);
        let usual = date_to.checked_sub_days(chrono::Days::new(USUAL - 1)).unwrap_or(date_to);
        let date_from = day(&mut problems, "date_from", new.date_from.as_deref()).unwrap_or(usual);
        let group_by = match new.group_by.as_deref() {
            None => Some(GroupBy::default()),
            Some(name) => GroupBy::named(name),
        };
        problems.check(group_by.is_some(), "group_by", one_of(&GroupBy::ALL.map(GroupBy::name).map(str::to_owned)));
        let group_by = group_by.unwrap_or_default();
        problems.check(date_from <= date_to, "date_to", "error-dates-reversed");
        let groups =
            (date_to - date_from).num_days() / (group_by.end(date_from) - group_by.start(date_from) + TimeDelta::days(1)).num_days();
        problems.check(groups < MOST, "group_by", Message::new("error-too-many-groups").with("max", MOST));
        let customers = [Role::WalkIn, Role::Buy4Me];
        let customer_type = new.customer_type.map(|name| customers.into_iter().find(|role| role.to_value() == name));
        problems.check(customer_type != Some(None), "customer_type", one_of(&customers.map(|role| role.to_value())));
        let is_place = |code: &String| postal::is_country(code) || postal::is_region(code);
        problems.check(new.region.as_ref().is_none_or(is_place), "region", "error-region");
        let names = statuses();
        problems.check(new.status.as_ref().is_none_or(|name| names.contains(name)), "status", one_of(&names));
        let currency = match &new.currency {
            None => None,
            Some(code) => problems.take(Currency::parse("currency", code))?,
        };
        let vendor = match &new.vendor {
            None => None,
            Some(id) => known(app, id).await?,
        };
        problems.check(new.vendor.is_none() || vendor.is_some(), "vendor", "error-not-found");
        problems.finish()?;
        let (customer_type, region, status) = (customer_type.flatten(), new.region, new.status);
        Ok(Self { date_from, date_to, customer_type, vendor, region, status, currency, group_by })
    }

    /// The first moment of the time, and the first after it.
    pub(crate) fn moments(&self) -> [Time; 2] {
        moments(self.date_from, self.date_to)
    }

    /// First and last day of every group, as far as they are in the time.
    pub fn groups(&self) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
        let starts = self.group_by.starts(self.date_from, self.date_to);
        starts.map(|start| (start.max(self.date_from), self.group_by.end(start).min(self.date_to)))
    }

    /// What [`Fact::scopes`](super::fact::Fact::scopes) must contain.
    pub(super) fn scope(&self) -> String {
        scope(self.vendor, self.region.as_deref().unwrap_or_default())
    }
}

/// The first moment of some days, by UTC, and the first after the last of them.
pub(super) fn moments(first: NaiveDate, last: NaiveDate) -> [Time; 2] {
    [first, last + TimeDelta::days(1)].map(|day| day.and_time(NaiveTime::MIN).and_utc())
}

/// The part of all documents that is counted apart from the rest.
pub(super) fn scope(vendor: Option<VendorId>, place: &str) -> String {
    let vendor = vendor.map(|vendor| vendor.to_string()).unwrap_or_default();
    format!("{vendor}|{place}")
}

async fn known(app: &App, id: &str) -> Result<Option<VendorId>> {
    let Ok(id) = id.parse().map(VendorId) else { return Ok(None) };
    Ok(vendor::Entity::find_by_id(id).one(&app.db.conn).await?.map(|vendor| vendor.id))
}

fn day(problems: &mut Problems, field: &'static str, text: Option<&str>) -> Option<NaiveDate> {
    let text = text?;
    // four digits: years beyond are mistakes, and some days of theirs cannot be reckoned with
    let found = text.parse::<NaiveDate>().ok().filter(|day| (1900..=9000).contains(&day.year()) && text.len() == 10);
    problems.check(found.is_some(), field, "error-day");
    found
}

fn one_of(names: &[String]) -> Message {
    Message::new("error-not-a-choice").with("allowed", names.join(", "))
}

/// Every state that a document may be in; an invoice that is open is called after its payment.
fn statuses() -> Vec<String> {
    let shipments = shipments::state::Status::iter().map(|status| status.to_value());
    let requests = buy4me::state::Status::iter().map(|status| status.to_value());
    let ended = [InvoiceStatus::Void, InvoiceStatus::Uncollectible].map(|status| status.to_value());
    let mut names: Vec<_> = shipments.chain(requests).chain(ended).chain(PaymentStatus::iter().map(|status| status.to_value())).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What an invoice that was issued is called in reports.
pub(super) fn label(status: InvoiceStatus, payment: PaymentStatus) -> String {
    match status {
        InvoiceStatus::Void | InvoiceStatus::Uncollectible => status.to_value(),
        InvoiceStatus::Open | InvoiceStatus::Draft => payment.to_value(),
    }
}

impl std::fmt::Display for GroupBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_cover_every_day_once() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        for group in [GroupBy::Day, GroupBy::Week, GroupBy::Month] {
            let (from, to) = (day("2025-12-29"), day("2026-03-02"));
            let starts: Vec<_> = group.starts(from, to).collect();
            assert!(starts[0] <= from && group.end(*starts.last().expect("some")) >= to, "{group}");
            assert!(starts.windows(2).all(|pair| group.end(pair[0]) + TimeDelta::days(1) == pair[1]), "{group}");
            assert!(from.iter_days().take_while(|d| *d <= to).all(|d| starts.contains(&group.start(d))), "{group}");
        }
        assert_eq!(GroupBy::Week.start(day("2026-01-01")), day("2025-12-29"));
        assert_eq!(GroupBy::Month.start(day("2026-02-28")), day("2026-02-01"));
    }
}
