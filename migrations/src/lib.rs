//! The schema, one file per change, named by what it gives.
//!
//! Migrations expand, backfill, contract; one that ran anywhere is never edited. The same code builds PostgreSQL and
//! SQLite. Amounts are `*_minor` integers in the currency's minor unit, times are UTC, ids are UUIDv7.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};

mod m0001_accounts;
mod m0002_job_ledger;
mod m0003_billing;
mod m0004_webhook_inbox;
mod m0005_notifications;
mod m0006_records;
mod m0007_identity;
mod m0008_audit_chain;
mod m0009_rates_and_vendors;
mod m0010_shipments;
mod m0011_buy4me;
mod m0012_bills;
mod m0013_payments;
mod m0014_notifications;
mod m0015_live_events;
mod m0016_support;
mod m0017_feedback;
mod m0018_mail_bounces;
mod m0019_reports;
mod m0020_report_exports;
mod m0021_analytics;
mod m0022_tries;

/// All migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_accounts::Migration),
            Box::new(m0002_job_ledger::Migration),
            Box::new(m0003_billing::Migration),
            Box::new(m0004_webhook_inbox::Migration),
            Box::new(m0005_notifications::Migration),
            Box::new(m0006_records::Migration),
            Box::new(m0007_identity::Migration),
            Box::new(m0008_audit_chain::Migration),
            Box::new(m0009_rates_and_vendors::Migration),
            Box::new(m0010_shipments::Migration),
            Box::new(m0011_buy4me::Migration),
            Box::new(m0012_bills::Migration),
            Box::new(m0013_payments::Migration),
            Box::new(m0014_notifications::Migration),
            Box::new(m0015_live_events::Migration),
            Box::new(m0016_support::Migration),
            Box::new(m0017_feedback::Migration),
            Box::new(m0018_mail_bounces::Migration),
            Box::new(m0019_reports::Migration),
            Box::new(m0020_report_exports::Migration),
            Box::new(m0021_analytics::Migration),
            Box::new(m0022_tries::Migration),
        ]
    }
}

/// Any number that no other user of advisory locks in this database takes.
const MIGRATION_LOCK: i64 = 0x0042_7579_344d_6531;

/// Brings the schema up to date. Safe when several instances start at once: on PostgreSQL they queue behind an
/// advisory lock, on SQLite behind the file's write lock. Pass a connection pool of **one** connection, because the
/// lock belongs to a session.
pub async fn up(db: &DatabaseConnection) -> Result<(), DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Migrator::up(db, None).await;
    }
    db.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
    let result = Migrator::up(db, None).await;
    db.execute_unprepared(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})")).await?;
    result
}

/// Names of the migrations that have not run yet; empty when the schema is current.
pub async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    Ok(Migrator::get_pending_migrations(db).await?.iter().map(|m| m.name().to_owned()).collect())
}

/// Creates each table, then runs each statement (indexes that the portable builder cannot say, seeds).
pub(crate) async fn create(manager: &SchemaManager<'_>, tables: Vec<TableCreateStatement>, statements: &[&str]) -> Result<(), DbErr> {
    for table in tables {
        manager.create_table(table).await?;
    }
    for sql in statements {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

/// A foreign key `column` → `table(id)`.
pub(crate) fn references(column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from_col(column).to(table, "id").to_owned()
}
