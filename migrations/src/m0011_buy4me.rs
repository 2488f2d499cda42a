//! Goods that are bought for customers.

use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let requests = Table::create()
            .table("buy4me_requests")
            .col(pk_uuid("id"))
            .col(string("reference").unique_key())
            .col(uuid("user_id"))
            .col(string("status"))
            // what the customer has to decide, if anything
            .col(string_null("action_required"))
            .col(json_binary_null("proposal"))
            .col(string_len("currency", 3))
            .col(big_integer_null("total_minor"))
            // the lines of the quote, as they are on the invoice
            .col(json_binary("breakdown"))
            // locked quotes by source currency
            .col(json_binary_null("fx"))
            // the fees and taxes it was quoted at: later figures are made of the same
            .col(json_binary_null("terms"))
            .col(timestamp_with_time_zone_null("quote_expires_at"))
            .col(integer_null("fee_version"))
            .col(integer_null("tax_version"))
            .col(big_integer("authorised_overage_minor"))
            .col(big_integer("overage_used_minor"))
            .col(json_binary_null("shipping_instructions"))
            // the parcels as they were measured in the warehouse
            .col(json_binary_null("packed"))
            // names of the products: what a search looks through, in lower case
            .col(text("searched"))
            .col(uuid_null("shipment_id"))
            // counts the bills, so that each is made once
            .col(integer("bills").default(0))
            .col(uuid_null("created_by"))
            .col(integer("version").default(1))
            .col(timestamp_with_time_zone_null("submitted_at"))
            .col(timestamp_with_time_zone_null("ordered_at"))
            .col(timestamp_with_time_zone_null("in_transit_at"))
            .col(timestamp_with_time_zone_null("arrived_at"))
            .col(timestamp_with_time_zone_null("shipped_at"))
            .col(timestamp_with_time_zone_null("delivered_at"))
            .col(timestamp_with_time_zone_null("completed_at"))
            .col(timestamp_with_time_zone_null("cancelled_at"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .to_owned();
        let items = Table::create()
            .table("buy4me_items")
            .col(pk_uuid("id"))
            .col(uuid("request_id"))
            .col(integer("position"))
            // a page that is yet to be read will tell
            .col(string_null("product_name"))
            .col(text("product_url"))
            .col(integer("quantity"))
            .col(integer("received_quantity").default(0))
            .col(string_null("color"))
            .col(string_null("size"))
            .col(text_null("alternatives"))
            .col(big_integer_null("unit_price_minor"))
            .col(big_integer_null("actual_unit_price_minor"))
            .col(string_len_null("currency", 3))
            // what the customer was charged for it, in the request's currency
            .col(big_integer_null("charged_minor"))
            // how much dearer it became without a question, in the request's currency
            .col(big_integer("overage_minor").default(0))
            .col(string("status"))
            .col(uuid_null("vendor_id"))
            // whose delivery was quoted
            .col(text_null("shop"))
            .col(string("source"))
            .col(string_null("vendor_order_number"))
            .col(string_null("preview_status"))
            .col(json_binary_null("preview"))
            .col(text_null("image_url"))
            .col(integer("version").default(1))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut crate::references("request_id", "buy4me_requests"))
            .foreign_key(&mut crate::references("vendor_id", "vendors"))
            .to_owned();
        let events = Table::create()
            .table("buy4me_events")
            .col(pk_uuid("id"))
            .col(uuid("request_id"))
            .col(uuid_null("item_id"))
            .col(string_null("from_status"))
            .col(string("status"))
            .col(text_null("note"))
            // for staff only
            .col(text_null("reason"))
            .col(uuid_null("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut crate::references("request_id", "buy4me_requests"))
            .to_owned();
        let bills = Table::create()
            .table("buy4me_bills")
            .col(uuid("request_id"))
            // from 1: the cause of its invoice, so that there is one
            .col(integer("number"))
            .col(string("kind"))
            .col(json_binary("lines"))
            .col(timestamp_with_time_zone_null("cancelled_at"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("request_id").col("number"))
            .foreign_key(&mut crate::references("request_id", "buy4me_requests"))
            .to_owned();
        crate::create(
            manager,
            vec![requests, items, events, bills],
            &[
                "CREATE INDEX buy4me_requests_user ON buy4me_requests (user_id, created_at, id)",
                "CREATE INDEX buy4me_requests_created ON buy4me_requests (created_at, id)",
                "CREATE INDEX buy4me_requests_updated ON buy4me_requests (updated_at, id)",
                "CREATE INDEX buy4me_requests_status ON buy4me_requests (status, created_at, id)",
                "CREATE INDEX buy4me_requests_currency ON buy4me_requests (currency, created_at, id)",
                // drafts have none yet
                "CREATE INDEX buy4me_requests_total ON buy4me_requests (coalesce(total_minor, 0), id)",
                "CREATE INDEX buy4me_requests_action ON buy4me_requests (created_at, id) WHERE action_required IS NOT NULL",
                // what completes by itself
                "CREATE INDEX buy4me_requests_delivered ON buy4me_requests (delivered_at) \
                 WHERE status = 'SHIPPED_TO_CUSTOMER' AND delivered_at IS NOT NULL",
                // what has to be quoted anew
                "CREATE INDEX buy4me_requests_quote ON buy4me_requests (quote_expires_at) WHERE status = 'SUBMITTED'",
                "CREATE UNIQUE INDEX buy4me_items_position ON buy4me_items (request_id, position)",
                "CREATE INDEX buy4me_items_vendor ON buy4me_items (vendor_id) WHERE vendor_id IS NOT NULL",
                "CREATE INDEX buy4me_items_order ON buy4me_items (vendor_order_number) WHERE vendor_order_number IS NOT NULL",
                "CREATE INDEX buy4me_events_request ON buy4me_events (request_id, created_at)",
            ],
        )
        .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // as for users: where the extension is not installed, searching is slower
            let trigrams = "DO $$ BEGIN \
                   CREATE EXTENSION IF NOT EXISTS pg_trgm; \
                   CREATE INDEX buy4me_requests_search ON buy4me_requests USING gin (searched gin_trgm_ops); \
                 EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no index for searching requests: %', SQLERRM; END $$";
            manager.get_connection().execute_unprepared(trigrams).await?;
        }
        Ok(())
    }
}
