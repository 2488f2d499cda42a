//! Promised refunds: what we hold beyond what is owed goes back. A promise is a PENDING refund that nobody asked for and that was
//! not sent yet; a job sends it, people hand back what people took. Whatever changes on an invoice, the promises are brought in
//! line: never more than we hold, never less than is due back, but for what a person must look after.

use super::gateway::Gateway;
use super::jobs::SendRefund;
use super::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use super::{close_pages, invoice, news};
use crate::ids::TransactionId;
use crate::policy::Actor;
use crate::queue::NewJob;
use crate::{Result, Tx, audit};

/// Brings the promises of an invoice (locked) in line with its rows.
pub(super) async fn keep(tx: &Tx, actor: &Actor, invoice: &invoice::Model, rows: Vec<Transaction>) -> Result<()> {
    close_pages(tx, invoice, &rows).await?;
    for change in plan(invoice.due_minor(), &rows) {
        let (action, id, charge, amount) = match change {
            Change::Cancel(row) => {
                let row = transaction::change(tx, row, Transaction { status: TransactionStatus::Cancelled, ..row.clone() }).await?;
                news::payment(tx, invoice, &row).await?;
                ("invoice.refund_withdrawn", row.id, row.parent_id, row.amount()?)
            }
            Change::Promise { charge, minor } => {
                let amount = invoice.money(minor)?;
                let mut row = Transaction::new(invoice.id, Kind::Refund, TransactionStatus::Pending, charge.gateway, amount, tx.now());
                row.parent_id = Some(charge.id);
                row.method = charge.method.clone().filter(|_| charge.gateway == Gateway::Manual);
                let row = transaction::insert(tx, row).await?;
                send(tx, &row).await?;
                news::payment(tx, invoice, &row).await?;
                ("invoice.refund_promised", row.id, row.parent_id, amount)
            }
        };
        let detail = serde_json::json!({ "transaction": id, "charge": charge, "amount": amount.to_string() });
        audit::record(tx, actor, action, "invoice", invoice.id.0, Some(detail)).await?;
    }
    Ok(())
}

/// Has a refund sent by a job; what people took, people hand back, and confirm it.
pub(super) async fn send(tx: &Tx, row: &Transaction) -> Result<()> {
    match row.gateway {
        Gateway::Manual => Ok(()),
        Gateway::Stripe | Gateway::Paypal | Gateway::Sandbox => tx.enqueue_job(sending(row.id)).await.map(drop),
    }
}

/// The job that sends a refund; one that waits already is not doubled.
pub(super) fn sending(id: TransactionId) -> NewJob {
    NewJob::new(&SendRefund { transaction: id }).unique(format!("send:{id}"))
}

/// Whether a refund is only promised: it can still be withdrawn.
pub(super) fn is_promise(row: &Transaction) -> bool {
    row.kind == Kind::Refund
        && row.status == TransactionStatus::Pending
        && row.transaction_reference.is_none()
        && row.sent_at.is_none()
        && row.firm_at.is_none()
        && row.requested_by.is_none()
}

/// Whether something more has to be promised.
pub(super) fn is_short(due_minor: i64, rows: &[Transaction]) -> bool {
    plan(due_minor, rows).iter().any(|change| matches!(change, Change::Promise { .. }))
}

/// What of a charge can still be given back, whoever asks: less what was or will be sent, and what the payer's bank claims.
pub(super) fn room(rows: &[Transaction], charge: &Transaction) -> i64 {
    (charge.amount_minor - of(rows, charge.id, |row| is_gone(row) || is_promise(row))).max(0)
}

/// The charges that money can go back from, newest first.
pub(super) fn charges(rows: &[Transaction]) -> impl Iterator<Item = &Transaction> {
    rows.iter().rev().filter(|row| row.kind == Kind::Charge && row.status == TransactionStatus::Success)
}

