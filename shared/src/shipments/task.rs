//! What staff have to do with shipments next: what a list, and the number on a dashboard, can be narrowed to.

use super::shipment::{Column, Entity};
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
    /// Measure, price and confirm: what is pending and does not wait for the customer.
    Confirm,
    /// Hand over to the carrier: what is confirmed, everything billed for it is paid, and its owner has no question to answer.
    Send,
}

impl Task {
    pub(super) fn condition(self) -> Condition {
        match self {
            Self::Confirm => Condition::all().add(Column::Status.eq(Status::Pending)).add(Column::ActionRequired.is_null()),
            Self::Send => invoice::is_settled(invoice::Column::RelatedShipment, (Entity, Column::Id))
                .add(Column::Status.eq(Status::Processing))
                .add(Column::ActionRequired.is_null()),
        }
    }
}
