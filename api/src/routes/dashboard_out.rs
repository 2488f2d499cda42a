//! How dashboards are shown: titles in the caller's language, numbers with where they lead.

use super::analytics_out::{DueOut, PulseOut, QueueOut, dues, percent, queues};
use crate::auth::Caller;
use rust_decimal::Decimal;
use serde::Serialize;
use shared::analytics::Tries;
use shared::clock::Time;
use shared::dashboard::{Company, Customer, Needed, Orders, Trend, Waiting};
use shared::i18n::{plain, text};
use shared::money::{Currency, Money};
use shared::policy::Role;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is first to be seen. Parts that do not concern the caller are absent.
#[derive(Serialize, ToSchema)]
pub(crate) struct DashboardOut {
    #[schema(value_type = String)]
    role: Role,
    #[schema(value_type = String, format = DateTime)]
    as_of: Time,
    /// For customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerOut>,
    /// For staff: every list that the caller works on, also those that are empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    work: Option<Vec<WorkOut>>,
    /// For super admins.
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<CompanyOut>,
}

/// A customer's own things.
#[derive(Serialize, ToSchema)]
struct CustomerOut {
    shipments: OrdersOfOneOut,
    buy4me_requests: OrdersOfOneOut,
    to_pay: ToPayOut,
    /// What is to be done, the most pressing first; at most ten of each kind.
    needs_you: Vec<NeedOut>,
    unread_notifications: u64,
}

/// A customer's orders of one kind.
#[derive(Serialize, ToSchema)]
struct OrdersOfOneOut {
    /// Not finished.
    open: i64,
    by_status: BTreeMap<String, i64>,
}

/// What a customer owes.
#[derive(Serialize, ToSchema)]
struct ToPayOut {
    invoices: i64,
    /// Of these.
    overdue: i64,
    /// When the next of the others is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_due_at: Option<Time>,
    /// By currency.
    #[schema(example = json!({ "USD": "120.50" }))]
    money: BTreeMap<String, String>,
}

/// Something to do.
#[derive(Serialize, ToSchema)]
struct NeedOut {
    /// `PAY_OVERDUE_INVOICE`, `APPROVE_COST`, `APPROVE_PRICE`, `GIVE_INSTRUCTIONS`, `ANSWER_TICKET`, `PAY_INVOICE` or `SUBMIT_REQUEST`.
    what: &'static str,
    /// The same in the caller's language.
    title: String,
    id: Uuid,
    reference: String,
    /// What it is about.
    url: String,
    /// Of an invoice: until when it is to be paid; of everything else: since when it waits.
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// What is to be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    currency: Option<Currency>,
}

/// A list that staff work on.
#[derive(Serialize, ToSchema)]
struct WorkOut {
    #[schema(example = "SHIPMENTS_TO_CONFIRM")]
    what: &'static str,
    /// The same in the caller's language.
    title: String,
    /// What the list counts.
    count: i64,
    /// Since when the first of it exists; of what is overdue: was due.
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_at: Option<Time>,
    /// The list.
    url: String,
}

/// How the company is doing: the last thirty days, today included, beside the thirty before. Money is in its own currency.
#[derive(Serialize, ToSchema)]
struct CompanyOut {
    /// When it was read: some seconds ago at most.
    #[schema(value_type = String, format = DateTime)]
    as_of: Time,
    #[schema(value_type = String)]
    base_currency: Currency,
    revenue: TrendOut,
    net: TrendOut,
    shipments: TrendOut,
    buy4me_requests: TrendOut,
    joined_users: TrendOut,
    /// Payments that failed, in percent of those that were tried.
    payment_failure_rate: Option<String>,
    /// In the thirty days before.
    payment_failure_rate_before: Option<String>,
    /// Customers who were there today.
    active_users_today: i64,
    /// What customers owe now: first what is not due, last what is longest overdue.
    outstanding: Vec<DueOut>,
    queues: Vec<QueueOut>,
    /// Day by day, oldest first.
    days: Vec<PulseOut>,
}

/// A number beside the one before.
#[derive(Serialize, ToSchema)]
struct TrendOut {
    value: String,
    before: String,
    /// How much more it is, in percent; none if there was nothing before.
    #[schema(example = "12.5")]
    change: Option<String>,
}

impl DashboardOut {
    pub(crate) fn new(
        caller: &Caller,
        now: Time,
        customer: Option<Customer>,
        work: Option<Vec<Waiting>>,
        company: Option<Company>,
    ) -> Self {
        let language = caller.language;
        let list = |waiting: Waiting| WorkOut {
            what: waiting.work.code(),
            title: text(language, waiting.work.title(), &[]),
            count: waiting.count,
            oldest_at: waiting.oldest,
            url: waiting.url,
        };
        Self {
            role: caller.actor.role,
            as_of: now,
            customer: customer.map(|customer| CustomerOut::new(language, customer)),
            work: work.map(|work| work.into_iter().map(list).collect()),
            company: company.map(|company| CompanyOut::new(&company)),
        }
    }
}

impl CustomerOut {
    fn new(language: &str, customer: Customer) -> Self {
        let Customer { shipments, requests, to_pay, invoices, overdue, next_due, needs, unread } = customer;
        let orders = |Orders { open, by_status }| OrdersOfOneOut { open, by_status };
        let money = to_pay.iter().map(|money| (money.currency.code().to_owned(), money.decimal())).collect();
        Self {
            shipments: orders(shipments),
            buy4me_requests: orders(requests),
            to_pay: ToPayOut { invoices, overdue, next_due_at: next_due, money },
            needs_you: needs.into_iter().map(|needed| NeedOut::new(language, needed)).collect(),
            unread_notifications: unread,
        }
    }
}

impl NeedOut {
    fn new(language: &str, needed: Needed) -> Self {
        Self {
            what: needed.need.code(),
            title: plain(&text(language, needed.need.title(), &[("reference", needed.reference.clone())])),
            url: needed.url(),
            id: needed.id,
            reference: needed.reference,
            at: needed.at,
            amount: needed.amount.map(|money| money.decimal()),
            currency: needed.amount.map(|money| money.currency),
        }
    }
}

impl CompanyOut {
    fn new(company: &Company) -> Self {
        let read = &company.analytics;
        let base = read.report.base;
        let money = |trend: Trend| TrendOut::new(trend, |minor| Money::new(minor, base).decimal());
        let count = |trend: Trend| TrendOut::new(trend, |count| Decimal::from(count).to_string());
        let [now, before] = company.tries.map(|Tries { succeeded, failed }| percent(failed, succeeded + failed));
        Self {
            as_of: read.report.as_of,
            base_currency: base,
            revenue: money(company.revenue),
            net: money(company.net),
            shipments: count(company.shipments),
            buy4me_requests: count(company.requests),
            joined_users: count(company.joined),
            payment_failure_rate: now,
            payment_failure_rate_before: before,
            active_users_today: read.active.day,
            outstanding: dues(&read.dues, base),
            queues: queues(&read.depths, &read.paused, read.report.as_of),
            days: company.days().iter().map(|pulse| PulseOut::new(pulse, base)).collect(),
        }
    }
}

impl TrendOut {
    fn new(Trend { now, before }: Trend, say: impl Fn(i64) -> String) -> Self {
        let change = if before > 0 { percent(now - before, before) } else { None };
        Self { value: say(now), before: say(before), change }
    }
}
