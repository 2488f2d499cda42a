//! Tickets: what customers ask and what they are answered, with files.

use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tickets = Table::create()
            .table("tickets")
            .col(pk_uuid("id"))
            .col(string("reference").unique_key())
            .col(uuid("user_id"))
            .col(text("subject"))
            .col(text("description"))
            .col(string("category"))
            .col(string("priority"))
            .col(string("status"))
            .col(uuid_null("assignee_id"))
            .col(string("waiting_on"))
            // reference and subject: what a search looks through, in lower case
            .col(text("searched"))
            // of the setting `support`, by which its targets were set
            .col(integer("targets_version"))
            .col(timestamp_with_time_zone("first_response_due_at"))
            .col(timestamp_with_time_zone_null("first_responded_at"))
            .col(timestamp_with_time_zone("resolution_due_at"))
            // since when the clock stands still
            .col(timestamp_with_time_zone_null("paused_at"))
            // when it is overdue, as far as is known now
            .col(timestamp_with_time_zone_null("overdue_at"))
            // when a target is missed of which nobody was told
            .col(timestamp_with_time_zone_null("alarm_at"))
            .col(timestamp_with_time_zone_null("first_response_breached_at"))
            .col(timestamp_with_time_zone_null("resolution_breached_at"))
            .col(timestamp_with_time_zone_null("resolved_at"))
            .col(timestamp_with_time_zone_null("closed_at"))
            // when a resolved one is closed, unless somebody says a word
            .col(timestamp_with_time_zone_null("close_at"))
            .col(timestamp_with_time_zone("last_message_at"))
            .col(uuid_null("created_by"))
            .col(integer("version").default(1))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .foreign_key(&mut crate::references("assignee_id", "users"))
            .to_owned();
        let events = Table::create()
            .table("ticket_events")
            .col(pk_uuid("id"))
            .col(uuid("ticket_id"))
            .col(string_null("from_status"))
            .col(string("status"))
            .col(uuid_null("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut crate::references("ticket_id", "tickets"))
            .to_owned();
        let messages = Table::create()
            .table("ticket_messages")
            .col(pk_uuid("id"))
            .col(uuid("ticket_id"))
            // counted within the ticket, under its lock: ids come from several clocks
            .col(integer("position"))
            .col(string("author_kind"))
            .col(uuid_null("author_id"))
            .col(text("body"))
            .col(boolean("is_internal"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut crate::references("ticket_id", "tickets"))
            .to_owned();
        let reads = Table::create()
            .table("ticket_reads")
            .col(uuid("ticket_id"))
            .col(uuid("user_id"))
            .col(integer("position"))
            .col(timestamp_with_time_zone("read_at"))
            .primary_key(Index::create().col("ticket_id").col("user_id"))
            .foreign_key(&mut crate::references("ticket_id", "tickets"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .to_owned();
        let attachments = Table::create()
            .table("ticket_attachments")
            .col(pk_uuid("id"))
            .col(uuid("ticket_id"))
            .col(uuid_null("message_id"))
            .col(uuid("uploader_id"))
            .col(text("name"))
            .col(string("kind"))
            .col(big_integer("bytes"))
            .col(string("sha256"))
            .col(timestamp_with_time_zone("created_at"))
            // the file is there
            .col(timestamp_with_time_zone_null("stored_at"))
            // the file is to go, and the row after it
            .col(timestamp_with_time_zone_null("removed_at"))
            .foreign_key(&mut crate::references("ticket_id", "tickets"))
            .foreign_key(&mut crate::references("message_id", "ticket_messages"))
            .to_owned();
        crate::create(
            manager,
            vec![tickets, events, messages, reads, attachments],
            &[
                "CREATE INDEX tickets_user ON tickets (user_id, created_at, id)",
                "CREATE INDEX tickets_created ON tickets (created_at, id)",
                "CREATE INDEX tickets_updated ON tickets (updated_at, id)",
                "CREATE INDEX tickets_last_message ON tickets (last_message_at, id)",
                "CREATE INDEX tickets_resolution_due ON tickets (resolution_due_at, id)",
                "CREATE INDEX tickets_status ON tickets (status, created_at, id)",
                "CREATE INDEX tickets_priority ON tickets (priority, created_at, id)",
                "CREATE INDEX tickets_category ON tickets (category, created_at, id)",
                "CREATE INDEX tickets_assignee ON tickets (assignee_id, created_at, id) WHERE assignee_id IS NOT NULL",
                "CREATE INDEX tickets_unassigned ON tickets (created_at, id) WHERE assignee_id IS NULL",
                "CREATE INDEX tickets_overdue ON tickets (overdue_at) WHERE overdue_at IS NOT NULL",
                "CREATE INDEX tickets_alarm ON tickets (alarm_at) WHERE alarm_at IS NOT NULL",
                "CREATE INDEX tickets_close ON tickets (close_at) WHERE close_at IS NOT NULL",
                "CREATE INDEX ticket_events_ticket ON ticket_events (ticket_id, id)",
                "CREATE UNIQUE INDEX ticket_messages_position ON ticket_messages (ticket_id, position)",
                "CREATE INDEX ticket_reads_user ON ticket_reads (user_id)",
                "CREATE INDEX ticket_attachments_ticket ON ticket_attachments (ticket_id)",
                "CREATE INDEX ticket_attachments_message ON ticket_attachments (message_id) WHERE message_id IS NOT NULL",
                "CREATE INDEX ticket_attachments_loose ON ticket_attachments (created_at) WHERE message_id IS NULL OR removed_at IS NOT NULL",
            ],
        )
        .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // as for users: where the extension is not installed, searching is slower
            let trigrams = "DO $$ BEGIN \
                   CREATE EXTENSION IF NOT EXISTS pg_trgm; \
                   CREATE INDEX tickets_search ON tickets USING gin (searched gin_trgm_ops); \
                 EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no index for searching tickets: %', SQLERRM; END $$";
            manager.get_connection().execute_unprepared(trigrams).await?;
        }
        Ok(())
    }
}
