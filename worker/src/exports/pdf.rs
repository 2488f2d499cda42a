//! Pages for people. A report has at most four hundred groups, so it is held whole and laid out at once.

use super::Written;
use crate::press::typeset;
use shared::reports::export::{self, Model};
use shared::reports::{pages, read};
use shared::{App, Error, Result};
use std::io::Write;

/// Writes the file; `None`: nobody wants it any more.
pub(super) async fn write(app: &App, export: &Model) -> Result<Option<Written>> {
    let draft = app.storage.draft(&export.file()).await?;
    let mut file = draft.file().map_err(Error::internal)?;
    let snapshot = app.db.snapshot().await?;
    let report = read(app, &snapshot, export.filter()?).await?;
    let pages = pages::compose(app, &snapshot, &report, &export.language).await?;
    snapshot.rollback().await?;
    let rows = report.groups.len() as u64;
    if !export::progress(app, export.id, 0, rows).await? {
        return Ok(None);
    }
    let bytes = typeset(app, pages).await?;
    if !export::progress(app, export.id, rows, rows).await? {
        return Ok(None);
    }
    let written = tokio::task::spawn_blocking(move || file.write_all(&bytes)).await.map_err(Error::internal)?;
    written.map_err(Error::internal)?;
    Ok(Some(Written { draft, rows }))
}
