//! Jobs of Buy4Me: payloads only; `worker/src/jobs/buy4me.rs` runs them.

use crate::ids::ShipmentId;
use crate::queue::Job;
use serde::{Deserialize, Serialize};

/// A letter from shipments: the shipment of a request moved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FollowShipment {
    /// Which.
    pub shipment: ShipmentId,
}

impl Job for FollowShipment {
    const KIND: &'static str = "buy4me.follow_shipment";
    const MAX_ATTEMPTS: i32 = 20;
}
