//! Applying a provider's event to the invoice it concerns: under the invoice's lock, forward only, once.
//!
//! Whatever the order and however often events come, the rows end the same: each row is one object of the provider, and
//! each only takes steps forward. What must not be guessed (another amount, an unknown payment) becomes a review.

use super::event::{Change, Charge, ChargeStep, Dispute, DisputeStep, Refund, RefundStep};
use super::inbox::{self, EventStatus};
use super::invoice::{self, Model as Invoice};
use super::status::{InvoiceStatus, TRANSACTIONS, derive};
use super::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use super::{gateway::Gateway, promise, review, sandbox, stripe};
use crate::ids::{EventId, InvoiceId, TransactionId};
use crate::machine::{self, By};
use crate::money::Money;
use crate::notifications;
use crate::policy::Actor;
use crate::{App, Error, Result, Tx, audit};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, sea_query::Expr};

/// How an event ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Applied {
    /// It is in the books (or already was).
    Done,
    /// It speaks of a payment that we have not heard of yet; try again later.
    TooEarly,
}

/// A stored event, if it still has to be applied.
pub async fn load(app: &App, id: EventId) -> Result<Option<inbox::Model>> {
    let event = inbox::Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    Ok((event.status == EventStatus::Received).then_some(event))
}

/// Applies a stored event in the caller's transaction. `patient`: an unknown payment may still become known; otherwise it
/// is a case for a person.
pub async fn apply(tx: &Tx, event: &inbox::Model, patient: bool) -> Result<Applied> {
    let changes = match event.provider {
        Gateway::Stripe => stripe::read(&event.event_type, &event.body),
        Gateway::Sandbox => sandbox::read(&event.body),
        Gateway::Paypal => vec![Change::Ignored],
    };
    let mut context = Context { tx, event, reviewed: false };
    let mut ignored = true;
    for change in changes {
        ignored &= change == Change::Ignored;
        let applied = match change {
            Change::Charge(charge) => context.charge(charge).await?,
            Change::Refund(refund) => context.refund(refund, patient).await?,
            Change::Dispute(dispute) => context.dispute(dispute, patient).await?,
            Change::Ignored => Applied::Done,
            Change::Unreadable(reason) => {
                context.review("unreadable_event", &event.event_id, None, None, serde_json::json!({ "reason": reason })).await?;
                Applied::Done
            }
        };
        if applied == Applied::TooEarly {
            return Ok(Applied::TooEarly);
        }
    }
    let status = match (context.reviewed, ignored) {
        (true, _) => EventStatus::Review,
        (false, true) => EventStatus::Ignored,
        (false, false) => EventStatus::Processed,
    };
    let marked = inbox::Entity::update_many()
        .col_expr(inbox::Column::Status, Expr::value(status))
        .col_expr(inbox::Column::ProcessedAt, Expr::value(tx.now()))
        .filter(inbox::Column::Id.eq(event.id))
        .filter(inbox::Column::Status.eq(EventStatus::Received))
        .exec(tx)
        .await?;
    match marked.rows_affected {
        1 => Ok(Applied::Done),
        // a replay ran beside us and was faster; everything here rolls back
        _ => Err(Error::conflict("event-already-applied", &[])),
    }
}

struct Context<'a> {
    tx: &'a Tx,
    event: &'a inbox::Model,
    reviewed: bool,
}

