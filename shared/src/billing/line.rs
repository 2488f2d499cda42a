//! Table `invoice_lines`.

use super::PricedLine;
use crate::ids::InvoiceId;
use crate::{Error, Result};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

/// One line of an invoice.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_lines")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub invoice_id: InvoiceId,
    pub position: i32,
    pub kind: String,
    pub description: String,
    pub quantity: i32,
    pub unit_price_minor: i64,
    /// Percent, an exact decimal as text: SQLite has no exact decimal type.
    pub tax_rate: String,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // one
pub enum Relation {
    #[sea_orm(belongs_to = "super::invoice::Entity", from = "Column::InvoiceId", to = "super::invoice::Column::Id")]
    Invoice,
}

impl Related<super::invoice::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Invoice.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// A line as whoever asked for the bill knows it.
impl TryFrom<Model> for PricedLine {
    type Error = Error;

    fn try_from(line: Model) -> Result<Self> {
        Ok(Self {
            kind: line.kind,
            description: line.description,
            quantity: line.quantity,
            unit_price_minor: line.unit_price_minor,
            tax_rate: line.tax_rate.parse().map_err(Error::internal)?,
            net_minor: line.net_minor,
            tax_minor: line.tax_minor,
            total_minor: line.total_minor,
        })
    }
}

/// The lines of an invoice, in order.
pub async fn of(db: &impl ConnectionTrait, invoice: InvoiceId) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::InvoiceId.eq(invoice)).order_by_asc(Column::Position).all(db).await?)
}
