//! Lists of 200,000 shipments: the same few statements whatever the page, and an index for each of them.

use crate::support::client::Client;
use crate::support::{PASSWORD, TestApp, store};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

/// The customer with 10,000 of them.
const OWNER: &str = "user1@example.com";

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_200_000_shipments_take_few_statements_and_an_index_each() {
    if store::servers().is_none() {
        eprintln!("not run: the plans are PostgreSQL's, and this half has none");
        return;
    }
    let test = TestApp::builder().without_worker().start().await;
    for sql in [include_str!("../../benches/workloads/sql/seed.sql"), include_str!("../../benches/workloads/sql/shipments.sql")] {
        test.sql(sql).await;
    }
    test.sql("UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE username = 'root@example.com') WHERE username = 'user1@example.com'")
        .await;
    // as in a company whose customers pay
    test.sql("UPDATE invoices SET payment_status = 'PAID', paid_minor = amount_minor WHERE mod(hashtext(CAST(id AS text)), 20) <> 0").await;
    for table in ["shipments", "shipment_events", "invoices", "users"] {
        test.sql(&format!("VACUUM ANALYZE {table}")).await;
    }
    let (staff, owner) = (test.admin().await, test.http.sign_in(OWNER, PASSWORD).await);
    let yesterday = (test.app.clock.now() - chrono::TimeDelta::days(1)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let some_user = owner.get("/api/users/me/").await.expect(200)["id"].as_str().unwrap().to_owned();

    let asked = [
        (&staff, "page_size=50&page=200".to_owned(), 200_000),
        (&staff, "ordering=-updated_at&page_size=100".to_owned(), 200_000),
        (&staff, "status=IN_TRANSIT".to_owned(), 2_500),
        (&staff, "status__in=PENDING,ON_HOLD".to_owned(), 5_000),
        (&staff, "country=DE&status=IN_TRANSIT".to_owned(), -1),
        (&staff, "country=JP".to_owned(), 25_000),
        (&staff, "service=EXPRESS&status=PENDING".to_owned(), -1),
        (&staff, "ordering=-cost&page_size=50".to_owned(), 200_000),
        (&staff, format!("created_at__gte={yesterday}"), -1),
        (&staff, format!("user={some_user}"), 10_000),
        (&staff, "task=CONFIRM".to_owned(), -1),
        (&staff, "task=SEND".to_owned(), -1),
        (&staff, "search=shp-2025-000777".to_owned(), 1),
        (&owner, "page_size=50&page=200".to_owned(), 10_000),
        (&owner, "status=DELIVERED&page=100&page_size=50".to_owned(), -1),
        (&owner, format!("created_at__gte={yesterday}"), -1),
    ];
    let mut wrong = vec![];
    let mut counts = std::collections::BTreeSet::new();
    for (client, query, expected) in asked {
        let (count, statements) = list(&test, client, &query).await;
        assert!(expected < 0 || count == expected, "{query}: {count} instead of {expected}");
        counts.insert(statements.len());
        for statement in statements {
            // who counts everything reads everything: in the index, or in the table when that is smaller
            let counts_all = statement.sql.to_uppercase().contains("COUNT(") && !statement.sql.contains("WHERE");
            let scanned = scans(&test, &statement).await;
            if !counts_all && !scanned.is_empty() {
                wrong.push(format!("{query}: scans {scanned:?}: {statement}"));
            }
        }
    }
    // what is first to be seen, of the owner of them all and of somebody with many
    for client in [&staff, &owner] {
        let (shown, statements) = test.listen(client.get("/api/dashboard/")).await;
        shown.expect(200);
        // the figures of days that are not kept yet come from all their documents
        for statement in statements.iter().filter(|statement| !statement.sql.contains("customer_type")) {
            let scanned = scans(&test, statement).await;
            if !scanned.is_empty() {
                wrong.push(format!("the dashboard scans {scanned:?}: {statement}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let (_, few) = list(&test, &staff, "page_size=1").await;
    let (_, many) = list(&test, &staff, "page_size=100").await;
    assert_eq!(few.len(), many.len(), "{many:#?}");
    assert!(counts.iter().all(|count| *count <= few.len()), "{counts:?} statements, {} for a plain page", few.len());
    test.close().await;
}

async fn list(test: &TestApp, client: &Client, query: &str) -> (i64, Vec<Statement>) {
    let (answer, mut statements) = test.listen(client.get(&format!("/api/shipments/?{query}"))).await;
    // settings are read again every two seconds, whoever asks
    statements.retain(|statement| !statement.sql.contains("FROM settings"));
    (answer.expect(200)["count"].as_i64().unwrap(), statements)
}

/// The big tables that a statement reads from end to end.
async fn scans(test: &TestApp, statement: &Statement) -> Vec<String> {
    let explain = Statement { sql: format!("EXPLAIN (FORMAT JSON) {}", statement.sql), ..statement.clone() };
    let Ok(Some(row)) = test.app.db.conn.query_one_raw(explain).await else { panic!("no plan for {statement}") };
    let plan: Value = row.try_get_by_index(0).unwrap();
    let mut found = vec![];
    walk(&plan[0]["Plan"], &mut found);
    found
}

fn walk(node: &Value, found: &mut Vec<String>) {
    let table = node["Relation Name"].as_str().unwrap_or_default();
    if node["Node Type"] == "Seq Scan" && ["shipments", "shipment_events", "invoices"].contains(&table) {
        found.push(table.to_owned());
    }
    node["Plans"].as_array().into_iter().flatten().for_each(|child| walk(child, found));
}
