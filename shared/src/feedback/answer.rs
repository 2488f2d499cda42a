//! Table `feedback`.

use super::About;
use crate::clock::Time;
use crate::ids::{FeedbackId, RequestId, ShipmentId, UserId};
use sea_orm::entity::prelude::*;

/// What one customer said.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FeedbackId,
    pub user_id: UserId,
    /// 1 to 5.
    pub rating: i32,
    /// Empty when somebody only chose stars.
    pub message: String,
    pub shipment_id: Option<ShipmentId>,
    pub buy4me_request_id: Option<RequestId>,
    /// Of the shipment or request: `SHP-2026-000123`
    pub reference: Option<String>,
    /// `2026-11`, of `created_at`: the summary groups by it on every database alike.
    pub month: String,
    pub created_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whether there is an answer about it.
pub(super) async fn is_given(db: &impl ConnectionTrait, about: About) -> crate::Result<bool> {
    let of_it = match about {
        About::Shipment(id) => Column::ShipmentId.eq(id),
        About::Request(id) => Column::Buy4meRequestId.eq(id),
    };
    Ok(Entity::find().filter(of_it).one(db).await?.is_some())
}
