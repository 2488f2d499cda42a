//! Files go: what was uploaded and never sent, what an upload that died left behind, and what an erased customer sent. First the
//! row says so, then the file goes, then the row; each step may be repeated.

use super::attachment::{Column, Entity, Model};
use crate::clock::Time;
use crate::ids::AttachmentId;
use crate::{App, Result, Tx};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{Condition, QueryOrder, QuerySelect};

/// How long a file waits for its message.
const LOOSE: TimeDelta = TimeDelta::days(1);
/// Longer than any upload takes: until then somebody may still be writing the file.
const UPLOADING: TimeDelta = TimeDelta::hours(1);

/// What is to go at this time.
fn is_due(now: Time) -> Condition {
    let loose = Column::MessageId.is_null().and(Column::CreatedAt.lte(now - LOOSE));
    let was_written = Column::StoredAt.is_not_null().or(Column::CreatedAt.lte(now - UPLOADING));
    Condition::any().add(loose).add(Column::RemovedAt.is_not_null().and(was_written))
}

/// Files after `last` that are to go, at most `limit`, in the order of their ids.
pub async fn due(app: &App, last: AttachmentId, limit: u64) -> Result<Vec<AttachmentId>> {
    let due = Entity::find().filter(is_due(app.clock.now())).filter(Column::Id.gt(last));
    Ok(due.select_only().column(Column::Id).order_by_asc(Column::Id).limit(limit).into_tuple().all(&app.db.conn).await?)
}

/// Marks one that is to go, so that no message takes it any more; `None` when one has.
pub async fn mark(tx: &Tx, id: AttachmentId) -> Result<Option<Model>> {
    let now = tx.now();
    let marked = Entity::update_many().col_expr(Column::RemovedAt, Expr::col(Column::RemovedAt).if_null(now));
    let marked = marked.filter(Column::Id.eq(id)).filter(is_due(now)).exec(tx).await?;
    if marked.rows_affected == 0 {
        return Ok(None);
    }
    Ok(Entity::find_by_id(id).one(tx).await?)
}

/// Deletes its file; one that is gone already is gone.
pub async fn delete(app: &App, row: &Model) -> Result<()> {
    app.storage.remove(&row.file()).await
}

/// Forgets it.
pub async fn forget(tx: &Tx, id: AttachmentId) -> Result<()> {
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}
