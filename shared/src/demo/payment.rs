//! How people pay: by card or wallet at a provider's page, at the counter, by bank; at the second attempt; and how it goes back.
//!
//! Names of a provider's objects begin as its own do, and say that they are none. What is not settled at the end is with the
//! sandbox or at the counter: nobody else is ever asked about it.

use super::customer::Customer;
use super::dice::Dice;
use super::invoice::Ledger;
use super::world::World;
use crate::billing::Gateway;
use crate::billing::gateway::{to_paypal, to_stripe};
use crate::billing::review;
use crate::billing::transaction::{Kind, Model as Transaction, TransactionStatus};
use crate::clock::Time;
use crate::ids::{TransactionId, UserId};
use crate::money::Money;
use chrono::TimeDelta;
use rust_decimal::Decimal;
use sea_orm::ActiveEnum;

/// A provider's page closes after so long.
const PAGE: TimeDelta = TimeDelta::hours(24);

/// By what it is paid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    Page(Gateway),
    Cash,
    Bank,
}

impl Way {
    /// One that can take the amount.
    pub(super) fn any(dice: &mut Dice, amount: Money) -> Self {
        let wish = dice.weighted(&[
            (Self::Page(Gateway::Stripe), 52),
            (Self::Page(Gateway::Paypal), 22),
            (Self::Page(Gateway::Sandbox), 6),
            (Self::Bank, 13),
            (Self::Cash, 7),
        ]);
        let fits = match wish {
            Self::Page(Gateway::Stripe) => to_stripe(amount).is_ok(),
            Self::Page(Gateway::Paypal) => to_paypal(amount).is_ok(),
            Self::Page(Gateway::Sandbox | Gateway::Manual) | Self::Cash | Self::Bank => true,
        };
        match wish {
            _ if fits => wish,
            Self::Page(Gateway::Paypal) if to_stripe(amount).is_ok() => Self::Page(Gateway::Stripe),
            _ => Self::Bank,
        }
    }

    fn gateway(self) -> Gateway {
        match self {
            Self::Page(gateway) => gateway,
            Self::Cash | Self::Bank => Gateway::Manual,
        }
    }

    /// What a row of it says.
    fn method(self) -> &'static str {
        match self {
            Self::Page(Gateway::Stripe) => "card",
            Self::Page(Gateway::Paypal) => "paypal",
            Self::Page(Gateway::Sandbox | Gateway::Manual) => "sandbox",
            Self::Cash => "CASH",
            Self::Bank => "BANK_TRANSFER",
        }
    }

    /// What an invoice says of its last payment.
    fn shown(self) -> String {
        match self {
            Self::Page(gateway) => gateway.to_value(),
            Self::Cash | Self::Bank => self.method().to_owned(),
        }
    }

    /// What the provider keeps: a part, and a little for each payment.
    fn fee(self, amount: Money) -> Option<i64> {
        let (percent, cents) = match self {
            Self::Page(Gateway::Stripe) => (Decimal::new(29, 1), 30),
            Self::Page(Gateway::Paypal) => (Decimal::new(349, 2), 49),
            Self::Page(Gateway::Sandbox | Gateway::Manual) | Self::Cash | Self::Bank => return None,
        };
        let little = match amount.currency.code() {
            "JPY" => cents * 3 / 2,
            "KWD" => cents * 3,
            "AED" => cents * 7 / 2,
            _ => cents,
        };
        Some((amount.percent(percent).ok()?.minor + little).min(amount.minor))
    }
}

/// What a provider calls its object, or what stands on the slip.
fn name(kind: &str, row: &Transaction) -> String {
    let id = row.id.0.simple().to_string();
    match (row.gateway, kind) {
        (Gateway::Stripe, "page") => format!("cs_demo_{id}"),
        (Gateway::Stripe, "payment") => format!("pi_demo_{id}"),
        (Gateway::Stripe, "refund") => format!("re_demo_{id}"),
        (Gateway::Stripe, _) => format!("du_demo_{id}"),
        (Gateway::Paypal, _) => format!("DEMO-{}-{}", kind.to_uppercase(), id.to_uppercase()),
        (Gateway::Sandbox, "refund") => format!("re_sandbox_{id}"),
        (Gateway::Sandbox, "payment") => format!("pay_sandbox_{id}"),
        (Gateway::Sandbox, _) => format!("{kind}_sandbox_{id}"),
        (Gateway::Manual, _) => {
            format!("{}-{}", if row.method.as_deref() == Some("CASH") { "CASH" } else { "TRF" }, &id[20..].to_uppercase())
        }
    }
}

