//! What a paper is about, and who may see it.

use super::paper::Kind;
use crate::billing::status::InvoiceStatus;
use crate::billing::transaction::{self, TransactionStatus};
use crate::billing::{credit, invoice};
use crate::ids::{CreditNoteId, InvoiceId, TransactionId, UserId};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;

/// An invoice, a credit note or a charge that has a paper.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What its paper is.
    pub kind: Kind,
    /// Its own id.
    pub id: Uuid,
    /// Whose it is.
    pub user: UserId,
    /// Its own; a receipt has none before its paper is made.
    number: Option<String>,
    is_draft: bool,
    is_paid: bool,
}

impl Subject {
    /// What a link is about: whoever holds the link may see it.
    pub(super) async fn find(app: &App, kind: Kind, id: Uuid) -> Result<Self> {
        let db = &app.db.conn;
        let (invoice, is_paid, number) = match kind {
            Kind::Invoice => (InvoiceId(id), true, None),
            Kind::CreditNote => {
                let note = credit::Entity::find_by_id(CreditNoteId(id)).one(db).await?.ok_or(Error::NotFound)?;
                (note.invoice_id, true, Some(note.number))
            }
            Kind::Receipt => {
                let row = transaction::Entity::find_by_id(TransactionId(id)).one(db).await?.ok_or(Error::NotFound)?;
                let is_paid = row.kind == transaction::Kind::Charge && row.status == TransactionStatus::Success;
                (row.invoice_id, is_paid, row.receipt_number)
            }
        };
        let invoice = invoice::Entity::find_by_id(invoice).one(db).await?.ok_or(Error::NotFound)?;
        let is_draft = invoice.invoice_number.is_none();
        let number = if kind == Kind::Invoice { invoice.invoice_number } else { number };
        Ok(Self { kind, id, user: invoice.user_id, number, is_draft, is_paid })
    }

    /// What the actor may see: the own papers, or all of them as staff. Drafts are seen by staff only, and have no paper.
    pub async fn show(app: &App, actor: &Actor, kind: Kind, id: Uuid) -> Result<Self> {
        let subject = Self::find(app, kind, id).await?;
        actor.owns_or_may(subject.user, Permission::ViewInvoices)?;
        if subject.is_draft {
            actor.may(Permission::ViewInvoices).map_err(|_| Error::Hidden)?;
        }
        subject.has_paper()?;
        Ok(subject)
    }

    /// A draft has no paper, and neither has money that did not come.
    pub(super) fn has_paper(&self) -> Result<()> {
        if self.is_draft {
            return Err(Error::conflict("paper-of-draft", &["finalize"]));
        }
        if self.is_paid { Ok(()) } else { Err(Error::conflict("paper-of-no-payment", &[])) }
    }

    /// The name under which browsers save its paper: its number.
    pub async fn file_name(&self, app: &App) -> Result<String> {
        let number = match (&self.number, self.kind) {
            // given with the paper, perhaps a moment ago
            (None, Kind::Receipt) => {
                let row = transaction::Entity::find_by_id(TransactionId(self.id)).one(&app.db.conn).await?;
                row.and_then(|row| row.receipt_number)
            }
            (number, _) => number.clone(),
        };
        Ok(format!("{}.pdf", number.unwrap_or_else(|| self.id.to_string())))
    }
}

/// Whether an invoice has a paper.
pub(super) fn is_issued(invoice: &invoice::Model) -> bool {
    match invoice.status {
        InvoiceStatus::Draft => false,
        InvoiceStatus::Open | InvoiceStatus::Void | InvoiceStatus::Uncollectible => invoice.invoice_number.is_some(),
    }
}
