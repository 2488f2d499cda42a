//! Steps of a payment.

use super::{Applied, Context};
use crate::Result;
use crate::billing::capture;
use crate::billing::event::{Charge, ChargeStep, Fee};
use crate::billing::invoice::{self, Model as Invoice};
use crate::billing::jobs::FetchFee;
use crate::billing::status::{InvoiceStatus, TRANSACTIONS};
use crate::billing::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use crate::ids::InvoiceId;
use crate::machine::{self, By};
use crate::queue::NewJob;
use sea_orm::entity::prelude::*;

impl Context<'_> {
    pub(super) async fn charge(&mut self, charge: Charge) -> Result<Applied> {
        let named = self.invoice_of(&charge).await?;
        let locked = match named {
            Some(id) => invoice::find_locked(self.tx, id).await?,
            None => None,
        };
        let Some(invoice) = locked else {
            if charge.step == ChargeStep::Succeeded {
                let detail = match named {
                    Some(id) => serde_json::json!({ "invoice": id }),
                    None => serde_json::json!({ "amount": charge.amount.map(|amount| amount.to_string()) }),
                };
                self.review("unknown_payment", &self.object_of(&charge), None, None, detail).await?;
            }
            return Ok(Applied::Done);
        };
        let invoice_id = invoice.id;
        let rows = transaction::of(self.tx, invoice_id).await?;
        let charges = || rows.iter().filter(|row| row.kind == Kind::Charge && row.gateway == self.source.gateway);
        let named = |row: &&Transaction| charge.reference.is_some() && row.transaction_reference == charge.reference;
        let row = charges().find(named).or_else(|| charges().find(|row| is_row_of(row, &charge))).cloned();
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
        if let Some(row) = &row
            && let Some(other) = other_payment(row, &charge)
        {
            let detail = serde_json::json!({ "paid": charge.amount.map(|a| a.to_string()), "booked": row.transaction_reference });
            self.review("duplicate_payment", other, Some(invoice_id), Some(row.id), detail).await?;
            return Ok(Applied::Done);
        }
        let booked = row.as_ref().filter(|row| row.status == TransactionStatus::Success).and_then(|row| row.transaction_reference.clone());
        let changed = match row {
            Some(row) => self.step_charge(row, charge).await?,
            None if charge.step == ChargeStep::Succeeded => Some(self.import_charge(&invoice, charge).await?),
            None => None,
        };
        let arrived = changed.as_ref().filter(|row| row.status == TransactionStatus::Success);
        let arrived = arrived.and_then(|row| row.transaction_reference.clone()).filter(|payment| booked.as_ref() != Some(payment));
        let applied = self.settle(invoice, rows, changed).await?;
        if let Some(payment) = arrived {
            self.hear_again(&payment).await?;
        }
        Ok(applied)
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
            && let Some(row) = transaction::by_reference(self.tx, self.source.gateway, reference).await?
        {
            return Ok(Some(row.invoice_id));
        }
        let Some(checkout) = &charge.checkout else { return Ok(None) };
        let of_page = transaction::Entity::find().filter(transaction::Column::CheckoutReference.eq(checkout));
        Ok(of_page.filter(transaction::Column::Gateway.eq(self.source.gateway)).one(self.tx).await?.map(|row| row.invoice_id))
    }

    /// Takes a step of a known charge; `None` when it is not a step forward.
    async fn step_charge(&self, row: Transaction, charge: Charge) -> Result<Option<Transaction>> {
        use TransactionStatus::*;
        let is_processing = charge.step == ChargeStep::Processing;
        let is_approved = charge.step == ChargeStep::Approved && row.status == Pending;
        let (status, failure_code) = match (row.status, charge.step) {
            // the provider's word that the money is ours beats whatever we thought before
            (Pending | Failed | Cancelled, ChargeStep::Succeeded) => (Success, None),
            (Pending, ChargeStep::Failed(code)) => (Failed, Some(code)),
            (Pending, ChargeStep::Cancelled) => (Cancelled, Some("expired".to_owned())),
            (Pending, ChargeStep::Attempted(code)) => (Pending, Some(code)),
            (Success, ChargeStep::Succeeded) => (Success, None),
            // a later try of the payer may have failed before; this one is on its way
            (Pending, ChargeStep::Approved | ChargeStep::Processing) => (Pending, row.failure_code.clone()),
            _ => return Ok(None),
        };
        if status != row.status && !machine::allows(TRANSACTIONS, By::System, &row.status, &status) {
            return Ok(None);
        }
        let mut after = row.clone();
        after.status = status;
        after.failure_code = failure_code;
        // the first event may know only the page, the second only the payment
        after.transaction_reference = match (status, row.status) {
            // an attempt that failed must not keep the name of the one that succeeded
            (Success, Pending | Failed | Cancelled) => charge.reference.or_else(|| row.transaction_reference.clone()),
            _ => row.transaction_reference.clone().or(charge.reference),
        };
        after.checkout_reference = row.checkout_reference.clone().or(charge.checkout);
        after.method = row.method.clone().or(charge.method);
        if is_approved {
            self.tx.enqueue_job(capture::job(row.id)).await?;
        }
        if is_processing {
            after.processing_at = row.processing_at.or(Some(self.tx.now()));
        }
        if after == row {
            return Ok(None);
        }
        transaction::change(self.tx, &row, after).await.map(Some)
    }

    /// Notes what the provider kept of a payment, where it kept it in the payment's own currency.
    pub(super) async fn fee(&mut self, fee: Fee, patient: bool) -> Result<Applied> {
        let Some(row) = transaction::by_reference(self.tx, self.source.gateway, &fee.charge).await? else {
            return Ok(unknown_fee(patient));
        };
        if row.currency == fee.amount.currency.code() && row.fee_minor != Some(fee.amount.minor) {
            transaction::change(self.tx, &row, Transaction { fee_minor: Some(fee.amount.minor), ..row.clone() }).await?;
        }
        Ok(Applied::Done)
    }

    /// Where the provider only says under which name it booked its fee, a job asks for it.
    pub(super) async fn fee_booked(&mut self, charge: &str, balance_transaction: String, patient: bool) -> Result<Applied> {
        let Some(row) = transaction::by_reference(self.tx, self.source.gateway, charge).await? else {
            return Ok(unknown_fee(patient));
        };
        if row.fee_minor.is_none() {
            let key = format!("fee:{}:{balance_transaction}", row.id);
            self.tx.enqueue_all(vec![NewJob::new(&FetchFee { transaction: row.id, balance_transaction }).unique(key)]).await?;
        }
        Ok(Applied::Done)
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
        transaction::insert(self.tx, row).await
    }
}

/// The payment itself may still be told; a payment of somebody else's has a fee, too, and needs nobody.
fn unknown_fee(patient: bool) -> Applied {
    if patient { Applied::TooEarly } else { Applied::Done }
}

/// A success beside the one that a row already is: money that came twice for one page.
fn other_payment<'a>(row: &Transaction, charge: &'a Charge) -> Option<&'a str> {
    let (booked, told) = (row.transaction_reference.as_deref()?, charge.reference.as_deref()?);
    let is_second = charge.step == ChargeStep::Succeeded && row.status == TransactionStatus::Success && booked != told;
    // a row that only knew its page is named after it
    (is_second && row.checkout_reference.as_deref() != Some(booked)).then_some(told)
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