fn fresh(
    dice: &mut Dice,
    ledger: &Ledger,
    (kind, status): (Kind, TransactionStatus),
    gateway: Gateway,
    minor: i64,
    at: Time,
) -> Transaction {
    let amount = Money::new(minor, ledger.currency);
    Transaction {
        id: TransactionId(dice.id(at)),
        settled_at: None,
        ..Transaction::new(ledger.invoice.id, kind, status, gateway, amount, at)
    }
}

/// Pays `minor` of what is owed from `at` on. When it was paid, if it was before the end.
pub(super) fn pay(dice: &mut Dice, world: &World, ledger: &mut Ledger, (minor, at): (i64, Time), way: Way) -> Option<Time> {
    let until = world.calendar.until;
    if at >= until || minor <= 0 {
        return None;
    }
    let takes = dice.span(TimeDelta::seconds(40), TimeDelta::minutes(9));
    let (settled, gateway) = match way {
        Way::Page(gateway) => (at + takes, gateway),
        Way::Cash | Way::Bank => (at, Gateway::Manual),
    };
    let mut row = fresh(dice, ledger, (Kind::Charge, TransactionStatus::Success), gateway, minor, at);
    if let Way::Page(_) = way {
        if settled >= until {
            // somebody is looking at the page now
            row.gateway = Gateway::Sandbox;
            row.status = TransactionStatus::Pending;
        }
        row.checkout_reference = Some(name("page", &row));
        row.expires_at = Some(at + PAGE);
        row.response_data = Some(serde_json::json!({ "return_url": null, "cancel_url": null }));
    } else {
        row.requested_by = Some(world.staff.finance.0);
    }
    if row.status == TransactionStatus::Pending {
        ledger.book(row, None, at);
        return None;
    }
    row.method = Some(way.method().to_owned());
    row.transaction_reference = Some(name("payment", &row));
    row.fee_minor = way.fee(Money::new(minor, ledger.currency));
    row.settled_at = Some(settled);
    row.updated_at = settled;
    ledger.book(row, Some(way.shown()), settled);
    Some(settled)
}

/// An attempt that came to nothing, begun at `at`: declined, or its page closed, at the latest when `paid` by another.
pub(super) fn attempt(dice: &mut Dice, world: &World, ledger: &mut Ledger, at: Time, paid: Option<Time>) {
    let until = world.calendar.until;
    if at >= until {
        return;
    }
    let minor = ledger.owed();
    let is_declined = dice.chance(600);
    let ended = if is_declined { at + dice.minutes(1, 8) } else { paid.unwrap_or(at + PAGE).min(at + PAGE) };
    let is_open = ended >= until;
    let gateway = match Way::any(dice, Money::new(minor, ledger.currency)).gateway() {
        Gateway::Manual => Gateway::Sandbox,
        _ if is_open => Gateway::Sandbox,
        other => other,
    };
    let status = match (is_open, is_declined) {
        (true, _) => TransactionStatus::Pending,
        (false, true) => TransactionStatus::Failed,
        (false, false) => TransactionStatus::Cancelled,
    };
    let mut row = fresh(dice, ledger, (Kind::Charge, status), gateway, minor, at);
    row.checkout_reference = Some(name("page", &row));
    row.expires_at = Some(at + PAGE);
    row.response_data = Some(serde_json::json!({ "return_url": null, "cancel_url": null }));
    if !is_open {
        let declined = dice.weighted(&[("declined_soft", 6), ("declined_hard", 3), ("requires_action", 2)]);
        row.failure_code = Some(if is_declined { declined } else { "expired" }.to_owned());
        row.transaction_reference = is_declined.then(|| name("payment", &row));
        row.updated_at = ended;
    }
    ledger.book(row, None, if is_open { at } else { ended });
}

