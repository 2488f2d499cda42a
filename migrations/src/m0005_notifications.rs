//! Messages to people, one row per message and channel.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let notifications = Table::create()
            .table("notifications")
            .col(pk_uuid("id"))
            .col(uuid("user_id"))
            .col(string("event"))
            .col(string("channel"))
            .col(string("status"))
            .col(uuid_null("subject_id"))
            .col(string_null("message_id"))
            .col(text_null("error"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("sent_at"))
            .col(timestamp_with_time_zone_null("read_at"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .to_owned();
        crate::create(manager, vec![notifications], &["CREATE INDEX notifications_user ON notifications (user_id, created_at)"]).await
    }
}
