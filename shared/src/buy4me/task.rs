//! What staff have to do with requests next: what a list, and the number on a dashboard, can be narrowed to.

use super::request::{Column, Entity};
use super::state::Status;
use crate::billing::invoice;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, DeriveActiveEnum};
use serde::{Deserialize, Serialize};

/// What staff have to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Task {
    /// Buy the goods: what is submitted and paid, and does not wait for the customer.
    Order,
    /// Take in what the shops send.
    Receive,
    /// Make a shipment of what has arrived: its owner may, and so may staff.
    Forward,
}

impl Task {
    pub(super) fn condition(self) -> Condition {
        let status = |status: &[Status]| Column::Status.is_in(status.iter().copied());
        match self {
            Self::Order => invoice::is_settled(invoice::Column::RelatedBuy4meRequest, (Entity, Column::Id))
                .add(status(&[Status::Submitted]))
                .add(Column::ActionRequired.is_null()),
            Self::Receive => Condition::all().add(status(&[Status::OrderPlaced, Status::InTransit])),
            Self::Forward => Condition::all()
                .add(status(&[Status::WarehouseArrived]))
                .add(Column::ShipmentId.is_null())
                .add(Column::ActionRequired.is_null()),
        }
    }
}