#[derive(Debug, PartialEq)]
enum Change<'a> {
    Cancel(&'a Transaction),
    Promise { charge: &'a Transaction, minor: i64 },
}

/// What has to change. Of each charge can go back what was not sent back, is not on its way, is not disputed, and did not fail to
/// go back before; the newest charge first.
fn plan(due_minor: i64, rows: &[Transaction]) -> Vec<Change<'_>> {
    let charges = || charges(rows);
    let held = |charge: &Transaction| charge.amount_minor - of(rows, charge.id, is_gone) - stuck(rows, charge.id);
    let mut excess = charges().map(held).sum::<i64>() - due_minor;
    let mut changes = vec![];
    for charge in charges() {
        let wanted = excess.clamp(0, held(charge).max(0));
        excess -= wanted;
        let mut promised = of(rows, charge.id, is_promise);
        for row in rows.iter().rev().filter(|row| is_promise(row) && row.parent_id == Some(charge.id)) {
            if promised > wanted {
                promised -= row.amount_minor;
                changes.push(Change::Cancel(row));
            }
        }
        if promised < wanted {
            changes.push(Change::Promise { charge, minor: wanted - promised });
        }
    }
    changes
}

/// What was promised and could not be given back, and what a person has not dealt with since: trying the same again by itself would
/// never end. Whatever a person then sends from the same charge deals with it, as far as promises failed; so does the end of the
/// case, and the end of the dispute that was in the way.
fn stuck(rows: &[Transaction], charge: TransactionId) -> i64 {
    let refunds = || rows.iter().filter(move |row| row.kind == Kind::Refund && row.parent_id == Some(charge));
    let of_back = |row: &Transaction| {
        let name = row.transaction_reference.as_deref()?.strip_suffix("/returned")?.to_owned();
        refunds().find(|sent| sent.transaction_reference.as_deref() == Some(&name))
    };
    let is_free = |row: &Transaction| {
        let was_disputed = row.failure_code.as_deref() == Some("dispute_blocked") && is_dispute_won(rows, charge);
        row.dealt_with_at.is_some() || was_disputed
    };
    let (stuck, _) = refunds().fold((0_i64, 0_i64), |(stuck, failed), row| {
        let by_a_person = is_by_a_person(of_back(row).unwrap_or(row));
        match row.status {
            TransactionStatus::Failed if by_a_person || is_free(row) => (stuck, failed),
            TransactionStatus::Failed => (stuck + row.amount_minor, failed + row.amount_minor),
            TransactionStatus::Success if row.amount_minor < 0 && by_a_person => ((stuck - row.amount_minor).min(failed), failed),
            TransactionStatus::Success if row.amount_minor < 0 && is_free(row) => (stuck, failed),
            TransactionStatus::Success if row.amount_minor < 0 => (stuck - row.amount_minor, failed - row.amount_minor),
            TransactionStatus::Success | TransactionStatus::Pending if by_a_person => ((stuck - row.amount_minor).max(0), failed),
            TransactionStatus::Success | TransactionStatus::Pending | TransactionStatus::Cancelled => (stuck, failed),
        }
    });
    stuck
}

/// The rows that a job sent have a time for it; those of the provider's own pages have none.
fn is_by_a_person(row: &Transaction) -> bool {
    row.requested_by.is_some() || (row.transaction_reference.is_some() && row.sent_at.is_none())
}

/// Whether a charge was disputed, and is no more.
fn is_dispute_won(rows: &[Transaction], charge: TransactionId) -> bool {
    let is_known = rows.iter().any(|row| row.kind == Kind::Dispute && row.parent_id == Some(charge));
    is_known && of(rows, charge, |row| row.kind == Kind::Dispute && is_gone(row)) <= 0
}

/// Sent back, on its way, or claimed back by the payer's bank.
fn is_gone(row: &Transaction) -> bool {
    match (row.kind, row.status) {
        (Kind::Refund, TransactionStatus::Success) | (Kind::Dispute, TransactionStatus::Success | TransactionStatus::Pending) => true,
        (Kind::Refund, TransactionStatus::Pending) => !is_promise(row),
        (Kind::Refund | Kind::Dispute, TransactionStatus::Failed | TransactionStatus::Cancelled) | (Kind::Charge, _) => false,
    }
}

