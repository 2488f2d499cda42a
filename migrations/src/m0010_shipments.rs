//! Parcels on their way.

use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let shipments = Table::create()
            .table("shipments")
            .col(pk_uuid("id"))
            .col(string("reference").unique_key())
            .col(string("tracking_number").unique_key())
            .col(uuid("user_id"))
            .col(uuid_null("buy4me_request_id"))
            .col(string("status"))
            // where an ON_HOLD shipment returns to
            .col(string_null("held_from"))
            // what the customer has to decide, if anything
            .col(string_null("action_required"))
            .col(string("service"))
            .col(string_null("carrier"))
            .col(string_null("carrier_tracking_number"))
            .col(json_binary("package_details"))
            .col(json_binary("delivery_address"))
            .col(string_len("country", 2))
            .col(string_null("region"))
            // reference, tracking numbers, recipient, city: what a search looks through, in lower case
            .col(text("searched"))
            .col(big_integer("chargeable_grams"))
            .col(string_len("currency", 3))
            .col(big_integer("estimated_minor"))
            .col(big_integer_null("cost_minor"))
            .col(json_binary("cost_lines"))
            .col(json_binary_null("proposal"))
            .col(json_binary_null("fx"))
            .col(integer("tariff_version"))
            .col(integer("tax_version"))
            // counts the bills, so that each is made once
            .col(integer("bills").default(0))
            .col(uuid_null("created_by"))
            .col(integer("version").default(1))
            .col(timestamp_with_time_zone_null("confirmed_at"))
            .col(timestamp_with_time_zone_null("shipped_at"))
            .col(timestamp_with_time_zone_null("delivered_at"))
            .col(timestamp_with_time_zone_null("cancelled_at"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .to_owned();
        let events = Table::create()
            .table("shipment_events")
            .col(pk_uuid("id"))
            .col(uuid("shipment_id"))
            .col(string_null("from_status"))
            .col(string("status"))
            .col(text_null("note"))
            // for staff only: reasons of overrides and the like
            .col(text_null("reason"))
            .col(string_null("location"))
            .col(timestamp_with_time_zone("occurred_at"))
            .col(uuid_null("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut crate::references("shipment_id", "shipments"))
            .to_owned();
        crate::create(
            manager,
            vec![shipments, events],
            &[
                "CREATE INDEX shipments_user ON shipments (user_id, created_at, id)",
                "CREATE INDEX shipments_created ON shipments (created_at, id)",
                "CREATE INDEX shipments_updated ON shipments (updated_at, id)",
                "CREATE INDEX shipments_status ON shipments (status, created_at, id)",
                "CREATE INDEX shipments_country ON shipments (country, created_at, id)",
                "CREATE INDEX shipments_region ON shipments (region, created_at, id) WHERE region IS NOT NULL",
                "CREATE INDEX shipments_carrier ON shipments (carrier, created_at, id) WHERE carrier IS NOT NULL",
                "CREATE INDEX shipments_currency ON shipments (currency, created_at, id)",
                "CREATE INDEX shipments_cost ON shipments (coalesce(cost_minor, estimated_minor), id)",
                "CREATE INDEX shipments_service ON shipments (service, created_at, id)",
                "CREATE INDEX shipments_action ON shipments (created_at, id) WHERE action_required IS NOT NULL",
                "CREATE UNIQUE INDEX shipments_buy4me ON shipments (buy4me_request_id) \
                 WHERE buy4me_request_id IS NOT NULL AND status <> 'CANCELLED'",
                // the index above lacks what was cancelled
                "CREATE INDEX shipments_request ON shipments (buy4me_request_id, created_at, id) WHERE buy4me_request_id IS NOT NULL",
                "CREATE INDEX shipments_carrier_number ON shipments (carrier_tracking_number) WHERE carrier_tracking_number IS NOT NULL",
                "CREATE INDEX shipment_events_shipment ON shipment_events (shipment_id, occurred_at)",
            ],
        )
        .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // as for users: where the extension is not installed, searching is slower
            let trigrams = "DO $$ BEGIN \
                   CREATE EXTENSION IF NOT EXISTS pg_trgm; \
                   CREATE INDEX shipments_search ON shipments USING gin (searched gin_trgm_ops); \
                 EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no index for searching shipments: %', SQLERRM; END $$";
            manager.get_connection().execute_unprepared(trigrams).await?;
        }
        Ok(())
    }
}
