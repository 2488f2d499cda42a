//! Messages on more channels than mail: where each went, what people prefer, the devices that get pushes, and the addresses that
//! carriers refuse.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let address = Table::alter().table("notifications").add_column(string_null("address")).to_owned();
        manager.alter_table(address).await?;
        let preferences = Table::create()
            .table("notification_preferences")
            .col(uuid("user_id").primary_key())
            .col(json("choices"))
            .col(string_null("quiet_from"))
            .col(string_null("quiet_to"))
            .col(string_null("time_zone"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .to_owned();
        let devices = Table::create()
            .table("push_devices")
            .col(pk_uuid("id"))
            .col(uuid("user_id"))
            .col(uuid("session_id"))
            .col(text("token"))
            .col(string("token_hash"))
            .col(string("platform"))
            .col(string("name"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("seen_at"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .to_owned();
        let undeliverable = Table::create()
            .table("undeliverable_addresses")
            .col(string("channel"))
            .col(string("address"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .primary_key(Index::create().col("channel").col("address"))
            .to_owned();
        crate::create(
            manager,
            vec![preferences, devices, undeliverable],
            &[
                "CREATE UNIQUE INDEX push_devices_token ON push_devices (token_hash)",
                "CREATE INDEX push_devices_user ON push_devices (user_id, seen_at)",
                "DROP INDEX notifications_user",
                "CREATE INDEX notifications_user ON notifications (user_id, channel, created_at, id)",
                "CREATE INDEX notifications_unread ON notifications (user_id) WHERE channel = 'IN_APP' AND read_at IS NULL",
                // for those who look after all messages
                "CREATE INDEX notifications_created ON notifications (created_at, id)",
                "CREATE INDEX notifications_trouble ON notifications (status, created_at) \
                 WHERE status IN ('REFUSED', 'BOUNCED', 'SKIPPED', 'SENDING')",
                // a carrier says what became of a message by the id that it gave it
                "CREATE UNIQUE INDEX notifications_sms ON notifications (message_id) WHERE channel = 'SMS' AND message_id IS NOT NULL",
            ],
        )
        .await
    }
}
