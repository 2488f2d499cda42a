//! What customers say of what was done for them, and about what they were asked.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let feedback = Table::create()
            .table("feedback")
            .col(pk_uuid("id"))
            .col(uuid("user_id"))
            .col(integer("rating").check(Expr::col("rating").between(1, 5)))
            .col(text("message"))
            .col(uuid_null("shipment_id"))
            .col(uuid_null("buy4me_request_id"))
            .col(string_null("reference"))
            .col(string_len("month", 7))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .foreign_key(&mut crate::references("shipment_id", "shipments"))
            .foreign_key(&mut crate::references("buy4me_request_id", "buy4me_requests"))
            .to_owned();
        let invitations =
            Table::create().table("feedback_invitations").col(pk_uuid("subject_id")).col(timestamp_with_time_zone("created_at")).to_owned();
        crate::create(
            manager,
            vec![feedback, invitations],
            &[
                "CREATE UNIQUE INDEX feedback_shipment ON feedback (shipment_id) WHERE shipment_id IS NOT NULL",
                "CREATE UNIQUE INDEX feedback_request ON feedback (buy4me_request_id) WHERE buy4me_request_id IS NOT NULL",
                "CREATE INDEX feedback_user ON feedback (user_id, created_at, id)",
                "CREATE INDEX feedback_created ON feedback (created_at, id)",
                "CREATE INDEX feedback_rating ON feedback (rating, id)",
                "CREATE INDEX feedback_rating_created ON feedback (rating, created_at, id)",
                // The summary reads nothing else.
                "CREATE INDEX feedback_figures ON feedback (created_at, month, rating)",
            ],
        )
        .await
    }
}
