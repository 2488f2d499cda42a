//! Mails that came back after their server had taken them.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let bounced = Table::alter().table("undeliverable_addresses").add_column(timestamp_with_time_zone_null("bounced_at")).to_owned();
        manager.alter_table(bounced).await?;
        crate::create(
            manager,
            vec![],
            &[
                // a mail that comes back names the one that it is about; a try of a mail has the id of the others
                "CREATE INDEX notifications_mail ON notifications (message_id) WHERE channel = 'EMAIL' AND message_id IS NOT NULL",
                // for those who look after messages: every status but the two that nearly all have
                "DROP INDEX notifications_trouble",
                "CREATE INDEX notifications_trouble ON notifications (status, created_at) \
                 WHERE status IN ('QUEUED', 'SENDING', 'REFUSED', 'BOUNCED', 'FAILED', 'SKIPPED')",
            ],
        )
        .await
    }
}
