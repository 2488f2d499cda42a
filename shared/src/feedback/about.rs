//! What feedback can be about.

use crate::Result;
use crate::buy4me::{request, state};
use crate::ids::{RequestId, ShipmentId, UserId};
use crate::shipments::{self, shipment};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A shipment or a Buy4Me request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Delivered by us.
    Shipment(ShipmentId),
    /// Bought and delivered by us.
    Request(RequestId),
}

/// As much of it as is asked for here.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) owner: UserId,
    pub(super) reference: String,
    /// DELIVERED or COMPLETED: before that there is nothing to think of it.
    pub(super) is_finished: bool,
}

impl About {
    /// By its kind in addresses.
    pub fn at(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "shipments" => Some(Self::Shipment(ShipmentId(id))),
            "requests" => Some(Self::Request(RequestId(id))),
            _ => None,
        }
    }

    /// By its reference and id, as a notification names it.
    pub fn named(reference: &str, id: Uuid) -> Option<Self> {
        match reference.get(..4)? {
            "SHP-" => Some(Self::Shipment(ShipmentId(id))),
            "B4M-" => Some(Self::Request(RequestId(id))),
            _ => None,
        }
    }

    /// Its kind in addresses.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Shipment(_) => "shipments",
            Self::Request(_) => "requests",
        }
    }

    /// Which.
    pub fn id(self) -> Uuid {
        match self {
            Self::Shipment(id) => id.0,
            Self::Request(id) => id.0,
        }
    }

    pub(super) async fn find(self, db: &impl ConnectionTrait) -> Result<Option<Document>> {
        Ok(match self {
            Self::Shipment(id) => shipment::Entity::find_by_id(id).one(db).await?.map(|row| Document {
                owner: row.user_id,
                is_finished: row.status == shipments::Status::Delivered,
                reference: row.reference,
            }),
            Self::Request(id) => request::Entity::find_by_id(id).one(db).await?.map(|row| Document {
                owner: row.user_id,
                is_finished: row.status == state::Status::Completed,
                reference: row.reference,
            }),
        })
    }
}
