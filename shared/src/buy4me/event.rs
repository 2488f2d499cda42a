//! Table `buy4me_events`: the history of a request, one row a step.

use super::state::Status;
use crate::clock::Time;
use crate::ids::{ItemId, RequestId};
use crate::policy::Actor;
use crate::{Result, Tx};
use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

/// Something that happened to a request or one of its items.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "buy4me_events")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub request_id: RequestId,
    /// Whose status it is; none: the request's own.
    pub item_id: Option<ItemId>,
    pub from_status: Option<String>,
    pub status: String,
    /// For everybody who sees the request.
    pub note: Option<String>,
    /// For staff.
    pub reason: Option<String>,
    pub created_by: Option<Uuid>,
    pub created_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is said about a step.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// For everybody who sees the request.
    pub note: Option<String>,
    /// For staff.
    pub reason: Option<String>,
}

/// A step to remember.
pub(super) struct Happened<'a> {
    pub request: RequestId,
    pub item: Option<ItemId>,
    pub from: Option<&'static str>,
    pub to: &'static str,
    pub said: &'a Said,
}

/// Writes them down.
pub(super) async fn write(tx: &Tx, actor: &Actor, steps: &[Happened<'_>]) -> Result<()> {
    if steps.is_empty() {
        return Ok(());
    }
    let rows = steps.iter().map(|step| ActiveModel {
        id: Set(Uuid::now_v7()),
        request_id: Set(step.request),
        item_id: Set(step.item),
        from_status: Set(step.from.map(str::to_owned)),
        status: Set(step.to.to_owned()),
        note: Set(step.said.note.clone()),
        reason: Set(step.said.reason.clone()),
        created_by: Set(actor.user.map(|user| user.0)),
        created_at: Set(tx.now()),
    });
    Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes down a step of the request itself.
pub(super) async fn of_request(tx: &Tx, actor: &Actor, request: RequestId, from: Option<Status>, to: Status, said: &Said) -> Result<()> {
    write(tx, actor, &[Happened { request, item: None, from: from.map(Status::code), to: to.code(), said }]).await
}

/// The history of a request, oldest first.
pub async fn of(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>> {
    let own = Entity::find().filter(Column::RequestId.eq(request));
    Ok(own.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(db).await?)
}
