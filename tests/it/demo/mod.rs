//! Demo data: the same each time, whole after a stop, and nothing but what the product itself would have written.

mod truth;

use crate::support::TestApp;
use sea_orm::{ConnectionTrait, EntityTrait};
use shared::clock::Time;
use shared::demo::{self, Plan, Summary};

/// Tables that a demo fills, all but the audit, whose entry says when it was made.
const TABLES: [&str; 22] = [
    "users",
    "addresses",
    "vendors",
    "exchange_rates",
    "shipments",
    "shipment_events",
    "buy4me_requests",
    "buy4me_items",
    "buy4me_events",
    "buy4me_bills",
    "invoices",
    "invoice_lines",
    "invoice_counters",
    "payment_transactions",
    "credit_notes",
    "payment_reviews",
    "invoice_reminders",
    "feedback",
    "tickets",
    "ticket_events",
    "ticket_messages",
    "jobs",
];

/// Always the same, so that what a test sees does not depend on the day.
fn plan() -> Plan {
    Plan { invoices: 200, until: chrono::NaiveDate::from_ymd_opt(2026, 6, 30).unwrap(), batch: 40 }
}

async fn seed(test: &TestApp) -> Summary {
    demo::seed(&test.app, plan(), |_| true).await.expect("a demo")
}

/// Everything in the tables but whom the test itself made, as text.
async fn everything(test: &TestApp) -> Vec<String> {
    let mut all = vec![];
    for table in TABLES {
        let others = if table == "users" { "WHERE email <> 'root@example.com'" } else { "" };
        let sql = match test.store.is_postgres() {
            true => format!("SELECT CAST(to_json(t) AS text) AS line FROM {table} AS t {others} ORDER BY line"),
            false => {
                let sql = format!("SELECT group_concat('quote(' || name || ')', '||''|''||') AS c FROM pragma_table_info('{table}')");
                let row = test.app.db.conn.query_one_raw(test.app.db.sql(&sql, vec![])).await.expect("reads").expect("a row");
                let columns: String = row.try_get("", "c").expect("columns");
                format!("SELECT {columns} AS line FROM {table} {others} ORDER BY line")
            }
        };
        let rows = test.app.db.conn.query_all_raw(test.app.db.sql(&sql, vec![])).await.expect("reads");
        all.extend(rows.iter().map(|row| format!("{table}: {}", row.try_get::<String>("", "line").expect("a text"))));
    }
    all
}

fn first_difference(one: &[String], other: &[String]) -> Option<(String, String)> {
    let found = one.iter().zip(other).find(|(one, other)| one != other);
    found
        .map(|(one, other)| (one.clone(), other.clone()))
        .or_else(|| (one.len() != other.len()).then(|| (one.len().to_string(), other.len().to_string())))
}

#[tokio::test]
async fn two_databases_get_the_same_and_a_second_run_changes_nothing() {
    let (one, other) = (TestApp::builder().without_worker().start().await, TestApp::builder().without_worker().start().await);
    let made = seed(&one).await;
    seed(&other).await;
    let before = everything(&one).await;
    assert_eq!(first_difference(&before, &everything(&other).await), None);
    let again = seed(&one).await;
    assert!(made.rows > 1_000 && again.rows == 0, "{made:?} {again:?}");
    assert_eq!(first_difference(&before, &everything(&one).await), None);
    assert_eq!(one.count("audit_entries", "action = 'demo.seeded'").await, 1);
    assert_eq!(one.count("invoices", "1 = 1").await, 200, "exactly as many as were asked for");
    for table in ["jobs", "notifications", "live_events"] {
        assert_eq!(one.count(table, "1 = 1").await, 0, "{table}: nothing is caused");
    }
    one.close().await;
    other.close().await;
}

#[tokio::test]
async fn what_was_stopped_halfway_is_completed() {
    let (stopped, whole) = (TestApp::builder().without_worker().start().await, TestApp::builder().without_worker().start().await);
    seed(&whole).await;
    let halt = demo::seed(&stopped.app, plan(), |progress| progress.done < 80).await;
    assert!(halt.is_err());
    assert_eq!(stopped.count("invoices", "1 = 1").await, 80);
    seed(&stopped).await;
    assert_eq!(first_difference(&everything(&stopped).await, &everything(&whole).await), None);
    stopped.close().await;
    whole.close().await;
}

