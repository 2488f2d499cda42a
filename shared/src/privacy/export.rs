//! The export of the own data: asked for, gathered by a job, fetched within a week.

use super::data_export::{self, ActiveModel, Column, Entity, ExportStatus, KEEP, Model};
use super::document;
use super::jobs::ExportData;
use crate::accounts::user;
use crate::ids::DataExportId;
use crate::notifications::Event;
use crate::policy::Actor;
use crate::queue::NewJob;
use crate::{App, Error, Result, Tx, audit, notifications};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

/// Asks for an export. While one is being prepared, that is the answer.
pub async fn request(tx: &Tx, actor: &Actor) -> Result<Model> {
    let user = user::lock_active(tx, actor.user.ok_or(Error::Forbidden(None))?).await?;
    let now = tx.now();
    let waiting = Entity::find().filter(Column::UserId.eq(user.id)).filter(Column::Status.eq(ExportStatus::Queued));
    let waiting = waiting.filter(Column::ExpiresAt.gt(now)).one(tx).await?;
    let is_new = waiting.is_none();
    let export = waiting.unwrap_or_else(|| Model {
        id: DataExportId::new(),
        user_id: user.id,
        status: ExportStatus::Queued,
        created_at: now,
        finished_at: None,
        expires_at: now + KEEP,
    });
    if is_new {
        Entity::insert(ActiveModel::from(export.clone()).reset_all()).exec_without_returning(tx).await?;
        audit::record(tx, actor, "user.export_requested", "user", user.id.0, None).await?;
    }
    // for one that waits too: its job may have died for good, and then this revives it
    let job = NewJob::new(&ExportData { export: export.id }).unique(format!("privacy.export_data:{}", export.id));
    tx.enqueue_all(vec![job]).await?;
    Ok(export)
}

/// An export, for the person it is about and nobody else.
pub async fn show(app: &App, actor: &Actor, id: DataExportId) -> Result<Model> {
    let export = Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    if actor.user == Some(export.user_id) { Ok(export) } else { Err(Error::Hidden) }
}

/// The document, and when it was finished.
pub async fn download(app: &App, actor: &Actor, id: DataExportId) -> Result<(String, Model)> {
    let export = show(app, actor, id).await?;
    match export.status_at(app.clock.now()) {
        ExportStatus::Queued => return Err(Error::conflict("export-not-ready", &[])),
        ExportStatus::Expired => return Err(Error::conflict("export-expired", &[])),
        ExportStatus::Ready => {}
    }
    let sql = app.db.sql("SELECT content FROM data_exports WHERE id = $1", vec![id.into()]);
    let row = app.db.conn.query_one_raw(sql).await?.ok_or(Error::NotFound)?;
    let content: Option<String> = row.try_get("", "content")?;
    Ok((content.ok_or_else(|| Error::conflict("export-expired", &[]))?, export))
}

/// The export that a job is about, unless it was gathered before or is gone with its person.
pub async fn waiting(app: &App, id: DataExportId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).filter(Column::Status.eq(ExportStatus::Queued)).one(&app.db.conn).await?)
}

/// Everything we hold about the person who asked.
pub async fn gather(app: &App, export: &Model) -> Result<String> {
    document::write(app, export.user_id).await
}

/// Keeps what was gathered and tells the person; nothing of both if the person was erased meanwhile.
pub async fn finish(tx: &Tx, export: &data_export::Model, content: String) -> Result<()> {
    // accounts are locked before what belongs to them, here as everywhere
    user::lock(tx, export.user_id).await?;
    let update = Entity::update_many()
        .col_expr(Column::Status, Expr::value(ExportStatus::Ready))
        .col_expr(Column::FinishedAt, Expr::value(tx.now()))
        .col_expr(Column::ExpiresAt, Expr::value(tx.now() + KEEP));
    let update = update.filter(Column::Id.eq(export.id)).filter(Column::Status.eq(ExportStatus::Queued));
    if update.exec(tx).await?.rows_affected == 0 {
        return Ok(());
    }
    let sql = tx.app.db.sql("UPDATE data_exports SET content = $1 WHERE id = $2", vec![content.into(), export.id.into()]);
    tx.execute_raw(sql).await?;
    notifications::about_account(tx, export.user_id, Event::ExportReady).await
}
