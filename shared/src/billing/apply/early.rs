//! Refunds and disputes that were told long before their payment: a person was asked about them, and when the payment comes they
//! are applied after all.

use super::Context;
use crate::Result;
use crate::billing::inbox::{self, EventStatus};
use crate::billing::jobs::ApplyPaymentEvent;
use crate::billing::review;
use crate::ids::EventId;
use crate::queue::NewJob;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, TryGetable};

impl Context<'_> {
    /// Applies the events again that spoke of `payment` before it was known. Their cases have passed; what is still odd opens one anew.
    pub(super) async fn hear_again(&self, payment: &str) -> Result<()> {
        let sql = "SELECT id, webhook_event_id AS event FROM payment_reviews WHERE reason = 'unknown_payment' AND resolved_at IS NULL \
                   AND gateway = $1 AND detail ->> 'payment' = $2 AND webhook_event_id IS NOT NULL";
        let values = vec![self.source.gateway.into(), payment.into()];
        let found = self.tx.query_all_raw(self.tx.app.db.sql(sql, values)).await?;
        if found.is_empty() {
            return Ok(());
        }
        let (mut cases, mut events) = (vec![], vec![]);
        for row in &found {
            cases.push(Uuid::try_get_by(row, "id").map_err(DbErr::from)?);
            events.push(EventId::try_get_by(row, "event").map_err(DbErr::from)?);
        }
        inbox::Entity::update_many()
            .col_expr(inbox::Column::Status, Expr::value(EventStatus::Received))
            .col_expr(inbox::Column::ProcessedAt, Expr::value(None::<crate::clock::Time>))
            .filter(inbox::Column::Id.is_in(events.iter().copied()))
            .filter(inbox::Column::Status.eq(EventStatus::Review))
            .exec(self.tx)
            .await?;
        let again = events.iter().map(|event| NewJob::new(&ApplyPaymentEvent { event: *event }));
        self.tx.enqueue_all(again.collect()).await?;
        review::passed(self.tx, Condition::all().add(review::Column::Id.is_in(cases)), "its payment came").await
    }
}