/// Money that goes back from the newest payment: because staff asked for it (`by`), or because it was promised.
pub(super) fn give_back(
    dice: &mut Dice,
    world: &World,
    ledger: &mut Ledger,
    (minor, at): (i64, Time),
    by: Option<(UserId, &str)>,
) -> Option<Time> {
    let charge = ledger.rows.iter().rev().find(|row| row.kind == Kind::Charge && row.status == TransactionStatus::Success)?.clone();
    let minor = minor.min(charge.amount_minor);
    let sent = at + dice.span(TimeDelta::seconds(2), TimeDelta::seconds(20));
    let settled = match charge.gateway {
        // people hand it back when they come to it
        Gateway::Manual => at + dice.hours(2, 9 * 24),
        Gateway::Stripe | Gateway::Paypal | Gateway::Sandbox => sent + dice.minutes(1, 40),
    };
    let is_open = settled >= world.calendar.until;
    let status = if is_open { TransactionStatus::Pending } else { TransactionStatus::Success };
    let mut row = fresh(dice, ledger, (Kind::Refund, status), charge.gateway, minor, at);
    if is_open && row.gateway != Gateway::Manual {
        // a moment before the end: the sandbox would be asked about money that another provider holds
        return None;
    }
    row.parent_id = Some(charge.id);
    row.requested_by = by.map(|(user, _)| user.0);
    row.reason = by.map(|(_, why)| why.to_owned());
    if row.gateway == Gateway::Manual {
        row.method = charge.method;
    } else {
        row.sent_at = Some(sent);
    }
    if !is_open {
        row.transaction_reference = Some(name("refund", &row));
        row.settled_at = Some(settled);
        row.updated_at = settled;
    }
    ledger.book(row, None, if is_open { at } else { settled });
    (!is_open).then_some(settled)
}

/// A payment by card or wallet whose owner asks the bank for it back.
pub(super) fn disputed(dice: &mut Dice, world: &World, ledger: &mut Ledger, (minor, at): (i64, Time), customer: &Customer) -> Option<Time> {
    let until = world.calendar.until;
    let opened = at + dice.hours(3 * 24, 40 * 24);
    let ended = opened + dice.hours(12 * 24, 45 * 24);
    let wish = Way::any(dice, Money::new(minor, ledger.currency));
    let gateway = match wish.gateway() {
        Gateway::Manual => Gateway::Sandbox,
        _ if opened < until && ended >= until => Gateway::Sandbox,
        other => other,
    };
    let paid = pay(dice, world, ledger, (minor, at), Way::Page(gateway))?;
    if opened >= until {
        return Some(paid);
    }
    let charge = ledger.rows.last()?.id;
    let (status, is_lost) = match (ended >= until, dice.chance(450 + u64::from(!customer.user.is_active) * 200)) {
        (true, _) => (TransactionStatus::Pending, false),
        (false, true) => (TransactionStatus::Success, true),
        (false, false) => (TransactionStatus::Cancelled, false),
    };
    let changed = if ended >= until { opened } else { ended };
    let mut row = fresh(dice, ledger, (Kind::Dispute, status), gateway, minor, opened);
    row.parent_id = Some(charge);
    row.transaction_reference = Some(name("dispute", &row));
    row.reason = Some(dice.weighted(&[("fraudulent", 5), ("product_not_received", 4), ("duplicate", 1)]).to_owned());
    row.due_by = Some(opened + TimeDelta::days(21));
    row.settled_at = is_lost.then_some(ended);
    row.updated_at = changed;
    let amount = Money::new(minor, ledger.currency);
    let detail = serde_json::json!({ "amount": amount.to_string(), "due_by": row.due_by, "reason": row.reason });
    ledger.reviews.push(review::Model {
        id: dice.id(opened),
        reason: "dispute_opened".to_owned(),
        gateway,
        object_reference: row.transaction_reference.clone().unwrap_or_default(),
        invoice_id: Some(ledger.invoice.id),
        transaction_id: Some(row.id),
        webhook_event_id: None,
        detail,
        created_at: opened,
        resolved_at: (ended < until).then_some(ended),
        resolved_by: None,
        resolution: (ended < until).then(|| if is_lost { "lost" } else { "won" }.to_owned()),
    });
    ledger.book(row, None, changed);
    Some(paid)
}
