//! The rest of identity: second factor, versions for optimistic locking, spent refresh tokens, links in mails, addresses,
//! exports of personal data.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What a search looks through. The same expression as in the query, or the index is of no use.
const SEARCHED: &str = "lower(email || ' ' || username || ' ' || first_name || ' ' || last_name || ' ' || coalesce(phone_number, ''))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time
        let columns = [
            integer("version").default(1).to_owned(),
            text_null("mfa_secret").to_owned(),
            timestamp_with_time_zone_null("mfa_enabled_at").to_owned(),
            big_integer_null("mfa_last_step").to_owned(),
            json_binary_null("mfa_recovery").to_owned(),
            timestamp_with_time_zone_null("password_changed_at").to_owned(),
            timestamp_with_time_zone_null("erased_at").to_owned(),
        ];
        for column in columns {
            manager.alter_table(Table::alter().table("users").add_column(column).to_owned()).await?;
        }
        let spent = Table::create()
            .table("spent_refresh_tokens")
            .col(string("hash").primary_key())
            .col(uuid("session_id"))
            .col(timestamp_with_time_zone("spent_at"))
            .foreign_key(&mut references_cascading("session_id", "sessions"))
            .to_owned();
        let links = Table::create()
            .table("account_links")
            .col(pk_uuid("id"))
            .col(string("purpose"))
            .col(uuid_null("user_id"))
            .col(json_binary_null("payload"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .foreign_key(&mut references_cascading("user_id", "users"))
            .to_owned();
        let addresses = Table::create()
            .table("addresses")
            .col(pk_uuid("id"))
            .col(uuid("user_id"))
            .col(string("label"))
            .col(string("recipient"))
            .col(string_null("phone"))
            .col(string("line1"))
            .col(string_null("line2"))
            .col(string("city"))
            .col(string_null("region"))
            .col(string_null("postal_code"))
            .col(string_len("country", 2))
            .col(boolean("is_default"))
            .col(integer("version").default(1))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut references_cascading("user_id", "users"))
            .to_owned();
        let exports = Table::create()
            .table("data_exports")
            .col(pk_uuid("id"))
            .col(uuid("user_id"))
            .col(string("status"))
            .col(text_null("content"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("finished_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .foreign_key(&mut references_cascading("user_id", "users"))
            .to_owned();
        crate::create(
            manager,
            vec![spent, links, addresses, exports],
            &[
                "CREATE INDEX spent_refresh_tokens_session ON spent_refresh_tokens (session_id)",
                "CREATE INDEX account_links_user ON account_links (user_id) WHERE user_id IS NOT NULL",
                "CREATE INDEX account_links_expires ON account_links (expires_at)",
                "CREATE INDEX addresses_user ON addresses (user_id, created_at)",
                "CREATE UNIQUE INDEX addresses_default ON addresses (user_id) WHERE is_default",
                "CREATE INDEX data_exports_user ON data_exports (user_id, created_at)",
                "CREATE INDEX data_exports_expires ON data_exports (expires_at)",
                "CREATE INDEX sessions_expires ON sessions (expires_at)",
                "CREATE INDEX users_active ON users (is_active, date_joined)",
            ],
        )
        .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // an extension that PostgreSQL trusts to every owner of a database; where it is not installed, searching is slower
            let trigrams = format!(
                "DO $$ BEGIN \
                   CREATE EXTENSION IF NOT EXISTS pg_trgm; \
                   CREATE INDEX users_search ON users USING gin (({SEARCHED}) gin_trgm_ops); \
                 EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no index for searching users: %', SQLERRM; END $$"
            );
            manager.get_connection().execute_unprepared(&trigrams).await?;
        }
        Ok(())
    }
}

/// Rows that go with what they belong to.
fn references_cascading(column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    crate::references(column, table).on_delete(ForeignKeyAction::Cascade).to_owned()
}
