//! Invoices with lines and gapless numbers; the rows that say which money moved; cases for staff to look at.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let invoices = Table::create()
            .table("invoices")
            .col(pk_uuid("id"))
            .col(string_null("invoice_number").unique_key())
            .col(uuid("user_id"))
            .col(json_binary_null("billing_snapshot"))
            .col(string("kind"))
            .col(string("status"))
            .col(string("payment_status"))
            .col(string_len("currency", 3))
            .col(big_integer("subtotal_minor"))
            .col(big_integer("tax_minor"))
            .col(big_integer("amount_minor"))
            .col(big_integer("paid_minor"))
            .col(big_integer("refunded_minor"))
            .col(string_null("payment_method"))
            .col(uuid_null("related_shipment"))
            .col(uuid_null("related_buy4me_request"))
            .col(uuid_null("created_by"))
            .col(timestamp_with_time_zone("due_at"))
            .col(timestamp_with_time_zone_null("issued_at"))
            .col(timestamp_with_time_zone_null("paid_at"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .to_owned();
        let lines = Table::create()
            .table("invoice_lines")
            .col(pk_uuid("id"))
            .col(uuid("invoice_id"))
            .col(integer("position"))
            .col(string("kind"))
            .col(string("description"))
            .col(integer("quantity"))
            .col(big_integer("unit_price_minor"))
            .col(string("tax_rate"))
            .col(big_integer("net_minor"))
            .col(big_integer("tax_minor"))
            .col(big_integer("total_minor"))
            .foreign_key(&mut crate::references("invoice_id", "invoices"))
            .to_owned();
        let counters = Table::create()
            .table("invoice_counters")
            .col(string("series"))
            .col(integer("year"))
            .col(big_integer("last"))
            .primary_key(Index::create().col("series").col("year"))
            .to_owned();
        let transactions = Table::create()
            .table("payment_transactions")
            .col(pk_uuid("id"))
            .col(uuid("invoice_id"))
            .col(uuid_null("parent_id"))
            .col(string("kind"))
            .col(string("status"))
            .col(string("gateway"))
            .col(string_null("method"))
            .col(string_null("transaction_reference"))
            .col(string_null("checkout_reference"))
            .col(text_null("redirect_url"))
            .col(string_null("request_fingerprint"))
            .col(big_integer("amount_minor"))
            .col(string_len("currency", 3))
            .col(big_integer_null("fee_minor"))
            .col(string_null("failure_code"))
            .col(json_binary_null("response_data"))
            .col(timestamp_with_time_zone_null("expires_at"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut crate::references("invoice_id", "invoices"))
            .to_owned();
        let reviews = Table::create()
            .table("payment_reviews")
            .col(pk_uuid("id"))
            .col(string("reason"))
            .col(string("gateway"))
            .col(string("object_reference"))
            .col(uuid_null("invoice_id"))
            .col(uuid_null("transaction_id"))
            .col(uuid_null("webhook_event_id"))
            .col(json_binary("detail"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("resolved_at"))
            .to_owned();
        crate::create(
            manager,
            vec![invoices, lines, counters, transactions, reviews],
            &[
                "CREATE INDEX invoices_user ON invoices (user_id, created_at)",
                "CREATE INDEX invoices_created ON invoices (created_at)",
                "CREATE INDEX invoices_status ON invoices (status, payment_status, created_at)",
                "CREATE UNIQUE INDEX invoice_lines_position ON invoice_lines (invoice_id, position)",
                "CREATE INDEX payment_transactions_invoice ON payment_transactions (invoice_id)",
                "CREATE INDEX payment_transactions_parent ON payment_transactions (parent_id) WHERE parent_id IS NOT NULL",
                "CREATE INDEX payment_transactions_checkout ON payment_transactions (checkout_reference) \
                 WHERE checkout_reference IS NOT NULL",
                // The provider's object is the key of exactly-once: one row per payment, refund or dispute.
                "CREATE UNIQUE INDEX payment_transactions_reference ON payment_transactions (gateway, transaction_reference) \
                 WHERE transaction_reference IS NOT NULL",
                "CREATE UNIQUE INDEX payment_reviews_object ON payment_reviews (reason, gateway, object_reference)",
                "CREATE INDEX payment_reviews_open ON payment_reviews (created_at) WHERE resolved_at IS NULL",
            ],
        )
        .await
    }
}
