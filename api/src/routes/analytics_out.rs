//! How analytics are shown: amounts as decimals, shares in percent.

use super::reports::{CountOut, MoneyOut};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;
use shared::analytics::{Active, Analytics, Conversion, Dues, Pulse, Service, Shop, Tries};
use shared::clock::Time;
use shared::money::{Currency, Money};
use shared::queue::{Depth, Queue, State};
use shared::reports::{GroupBy, Kind, Measure};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// How the company is doing. Without another word, money is in the company's currency.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnalyticsOut {
    date_from: chrono::NaiveDate,
    date_to: chrono::NaiveDate,
    #[schema(value_type = String)]
    group_by: GroupBy,
    #[schema(value_type = String)]
    base_currency: Currency,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    as_of: Time,
    users: UsersOut,
    orders: OrdersOut,
    /// Everything in the company's currency, at locked rates, as in a report.
    money: MoneyOut,
    /// What went back to customers, in percent of what came in; none of nothing.
    #[schema(example = "2.4")]
    refund_rate: Option<String>,
    payments: PaymentsOut,
    conversion: ConversionOut,
    /// Most parcels first, at most ten.
    top_services: Vec<TopServiceOut>,
    /// Most requests first, at most ten.
    top_vendors: Vec<TopVendorOut>,
    /// What customers owe now: first what is not due, last what is longest overdue. What was written off is not among it.
    outstanding: Vec<DueOut>,
    /// How the queues are now.
    queues: Vec<QueueOut>,
    /// The course of things, group by group, oldest first.
    series: Vec<PulseOut>,
}

/// Customers.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsersOut {
    /// Who was there on the last day.
    active_day: i64,
    /// In the seven days up to it.
    active_week: i64,
    /// In the thirty days up to it.
    active_month: i64,
    /// Who registered in the whole time.
    joined: i64,
}

/// What was ordered.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrdersOut {
    shipments: CountOut,
    buy4me_requests: CountOut,
}

/// Payments that customers tried.
#[derive(Serialize, ToSchema)]
pub(crate) struct PaymentsOut {
    succeeded: i64,
    failed: i64,
    /// In percent of both.
    #[schema(example = "3.1")]
    failure_rate: Option<String>,
}

/// Requests that were begun in the time, and how many of them came so far by now.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConversionOut {
    begun: i64,
    submitted: i64,
    /// Paid, and bought from the shops.
    ordered: i64,
    completed: i64,
    /// Ordered, in percent of what was begun.
    #[schema(example = "41.7")]
    rate: Option<String>,
}

/// A delivery service.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopServiceOut {
    service: String,
    shipments: i64,
    /// What came in for them, without what went back.
    revenue: String,
}

/// A shop.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopVendorOut {
    id: Uuid,
    name: String,
    buy4me_requests: i64,
    /// What came in for requests with an item of it, counted whole, without what went back.
    revenue: String,
}

/// What is owed and so long overdue.
#[derive(Serialize, ToSchema)]
pub(crate) struct DueOut {
    /// `NOT_DUE`, `OVERDUE_1_30`, `OVERDUE_31_60`, `OVERDUE_61_90` or `OVERDUE_OVER_90`, in days.
    age: &'static str,
    invoices: i64,
    /// Exactly, by currency.
    #[schema(example = json!({ "USD": "120.50" }))]
    money: BTreeMap<String, String>,
    /// All of it in the company's currency, at today's rates.
    base: String,
    /// Invoices that are not in `base`, because no rate is known.
    unconverted: i64,
}

/// A queue of jobs.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueueOut {
    queue: &'static str,
    /// Somebody has it wait.
    paused: bool,
    /// Due, and waiting for a worker.
    available: i64,
    running: i64,
    /// Due later.
    scheduled: i64,
    /// Failed, and due again later.
    retryable: i64,
    /// Failed for good: people must decide.
    dead: i64,
    /// How long the oldest due job has been waiting.
    oldest_seconds: i64,
}

/// Numbers of some days.
#[derive(Serialize, ToSchema)]
pub(crate) struct PulseOut {
    from: chrono::NaiveDate,
    to: chrono::NaiveDate,
    active_users: i64,
    joined_users: i64,
    shipments: i64,
    buy4me_requests: i64,
    invoices: i64,
    revenue: String,
    refunded: String,
    net: String,
    payments_succeeded: i64,
    payments_failed: i64,
}