impl Context<'_> {
    async fn charge(&mut self, charge: Charge) -> Result<Applied> {
        let Some(invoice_id) = self.invoice_of(&charge).await? else {
            if charge.step == ChargeStep::Succeeded {
                let detail = serde_json::json!({ "amount": charge.amount.map(|a| a.to_string()) });
                let object = self.object_of(&charge);
                self.review("unknown_payment", &object, None, None, detail).await?;
            }
            return Ok(Applied::Done);
        };
        let locked = match invoice::lock(self.tx, invoice_id).await {
            Err(Error::NotFound) => None,
            other => Some(other?),
        };
        let Some(invoice) = locked else {
            if charge.step == ChargeStep::Succeeded {
                let object = self.object_of(&charge);
                self.review("unknown_payment", &object, None, None, serde_json::json!({ "invoice": invoice_id })).await?;
            }
            return Ok(Applied::Done);
        };
        let rows = transaction::of(self.tx, invoice_id).await?;
        let row =
            rows.iter().find(|row| row.kind == Kind::Charge && row.gateway == self.event.provider && is_row_of(row, &charge)).cloned();
        let wrong = match (&charge.amount, &row) {
            _ if charge.step != ChargeStep::Succeeded => None,
            _ if self.expects_live().is_some_and(|live| live != charge.live) => Some("wrong_mode"),
            (Some(amount), Some(row)) if *amount == row.amount()? => None,
            // money that names one of our invoices and none of our links: it must be exactly what is asked
            (Some(amount), None) if fits_invoice(&invoice, amount.minor, amount.currency.code()) => None,
            (Some(_), _) => Some("amount_mismatch"),
            (None, _) => Some("unreadable_amount"),
        };
        if let Some(reason) = wrong {
            let detail = serde_json::json!({ "paid": charge.amount.map(|a| a.to_string()), "asked": row.as_ref().map(|r| r.amount_minor), "live": charge.live });
            let object = self.object_of(&charge);
            self.review(reason, &object, Some(invoice_id), row.map(|r| r.id), detail).await?;
            return Ok(Applied::Done);
        }
        let changed = match row {
            Some(row) => self.step_charge(row, charge).await?,
            None if charge.step == ChargeStep::Succeeded => Some(self.import_charge(&invoice, charge).await?),
            None => None,
        };
        self.settle(invoice, rows, changed).await
    }

    /// The invoice a charge names, or that of our row it names.
    async fn invoice_of(&self, charge: &Charge) -> Result<Option<InvoiceId>> {
        if charge.invoice.is_some() {
            return Ok(charge.invoice);
        }
        if let Some(id) = charge.transaction
            && let Some(row) = transaction::Entity::find_by_id(id).one(self.tx).await?
        {
            return Ok(Some(row.invoice_id));
        }
        if let Some(reference) = &charge.reference
            && let Some(row) = transaction::by_reference(self.tx, self.event.provider, reference).await?
        {
            return Ok(Some(row.invoice_id));
        }
        let Some(checkout) = &charge.checkout else { return Ok(None) };
        let of_page = transaction::Entity::find().filter(transaction::Column::CheckoutReference.eq(checkout));
        Ok(of_page.filter(transaction::Column::Gateway.eq(self.event.provider)).one(self.tx).await?.map(|row| row.invoice_id))
    }

    /// Takes a step of a known charge; `None` when it is not a step forward.
    async fn step_charge(&self, row: Transaction, charge: Charge) -> Result<Option<Transaction>> {
        use TransactionStatus::*;
        let (status, failure_code) = match (row.status, charge.step) {
            // the provider's word that the money is ours beats whatever we thought before
            (Pending | Failed | Cancelled, ChargeStep::Succeeded) => (Success, None),
            (Pending, ChargeStep::Failed(code)) => (Failed, Some(code)),
            (Pending, ChargeStep::Cancelled) => (Cancelled, Some("expired".to_owned())),
            (Pending, ChargeStep::Attempted(code)) => (Pending, Some(code)),
            (Success, ChargeStep::Succeeded) => (Success, None),
            _ => return Ok(None),
        };
        if status != row.status && !machine::allows(TRANSACTIONS, By::System, &row.status, &status) {
            return Ok(None);
        }
        let mut update = transaction::ActiveModel { id: Unchanged(row.id), ..Default::default() };
        let mut after = row.clone();
        after.status = status;
        after.failure_code = failure_code;
        // the first event may know only the page, the second only the payment
        after.transaction_reference = row.transaction_reference.clone().or(charge.reference);
        after.checkout_reference = row.checkout_reference.clone().or(charge.checkout);
        after.method = row.method.clone().or(charge.method);
        if after == row {
            return Ok(None);
        }
        after.updated_at = self.tx.now();
        update.status = Set(after.status);
        update.failure_code = Set(after.failure_code.clone());
        update.transaction_reference = Set(after.transaction_reference.clone());
        update.checkout_reference = Set(after.checkout_reference.clone());
        update.method = Set(after.method.clone());
        update.updated_at = Set(after.updated_at);
        transaction::Entity::update(update).exec_without_returning(self.tx).await?;
        Ok(Some(after))
    }

    /// A verified success without a row of ours gets one.
    async fn import_charge(&self, invoice: &Invoice, charge: Charge) -> Result<Transaction> {
        let amount = charge.amount.map_or_else(|| invoice.money(0), Ok)?;
        let row = Transaction {
            transaction_reference: charge.reference.or_else(|| charge.checkout.clone()),
            checkout_reference: charge.checkout,
            method: charge.method,
            ..self.new_row(invoice.id, Kind::Charge, TransactionStatus::Success, amount)
        };
        self.insert(row).await
    }

    async fn refund(&mut self, refund: Refund, patient: bool) -> Result<Applied> {
        let Some((invoice, rows, parent)) = self.locked_parent(&refund.charge).await? else {
            return self.parent_unknown(&refund.reference, &refund.charge, patient).await;
        };
        let row = rows.iter().find(|row| row.kind == Kind::Refund && row.transaction_reference.as_deref() == Some(&refund.reference));
        let status = match refund.step {
            RefundStep::Pending => TransactionStatus::Pending,
            RefundStep::Succeeded => TransactionStatus::Success,
            RefundStep::Failed => TransactionStatus::Failed,
        };
        // a refund that was promised and has no name yet: made by the provider's own pages, or reported before our call was noted
        let fits = |row: &&Transaction| row.parent_id == Some(parent) && row.amount_minor == refund.amount.minor;
        let promised = rows.iter().filter(|row| promise::is_promise(row)).find(fits);
        let changed = match (row, promised) {
            (None, Some(row)) => Some(self.name(row, refund.reference, status).await?),
            (None, None) => {
                let row = self.new_row(invoice.id, Kind::Refund, status, refund.amount);
                Some(self.insert(Transaction { transaction_reference: Some(refund.reference), parent_id: Some(parent), ..row }).await?)
            }
            (Some(row), _) if row.status == TransactionStatus::Pending && status != TransactionStatus::Pending => {
                Some(self.set_status(row, status).await?)
            }
            // the bank sent it back after it had arrived: the success stays, the reversal is a row of its own
            (Some(row), _) if row.status == TransactionStatus::Success && status == TransactionStatus::Failed => {
                let reference = format!("{}/returned", refund.reference);
                let known = rows.iter().any(|row| row.transaction_reference.as_deref() == Some(&reference));
                let amount = Money { minor: -row.amount_minor, ..row.amount()? };
                let back = self.new_row(invoice.id, Kind::Refund, TransactionStatus::Success, amount);
                let back = Transaction { transaction_reference: Some(reference), parent_id: row.parent_id, ..back };
                if known { None } else { Some(self.insert(back).await?) }
            }
            (Some(_), _) => None,
        };
        self.settle(invoice, rows, changed).await
    }

    async fn dispute(&mut self, dispute: Dispute, patient: bool) -> Result<Applied> {
        let Some((invoice, rows, parent)) = self.locked_parent(&dispute.charge).await? else {
            return self.parent_unknown(&dispute.reference, &dispute.charge, patient).await;
        };
        let row = rows.iter().find(|row| row.kind == Kind::Dispute && row.transaction_reference.as_deref() == Some(&dispute.reference));
        let status = match dispute.step {
            DisputeStep::Open => TransactionStatus::Pending,
            DisputeStep::Lost => TransactionStatus::Success,
            DisputeStep::Won => TransactionStatus::Cancelled,
        };
        let changed = match row {
            None => {
                let row = self.new_row(invoice.id, Kind::Dispute, status, dispute.amount);
                Some(self.insert(Transaction { transaction_reference: Some(dispute.reference), parent_id: Some(parent), ..row }).await?)
            }
            Some(row) if row.status == TransactionStatus::Pending && status != TransactionStatus::Pending => {
                Some(self.set_status(row, status).await?)
            }
            Some(_) => None,
        };
        self.settle(invoice, rows, changed).await
    }

    /// The invoice (locked) and rows of a charge that succeeded, by the provider's payment id.
    async fn locked_parent(&self, charge: &str) -> Result<Option<(Invoice, Vec<Transaction>, TransactionId)>> {
        let Some(parent) = transaction::by_reference(self.tx, self.event.provider, charge).await? else { return Ok(None) };
        let invoice = invoice::lock(self.tx, parent.invoice_id).await?;
        let rows = transaction::of(self.tx, invoice.id).await?;
        let succeeded = rows.iter().any(|row| row.id == parent.id && row.status == TransactionStatus::Success);
        Ok(succeeded.then_some((invoice, rows, parent.id)))
    }

    async fn parent_unknown(&mut self, object: &str, charge: &str, patient: bool) -> Result<Applied> {
        if patient {
            return Ok(Applied::TooEarly);
        }
        self.review("unknown_payment", object, None, None, serde_json::json!({ "payment": charge })).await?;
        Ok(Applied::Done)
    }

    /// Derives the invoice's figures after a row changed; the first step into PAID has its effects here, once.
    async fn settle(&mut self, invoice: Invoice, mut rows: Vec<Transaction>, changed: Option<Transaction>) -> Result<Applied> {
        let Some(changed) = changed else { return Ok(Applied::Done) };
        match rows.iter_mut().find(|row| row.id == changed.id) {
            Some(row) => *row = changed.clone(),
            None => rows.push(changed.clone()),
        }
        let tx = self.tx;
        let figures = derive(invoice.amount_minor - invoice.credited_minor, &rows);
        let is_due = matches!(invoice.status, InvoiceStatus::Open | InvoiceStatus::Uncollectible);
        let is_charge = changed.kind == Kind::Charge && changed.status == TransactionStatus::Success;
        let first_paid = is_charge && invoice.paid_at.is_none() && is_due && figures.paid_minor >= invoice.due_minor();
        let mut update = invoice::ActiveModel {
            id: Unchanged(invoice.id),
            paid_minor: Set(figures.paid_minor),
            refunded_minor: Set(figures.refunded_minor),
            payment_status: Set(figures.payment_status),
            updated_at: Set(tx.now()),
            ..Default::default()
        };
        if is_charge {
            update.payment_method = Set(Some(changed.gateway.to_value()));
        }
        if first_paid {
            update.paid_at = Set(Some(tx.now()));
        }
        invoice::Entity::update(update).exec_without_returning(tx).await?;
        let detail = serde_json::json!({
            "transaction": changed.id, "kind": changed.kind, "status": changed.status, "amount_minor": changed.amount_minor,
            "before": invoice.payment_status, "after": figures.payment_status, "event": self.event.event_id,
        });
        audit::record(tx, &Actor::system(), "invoice.payment_event", "invoice", invoice.id.0, Some(detail)).await?;
        if first_paid {
            notifications::invoice_paid(tx, invoice.user_id, invoice.id).await?;
        }
        // a refund that failed is still owed: it is promised again, and a person has to know why it did not work
        if changed.kind == Kind::Refund && changed.status == TransactionStatus::Failed {
            let object = changed.transaction_reference.clone().unwrap_or_else(|| changed.id.to_string());
            let detail = serde_json::json!({ "amount_minor": changed.amount_minor });
            self.review("refund_failed", &object, Some(invoice.id), Some(changed.id), detail).await?;
        }
        if invoice.status != InvoiceStatus::Draft {
            promise::keep(tx, &Actor::system(), &invoice, rows).await?;
        }
        Ok(Applied::Done)
    }

    /// Gives a promised refund the provider's name for it.
    async fn name(&self, row: &Transaction, reference: String, status: TransactionStatus) -> Result<Transaction> {
        let update =
            transaction::ActiveModel { id: Unchanged(row.id), transaction_reference: Set(Some(reference.clone())), ..Default::default() };
        transaction::Entity::update(update).exec_without_returning(self.tx).await?;
        self.set_status(&Transaction { transaction_reference: Some(reference), ..row.clone() }, status).await
    }

    async fn set_status(&self, row: &Transaction, status: TransactionStatus) -> Result<Transaction> {
        let after = Transaction { status, updated_at: self.tx.now(), ..row.clone() };
        let update = transaction::ActiveModel {
            id: Unchanged(row.id),
            status: Set(status),
            updated_at: Set(after.updated_at),
            ..Default::default()
        };
        transaction::Entity::update(update).exec_without_returning(self.tx).await?;
        Ok(after)
    }

    fn new_row(&self, invoice: InvoiceId, kind: Kind, status: TransactionStatus, amount: Money) -> Transaction {
        Transaction::new(invoice, kind, status, self.event.provider, amount, self.tx.now())
    }

    async fn insert(&self, row: Transaction) -> Result<Transaction> {
        let mut new = row.clone().into_active_model().reset_all();
        new.id = Set(row.id);
        transaction::Entity::insert(new).exec_without_returning(self.tx).await?;
        Ok(row)
    }

    async fn review(
        &mut self,
        reason: &str,
        object: &str,
        invoice: Option<InvoiceId>,
        row: Option<TransactionId>,
        detail: Json,
    ) -> Result<()> {
        self.reviewed = true;
        let case = review::Model {
            id: Uuid::now_v7(),
            reason: reason.to_owned(),
            gateway: self.event.provider,
            object_reference: object.to_owned(),
            invoice_id: invoice,
            transaction_id: row,
            webhook_event_id: Some(self.event.id),
            detail,
            created_at: self.tx.now(),
            resolved_at: None,
        };
        review::open(self.tx, case).await
    }

    fn object_of(&self, charge: &Charge) -> String {
        charge.reference.as_ref().or(charge.checkout.as_ref()).unwrap_or(&self.event.event_id).clone()
    }

    /// Whether this installation's account moves real money, where that is known.
    fn expects_live(&self) -> Option<bool> {
        match self.event.provider {
            Gateway::Stripe => self.tx.app.config.stripe.as_ref().and_then(|stripe| stripe.mode()),
            Gateway::Paypal | Gateway::Sandbox => Some(false),
        }
    }
}

fn is_row_of(row: &Transaction, charge: &Charge) -> bool {
    Some(row.id) == charge.transaction
        || (row.transaction_reference.is_some() && row.transaction_reference == charge.reference)
        || (row.checkout_reference.is_some() && row.checkout_reference == charge.checkout)
}

fn fits_invoice(invoice: &Invoice, minor: i64, currency: &str) -> bool {
    let asked = if invoice.balance_minor() > 0 { invoice.balance_minor() } else { invoice.amount_minor };
    invoice.currency == currency && minor == asked && invoice.status != InvoiceStatus::Draft
}
