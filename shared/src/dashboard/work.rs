//! What is to be done, by the lists that staff work on. A number is what its list counts: both come from the same filter.

use crate::billing::status::InvoiceStatus;
use crate::billing::transaction::TransactionStatus;
use crate::billing::{dispute, invoice, review, transaction};
use crate::buy4me::{self, request};
use crate::clock::Time;
use crate::fx::review as rates;
use crate::notifications::{self, notification};
use crate::policy::{Actor, Permission};
use crate::shipments::{self, shipment};
use crate::support::{self, ticket};
use crate::{App, Error, Result};
use chrono::{NaiveTime, TimeDelta};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, EnumIter, Iterable, QuerySelect, QueryTrait, Select};

/// A list that somebody works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
#[allow(missing_docs)] // the names are the definition
pub enum Work {
    ShipmentsToConfirm,
    ShipmentsToSend,
    ShipmentsOnHold,
    ShipmentsReturned,
    RequestsToOrder,
    RequestsToReceive,
    RequestsToForward,
    InvoicesDraft,
    InvoicesOverdue,
    PaymentReviews,
    DisputesToAnswer,
    TicketsUnassigned,
    TicketsMine,
    TicketsOverdue,
    MessagesBounced,
    RatesToDecide,
}

/// A list, and what is on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub work: Work,
    /// How much.
    pub count: i64,
    /// Since when the first of it exists; of what is overdue: was due.
    pub oldest: Option<Time>,
    /// The list.
    pub url: String,
}

impl Work {
    /// Code, message that says what it is, who does it, and the list.
    fn facts(self) -> (&'static str, &'static str, Permission, &'static str) {
        match self {
            Self::ShipmentsToConfirm => {
                ("SHIPMENTS_TO_CONFIRM", "work-shipments-to-confirm", Permission::ManageShipments, "/api/shipments/?task=CONFIRM")
            }
            Self::ShipmentsToSend => {
                ("SHIPMENTS_TO_SEND", "work-shipments-to-send", Permission::ManageShipments, "/api/shipments/?task=SEND")
            }
            Self::ShipmentsOnHold => {
                ("SHIPMENTS_ON_HOLD", "work-shipments-on-hold", Permission::ManageShipments, "/api/shipments/?status=ON_HOLD")
            }
            Self::ShipmentsReturned => {
                ("SHIPMENTS_RETURNED", "work-shipments-returned", Permission::ManageShipments, "/api/shipments/?status=RETURNED")
            }
            Self::RequestsToOrder => {
                ("REQUESTS_TO_ORDER", "work-requests-to-order", Permission::PurchaseItems, "/api/buy4me/requests/?task=ORDER")
            }
            Self::RequestsToReceive => {
                ("REQUESTS_TO_RECEIVE", "work-requests-to-receive", Permission::ReceivePackages, "/api/buy4me/requests/?task=RECEIVE")
            }
            Self::RequestsToForward => {
                ("REQUESTS_TO_FORWARD", "work-requests-to-forward", Permission::ManageBuy4Me, "/api/buy4me/requests/?task=FORWARD")
            }
            Self::InvoicesDraft => ("INVOICES_DRAFT", "work-invoices-draft", Permission::ManageInvoices, "/api/invoices/?status=DRAFT"),
            Self::InvoicesOverdue => {
                ("INVOICES_OVERDUE", "work-invoices-overdue", Permission::ManageInvoices, "/api/invoices/?overdue=true")
            }
            Self::PaymentReviews => {
                ("PAYMENT_REVIEWS", "work-payment-reviews", Permission::ManageDisputes, "/api/admin/payment-reviews/?resolved=false")
            }
            Self::DisputesToAnswer => {
                ("DISPUTES_TO_ANSWER", "work-disputes-to-answer", Permission::ManageDisputes, "/api/admin/disputes/?status=PENDING")
            }
            Self::TicketsUnassigned => {
                ("TICKETS_UNASSIGNED", "work-tickets-unassigned", Permission::ManageTickets, "/api/support/tickets/?unassigned=true")
            }
            Self::TicketsMine => {
                ("TICKETS_MINE", "work-tickets-mine", Permission::ManageTickets, "/api/support/tickets/?assignee=me&waiting_on=STAFF")
            }
            Self::TicketsOverdue => {
                ("TICKETS_OVERDUE", "work-tickets-overdue", Permission::ManageTickets, "/api/support/tickets/?overdue=true")
            }
            Self::MessagesBounced => {
                ("MESSAGES_BOUNCED", "work-messages-bounced", Permission::ManageTickets, "/api/admin/notifications/?status=BOUNCED")
            }
            Self::RatesToDecide => {
                ("RATES_TO_DECIDE", "work-rates-to-decide", Permission::ManageRates, "/api/superadmin/exchange-rates/reviews/?status=OPEN")
            }
        }
    }

