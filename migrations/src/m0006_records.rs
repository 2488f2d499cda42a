//! What the house remembers about itself: audit entries, settings with versions, idempotency keys.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let audit = Table::create()
            .table("audit_entries")
            .col(pk_uuid("id"))
            .col(uuid_null("actor_id"))
            .col(string("actor_role"))
            .col(string("action"))
            .col(string("object_type"))
            .col(uuid_null("object_id"))
            .col(json_binary_null("detail"))
            .col(string_null("request_id"))
            .col(string_null("address"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned();
        let settings = Table::create()
            .table("settings")
            .col(string("key"))
            .col(integer("version"))
            .col(json_binary("value"))
            .col(uuid_null("changed_by"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("key").col("version"))
            .to_owned();
        let keys = Table::create()
            .table("idempotency_keys")
            .col(pk_uuid("id"))
            .col(uuid("actor_id"))
            .col(string("key"))
            .col(string("route"))
            .col(string("body_hash"))
            .col(uuid_null("resource_id"))
            .col(integer_null("status_code"))
            .col(json_binary_null("response"))
            .col(timestamp_with_time_zone("locked_until"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned();
        crate::create(
            manager,
            vec![audit, settings, keys],
            &[
                "CREATE INDEX audit_entries_object ON audit_entries (object_type, object_id)",
                "CREATE INDEX audit_entries_created ON audit_entries (created_at)",
                "CREATE INDEX audit_entries_actor ON audit_entries (actor_id, created_at) WHERE actor_id IS NOT NULL",
                "CREATE UNIQUE INDEX idempotency_keys_key ON idempotency_keys (actor_id, key)",
                "CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at)",
            ],
        )
        .await
    }
}
