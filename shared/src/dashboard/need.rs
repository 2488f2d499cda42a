//! What a customer has to do, so that things go on.

use crate::clock::Time;
use crate::ids::UserId;
use crate::money::{Currency, Money};
use crate::{App, Error, Result};
use sea_orm::ConnectionTrait;
use sea_orm::prelude::Uuid;

/// Most of each kind.
const MOST: usize = 10;

/// What is to be done; the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Pay an invoice that is overdue.
    PayOverdue,
    /// Say whether a parcel may cost more.
    ApproveCost,
    /// Say whether goods may cost more.
    ApprovePrice,
    /// Say where goods that have arrived are to be sent.
    GiveInstructions,
    /// Answer what support asked.
    AnswerTicket,
    /// Pay an invoice.
    Pay,
    /// Submit a request that was begun.
    SubmitRequest,
}

impl Need {
    const ALL: [Self; 7] = [
        Self::PayOverdue,
        Self::ApproveCost,
        Self::ApprovePrice,
        Self::GiveInstructions,
        Self::AnswerTicket,
        Self::Pay,
        Self::SubmitRequest,
    ];

    /// On the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::PayOverdue => "PAY_OVERDUE_INVOICE",
            Self::ApproveCost => "APPROVE_COST",
            Self::ApprovePrice => "APPROVE_PRICE",
            Self::GiveInstructions => "GIVE_INSTRUCTIONS",
            Self::AnswerTicket => "ANSWER_TICKET",
            Self::Pay => "PAY_INVOICE",
            Self::SubmitRequest => "SUBMIT_REQUEST",
        }
    }

    /// The message that says it; `$reference` is what it is about.
    pub fn title(self) -> &'static str {
        match self {
            Self::PayOverdue => "need-pay-overdue",
            Self::ApproveCost => "need-approve-cost",
            Self::ApprovePrice => "need-approve-price",
            Self::GiveInstructions => "need-give-instructions",
            Self::AnswerTicket => "need-answer-ticket",
            Self::Pay => "need-pay",
            Self::SubmitRequest => "need-submit-request",
        }
    }

    /// Where what it is about is, before its id.
    fn place(self) -> &'static str {
        match self {
            Self::PayOverdue | Self::Pay => "/api/invoices/",
            Self::ApproveCost => "/api/shipments/",
            Self::ApprovePrice | Self::GiveInstructions | Self::SubmitRequest => "/api/buy4me/requests/",
            Self::AnswerTicket => "/api/support/tickets/",
        }
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// What.
    pub need: Need,
    /// What it is about.
    pub id: Uuid,
    /// How that is called.
    pub reference: String,
    /// Of an invoice: until when it is to be paid; of everything else: since when it waits.
    pub at: Time,
    /// What is to be paid.
    pub amount: Option<Money>,
}

impl Needed {
    /// What it is about.
    pub fn url(&self) -> String {
        format!("{}{}/", self.need.place(), self.id)
    }
}

/// Each part names its columns alike; parameters: the customer, and now.
const PARTS: [(Need, &str); 7] = [
    (
        Need::PayOverdue,
        "SELECT id, invoice_number AS reference, due_at AS at, currency, amount_minor - credited_minor - paid_minor AS minor FROM invoices \
         WHERE user_id = $1 AND status = 'OPEN' AND amount_minor - credited_minor - paid_minor > 0 AND due_at < $2 ORDER BY due_at",
    ),
    (
        Need::Pay,
        "SELECT id, invoice_number AS reference, due_at AS at, currency, amount_minor - credited_minor - paid_minor AS minor FROM invoices \
         WHERE user_id = $1 AND status = 'OPEN' AND amount_minor - credited_minor - paid_minor > 0 AND due_at >= $2 ORDER BY due_at",
    ),
    (
        Need::ApproveCost,
        "SELECT id, reference, updated_at AS at, currency, CAST(NULL AS bigint) AS minor FROM shipments \
         WHERE user_id = $1 AND action_required IS NOT NULL ORDER BY updated_at",
    ),
    (
        Need::ApprovePrice,
        "SELECT id, reference, updated_at AS at, currency, CAST(NULL AS bigint) AS minor FROM buy4me_requests \
         WHERE user_id = $1 AND action_required IS NOT NULL ORDER BY updated_at",
    ),
    (
        Need::GiveInstructions,
        "SELECT id, reference, updated_at AS at, currency, CAST(NULL AS bigint) AS minor FROM buy4me_requests \
         WHERE user_id = $1 AND status = 'WAREHOUSE_ARRIVED' AND shipment_id IS NULL AND action_required IS NULL ORDER BY updated_at",
    ),
    (
        Need::SubmitRequest,
        "SELECT id, reference, updated_at AS at, currency, CAST(NULL AS bigint) AS minor FROM buy4me_requests \
         WHERE user_id = $1 AND status = 'DRAFT' ORDER BY updated_at DESC",
    ),
    (
        Need::AnswerTicket,
        "SELECT id, reference, last_message_at AS at, '' AS currency, CAST(NULL AS bigint) AS minor FROM tickets \
         WHERE user_id = $1 AND waiting_on = 'CUSTOMER' AND status IN ('OPEN', 'IN_PROGRESS') ORDER BY last_message_at",
    ),
];

/// The most pressing first, at most ten of each kind. One statement.
pub(super) async fn of(app: &App, customer: UserId) -> Result<Vec<Needed>> {
    let part = |(need, sql): &(Need, &str)| format!("SELECT {} AS need, part.* FROM ({sql} LIMIT {MOST}) part", *need as i32);
    let sql = PARTS.iter().map(part).collect::<Vec<_>>().join(" UNION ALL ");
    let mut needs = vec![];
    for row in app.db.conn.query_all_raw(app.db.sql(&sql, vec![customer.0.into(), app.clock.now().into()])).await? {
        let need: i32 = row.try_get("", "need")?;
        let need = Need::ALL.into_iter().find(|known| *known as i32 == need).ok_or_else(|| Error::internal("a need that is none"))?;
        let amount = match row.try_get::<Option<i64>>("", "minor")? {
            Some(minor) => Some(Money::new(minor, Currency::parse("currency", &row.try_get::<String>("", "currency")?)?)),
            None => None,
        };
        let reference: Option<String> = row.try_get("", "reference")?;
        needs.push(Needed {
            need,
            id: row.try_get("", "id")?,
            reference: reference.unwrap_or_default(),
            at: row.try_get("", "at")?,
            amount,
        });
    }
    needs.sort_by_key(|needed| (needed.need, needed.at, needed.id));
    Ok(needs)
}
