//! The webhook inbox: each verified event of a payment provider, byte for byte, once.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let events = Table::create()
            .table("webhook_events")
            .col(pk_uuid("id"))
            .col(string("provider"))
            .col(string("event_id"))
            .col(string("event_type"))
            .col(string("status"))
            .col(blob("body"))
            .col(json_binary("headers"))
            .col(text_null("note"))
            .col(timestamp_with_time_zone("received_at"))
            .col(timestamp_with_time_zone_null("processed_at"))
            .to_owned();
        crate::create(
            manager,
            vec![events],
            &[
                "CREATE UNIQUE INDEX webhook_events_event ON webhook_events (provider, event_id)",
                "CREATE INDEX webhook_events_unfinished ON webhook_events (received_at) WHERE status = 'RECEIVED'",
            ],
        )
        .await
    }
}