/// A part in percent, one decimal, half-up; none of nothing.
pub(super) fn percent(part: i64, whole: i64) -> Option<String> {
    let share = (Decimal::from(part) * Decimal::ONE_HUNDRED).checked_div(Decimal::from(whole))?;
    Some(format!("{:.1}", share.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)))
}

impl AnalyticsOut {
    pub(crate) fn new(read: &Analytics) -> shared::Result<Self> {
        let (base, filter, totals) = (read.report.base, &read.report.filter, &read.report.totals);
        let say = |minor| Money::new(minor, base).decimal();
        let all = totals.money()?;
        let Active { day, week, month } = read.active;
        let Tries { succeeded, failed } = read.tries;
        let Conversion { begun, submitted, ordered, completed } = read.conversion;
        let service = |Service { code, share }: &Service| TopServiceOut {
            service: code.clone(),
            shipments: share.count,
            revenue: say(share.net_base),
        };
        let vendor = |shop: &Shop| {
            let Shop { id, name, share } = shop;
            TopVendorOut { id: id.0, name: name.clone(), buy4me_requests: share.count, revenue: say(share.net_base) }
        };
        Ok(Self {
            date_from: filter.date_from,
            date_to: filter.date_to,
            group_by: filter.group_by,
            base_currency: base,
            as_of: read.report.as_of,
            users: UsersOut { active_day: day, active_week: week, active_month: month, joined: read.joined },
            orders: OrdersOut { shipments: CountOut::new(totals, Kind::Shipment)?, buy4me_requests: CountOut::new(totals, Kind::Request)? },
            money: MoneyOut::new(base, |measure| all.base(measure)),
            refund_rate: percent(all.base(Measure::Refunded), all.base(Measure::Revenue)),
            payments: PaymentsOut { succeeded, failed, failure_rate: percent(failed, succeeded + failed) },
            conversion: ConversionOut { begun, submitted, ordered, completed, rate: percent(ordered, begun) },
            top_services: read.services.iter().map(service).collect(),
            top_vendors: read.shops.iter().map(vendor).collect(),
            outstanding: dues(&read.dues, base),
            queues: queues(&read.depths, &read.paused, read.report.as_of),
            series: read.pulses.iter().map(|pulse| PulseOut::new(pulse, base)).collect(),
        })
    }
}

pub(super) fn dues(dues: &Dues, base: Currency) -> Vec<DueOut> {
    let due = |(age, due): (&shared::analytics::Age, &shared::analytics::Due)| DueOut {
        age: age.code(),
        invoices: due.count,
        money: due.money.iter().map(|money| (money.currency.code().to_owned(), money.decimal())).collect(),
        base: Money::new(due.base_minor, base).decimal(),
        unconverted: due.unconverted,
    };
    dues.iter().map(due).collect()
}

/// Every queue, also those with nothing to do.
pub(super) fn queues(depths: &[Depth], paused: &[Queue], now: Time) -> Vec<QueueOut> {
    let queue = |queue: Queue| {
        let of = |state| depths.iter().find(|depth| depth.queue == queue && depth.state == state);
        let count = |state| of(state).map_or(0, |depth| depth.count);
        let oldest = of(State::Available).and_then(|depth| depth.oldest);
        QueueOut {
            queue: queue.name(),
            paused: paused.contains(&queue),
            available: count(State::Available),
            running: count(State::Running),
            scheduled: count(State::Scheduled),
            retryable: count(State::Retryable),
            dead: count(State::Discarded),
            oldest_seconds: oldest.map_or(0, |since| (now - since).num_seconds().max(0)),
        }
    };
    [Queue::Critical, Queue::Default, Queue::Mail, Queue::Bulk].map(queue).into()
}

impl PulseOut {
    pub(super) fn new(pulse: &Pulse, base: Currency) -> Self {
        let say = |minor| Money::new(minor, base).decimal();
        Self {
            from: pulse.from,
            to: pulse.to,
            active_users: pulse.active,
            joined_users: pulse.joined,
            shipments: pulse.shipments,
            buy4me_requests: pulse.requests,
            invoices: pulse.invoices,
            revenue: say(pulse.revenue_base),
            refunded: say(pulse.refunded_base),
            net: say(pulse.net_base),
            payments_succeeded: pulse.tries.succeeded,
            payments_failed: pulse.tries.failed,
        }
    }
}
