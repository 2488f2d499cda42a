//! Invoices that other domains ask for: each once, with the rates they were made at; credit notes; what a message says.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time
        for column in
            [string_null("source_key").to_owned(), big_integer("credited_minor").default(0).to_owned(), json_binary_null("fx").to_owned()]
        {
            manager.alter_table(Table::alter().table("invoices").add_column(column).to_owned()).await?;
        }
        manager.alter_table(Table::alter().table("notifications").add_column(json_binary_null("facts")).to_owned()).await?;
        let credits = Table::create()
            .table("credit_notes")
            .col(pk_uuid("id"))
            .col(string("number").unique_key())
            .col(uuid("invoice_id"))
            .col(big_integer("amount_minor"))
            .col(string_len("currency", 3))
            .col(text("reason"))
            .col(string("source_key").unique_key())
            .col(uuid_null("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut crate::references("invoice_id", "invoices"))
            .to_owned();
        crate::create(
            manager,
            vec![credits],
            &[
                "CREATE UNIQUE INDEX invoices_source_key ON invoices (source_key) WHERE source_key IS NOT NULL",
                "CREATE INDEX invoices_shipment ON invoices (related_shipment) WHERE related_shipment IS NOT NULL",
                "CREATE INDEX invoices_buy4me ON invoices (related_buy4me_request) WHERE related_buy4me_request IS NOT NULL",
                "CREATE INDEX credit_notes_invoice ON credit_notes (invoice_id)",
            ],
        )
        .await
    }
}