#[tokio::test]
async fn real_invoices_before_and_after_have_numbers_without_a_gap() {
    let test = TestApp::builder().without_worker().start().await;
    let (_, customer) = test.customer("real@example.com").await;
    let first = test.invoice(&customer, "10.00").await;
    seed(&test).await;
    let next = test.invoice(&customer, "10.00").await;
    let year = test.app.clock.now().format("INV-%Y-").to_string();
    let number =
        |invoice: &serde_json::Value| invoice["invoice_number"].as_str().unwrap().strip_prefix(&year).unwrap().parse::<i64>().unwrap();
    let given = test.count("invoices", &format!("invoice_number LIKE '{year}%'")).await;
    assert_eq!((number(&first), number(&next)), (1, given));
    truth::numbers(&test).await;
    // those who look after the demo can sign in to it
    let owner = test.http.sign_in(demo::OWNER, demo::PASSWORD).await;
    let listed = owner.get("/api/invoices/").await.expect(200);
    assert_eq!(listed["count"], 202);
    test.http.sign_in(demo::CUSTOMERS[0], demo::PASSWORD).await;
    test.close().await;
}

#[tokio::test]
async fn production_and_days_to_come_are_refused_in_one_line() {
    let test = TestApp::builder().without_worker().start().await;
    let today = test.app.clock.now().date_naive();
    let mut config = test.app.config.clone();
    assert_eq!(plan().refusal(&config, today), None);
    let tomorrow = Plan { until: today.succ_opt().unwrap(), ..plan() };
    assert!(tomorrow.refusal(&config, today).unwrap().contains("has not come yet"));
    config.production = true;
    let line = plan().refusal(&config, today).unwrap();
    assert!(line.contains("production") && !line.contains('\n'), "{line}");
    test.close().await;
}

/// After the last moment of the demo, and well after: the sweeps of a running product find no work in it.
#[tokio::test]
async fn a_running_product_finds_nothing_to_do_in_it() {
    use shared::billing::remind;
    use shared::ids::{RequestId, TicketId};
    use shared::support::watch;
    let test = TestApp::builder().without_worker().start().await;
    seed(&test).await;
    let app = &test.app;
    let ladder = remind::ladder(app).await.unwrap();
    app.clock.advance(end() - app.clock.now());
    for days in [0, 1, 4, 8, 20] {
        app.clock.advance(chrono::TimeDelta::days(days));
        assert_eq!(remind::due(app, &ladder, None).await.unwrap().0, [], "{days}");
        assert_eq!(shared::buy4me::due(app, RequestId(uuid::Uuid::nil()), 10).await.unwrap(), [], "{days}");
        assert_eq!(watch::silent(app, TicketId(uuid::Uuid::nil()), 10).await.unwrap(), [], "{days}");
        for ticket in watch::late(app, TicketId(uuid::Uuid::nil()), 10).await.unwrap() {
            let row = shared::support::ticket::Entity::find_by_id(ticket).one(&app.db.conn).await.unwrap().unwrap();
            assert_eq!(row.assignee_id, None, "nobody is told that it is late");
        }
        // what is paid does not expire, and is looked at in vain
        for request in shared::buy4me::expired(app, RequestId(uuid::Uuid::nil()), 100).await.unwrap() {
            let paid = format!("related_buy4me_request = {} AND paid_minor > 0", test.quoted(request.0));
            assert!(test.count("invoices", &paid).await > 0);
        }
    }
    let elsewhere = "status = 'PENDING' AND gateway NOT IN ('SANDBOX', 'MANUAL')";
    assert_eq!(test.count("payment_transactions", elsewhere).await, 0, "no provider is asked about anything");
    test.close().await;
}

impl TestApp {
    /// An id as this database writes it in a statement.
    fn quoted(&self, id: uuid::Uuid) -> String {
        if self.store.is_postgres() { format!("'{id}'") } else { format!("x'{}'", id.simple()) }
    }
}

/// The last moment that a demo knows.
fn end() -> Time {
    plan().until.and_time(chrono::NaiveTime::MIN).and_utc()
}
