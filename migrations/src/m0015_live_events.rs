//! What accounts are told while they look, and the tickets with which browsers open a stream.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Nothing here refers to users: that would lock an account after the row of its feed, against the order of all others.
        let feeds = Table::create().table("live_feeds").col(pk_uuid("user_id")).col(big_integer("last_seq")).to_owned();
        let events = Table::create()
            .table("live_events")
            .col(uuid("user_id"))
            .col(big_integer("seq"))
            .col(string("kind"))
            .col(text("data"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("user_id").col("seq"))
            .to_owned();
        let tickets = Table::create()
            .table("stream_tickets")
            .col(string("hash").primary_key())
            .col(uuid("session_id"))
            .col(timestamp_with_time_zone("expires_at"))
            .foreign_key(crate::references("session_id", "sessions").on_delete(ForeignKeyAction::Cascade))
            .to_owned();
        crate::create(
            manager,
            vec![feeds, events, tickets],
            &[
                "CREATE INDEX live_events_created ON live_events (created_at)",
                "CREATE INDEX stream_tickets_session ON stream_tickets (session_id)",
                "CREATE INDEX stream_tickets_expires ON stream_tickets (expires_at)",
            ],
        )
        .await
    }
}
