//! Reports as files: rows come page by page from one snapshot of the database and leave through a writer on a thread of its own,
//! so memory holds two pages, however many rows there are. Only a PDF is made at once.

mod csv;
mod pdf;
mod xlsx;

use shared::clients::storage::Draft;
use shared::reports::details::{self, PAGE};
use shared::reports::export::{self, Format, Model};
use shared::reports::table::{self, Cell, Sheet};
use shared::reports::{Report, read};
use shared::{App, Error, Result};
use std::fs::File;
use tokio::sync::mpsc;

/// What a file is made of, in order.
enum Piece {
    /// What follows belongs to this.
    Sheet(Sheet),
    /// Rows of it.
    Rows(Vec<Vec<Cell>>),
    /// Its last rows, set off from the others.
    Totals(Vec<Vec<Cell>>),
}

/// A kind of file that is written row by row.
trait Sink {
    fn sheet(&mut self, sheet: Sheet) -> anyhow::Result<()>;
    fn rows(&mut self, rows: Vec<Vec<Cell>>, is_total: bool) -> anyhow::Result<()>;
    fn finish(self: Box<Self>) -> anyhow::Result<()>;
}

/// A file that is written and has not got its name yet, and how many rows it has.
pub(crate) struct Written {
    pub(crate) draft: Draft,
    pub(crate) rows: u64,
}

/// Writes the file; `None`: nobody wants it any more.
pub(crate) async fn write(app: &App, export: &Model) -> Result<Option<Written>> {
    let sink: fn(File, bool) -> Box<dyn Sink> = match export.format {
        Format::Csv => |file, _| Box::new(csv::Csv::new(file)),
        Format::Xlsx => |file, is_rtl| Box::new(xlsx::Xlsx::new(file, is_rtl)),
        Format::Pdf => return pdf::write(app, export).await,
    };
    let draft = app.storage.draft(&export.file()).await?;
    let file = draft.file().map_err(Error::internal)?;
    let is_rtl = shared::i18n::direction(&export.language) == "rtl";
    let (pieces, mut taken) = mpsc::channel::<Piece>(1);
    let writer = tokio::task::spawn_blocking(move || {
        let mut sink = sink(file, is_rtl);
        while let Some(piece) = taken.blocking_recv() {
            match piece {
                Piece::Sheet(sheet) => sink.sheet(sheet)?,
                Piece::Rows(rows) => sink.rows(rows, false)?,
                Piece::Totals(rows) => sink.rows(rows, true)?,
            }
        }
        sink.finish()
    });
    let sent = send(app, export, pieces).await;
    let ended = writer.await.map_err(Error::internal)?;
    // who stopped listening says why
    ended.map_err(|error| Error::internal(format!("export: {error:#}")))?;
    Ok(sent?.map(|rows| Written { draft, rows }))
}

/// Sends everything to the writer; `None`: nobody wants it any more.
async fn send(app: &App, export: &Model, pieces: mpsc::Sender<Piece>) -> Result<Option<u64>> {
    let put = async |piece| pieces.send(piece).await.map_err(|_| Error::internal("the writer of an export has stopped"));
    let filter = export.filter()?;
    let snapshot = app.db.snapshot().await?;
    let total = if export.detail { details::count(app, &snapshot, &filter).await? } else { 0 };
    let mut rows = 0;
    if export.format == Format::Xlsx || !export.detail {
        let report: Report = read(app, &snapshot, filter.clone()).await?;
        let (groups, totals) = (table::groups(&report)?, table::totals(&report, &export.language)?);
        rows += (groups.len() + totals.len()) as u64;
        put(Piece::Sheet(table::summary(&export.language))).await?;
        put(Piece::Rows(groups)).await?;
        put(Piece::Totals(totals)).await?;
    }
    if !export.detail {
        return Ok(Some(rows));
    }
    let all = rows + total;
    put(Piece::Sheet(table::invoices(&export.language))).await?;
    let mut place = None;
    loop {
        let (page, last) = details::page(app, &snapshot, &filter, place).await?;
        let count = page.len() as u64;
        rows += count;
        put(Piece::Rows(page)).await?;
        if !export::progress(app, export.id, rows, all).await? {
            return Ok(None);
        }
        if count < PAGE {
            snapshot.rollback().await?;
            return Ok(Some(rows));
        }
        place = last;
    }
}
