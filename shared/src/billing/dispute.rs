//! Disputes as staff see them: what has to be answered, and until when.

use super::gateway::Gateway;
use super::invoice;
use super::transaction::{Column, Entity, Kind, Model, TransactionStatus};
use crate::page::{Listed, Page};
use crate::policy::{Actor, Permission};
use crate::{App, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::NullOrdering;
use sea_orm::{Order, QueryOrder, QuerySelect, QueryTrait};

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// PENDING: open, SUCCESS: lost, CANCELLED: won.
    pub status: Option<TransactionStatus>,
    /// With whom.
    pub gateway: Option<Gateway>,
}

/// Disputes with their invoices, the nearest deadline first. Two statements.
pub async fn list(app: &App, actor: &Actor, filter: Filter, page: Page) -> Result<Listed<(Model, Option<invoice::Model>)>> {
    actor.may(Permission::ManageDisputes)?;
    let query = narrowed(filter);
    let count = query.clone().count(&app.db.conn).await?;
    let ordered = query.order_by_with_nulls(Column::DueBy, Order::Asc, NullOrdering::Last).order_by_asc(Column::Id);
    let rows = ordered.find_also_related(invoice::Entity).offset(page.offset()).limit(page.size).all(&app.db.conn).await?;
    Ok(Listed { rows, count })
}

pub(crate) fn narrowed(filter: Filter) -> Select<Entity> {
    Entity::find()
        .filter(Column::Kind.eq(Kind::Dispute))
        .apply_if(filter.status, |query, status| query.filter(Column::Status.eq(status)))
        .apply_if(filter.gateway, |query, gateway| query.filter(Column::Gateway.eq(gateway)))
}
