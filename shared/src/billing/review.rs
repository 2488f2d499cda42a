//! Table `payment_reviews`: what a person has to look at, because the machine must not guess about money.

use super::gateway::Gateway;
use crate::clock::Time;
use crate::ids::{EventId, InvoiceId, TransactionId};
use crate::{Result, Tx};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

/// One case.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_reviews")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `amount_mismatch`, `unknown_payment`, `wrong_mode`, …
    pub reason: String,
    pub gateway: Gateway,
    /// The provider's object.
    pub object_reference: String,
    pub invoice_id: Option<InvoiceId>,
    pub transaction_id: Option<TransactionId>,
    pub webhook_event_id: Option<EventId>,
    pub detail: Json,
    pub created_at: Time,
    pub resolved_at: Option<Time>,
    pub resolved_by: Option<Uuid>,
    /// What the person did about it.
    pub resolution: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Opens a case; the same reason for the same object is one case.
pub async fn open(tx: &Tx, case: Model) -> Result<()> {
    tracing::error!(billing.review = %case.reason, billing.object = %case.object_reference, "a payment needs a person");
    metrics::counter!("payment_reviews_opened_total", "reason" => case.reason.clone()).increment(1);
    let row = ActiveModel {
        id: Set(case.id),
        reason: Set(case.reason),
        gateway: Set(case.gateway),
        object_reference: Set(case.object_reference),
        invoice_id: Set(case.invoice_id),
        transaction_id: Set(case.transaction_id),
        webhook_event_id: Set(case.webhook_event_id),
        detail: Set(case.detail),
        created_at: Set(case.created_at),
        resolved_at: Set(None),
        resolved_by: Set(None),
        resolution: Set(None),
    };
    Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(tx).await?;
    Ok(())
}
