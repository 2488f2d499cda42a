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
    is_draft: bool,
    is_paid: bool,
}

impl Subject {
    /// What a link is about: whoever holds the link may see it.
    pub(super) async fn find(app: &App, kind: Kind, id: Uuid) -> Result<Self> {
        let db = &app.db.conn;
        let (invoice, is_paid) = match kind {
            Kind::Invoice => (InvoiceId(id), true),
            Kind::CreditNote => {
                let note = credit::Entity::find_by_id(CreditNoteId(id)).one(db).await?;
                (note.ok_or(Error::NotFound)?.invoice_id, true)
            }
            Kind::Receipt => {
                let row = transaction::Entity::find_by_id(TransactionId(id)).one(db).await?.ok_or(Error::NotFound)?;
                let is_paid = row.kind == transaction::Kind::Charge && row.status == TransactionStatus::Success;
                (row.invoice_id, is_paid)
            }
        };
        let invoice = invoice::Entity::find_by_id(invoice).one(db).await?.ok_or(Error::NotFound)?;
        Ok(Self { kind, id, user: invoice.user_id, is_draft: invoice.invoice_number.is_none(), is_paid })
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
        let db = &app.db.conn;
        let number = match self.kind {
            Kind::Invoice => invoice::Entity::find_by_id(InvoiceId(self.id)).one(db).await?.and_then(|row| row.invoice_number),
            Kind::CreditNote => credit::Entity::find_by_id(CreditNoteId(self.id)).one(db).await?.map(|row| row.number),
            Kind::Receipt => transaction::Entity::find_by_id(TransactionId(self.id)).one(db).await?.and_then(|row| row.receipt_number),
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
