//! Reports as files: asked for, written by a job, kept for a week.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let exports = Table::create()
            .table("report_exports")
            .col(pk_uuid("id"))
            .col(uuid("user_id"))
            .col(string_len("format", 8))
            .col(boolean("detail"))
            .col(json_binary("filter"))
            .col(string_len("language", 8))
            .col(string_len("status", 16))
            .col(big_integer("rows_done").default(0))
            .col(big_integer_null("rows_total"))
            .col(big_integer_null("bytes"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("finished_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .to_owned();
        crate::create(
            manager,
            vec![exports],
            &[
                "CREATE INDEX report_exports_user ON report_exports (user_id, created_at, id)",
                "CREATE INDEX report_exports_expiry ON report_exports (expires_at)",
            ],
        )
        .await
    }
}
