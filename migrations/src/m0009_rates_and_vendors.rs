//! What goods cost in other currencies, and the shops they come from.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let rates = Table::create()
            .table("exchange_rates")
            .col(pk_uuid("id"))
            .col(string_len("base_currency", 3))
            .col(string_len("target_currency", 3))
            // exact decimals as text: SQLite has no exact decimal type
            .col(string("rate"))
            .col(string("source"))
            .col(boolean("is_pinned"))
            .col(uuid_null("created_by"))
            .col(timestamp_with_time_zone("published_at"))
            .col(timestamp_with_time_zone("created_at"))
            // when another row took its place: the one change that a row ever sees
            .col(timestamp_with_time_zone_null("replaced_at"))
            .to_owned();
        let reviews = Table::create()
            .table("exchange_rate_reviews")
            .col(pk_uuid("id"))
            .col(string("reason"))
            .col(string("source"))
            .col(string_len_null("base_currency", 3))
            .col(string_len_null("target_currency", 3))
            .col(string_null("rate"))
            .col(timestamp_with_time_zone_null("published_at"))
            .col(json_binary("detail"))
            .col(timestamp_with_time_zone("created_at"))
            .col(string("status"))
            .col(timestamp_with_time_zone_null("resolved_at"))
            .col(uuid_null("resolved_by"))
            .to_owned();
        let vendors = Table::create()
            .table("vendors")
            .col(pk_uuid("id"))
            .col(string("name"))
            .col(string("url"))
            .col(string("host").unique_key())
            .col(boolean("active"))
            .col(integer("version").default(1))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .to_owned();
        let logos = Table::create()
            .table("vendor_logos")
            .col(uuid("vendor_id").primary_key())
            .col(binary("png"))
            .col(string_len("sha256", 64))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(crate::references("vendor_id", "vendors").on_delete(ForeignKeyAction::Cascade))
            .to_owned();
        crate::create(
            manager,
            vec![rates, reviews, vendors, logos],
            &[
                "CREATE INDEX exchange_rates_pair ON exchange_rates (base_currency, target_currency, id)",
                "CREATE UNIQUE INDEX exchange_rates_current ON exchange_rates (base_currency, target_currency) WHERE replaced_at IS NULL",
                "CREATE INDEX exchange_rates_published ON exchange_rates (source, published_at)",
                "CREATE UNIQUE INDEX exchange_rate_reviews_open ON exchange_rate_reviews \
                 (reason, source, coalesce(base_currency, ''), coalesce(target_currency, '')) WHERE resolved_at IS NULL",
                "CREATE INDEX exchange_rate_reviews_created ON exchange_rate_reviews (created_at)",
                "CREATE INDEX vendors_name ON vendors (active, name)",
                "CREATE INDEX vendors_created ON vendors (created_at)",
            ],
        )
        .await
    }
}
