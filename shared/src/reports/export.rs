//! Table `report_exports`: reports as files. Asked for, written by a job, fetched within a week by a link that needs no sign-in.
//!
//! A file has the name of its row and is there whole or not at all, so however often its job starts anew there is one.

use super::filter::Filter;
use super::jobs::ExportReport;
use crate::clock::Time;
use crate::ids::{ReportExportId, UserId};
use crate::notifications::{self, Event};
use crate::page::{Listed, Page};
use crate::policy::{Actor, Permission};
use crate::queue::NewJob;
use crate::{App, Error, Result, Tx, audit, seal};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

/// How long a file is kept.
const KEEP: TimeDelta = TimeDelta::days(7);
/// How long one that is gone is still shown as such.
const REMEMBER: TimeDelta = TimeDelta::days(30);
/// How long a link works, at least.
const LINK: TimeDelta = TimeDelta::hours(1);
/// Unfinished exports of one person.
const MOST: u64 = 5;
const PURPOSE: &str = "export-link";

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Values with commas between (RFC 4180), in UTF-8.
    Csv,
    /// A workbook of Office Open XML.
    Xlsx,
    /// Pages with charts, for people.
    Pdf,
}

impl Format {
    /// The ending of its files' names.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
        }
    }

    /// Its media type.
    pub fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pdf => "application/pdf",
        }
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExportStatus {
    /// A job will write it.
    Queued,
    /// A job writes it.
    Running,
    /// It can be fetched.
    Ready,
    /// Somebody did not want it any more.
    Cancelled,
    /// It could not be written; the job is in the dead letter.
    Failed,
    /// The file is gone.
    Expired,
}

/// What is still to be written.
const OPEN: [ExportStatus; 2] = [ExportStatus::Queued, ExportStatus::Running];

/// A report as a file.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "report_exports")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReportExportId,
    pub user_id: UserId,
    pub format: Format,
    /// A row for each invoice too.
    pub detail: bool,
    pub filter: Json,
    pub language: String,
    /// As stored; ask [`Model::status_at`].
    pub status: ExportStatus,
    pub rows_done: i64,
    /// Known when it begins.
    pub rows_total: Option<i64>,
    pub bytes: Option<i64>,
    pub created_at: Time,
    pub finished_at: Option<Time>,
    pub expires_at: Time,
}

impl Model {
    /// What it is about.
    pub fn filter(&self) -> Result<Filter> {
        serde_json::from_value(self.filter.clone()).map_err(Error::internal)
    }

    /// How far it is at a time.
    pub fn status_at(&self, now: Time) -> ExportStatus {
        if self.status == ExportStatus::Ready && self.expires_at <= now { ExportStatus::Expired } else { self.status }
    }

    /// How much of it is written, in percent.
    pub fn percent(&self) -> i64 {
        match (self.status, self.rows_total) {
            (ExportStatus::Ready | ExportStatus::Expired, _) => 100,
            (_, Some(total)) => (100 * self.rows_done / total.max(1)).min(99),
            (_, None) => 0,
        }
    }

    /// Its name in the storage.
    pub fn file(&self) -> String {
        format!("reports/{}.{}", self.id, self.format.ending())
    }

    /// What it is called by who saves it.
    pub fn name(&self) -> Result<String> {
        let filter = self.filter()?;
        Ok(format!("buy4me-report-{}-{}.{}", filter.date_from, filter.date_to, self.format.ending()))
    }

