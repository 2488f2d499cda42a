//! What the customer of a shipment is told.

use super::shipment::{Model, Proposal};
use crate::notifications::{self, Event};
use crate::{Result, Tx};
use sea_orm::ActiveEnum;

/// It moved.
pub(super) async fn status(tx: &Tx, row: &Model, note: Option<&str>) -> Result<()> {
    let facts = serde_json::json!({
        "reference": row.reference, "tracking_number": row.tracking_number, "status": row.status.to_value(), "note": note.unwrap_or_default(),
    });
    notifications::tell(tx, row.user_id, Event::ShipmentStatus, row.id.0, facts).await
}

/// It costs more than was said, and waits for an answer.
pub(super) async fn cost(tx: &Tx, row: &Model, proposal: &Proposal) -> Result<()> {
    let (before, after) = (row.money(proposal.before_minor)?, row.money(proposal.details.total_minor)?);
    let facts = serde_json::json!({ "reference": row.reference, "before": before.to_string(), "after": after.to_string() });
    notifications::tell(tx, row.user_id, Event::ShipmentCost, row.id.0, facts).await
}
