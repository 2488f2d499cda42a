//! Having a paper made: a row, and the job that makes it.

use super::paper::Kind;
use crate::accounts::user;
use crate::billing::invoice;
use crate::billing::jobs::RenderPaper;
use crate::billing::transaction::{self, TransactionStatus};
use crate::ids::{InvoiceId, PaperId, UserId};
use crate::queue::NewJob;
use crate::{Result, Tx, i18n};
use sea_orm::entity::prelude::*;

/// Made ahead, while nobody waits.
const AHEAD: i32 = 7;
/// Somebody sits in front of a screen.
pub(super) const AWAITED: i32 = 1;

/// Has the paper made in this language (English where papers do not speak it), unless it was asked for before. Takes no
/// number and no lock that others wait for.
pub async fn want(tx: &Tx, kind: Kind, subject: Uuid, user: UserId, language: &str) -> Result<()> {
    if !tx.app.config.papers_ahead {
        return Ok(());
    }
    let id = PaperId::new();
    if insert(tx, id, kind, subject, user, language).await? {
        tx.enqueue_all(vec![job(id, AHEAD)]).await?;
    }
    Ok(())
}

/// Has the receipts of an invoice made: of every charge that succeeded so far.
pub async fn want_receipts(tx: &Tx, invoice: InvoiceId) -> Result<()> {
    let Some(invoice) = invoice::Entity::find_by_id(invoice).one(tx).await? else { return Ok(()) };
    let owner = user::find(tx, invoice.user_id).await?;
    for row in transaction::of(tx, invoice.id).await? {
        if row.kind == transaction::Kind::Charge && row.status == TransactionStatus::Success {
            want(tx, Kind::Receipt, row.id.0, owner.id, &owner.language).await?;
        }
    }
    Ok(())
}

/// Whether this row is new.
pub(super) async fn insert(tx: &Tx, id: PaperId, kind: Kind, subject: Uuid, user: UserId, language: &str) -> Result<bool> {
    let language = i18n::offered(language).unwrap_or(i18n::LANGUAGES[0]);
    let sql = "INSERT INTO papers (id, kind, subject_id, user_id, language, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT DO NOTHING";
    let values = vec![id.into(), kind.into(), subject.into(), user.into(), language.into(), tx.now().into()];
    Ok(tx.execute_raw(tx.app.db.sql(sql, values)).await?.rows_affected() == 1)
}

/// At most one unfinished job for each paper.
pub(super) fn job(paper: PaperId, priority: i32) -> NewJob {
    NewJob::new(&RenderPaper { paper }).unique(format!("billing.render_paper:{paper}")).priority(priority)
}
