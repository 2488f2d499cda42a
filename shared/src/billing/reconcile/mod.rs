//! Keeping our rows in line with the providers' books: rows that are pending for long are asked about (`pending`), events that
//! never came are fetched (`missed`), and each night both sides are compared (`books`). Table `reconciliations` says up to when
//! that was done and what was found.

pub mod books;
pub mod missed;
pub mod pending;

use super::gateway::Gateway;
use crate::clock::Time;
use crate::page::{Listed, Page};
use crate::policy::{Actor, Permission};
use crate::{App, Result, Tx};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter, QueryOrder, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Events that never came were fetched.
    Events,
    /// Our rows were compared with the provider's.
    Books,
}

/// One run.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reconciliations")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub gateway: Gateway,
    pub kind: Kind,
    /// The span that was looked at.
    pub since: Time,
    pub until: Time,
    /// Events fetched, or objects compared.
    pub compared: i32,
    /// Events that were new, or objects that differ.
    pub found: i32,
    pub created_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Something to be done.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// With whom.
    pub gateway: Gateway,
    /// From, inclusive.
    pub since: Time,
    /// To, exclusive.
    pub until: Time,
}

/// Up to when it was done.
async fn done_until(db: &impl ConnectionTrait, gateway: Gateway, kind: Kind) -> Result<Option<Time>> {
    let of_gateway = Entity::find().filter(Column::Gateway.eq(gateway)).filter(Column::Kind.eq(kind));
    let newest = of_gateway.order_by_desc(Column::Until).limit(1).one(db).await?;
    Ok(newest.map(|row| row.until))
}

/// Notes that a provider's books need not be compared before the end of the span: what is in it never was at the provider.
pub(crate) async fn note_until(tx: &Tx, span: Span) -> Result<()> {
    match done_until(tx, span.gateway, Kind::Books).await? {
        Some(done) if done >= span.until => Ok(()),
        Some(_) | None => note(tx, Kind::Books, span, 0, 0).await,
    }
}

/// Notes what was done.
async fn note(tx: &Tx, kind: Kind, span: Span, compared: usize, found: usize) -> Result<()> {
    let row = ActiveModel {
        id: Set(Uuid::now_v7()),
        gateway: Set(span.gateway),
        kind: Set(kind),
        since: Set(span.since),
        until: Set(span.until),
        compared: Set(i32::try_from(compared).unwrap_or(i32::MAX)),
        found: Set(i32::try_from(found).unwrap_or(i32::MAX)),
        created_at: Set(tx.now()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// With whom.
    pub gateway: Option<Gateway>,
    /// What was done.
    pub kind: Option<Kind>,
}

/// The runs, newest first. Two statements.
pub async fn list(app: &App, actor: &Actor, filter: Filter, page: Page) -> Result<Listed<Model>> {
    actor.may(Permission::ManageDisputes)?;
    let query = Entity::find()
        .apply_if(filter.gateway, |query, gateway| query.filter(Column::Gateway.eq(gateway)))
        .apply_if(filter.kind, |query, kind| query.filter(Column::Kind.eq(kind)));
    let count = query.clone().count(&app.db.conn).await?;
    let ordered = query.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
    let rows = ordered.offset(page.offset()).limit(page.size).all(&app.db.conn).await?;
    Ok(Listed { rows, count })
}