    /// What can be done with it.
    pub fn available_actions(&self, now: Time) -> Vec<&'static str> {
        match self.status_at(now) {
            ExportStatus::Queued | ExportStatus::Running => vec!["cancel"],
            ExportStatus::Ready => vec!["download"],
            ExportStatus::Cancelled | ExportStatus::Failed | ExportStatus::Expired => vec![],
        }
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Asks for a file.
pub async fn request(tx: &Tx, actor: &Actor, filter: &Filter, format: Format, detail: bool, language: &str) -> Result<Model> {
    actor.may(Permission::ViewReports)?;
    actor.may(Permission::ExportData)?;
    if detail && format == Format::Pdf {
        return Err(Error::invalid("detail", "report-no-detail"));
    }
    let user = crate::accounts::user::lock_active(tx, actor.user.ok_or(Error::Forbidden(None))?).await?;
    let open = Entity::find().filter(Column::UserId.eq(user.id)).filter(Column::Status.is_in(OPEN));
    if open.count(tx).await? >= MOST {
        return Err(Error::conflict("report-exports-full", &[]));
    }
    let row = Model {
        id: ReportExportId::new(),
        user_id: user.id,
        format,
        detail,
        filter: serde_json::to_value(filter).map_err(Error::internal)?,
        language: language.to_owned(),
        status: ExportStatus::Queued,
        rows_done: 0,
        rows_total: None,
        bytes: None,
        created_at: tx.now(),
        finished_at: None,
        expires_at: tx.now() + KEEP,
    };
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    let told = serde_json::json!({ "format": format, "detail": detail, "filter": row.filter });
    audit::record(tx, actor, "report.export_requested", "report_export", row.id.0, Some(told)).await?;
    tx.enqueue_job(NewJob::new(&ExportReport { export: row.id }).unique(format!("reports.export:{}", row.id))).await?;
    Ok(row)
}

/// One's own, newest first.
pub async fn list(app: &App, actor: &Actor, page: Page) -> Result<Listed<Model>> {
    actor.may(Permission::ExportData)?;
    let own = Entity::find().filter(Column::UserId.eq(actor.user.ok_or(Error::Forbidden(None))?));
    let count = own.clone().count(&app.db.conn).await?;
    let own = own.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
    Ok(Listed { rows: own.offset(page.offset()).limit(page.size).all(&app.db.conn).await?, count })
}

/// One of one's own.
pub async fn show(app: &App, actor: &Actor, id: ReportExportId) -> Result<Model> {
    actor.may(Permission::ExportData)?;
    let row = find(&app.db.conn, id).await?;
    if actor.user == Some(row.user_id) { Ok(row) } else { Err(Error::Hidden) }
}

async fn find(db: &impl ConnectionTrait, id: ReportExportId) -> Result<Model> {
    Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)
}

/// Nobody wants it any more. Whoever writes it notices and stops.
pub async fn cancel(tx: &Tx, actor: &Actor, id: ReportExportId) -> Result<Model> {
    show(&tx.app, actor, id).await?;
    let done = set(tx, id, ExportStatus::Cancelled).col_expr(Column::FinishedAt, Expr::value(tx.now())).exec(tx).await?;
    let row = find(tx, id).await?;
    if done.rows_affected == 0 && row.status != ExportStatus::Cancelled {
        return Err(Error::conflict("report-export-finished", &row.available_actions(tx.now())));
    }
    if done.rows_affected > 0 {
        audit::record(tx, actor, "report.export_cancelled", "report_export", id.0, None).await?;
    }
    Ok(row)
}

/// A change of one that is not finished.
fn set(_: &Tx, id: ReportExportId, status: ExportStatus) -> sea_orm::UpdateMany<Entity> {
    let row = Entity::update_many().col_expr(Column::Status, Expr::value(status));
    row.filter(Column::Id.eq(id)).filter(Column::Status.is_in(OPEN))
}

/// It is being written, from its beginning; `None`: nobody wants it any more, or it is there.
pub async fn begin(tx: &Tx, id: ReportExportId) -> Result<Option<Model>> {
    let begun = set(tx, id, ExportStatus::Running).col_expr(Column::RowsDone, Expr::value(0)).exec(tx).await?;
    if begun.rows_affected == 0 { Ok(None) } else { find(tx, id).await.map(Some) }
}

/// So far it is; `false`: nobody wants it any more.
pub async fn progress(app: &App, id: ReportExportId, done: u64, total: u64) -> Result<bool> {
    let _writing = app.db.writing().await;
    let row = Entity::update_many()
        .col_expr(Column::RowsDone, Expr::value(done as i64))
        .col_expr(Column::RowsTotal, Expr::value(total as i64))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(ExportStatus::Running));
    Ok(row.exec(&app.db.conn).await?.rows_affected > 0)
}

