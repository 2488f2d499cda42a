//! Asking how it was, once per document. Table `feedback_invitations`.

use super::jobs::Invite;
use super::{About, answer};
use crate::accounts::user;
use crate::notifications::{self, Event};
use crate::queue::NewJob;
use crate::settings::{self, FeedbackInviteHours};
use crate::{Result, Tx};
use chrono::TimeDelta;
use sea_orm::ConnectionTrait;

/// In the transaction that finishes something: its customer will be asked, unless nobody is to be.
pub async fn invite_later(tx: &Tx, about: About) -> Result<()> {
    let hours = hours(tx).await?;
    if hours > 0 {
        let job = NewJob::new(&Invite { about }).unique(format!("feedback.invite:{}", about.id()));
        tx.enqueue_all(vec![job.at(tx.now() + TimeDelta::hours(hours))]).await?;
    }
    Ok(())
}

/// Asks now, if that still makes sense: it may have been delivered by mistake, the answer may be there already, the account may be
/// gone, and staff may have switched it off.
pub async fn invite(tx: &Tx, about: About) -> Result<()> {
    let Some(document) = about.find(tx).await?.filter(|document| document.is_finished) else { return Ok(()) };
    let owner = user::lock_shared(tx, document.owner).await?;
    let is_there = owner.is_some_and(|owner| owner.is_active && owner.erased_at.is_none());
    if !is_there || hours(tx).await? == 0 || answer::is_given(tx, about).await? || !mark(tx, about).await? {
        return Ok(());
    }
    let facts = serde_json::json!({ "reference": document.reference });
    notifications::tell(tx, document.owner, Event::FeedbackWanted, about.id(), facts).await
}

async fn hours(tx: &Tx) -> Result<i64> {
    Ok(settings::read::<FeedbackInviteHours>(&tx.app, tx).await?.value.0.into())
}

/// Notes that it was asked about; `false` if it was before. What was delivered, came back and was delivered again is asked about once.
async fn mark(tx: &Tx, about: About) -> Result<bool> {
    let sql = "INSERT INTO feedback_invitations (subject_id, created_at) VALUES ($1, $2) ON CONFLICT (subject_id) DO NOTHING";
    let done = tx.execute_raw(tx.app.db.sql(sql, vec![about.id().into(), tx.now().into()])).await?;
    Ok(done.rows_affected() == 1)
}