    /// On the wire.
    pub fn code(self) -> &'static str {
        self.facts().0
    }

    /// The message that says what it is.
    pub fn title(self) -> &'static str {
        self.facts().1
    }

    /// Where it is done.
    fn url(self, now: Time) -> String {
        let since = lately(now).format("&created_at__gte=%Y-%m-%dT%H:%M:%SZ").to_string();
        format!("{}{}", self.facts().3, if self == Self::MessagesBounced { since } else { String::new() })
    }

    /// Counts the list.
    fn tally(self, actor: &Actor, now: Time) -> SelectStatement {
        let shipments = |filter| tally(shipments::list::narrowed(filter), shipment::Column::CreatedAt);
        let requests = |task| {
            let filter = buy4me::list::Filter { task: Some(task), ..Default::default() };
            tally(buy4me::list::narrowed(filter), request::Column::CreatedAt)
        };
        let tickets = |filter| tally(support::list::narrowed(filter, true, now), ticket::Column::CreatedAt);
        let task = |task| shipments(shipments::list::Filter { task: Some(task), ..Default::default() });
        let status = |status| shipments(shipments::list::Filter { status: vec![status], ..Default::default() });
        match self {
            Self::ShipmentsToConfirm => task(shipments::task::Task::Confirm),
            Self::ShipmentsToSend => task(shipments::task::Task::Send),
            Self::ShipmentsOnHold => status(shipments::Status::OnHold),
            Self::ShipmentsReturned => status(shipments::Status::Returned),
            Self::RequestsToOrder => requests(buy4me::task::Task::Order),
            Self::RequestsToReceive => requests(buy4me::task::Task::Receive),
            Self::RequestsToForward => requests(buy4me::task::Task::Forward),
            Self::InvoicesDraft => {
                let drafts = invoice::Filter { status: vec![InvoiceStatus::Draft], ..Default::default() };
                tally(invoice::narrowed(drafts, now), invoice::Column::CreatedAt)
            }
            Self::InvoicesOverdue => {
                let overdue = invoice::Filter { overdue: Some(true), ..Default::default() };
                tally(invoice::narrowed(overdue, now), invoice::Column::DueAt)
            }
            Self::PaymentReviews => {
                let open = review::Filter { resolved: Some(false), ..Default::default() };
                tally(review::narrowed(open), review::Column::CreatedAt)
            }
            Self::DisputesToAnswer => {
                let open = dispute::Filter { status: Some(TransactionStatus::Pending), ..Default::default() };
                tally(dispute::narrowed(open), transaction::Column::CreatedAt)
            }
            Self::TicketsUnassigned => tickets(support::list::Filter { unassigned: Some(true), ..Default::default() }),
            Self::TicketsMine => {
                tickets(support::list::Filter { assignee: actor.user, waiting_on: Some(support::Waiting::Staff), ..Default::default() })
            }
            Self::TicketsOverdue => tickets(support::list::Filter { overdue: Some(true), ..Default::default() }),
            Self::MessagesBounced => {
                let bounced = notifications::list::Filter {
                    status: Some(notification::Status::Bounced),
                    created_from: Some(lately(now)),
                    ..Default::default()
                };
                tally(notifications::list::narrowed(bounced), notification::Column::CreatedAt)
            }
            Self::RatesToDecide => {
                let open = rates::Filter { status: rates::ReviewStatus::Open, reason: None };
                tally(rates::narrowed(open), rates::Column::CreatedAt)
            }
        }
    }
}

/// Since when messages that came back are looked at: nobody deals with older ones any more.
fn lately(now: Time) -> Time {
    now.date_naive().and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(30)
}

fn tally<E: sea_orm::EntityTrait>(list: Select<E>, since: impl ColumnTrait) -> SelectStatement {
    list.select_only().expr_as(Expr::cust("count(*)"), "n").expr_as(Expr::col(since.as_column_ref()).min(), "oldest").into_query()
}

/// Every list that the actor works on, also those that are empty. One statement.
pub async fn work(app: &App, actor: &Actor) -> Result<Vec<Waiting>> {
    if !actor.is_staff() {
        return Err(Error::Forbidden(None));
    }
    let now = app.clock.now();
    let lists: Vec<Work> = Work::iter().filter(|work| actor.can(work.facts().2)).collect();
    let place = |(place, work): (usize, &Work)| {
        let mut tally = work.tally(actor, now);
        tally.expr_as(Expr::cust(place.to_string()), "place");
        tally
    };
    let all = lists.iter().enumerate().map(place).reduce(|mut all, next| {
        all.union(UnionType::All, next);
        all
    });
    let Some(all) = all else { return Ok(vec![]) };
    let mut found = vec![];
    for row in app.db.conn.query_all(&all).await? {
        let place: i32 = row.try_get("", "place")?;
        let work = usize::try_from(place).ok().and_then(|place| lists.get(place)).ok_or_else(|| Error::internal("a list that is none"))?;
        let (count, oldest) = (row.try_get("", "n")?, row.try_get("", "oldest")?);
        found.push((place, Waiting { work: *work, count, oldest, url: work.url(now) }));
    }
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, waiting)| waiting).collect())
}
