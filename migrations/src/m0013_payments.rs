//! What refunds, disputes and receipts keep of themselves; payments by hand; papers; reminders; what was compared with the
//! providers' books, and how a person ended a case.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = |table: &'static str, column: ColumnDef| manager.alter_table(Table::alter().table(table).add_column(column).to_owned());
        // SQLite adds one column at a time
        for column in [
            text_null("reason").to_owned(),
            uuid_null("requested_by").to_owned(),
            timestamp_with_time_zone_null("sent_at").to_owned(),
            timestamp_with_time_zone_null("settled_at").to_owned(),
            timestamp_with_time_zone_null("due_by").to_owned(),
            timestamp_with_time_zone_null("firm_at").to_owned(),
            timestamp_with_time_zone_null("dealt_with_at").to_owned(),
            string_null("receipt_number").to_owned(),
            timestamp_with_time_zone_null("processing_at").to_owned(),
        ] {
            add("payment_transactions", column).await?;
        }
        add("invoices", integer("company_version").default(0).to_owned()).await?;
        add("credit_notes", integer("company_version").default(0).to_owned()).await?;
        for column in [uuid_null("resolved_by").to_owned(), text_null("resolution").to_owned()] {
            add("payment_reviews", column).await?;
        }
        add("webhook_events", string_null("transmission_id").to_owned()).await?;
        let papers = Table::create()
            .table("papers")
            .col(pk_uuid("id"))
            .col(string("kind"))
            .col(uuid("subject_id"))
            .col(uuid("user_id"))
            .col(string("language"))
            .col(string_null("file"))
            .col(string_null("sha256"))
            .col(big_integer_null("bytes"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("rendered_at"))
            .foreign_key(&mut crate::references("user_id", "users"))
            .to_owned();
        let reminders = Table::create()
            .table("invoice_reminders")
            .col(uuid("invoice_id"))
            .col(integer("days"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("invoice_id").col("days"))
            .foreign_key(&mut crate::references("invoice_id", "invoices"))
            .to_owned();
        let reconciliations = Table::create()
            .table("reconciliations")
            .col(pk_uuid("id"))
            .col(string("gateway"))
            .col(string("kind"))
            .col(timestamp_with_time_zone("since"))
            .col(timestamp_with_time_zone("until"))
            .col(integer("compared"))
            .col(integer("found"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned();
        // by the hash of the bytes: versions of the company's data name theirs
        let logos = Table::create()
            .table("company_logos")
            .col(string("sha256").primary_key())
            .col(binary("png"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned();
        crate::create(
            manager,
            vec![papers, logos, reminders, reconciliations],
            &[
                "CREATE UNIQUE INDEX payment_transactions_receipt ON payment_transactions (receipt_number) WHERE receipt_number IS NOT NULL",
                // What is on its way is looked for by age.
                "CREATE INDEX payment_transactions_pending ON payment_transactions (kind, created_at) WHERE status = 'PENDING'",
                "CREATE INDEX payment_transactions_settled ON payment_transactions (gateway, settled_at) WHERE settled_at IS NOT NULL",
                // One bank transfer may pay two invoices, but not one invoice twice.
                "DROP INDEX payment_transactions_reference",
                "CREATE UNIQUE INDEX payment_transactions_reference ON payment_transactions (gateway, transaction_reference) \
                 WHERE transaction_reference IS NOT NULL AND gateway <> 'MANUAL'",
                "CREATE UNIQUE INDEX payment_transactions_by_hand ON payment_transactions (invoice_id, kind, method, transaction_reference) \
                 WHERE transaction_reference IS NOT NULL AND gateway = 'MANUAL'",
                // What was resolved may come again.
                "DROP INDEX payment_reviews_object",
                "CREATE UNIQUE INDEX payment_reviews_object ON payment_reviews (reason, gateway, object_reference) \
                 WHERE resolved_at IS NULL",
                "CREATE INDEX payment_reviews_history ON payment_reviews (object_reference)",
                "CREATE UNIQUE INDEX papers_subject ON papers (kind, subject_id, language)",
                "CREATE INDEX invoices_due ON invoices (due_at) WHERE status = 'OPEN' AND payment_status IN ('UNPAID', 'PARTIALLY_PAID')",
                "CREATE INDEX reconciliations_latest ON reconciliations (gateway, kind, until)",
                "CREATE INDEX payment_reviews_created ON payment_reviews (created_at)",
                "CREATE INDEX payment_reviews_invoice ON payment_reviews (invoice_id) WHERE invoice_id IS NOT NULL",
                // What came before its payment is looked for when the payment comes.
                "CREATE INDEX payment_reviews_early ON payment_reviews (gateway, (detail ->> 'payment')) \
                 WHERE reason = 'unknown_payment' AND resolved_at IS NULL",
                "CREATE INDEX payment_transactions_disputes ON payment_transactions (due_by, id) WHERE kind = 'DISPUTE'",
                "CREATE UNIQUE INDEX webhook_events_transmission ON webhook_events (provider, transmission_id) \
                 WHERE transmission_id IS NOT NULL",
                "CREATE INDEX webhook_events_refused ON webhook_events (received_at) WHERE status = 'REFUSED'",
            ],
        )
        .await
    }
}
