//! Analytics: who was there on a day, and what is kept of a day beside its figures.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let active = Table::create()
            .table("active_days")
            .col(string_len("day", 10))
            .col(uuid("user_id"))
            .primary_key(Index::create().col("day").col("user_id"))
            .foreign_key(crate::references("user_id", "users").on_delete(ForeignKeyAction::Cascade))
            .to_owned();
        let shares = Table::create()
            .table("report_shares")
            .col(string_len("day", 10))
            .col(string_len("kind", 8))
            // a service, the id of a shop, a step
            .col(string_len("name", 36))
            .col(big_integer("count"))
            .col(big_integer("net_base"))
            .primary_key(Index::create().col("day").col("kind").col("name"))
            .to_owned();
        let db = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            // in the order in which the product locks them, and before anything else, so that neither waits for the other
            db.execute_unprepared("LOCK TABLE users, buy4me_requests, shipments, invoices IN EXCLUSIVE MODE").await?;
        }
        manager.alter_table(Table::alter().table("report_days").add_column(timestamp_with_time_zone_null("shares_at")).to_owned()).await?;
        crate::create(manager, vec![active, shares], &[]).await?;
        let own = if manager.get_database_backend() == DbBackend::Postgres { POSTGRES } else { SQLITE };
        for sql in own.iter().chain(INDEXES) {
            db.execute_unprepared(sql).await?;
        }
        Ok(())
    }
}

const INDEXES: &[&str] = &[
    "CREATE INDEX active_days_user ON active_days (user_id)",
    // everything that says how much is owed since when, so that nobody reads the invoices for it
    "CREATE INDEX invoices_owed ON invoices (due_at, currency, amount_minor, credited_minor, paid_minor) \
     WHERE status = 'OPEN' AND amount_minor - credited_minor - paid_minor > 0",
    // and whether a parcel or a request is paid
    "CREATE INDEX invoices_of_shipment ON invoices (related_shipment, status, amount_minor, credited_minor, paid_minor, refunded_minor) \
     WHERE related_shipment IS NOT NULL",
    "CREATE INDEX invoices_of_buy4me ON invoices (related_buy4me_request, status, amount_minor, credited_minor, paid_minor, refunded_minor) \
     WHERE related_buy4me_request IS NOT NULL",
    // last, because even readers wait for this
    "DROP INDEX invoices_shipment",
    "DROP INDEX invoices_buy4me",
];

const POSTGRES: &[&str] = &[
    "INSERT INTO active_days SELECT DISTINCT report_day(last_used_at), user_id FROM sessions JOIN users ON users.id = user_id \
     WHERE role IN ('WALK_IN', 'BUY4ME') UNION SELECT DISTINCT report_day(sessions.created_at), user_id FROM sessions \
     JOIN users ON users.id = user_id WHERE role IN ('WALK_IN', 'BUY4ME')",
    "CREATE FUNCTION report_mark_service() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
       INSERT INTO report_marks SELECT d.day FROM report_days d JOIN ( \
         SELECT NEW.created_at AS at UNION SELECT t.settled_at FROM payment_transactions t JOIN invoices i ON i.id = t.invoice_id \
           WHERE i.related_shipment = NEW.id) moments ON d.day = report_day(moments.at); RETURN NULL; END $$",
    "CREATE TRIGGER report_services AFTER UPDATE OF service ON shipments FOR EACH ROW WHEN (NEW.service <> OLD.service) \
       EXECUTE FUNCTION report_mark_service()",
    "CREATE TRIGGER report_orders AFTER UPDATE OF ordered_at ON buy4me_requests FOR EACH ROW EXECUTE FUNCTION report_mark_created()",
];

const SQLITE: &[&str] = &[
    "INSERT INTO active_days SELECT DISTINCT substr(last_used_at, 1, 10), user_id FROM sessions JOIN users ON users.id = user_id \
     WHERE role IN ('WALK_IN', 'BUY4ME') UNION SELECT DISTINCT substr(sessions.created_at, 1, 10), user_id FROM sessions \
     JOIN users ON users.id = user_id WHERE role IN ('WALK_IN', 'BUY4ME')",
    "CREATE TRIGGER report_services AFTER UPDATE OF service ON shipments WHEN NEW.service <> OLD.service BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = substr(NEW.created_at, 1, 10); \
       INSERT INTO report_marks SELECT d.day FROM payment_transactions t JOIN invoices i ON i.id = t.invoice_id \
         JOIN report_days d ON d.day = substr(t.settled_at, 1, 10) WHERE i.related_shipment = NEW.id; END",
    "CREATE TRIGGER report_orders AFTER UPDATE OF ordered_at ON buy4me_requests BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = substr(NEW.created_at, 1, 10); END",
];
