//! Reports for staff: what the company did, in figures.

use crate::auth::Caller;
use crate::error::Result;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use shared::clock::Time;
use shared::money::{Currency, Money};
use shared::policy::{Permission, Role};
use shared::reports::{Figures, Filter, Group, GroupBy, Key, Kind, Measure, NewFilter, Report, net};
use shared::{App, reports};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}

/// What a report may be narrowed to.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReportQuery {
    /// First day, by UTC; 29 days before the last when absent.
    #[param(format = Date)]
    date_from: Option<String>,
    /// Last day; today when absent.
    #[param(format = Date)]
    date_to: Option<String>,
    /// The role that the customer had then: `WALK_IN` or `BUY4ME`.
    customer_type: Option<String>,
    /// Id of a shop: documents with an item of it, counted whole.
    #[param(format = Uuid)]
    vendor: Option<String>,
    /// Where parcels go: `DE` or `DE-BE`.
    region: Option<String>,
    /// Documents in this state; an invoice that is open is called after its payment.
    status: Option<String>,
    /// Documents in this currency.
    currency: Option<String>,
    /// `day`, `week` (from Monday) or `month`, the default. At most 400 groups.
    group_by: Option<String>,
}

impl From<ReportQuery> for NewFilter {
    fn from(query: ReportQuery) -> Self {
        let ReportQuery { date_from, date_to, customer_type, vendor, region, status, currency, group_by } = query;
        Self { date_from, date_to, customer_type, vendor, region, status, currency, group_by }
    }
}

/// What a report is about.
#[derive(Serialize, ToSchema)]
struct FiltersOut {
    date_from: NaiveDate,
    date_to: NaiveDate,
    #[schema(value_type = Option<String>)]
    customer_type: Option<Role>,
    vendor: Option<Uuid>,
    region: Option<String>,
    status: Option<String>,
    #[schema(value_type = Option<String>)]
    currency: Option<Currency>,
    #[schema(value_type = String)]
    group_by: GroupBy,
}

impl From<Filter> for FiltersOut {
    fn from(filter: Filter) -> Self {
        let Filter { date_from, date_to, customer_type, vendor, region, status, currency, group_by } = filter;
        Self { date_from, date_to, customer_type, vendor: vendor.map(|id| id.0), region, status, currency, group_by }
    }
}

/// Figures of a time. Parcels and requests count on the day they were made, invoices on the day they were issued, money on the
/// day it moved.
#[derive(Serialize, ToSchema)]
struct FiguresOut {
    shipments: CountOut,
    buy4me_requests: CountOut,
    invoices: CountOut,
    /// By currency.
    money: Vec<MoneyOut>,
    /// In the company's currency, at the rates that were locked when the invoices were issued.
    base: BaseOut,
}

/// How many, and how long they took.
#[derive(Serialize, ToSchema)]
pub(super) struct CountOut {
    count: i64,
    /// Of them delivered, completed or paid.
    ended: i64,
    /// From being booked, submitted or issued until then; one decimal; none of nothing.
    #[schema(example = "53.4")]
    average_hours: Option<String>,
    by_status: BTreeMap<String, i64>,
}

/// Sums in one currency.
#[derive(Serialize, ToSchema)]
pub(super) struct MoneyOut {
    #[schema(value_type = String)]
    currency: Currency,
    /// On invoices that are not void, tax included.
    billed: String,
    /// Of that.
    tax: String,
    /// What credit notes took off it.
    credited: String,
    /// What is still to be paid of it.
    outstanding: String,
    /// Payments that came in.
    revenue: String,
    /// Payments that were given back.
    refunded: String,
    /// Payments that banks took back.
    disputed: String,
    /// What payment providers kept.
    fees: String,
    /// Revenue without what went back and the fees.
    net: String,
}

/// Sums in the company's currency.
#[derive(Serialize, ToSchema)]
struct BaseOut {
    #[serde(flatten)]
    sums: MoneyOut,
    /// Invoices and movements that are not in these sums, because no rate was known.
    unconverted: i64,
}

/// Figures of some days.
#[derive(Serialize, ToSchema)]
struct GroupOut {
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    #[serde(flatten)]
    figures: FiguresOut,
}

/// A report.
#[derive(Serialize, ToSchema)]
struct ReportOut {
    filters: FiltersOut,
    /// The company's own currency.
    #[schema(value_type = String)]
    base_currency: Currency,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    as_of: Time,
    /// Oldest first, also groups without any figures.
    groups: Vec<GroupOut>,
    totals: FiguresOut,
}

impl TryFrom<Report> for ReportOut {
    type Error = shared::Error;

    fn try_from(report: Report) -> shared::Result<Self> {
        let base = report.base;
        let group = |Group { from, to, figures }| shared::Result::Ok(GroupOut { from, to, figures: FiguresOut::new(&figures, base)? });
        Ok(Self {
            totals: FiguresOut::new(&report.totals, base)?,
            groups: report.groups.into_iter().map(group).collect::<shared::Result<_>>()?,
            base_currency: base,
            as_of: report.as_of,
            filters: report.filter.into(),
        })
    }
}

impl FiguresOut {
    fn new(figures: &Figures, base: Currency) -> shared::Result<Self> {
        let money = |code: &str| {
            let sums = figures.sum(|key| key.is_money() && key.currency == code)?;
            Ok(MoneyOut::new(Currency::parse("currency", code)?, |measure| sums.minor(measure)))
        };
        let all = figures.money()?;
        Ok(Self {
            shipments: CountOut::new(figures, Kind::Shipment)?,
            buy4me_requests: CountOut::new(figures, Kind::Request)?,
            invoices: CountOut::new(figures, Kind::Invoice)?,
            money: figures.currencies(Key::is_money).into_iter().map(money).collect::<shared::Result<_>>()?,
            base: BaseOut { sums: MoneyOut::new(base, |measure| all.base(measure)), unconverted: all.unconverted },
        })
    }
}

impl CountOut {
    pub(super) fn new(figures: &Figures, kind: Kind) -> shared::Result<Self> {
        let all = figures.of(kind)?;
        let by_status = figures.by_status(kind).into_iter().map(|(status, count)| (status.to_owned(), count)).collect();
        let average_hours = all.average_hours().map(|hours| hours.to_string());
        Ok(Self { count: all.count, ended: all.ended, average_hours, by_status })
    }
}

impl MoneyOut {
    pub(super) fn new(currency: Currency, minor: impl Fn(Measure) -> i64) -> Self {
        let say = |minor| Money::new(minor, currency).decimal();
        let of = |measure| say(minor(measure));
        Self {
            currency,
            billed: of(Measure::Billed),
            tax: of(Measure::Tax),
            credited: of(Measure::Credited),
            outstanding: of(Measure::Outstanding),
            revenue: of(Measure::Revenue),
            refunded: of(Measure::Refunded),
            disputed: of(Measure::Disputed),
            fees: of(Measure::Fees),
            net: say(net(&minor)),
        }
    }
}

/// Reports what the company did.
#[utoipa::path(
    get, path = "/api/admin/reports/", operation_id = "show_report", tag = "reports",
    params(ReportQuery), responses((status = 200, description = "In figures", body = ReportOut))
)]
async fn show(State(app): State<App>, caller: Caller, query: Query<ReportQuery>) -> Result<Json<ReportOut>> {
    caller.actor.may(Permission::ViewReports)?;
    let filter = Filter::read(&app, query.asked.into()).await?;
    Ok(Json(reports::report(&app, &caller.actor, filter).await?.try_into()?))
}