/// It can be fetched, and whoever asked for it is told. `false`: nobody wanted it any more.
pub async fn finish(tx: &Tx, row: &Model, bytes: u64, rows: u64) -> Result<bool> {
    let done = set(tx, row.id, ExportStatus::Ready)
        .col_expr(Column::Bytes, Expr::value(bytes as i64))
        .col_expr(Column::RowsDone, Expr::value(rows as i64))
        .col_expr(Column::RowsTotal, Expr::value(rows as i64))
        .col_expr(Column::FinishedAt, Expr::value(tx.now()))
        .col_expr(Column::ExpiresAt, Expr::value(tx.now() + KEEP));
    if done.exec(tx).await?.rows_affected == 0 {
        return Ok(false);
    }
    let filter = row.filter()?;
    let facts = serde_json::json!({
        "from": filter.date_from.to_string(), "to": filter.date_to.to_string(), "format": row.format.ending().to_uppercase(),
    });
    notifications::tell(tx, row.user_id, Event::ReportReady, row.id.0, facts).await?;
    Ok(true)
}

/// Nobody tries any more.
pub async fn failed(tx: &Tx, id: ReportExportId) -> Result<()> {
    set(tx, id, ExportStatus::Failed).col_expr(Column::FinishedAt, Expr::value(tx.now())).exec(tx).await?;
    Ok(())
}

/// Where one that is ready is fetched, without a sign-in, for an hour and no longer than until the end of the day after.
pub fn link(app: &App, row: &Model) -> Result<String> {
    let until = seal::end_of_link(app, LINK);
    let token = seal::mark(app, PURPOSE, &marked(row.id, until));
    let path = format!("api/admin/reports/exports/{}/download/?until={until}&token={token}", row.id);
    Ok(app.config.public_url.join(&path).map_err(Error::internal)?.into())
}

fn marked(id: ReportExportId, until: i64) -> String {
    format!("{id}:{until}")
}

/// The file behind a link. One that is over opens nothing, nor does one whose owner may not have it any more.
pub async fn follow(app: &App, id: ReportExportId, until: &str, token: &str) -> Result<Model> {
    let (_, is_over) = seal::check_link(app, PURPOSE, |until| marked(id, until), until, token)?;
    let row = find(&app.db.conn, id).await?;
    let owner = crate::accounts::user::find(&app.db.conn, row.user_id).await?;
    let rights = Actor { user: Some(owner.id), role: owner.role, sets: owner.permission_sets.0.clone(), ..Actor::system() };
    if is_over || !owner.is_active || !rights.can(Permission::ExportData) {
        return Err(Error::conflict("report-link-expired", &[]));
    }
    ready(app, row)
}

/// The same for who is signed in.
pub async fn download(app: &App, actor: &Actor, id: ReportExportId) -> Result<Model> {
    ready(app, show(app, actor, id).await?)
}

fn ready(app: &App, row: Model) -> Result<Model> {
    match row.status_at(app.clock.now()) {
        ExportStatus::Ready => Ok(row),
        ExportStatus::Queued | ExportStatus::Running => Err(Error::conflict("export-not-ready", &row.available_actions(app.clock.now()))),
        ExportStatus::Cancelled | ExportStatus::Failed | ExportStatus::Expired => Err(Error::conflict("export-expired", &[])),
    }
}

/// Files that are to go, at most `limit`.
pub async fn expired(app: &App, limit: u64) -> Result<Vec<Model>> {
    let due = Entity::find().filter(Column::ExpiresAt.lte(app.clock.now())).filter(Column::Status.ne(ExportStatus::Expired));
    Ok(due.order_by_asc(Column::ExpiresAt).limit(limit).all(&app.db.conn).await?)
}

/// Its file is gone.
pub async fn forget(tx: &Tx, id: ReportExportId) -> Result<()> {
    Entity::update_many().col_expr(Column::Status, Expr::value(ExportStatus::Expired)).filter(Column::Id.eq(id)).exec(tx).await?;
    Entity::delete_many().filter(Column::ExpiresAt.lt(tx.now() - REMEMBER)).exec(tx).await?;
    Ok(())
}
