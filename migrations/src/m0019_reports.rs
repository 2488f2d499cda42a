//! Reports: what documents must remember to be reported on, the figures of each day, and the days whose figures no longer hold.
//!
//! A day in `report_days` is watched: from then on triggers write it to `report_marks` whenever one of its documents changes, in
//! the change's own transaction, whoever makes it. A day that is not watched, as today, costs a look at one small index.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Sums of money in a row of figures; each twice, the second in the company's currency.
const SUMS: [&str; 8] = ["billed", "tax", "credited", "outstanding", "revenue", "refunded", "disputed", "fees"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let added = [
            ("shipments", string_len("customer_type", 16).default("WALK_IN").take()),
            ("buy4me_requests", string_len("customer_type", 16).default("BUY4ME").take()),
            // as they were when it was issued
            ("invoices", string_len_null("customer_type", 16).take()),
            ("invoices", string_len_null("country", 2).take()),
            ("invoices", string_null("region").take()),
            // units of the company's currency for one of the invoice's
            ("invoices", string_len_null("base_currency", 3).take()),
            ("invoices", string_null("base_rate").take()),
        ];
        for (table, column) in added {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        let db = manager.get_connection();
        for sql in BACKFILL {
            db.execute_unprepared(sql).await?;
        }
        let days = Table::create()
            .table("report_days")
            .col(string_len("day", 10).primary_key())
            .col(timestamp_with_time_zone("watched_at"))
            .col(timestamp_with_time_zone_null("rolled_at"))
            .col(timestamp_with_time_zone_null("checked_at"))
            .col(string_len_null("base_currency", 3))
            .to_owned();
        let marks = Table::create().table("report_marks").col(string_len("day", 10)).to_owned();
        let mut figures = Table::create();
        figures.table("report_figures").col(string("scope")).col(string_len("day", 10)).col(string_len("week", 10));
        figures.col(string_len("month", 10)).col(string_len("kind", 8)).col(string_len("currency", 3));
        figures.col(string_len("customer_type", 16)).col(string_len("status", 32));
        for count in ["count", "ended", "seconds", "unconverted"] {
            figures.col(big_integer(count));
        }
        for sum in SUMS {
            figures.col(big_integer(format!("{sum}_minor"))).col(big_integer(format!("{sum}_base")));
        }
        let mut key = Index::create();
        for column in ["scope", "day", "kind", "currency", "customer_type", "status"] {
            key.col(column);
        }
        figures.primary_key(&mut key);
        let mut indexes = vec![
            "CREATE INDEX report_marks_day ON report_marks (day)",
            "CREATE INDEX report_figures_day ON report_figures (day)",
            "CREATE INDEX report_days_due ON report_days (rolled_at, day)",
            "CREATE INDEX invoices_issued ON invoices (issued_at) WHERE issued_at IS NOT NULL",
            "CREATE INDEX payment_transactions_moved ON payment_transactions (settled_at) WHERE settled_at IS NOT NULL",
        ];
        indexes.extend(if manager.get_database_backend() == DbBackend::Postgres { POSTGRES } else { SQLITE });
        crate::create(manager, vec![days, marks, figures.to_owned()], &indexes).await
    }
}

const BACKFILL: [&str; 4] = [
    "UPDATE shipments SET customer_type = (SELECT role FROM users WHERE users.id = user_id)",
    "UPDATE buy4me_requests SET customer_type = (SELECT role FROM users WHERE users.id = user_id)",
    "UPDATE invoices SET customer_type = (SELECT role FROM users WHERE users.id = user_id) WHERE issued_at IS NOT NULL",
    "UPDATE invoices SET country = (SELECT country FROM shipments WHERE shipments.id = related_shipment), \
     region = (SELECT region FROM shipments WHERE shipments.id = related_shipment) \
     WHERE issued_at IS NOT NULL AND related_shipment IS NOT NULL",
];

const POSTGRES: &[&str] = &[
    "CREATE FUNCTION report_day(moment timestamptz) RETURNS text LANGUAGE sql STABLE \
     AS $$ SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD') $$",
    "CREATE FUNCTION report_mark_created() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = report_day(NEW.created_at); RETURN NULL; END $$",
    "CREATE FUNCTION report_mark_destination() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
       INSERT INTO report_marks SELECT d.day FROM buy4me_requests r JOIN report_days d ON d.day = report_day(r.created_at) \
         WHERE r.shipment_id = NEW.id; RETURN NULL; END $$",
    "CREATE FUNCTION report_mark_issued() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = report_day(NEW.issued_at); RETURN NULL; END $$",
    "CREATE FUNCTION report_mark_settled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = report_day(NEW.settled_at); RETURN NULL; END $$",
    "CREATE FUNCTION report_mark_money_of_invoice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
       INSERT INTO report_marks SELECT d.day FROM payment_transactions t JOIN report_days d ON d.day = report_day(t.settled_at) \
         WHERE t.invoice_id = NEW.id; RETURN NULL; END $$",
    "CREATE FUNCTION report_mark_vendor() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE request uuid; BEGIN \
       request := CASE WHEN TG_OP = 'DELETE' THEN OLD.request_id ELSE NEW.request_id END; \
       INSERT INTO report_marks SELECT d.day FROM report_days d JOIN ( \
         SELECT created_at AS at FROM buy4me_requests WHERE id = request \
         UNION SELECT created_at FROM shipments WHERE buy4me_request_id = request \
         UNION SELECT issued_at FROM invoices WHERE related_buy4me_request = request \
         UNION SELECT t.settled_at FROM payment_transactions t JOIN invoices i ON i.id = t.invoice_id \
           WHERE i.related_buy4me_request = request) moments ON d.day = report_day(moments.at); RETURN NULL; END $$",
    "CREATE TRIGGER report_shipments AFTER INSERT OR UPDATE OF status, currency, customer_type, country, region, delivered_at, \
       buy4me_request_id ON shipments FOR EACH ROW EXECUTE FUNCTION report_mark_created()",
    "CREATE TRIGGER report_destinations AFTER UPDATE OF country, region ON shipments FOR EACH ROW \
       WHEN (NEW.buy4me_request_id IS NOT NULL) EXECUTE FUNCTION report_mark_destination()",
    "CREATE TRIGGER report_requests AFTER INSERT OR UPDATE OF status, currency, customer_type, shipment_id, submitted_at, completed_at \
       ON buy4me_requests FOR EACH ROW EXECUTE FUNCTION report_mark_created()",
    "CREATE TRIGGER report_vendors AFTER INSERT OR DELETE OR UPDATE OF vendor_id ON buy4me_items FOR EACH ROW \
       EXECUTE FUNCTION report_mark_vendor()",
    "CREATE TRIGGER report_invoices AFTER INSERT OR UPDATE ON invoices FOR EACH ROW WHEN (NEW.issued_at IS NOT NULL) \
       EXECUTE FUNCTION report_mark_issued()",
    "CREATE TRIGGER report_money_of_invoices AFTER UPDATE OF status, payment_status, base_rate, customer_type, country, region \
       ON invoices FOR EACH ROW EXECUTE FUNCTION report_mark_money_of_invoice()",
    "CREATE TRIGGER report_transactions AFTER INSERT OR UPDATE OF status, settled_at, amount_minor, fee_minor ON payment_transactions \
       FOR EACH ROW WHEN (NEW.settled_at IS NOT NULL) EXECUTE FUNCTION report_mark_settled()",
];

