//! What a worker does with a paper, step by step: looks whether it is needed, gives a receipt its number, gathers what the
//! paper says, stores the file, notes it. Each step may be repeated.

use super::paper::{ActiveModel, Entity, Kind, Paper};
use super::sheet::{Sender, Sheet};
use super::{credit_note, invoice as of_invoice, open, receipt, subject};
use crate::billing::transaction::{self, TransactionStatus};
use crate::billing::{credit, invoice, line};
use crate::i18n::words::Words;
use crate::ids::{CreditNoteId, InvoiceId, PaperId, TransactionId};
use crate::settings::{self, Company, logo};
use crate::{App, Error, Result, Tx, audit, policy, reference};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sha2::{Digest, Sha256};

/// The paper of a job; `None` when its file is there and whole.
pub async fn needed(app: &App, id: PaperId) -> Result<Option<Paper>> {
    let Some(row) = Entity::find_by_id(id).one(&app.db.conn).await? else { return Ok(None) };
    Ok(match open::read(app, &row).await? {
        Some(_) => None,
        None => Some(row),
    })
}

/// Whether it waits for [`number`].
pub async fn lacks_number(app: &App, paper: &Paper) -> Result<bool> {
    match paper.kind {
        Kind::Invoice | Kind::CreditNote => Ok(false),
        Kind::Receipt => {
            let charge = transaction::Entity::find_by_id(TransactionId(paper.subject_id)).one(&app.db.conn).await?;
            Ok(charge.is_some_and(|charge| charge.receipt_number.is_none()))
        }
    }
}

/// Gives a receipt its number, once. Here and not where the money is booked: the counter is one row that all would wait for,
/// and a payment waits for nobody's paper. Numbers are without a gap because they commit with the row they are given to.
pub async fn number(tx: &Tx, paper: &Paper) -> Result<()> {
    let id = TransactionId(paper.subject_id);
    let row = transaction::Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(Error::NotFound)?;
    let is_money = row.kind == transaction::Kind::Charge && row.status == TransactionStatus::Success;
    if !is_money || row.receipt_number.is_some() {
        return Ok(());
    }
    let number = reference::next(tx, "RCP").await?;
    let change = transaction::ActiveModel { id: Unchanged(id), receipt_number: Set(Some(number.clone())), ..Default::default() };
    transaction::Entity::update(change).exec_without_returning(tx).await?;
    let detail = serde_json::json!({ "transaction": id, "receipt_number": number });
    audit::record(tx, &policy::Actor::system(), "invoice.receipt_numbered", "invoice", row.invoice_id.0, Some(detail)).await
}

/// What the paper says.
pub async fn compose(app: &App, paper: &Paper) -> Result<Sheet> {
    let db = &app.db.conn;
    let id = paper.subject_id;
    match paper.kind {
        Kind::Invoice => {
            let invoice = issued(app, InvoiceId(id)).await?;
            let lines = line::of(db, invoice.id).await?;
            let from = sender(app, invoice.company_version).await?;
            of_invoice::compose(&Words::new(&paper.language)?, from, &invoice, &lines)
        }
        Kind::CreditNote => {
            let note = credit::Entity::find_by_id(CreditNoteId(id)).one(db).await?.ok_or(Error::NotFound)?;
            let invoice = issued(app, note.invoice_id).await?;
            let notes = notes(app, invoice.id).await?;
            let from = sender(app, note.company_version).await?;
            credit_note::compose(&Words::new(&paper.language)?, from, &invoice, &note, &notes)
        }
        Kind::Receipt => {
            let charge = transaction::Entity::find_by_id(TransactionId(id)).one(db).await?.ok_or(Error::NotFound)?;
            let invoice = issued(app, charge.invoice_id).await?;
            let (rows, notes) = (transaction::of(db, invoice.id).await?, notes(app, invoice.id).await?);
            let from = sender(app, invoice.company_version).await?;
            receipt::compose(&Words::new(&paper.language)?, from, &invoice, &charge, &rows, &notes)
        }
    }
}

async fn issued(app: &App, id: InvoiceId) -> Result<invoice::Model> {
    let invoice = invoice::Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    if subject::is_issued(&invoice) { Ok(invoice) } else { Err(Error::internal(format!("invoice {id} was not issued"))) }
}

async fn notes(app: &App, invoice: InvoiceId) -> Result<Vec<credit::Model>> {
    Ok(credit::Entity::find().filter(credit::Column::InvoiceId.eq(invoice)).all(&app.db.conn).await?)
}

/// The company as it was then, with the picture it had.
async fn sender(app: &App, version: i32) -> Result<Sender> {
    let company: Company = settings::history::at(&app.db.conn, version).await?;
    let logo = logo::picture(&app.db.conn, &company.logo).await?;
    Ok(Sender { company, logo })
}

/// Where a file was stored.
#[derive(Clone, Debug)]
pub struct Stored {
    file: String,
    sha256: String,
    bytes: i64,
}

/// Stores the file: whole or not at all, under a name that says which bytes it holds, so that it replaces only its equal.
pub async fn store(app: &App, paper: &Paper, bytes: Vec<u8>) -> Result<Stored> {
    let sha256 = hex::encode(Sha256::digest(&bytes));
    // the last digits of an id are the random ones: they spread the files over folders
    let id = paper.id.0.simple().to_string();
    let stored = Stored {
        file: format!("papers/{}/{}-{}.pdf", &id[id.len() - 2..], paper.id, &sha256[..16]),
        sha256,
        bytes: i64::try_from(bytes.len()).map_err(Error::internal)?,
    };
    app.storage.put(&stored.file, bytes).await?;
    Ok(stored)
}

/// Notes that the paper was made.
pub async fn finish(tx: &Tx, paper: &Paper, stored: Stored) -> Result<()> {
    let change = ActiveModel {
        id: Unchanged(paper.id),
        file: Set(Some(stored.file)),
        sha256: Set(Some(stored.sha256)),
        bytes: Set(Some(stored.bytes)),
        rendered_at: Set(Some(tx.now())),
        ..Default::default()
    };
    Entity::update(change).exec_without_returning(tx).await?;
    Ok(())
}