fn of(rows: &[Transaction], charge: TransactionId, which: fn(&Transaction) -> bool) -> i64 {
    rows.iter().filter(|row| row.parent_id == Some(charge) && which(row)).map(|row| row.amount_minor).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::Gateway;
    use crate::clock::Clock;
    use crate::ids::InvoiceId;
    use crate::money::{Currency, Money};
    use proptest::prelude::*;
    use sea_orm::prelude::Uuid;

    fn row(kind: Kind, status: TransactionStatus, minor: i64, parent: Option<TransactionId>, name: Option<&str>) -> Transaction {
        let amount = Money::new(minor, Currency::parse("currency", "USD").expect("known"));
        let row = Transaction::new(InvoiceId::new(), kind, status, Gateway::Stripe, amount, Clock::default().now());
        Transaction { parent_id: parent, transaction_reference: name.map(str::to_owned), ..row }
    }

    fn asked(row: Transaction) -> Transaction {
        Transaction { requested_by: Some(Uuid::nil()), ..row }
    }

    fn dealt_with(row: Transaction) -> Transaction {
        Transaction { dealt_with_at: Some(row.created_at), ..row }
    }

    fn blocked(row: Transaction) -> Transaction {
        Transaction { failure_code: Some("dispute_blocked".to_owned()), ..row }
    }

    fn firm(row: Transaction) -> Transaction {
        Transaction { firm_at: Some(row.created_at), ..row }
    }

    fn sent(row: Transaction) -> Transaction {
        Transaction { sent_at: Some(row.created_at), ..row }
    }

    /// The rows after the plan was carried out.
    fn kept(due: i64, rows: &[Transaction]) -> Vec<Transaction> {
        let mut after = rows.to_vec();
        for change in plan(due, rows) {
            match change {
                Change::Cancel(gone) => {
                    after.iter_mut().filter(|row| row.id == gone.id).for_each(|row| row.status = TransactionStatus::Cancelled);
                }
                Change::Promise { charge, minor } => {
                    after.push(row(Kind::Refund, TransactionStatus::Pending, minor, Some(charge.id), None));
                }
            }
        }
        after
    }

    fn promised(rows: &[Transaction]) -> i64 {
        rows.iter().filter(|row| is_promise(row)).map(|row| row.amount_minor).sum()
    }

    #[test]
    fn what_is_disputed_or_was_sent_back_otherwise_is_not_promised() {
        use TransactionStatus::*;
        let charge = row(Kind::Charge, Success, 100, None, Some("pi"));
        let id = Some(charge.id);
        let promise = row(Kind::Refund, Pending, 20, id, None);
        let cases = [
            (80, vec![], 20),
            (80, vec![promise.clone()], 20),
            // somebody sent 25 by the provider's own pages
            (80, vec![promise.clone(), row(Kind::Refund, Success, 25, id, Some("re"))], 0),
            (80, vec![promise.clone(), row(Kind::Refund, Success, 5, id, Some("re"))], 15),
            (0, vec![row(Kind::Dispute, Pending, 100, id, Some("du"))], 0),
            (0, vec![row(Kind::Refund, Pending, 100, id, None), row(Kind::Dispute, Success, 100, id, Some("du"))], 0),
            (0, vec![row(Kind::Dispute, Cancelled, 100, id, Some("du"))], 100),
            // what failed is not tried again by itself, …
            (80, vec![sent(row(Kind::Refund, Failed, 20, id, Some("re")))], 0),
            (70, vec![sent(row(Kind::Refund, Failed, 20, id, Some("re")))], 10),
            (80, vec![sent(row(Kind::Refund, Success, 20, id, Some("re"))), row(Kind::Refund, Success, -20, id, Some("re/returned"))], 0),
            // … but for what a person gave of his own accord: that is no promise, and swallows none
            (80, vec![asked(row(Kind::Refund, Failed, 20, id, Some("re")))], 20),
            (80, vec![asked(row(Kind::Refund, Success, 20, id, Some("re"))), row(Kind::Refund, Success, -20, id, Some("re/returned"))], 20),
            (80, vec![dealt_with(sent(row(Kind::Refund, Failed, 20, id, Some("re"))))], 20),
            (80, vec![blocked(row(Kind::Refund, Failed, 20, id, None))], 0),
            (80, vec![blocked(row(Kind::Refund, Failed, 20, id, None)), row(Kind::Dispute, Cancelled, 100, id, Some("du"))], 20),
            (80, vec![row(Kind::Dispute, Success, 100, id, Some("du")), row(Kind::Dispute, Success, -100, id, Some("du/won"))], 20),
            // … until a person has sent it, and then what falls away later goes back as ever
            (80, vec![row(Kind::Refund, Failed, 20, id, None), asked(row(Kind::Refund, Pending, 20, id, None))], 0),
            (70, vec![row(Kind::Refund, Failed, 20, id, None), asked(row(Kind::Refund, Success, 20, id, Some("re")))], 10),
            (80, vec![row(Kind::Refund, Failed, 20, id, None), asked(row(Kind::Refund, Failed, 20, id, None))], 0),
            // what staff gave back is not promised as well
            (100, vec![asked(row(Kind::Refund, Pending, 30, id, None))], 0),
            (70, vec![asked(row(Kind::Refund, Success, 30, id, Some("re")))], 0),
            (60, vec![asked(row(Kind::Refund, Success, 30, id, Some("re")))], 10),
            // on its way: it cannot be withdrawn
            (80, vec![sent(row(Kind::Refund, Pending, 20, id, None))], 0),
            (100, vec![sent(row(Kind::Refund, Pending, 20, id, None))], 0),
            (200, vec![], 0),
        ];
        for (due, others, expected) in cases {
            let rows: Vec<_> = std::iter::once(charge.clone()).chain(others).collect();
            let after = kept(due, &rows);
            assert_eq!(promised(&after), expected, "due {due}: {rows:#?}");
            assert!(plan(due, &after).is_empty(), "and then all is well");
        }
    }

    proptest! {
        #[test]
        fn promises_never_exceed_what_is_held_nor_fall_short(
            charges in prop::collection::vec(1i64..1_000, 1..4),
            others in prop::collection::vec((0usize..4, 0usize..16, 1i64..1_000), 0..8),
            due in 0i64..2_000,
        ) {
            use TransactionStatus::*;
            let mut rows: Vec<_> = charges.iter().map(|minor| row(Kind::Charge, Success, *minor, None, Some("pi"))).collect();
            for (charge, form, minor) in others {
                let parent = Some(rows[charge % charges.len()].id);
                let (kind, status, name) = [
                    (Kind::Refund, Success, Some("re")), (Kind::Refund, Pending, Some("re")), (Kind::Refund, Pending, None),
                    (Kind::Refund, Failed, Some("re")), (Kind::Refund, Cancelled, None), (Kind::Dispute, Pending, Some("du")),
                    (Kind::Dispute, Success, Some("du")), (Kind::Dispute, Cancelled, Some("du")),
                    (Kind::Refund, Pending, None), (Kind::Refund, Success, Some("re")), (Kind::Refund, Failed, None), (Kind::Refund, Pending, None),
                    (Kind::Refund, Failed, Some("re")), (Kind::Refund, Failed, Some("re")), (Kind::Refund, Failed, None), (Kind::Refund, Pending, None),
                ][form];
                let made = row(kind, status, minor, parent, name);
                rows.push(match form {
                    8..=10 => asked(made),
                    11 | 12 => sent(made),
                    13 => dealt_with(sent(made)),
                    14 => blocked(made),
                    15 => firm(made),
                    _ => made,
                });
            }
            let after = kept(due, &rows);
            let of_charge = |charge: &&Transaction| charge.amount_minor - of(&after, charge.id, is_gone) - stuck(&after, charge.id);
            let charges: Vec<&Transaction> = after.iter().filter(|row| row.kind == Kind::Charge).collect();
            let held: i64 = charges.iter().map(of_charge).sum();
            prop_assert!(promised(&after) <= (held - due).max(0));
            for charge in &charges {
                prop_assert!(of(&after, charge.id, is_promise) <= of_charge(charge).max(0));
            }
            let overdrawn = charges.iter().any(|charge| of_charge(charge) < 0);
            prop_assert!(overdrawn || promised(&after) == (held - due).max(0));
            prop_assert!(plan(due, &after).is_empty());
            // what a person asked for, or what was sent, is never withdrawn
            let stays = |row: &&Transaction| row.requested_by.is_some() || row.sent_at.is_some() || row.firm_at.is_some();
            prop_assert!(rows.iter().filter(stays).eq(after.iter().filter(stays)));
            // what is stuck is no more than what promises failed
            let failed = |row: &&Transaction| row.status == Failed && row.requested_by.is_none();
            for charge in &charges {
                let of_it = after.iter().filter(failed).filter(|row| row.parent_id == Some(charge.id));
                prop_assert!((0..=of_it.map(|row| row.amount_minor).sum()).contains(&stuck(&after, charge.id)));
            }
        }
    }
}