/// Times are text here that begins with the day.
const SQLITE: &[&str] = &[
    "CREATE TRIGGER report_shipments_new AFTER INSERT ON shipments BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = substr(NEW.created_at, 1, 10); END",
    "CREATE TRIGGER report_shipments AFTER UPDATE OF status, currency, customer_type, country, region, delivered_at, buy4me_request_id \
       ON shipments BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = substr(NEW.created_at, 1, 10); END",
    "CREATE TRIGGER report_destinations AFTER UPDATE OF country, region ON shipments WHEN NEW.buy4me_request_id IS NOT NULL BEGIN \
       INSERT INTO report_marks SELECT d.day FROM buy4me_requests r JOIN report_days d ON d.day = substr(r.created_at, 1, 10) \
         WHERE r.shipment_id = NEW.id; END",
    "CREATE TRIGGER report_requests_new AFTER INSERT ON buy4me_requests BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = substr(NEW.created_at, 1, 10); END",
    "CREATE TRIGGER report_requests AFTER UPDATE OF status, currency, customer_type, shipment_id, submitted_at, completed_at \
       ON buy4me_requests BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = substr(NEW.created_at, 1, 10); END",
    "CREATE VIEW report_moments AS \
       SELECT id AS request_id, created_at AS at FROM buy4me_requests \
       UNION ALL SELECT buy4me_request_id, created_at FROM shipments WHERE buy4me_request_id IS NOT NULL \
       UNION ALL SELECT related_buy4me_request, issued_at FROM invoices WHERE related_buy4me_request IS NOT NULL \
       UNION ALL SELECT i.related_buy4me_request, t.settled_at FROM payment_transactions t JOIN invoices i ON i.id = t.invoice_id \
         WHERE i.related_buy4me_request IS NOT NULL",
    "CREATE TRIGGER report_vendors_new AFTER INSERT ON buy4me_items BEGIN \
       INSERT INTO report_marks SELECT d.day FROM report_moments m JOIN report_days d ON d.day = substr(m.at, 1, 10) \
         WHERE m.request_id = NEW.request_id; END",
    "CREATE TRIGGER report_vendors AFTER UPDATE OF vendor_id ON buy4me_items BEGIN \
       INSERT INTO report_marks SELECT d.day FROM report_moments m JOIN report_days d ON d.day = substr(m.at, 1, 10) \
         WHERE m.request_id = NEW.request_id; END",
    "CREATE TRIGGER report_vendors_gone AFTER DELETE ON buy4me_items BEGIN \
       INSERT INTO report_marks SELECT d.day FROM report_moments m JOIN report_days d ON d.day = substr(m.at, 1, 10) \
         WHERE m.request_id = OLD.request_id; END",
    "CREATE TRIGGER report_invoices_new AFTER INSERT ON invoices WHEN NEW.issued_at IS NOT NULL BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = substr(NEW.issued_at, 1, 10); END",
    "CREATE TRIGGER report_invoices AFTER UPDATE ON invoices WHEN NEW.issued_at IS NOT NULL BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = substr(NEW.issued_at, 1, 10); END",
    "CREATE TRIGGER report_money_of_invoices AFTER UPDATE OF status, payment_status, base_rate, customer_type, country, region \
       ON invoices BEGIN \
       INSERT INTO report_marks SELECT d.day FROM payment_transactions t JOIN report_days d ON d.day = substr(t.settled_at, 1, 10) \
         WHERE t.invoice_id = NEW.id; END",
    "CREATE TRIGGER report_transactions_new AFTER INSERT ON payment_transactions WHEN NEW.settled_at IS NOT NULL BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = substr(NEW.settled_at, 1, 10); END",
    "CREATE TRIGGER report_transactions AFTER UPDATE OF status, settled_at, amount_minor, fee_minor ON payment_transactions \
       WHEN NEW.settled_at IS NOT NULL BEGIN \
       INSERT INTO report_marks SELECT day FROM report_days WHERE day = substr(NEW.settled_at, 1, 10); END",
];
