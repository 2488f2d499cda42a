//! People who can sign in, and their sessions.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let users = Table::create()
            .table("users")
            .col(pk_uuid("id"))
            .col(string_uniq("username"))
            .col(string_uniq("email"))
            .col(string("password_hash"))
            .col(string("first_name"))
            .col(string("last_name"))
            .col(string_null("phone_number"))
            .col(string("role"))
            .col(json_binary("permission_sets"))
            .col(boolean("is_active"))
            .col(string("language"))
            .col(string("currency"))
            .col(timestamp_with_time_zone_null("email_verified_at"))
            .col(timestamp_with_time_zone("date_joined"))
            .col(timestamp_with_time_zone("updated_at"))
            .to_owned();
        let sessions = Table::create()
            .table("sessions")
            .col(pk_uuid("id"))
            .col(uuid("user_id"))
            .col(string_uniq("refresh_hash"))
            .col(string_null("user_agent"))
            .col(string_null("address"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("last_used_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .to_owned();
        crate::create(
            manager,
            vec![users, sessions],
            &[
                "CREATE INDEX users_role ON users (role, is_active)",
                "CREATE INDEX users_date_joined ON users (date_joined)",
                "CREATE INDEX sessions_user ON sessions (user_id)",
            ],
        )
        .await
    }
}
