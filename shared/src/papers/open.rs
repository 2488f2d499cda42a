//! Finding the file of a paper, or having it made: what was lost or damaged is noticed here and made again.

use super::paper::{Column, Entity, Paper};
use super::{Subject, order};
use crate::accounts::user;
use crate::ids::PaperId;
use crate::{App, Error, Result, i18n};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};

/// A paper as it is handed out.
#[derive(Clone, Debug)]
pub struct File {
    /// A PDF.
    pub bytes: Vec<u8>,
    /// Of the bytes, hex.
    pub sha256: String,
    /// Name to save it under.
    pub name: String,
}

/// How often a waiting reader looks again.
const LOOK: Duration = Duration::from_millis(100);

/// The paper in the language asked for, or in the one it was made in first, which is the customer's. One that is not there
/// is made; it is awaited for so long, and `None` means that it is still on its way.
pub async fn open(app: &App, subject: &Subject, language: Option<&str>, patience: Duration) -> Result<Option<File>> {
    let language = match language {
        Some(tag) => Some(i18n::offered(tag).ok_or_else(|| Error::invalid("lang", "error-unknown-language"))?),
        None => None,
    };
    let since = Instant::now();
    let mut is_ordered = false;
    loop {
        let row = find(app, subject, language).await?;
        let bytes = match &row {
            Some(row) => read(app, row).await?,
            None => None,
        };
        if let (Some(bytes), Some(sha256)) = (bytes, row.as_ref().and_then(|row| row.sha256.clone())) {
            return Ok(Some(File { bytes, sha256, name: subject.file_name(app).await? }));
        }
        if !is_ordered {
            order(app, subject, row, language).await?;
            is_ordered = true;
        }
        let left = patience.saturating_sub(since.elapsed());
        if left.is_zero() {
            return Ok(None);
        }
        tokio::time::sleep(LOOK.min(left)).await; // the worker is another process, perhaps on another machine
    }
}

/// The row of a paper; without a language the one that was made first.
async fn find(app: &App, subject: &Subject, language: Option<&str>) -> Result<Option<Paper>> {
    let mut rows = Entity::find().filter(Column::Kind.eq(subject.kind)).filter(Column::SubjectId.eq(subject.id));
    if let Some(language) = language {
        rows = rows.filter(Column::Language.eq(language));
    }
    Ok(rows.order_by_asc(Column::Id).one(&app.db.conn).await?)
}

/// The bytes that were stored; `None` when there are none yet, or when they are gone or not those any more.
pub(super) async fn read(app: &App, row: &Paper) -> Result<Option<Vec<u8>>> {
    let (Some(file), Some(sha256)) = (&row.file, &row.sha256) else { return Ok(None) };
    let found = app.storage.get(file).await?;
    Ok(found.filter(|bytes| hex::encode(Sha256::digest(bytes)) == *sha256))
}

async fn order(app: &App, subject: &Subject, row: Option<Paper>, language: Option<&str>) -> Result<()> {
    let owner = user::find(&app.db.conn, subject.user).await?;
    let tx = app.begin().await?;
    let id = match row {
        Some(row) => {
            if let Some(file) = row.file {
                tracing::error!(paper.id = %row.id, paper.file = file, "the file of a paper is missing or damaged: it is made anew");
            }
            row.id
        }
        None => {
            let id = PaperId::new();
            let is_new = order::insert(&tx, id, subject.kind, subject.id, subject.user, language.unwrap_or(&owner.language)).await?;
            if !is_new {
                // somebody was faster, and has enqueued it
                return Ok(());
            }
            id
        }
    };
    tx.enqueue_all(vec![order::job(id, order::AWAITED)]).await?;
    tx.commit().await
}
