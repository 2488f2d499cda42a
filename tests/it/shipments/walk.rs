//! Random lives of a shipment: each step is all or nothing, and at the end the bills say what it costs.

use super::{answered, id, moved, parcel, path, pay, ship, shown};
use crate::support::client::{Answer, Client};
use crate::support::{PASSWORD, TestApp};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

const WALKS: usize = 24;
const STEPS: usize = 15;

struct Walk<'a> {
    test: &'a TestApp,
    customer: Client,
    admin: Client,
    shipment: Value,
}

/// Rows that a change of state adds one of, each.
async fn traces(test: &TestApp) -> [i64; 4] {
    [
        test.count("shipment_events", "from_status IS NOT NULL").await,
        test.count("audit_entries", "action IN ('shipment.moved', 'shipment.cost_proposed')").await,
        test.count("notifications", "event LIKE 'shipment%' AND channel = 'EMAIL'").await,
        test.count("audit_entries", "action LIKE 'shipment.%'").await,
    ]
}

impl Walk<'_> {
    async fn step(&self, dice: &mut StdRng) -> (String, Answer) {
        let (door, weight) = (path(&self.shipment), ["1", "2.5", "3", "5", "9"][dice.random_range(0..5)]);
        let parcels = json!({ "parcels": [parcel(weight)] });
        let who = if dice.random() { &self.customer } else { &self.admin };
        let to = ["PENDING", "PROCESSING", "PROCESSING", "IN_TRANSIT", "DELIVERED", "RETURNED", "ON_HOLD"][dice.random_range(0..7)];
        match dice.random_range(0..20) {
            0..9 => {
                let mut body = json!({ "status": to, "reason": "x" });
                if to == "PROCESSING" && dice.random() {
                    body["measured"] = parcels;
                }
                (body.to_string(), moved(&self.admin, &self.shipment, body).await)
            }
            9..13 => (format!("weighs {weight}"), who.patch(&door, &json!({ "package_details": parcels })).await),
            13..17 => {
                let accept = dice.random();
                (format!("answers {accept}"), answered(who, &self.shipment, accept).await)
            }
            17 => ("cancels".to_owned(), who.delete(&door).await),
            _ => {
                self.test.quiet().await;
                pay(self.test, &self.customer, &self.shipment).await;
                ("pays".to_owned(), who.get(&door).await)
            }
        }
    }

    /// What it costs is what is owed and was paid for, and nothing once it is cancelled.
    async fn agrees(&self, said: &str) {
        self.test.quiet().await;
        let seen = shown(&self.admin, &self.shipment).await;
        let cents = |value: &Value| -> i64 { value.as_str().map_or(0, |text| text.replace('.', "").parse().unwrap()) };
        let mut due = 0;
        for invoice in seen["invoices"].as_array().unwrap().iter().filter(|invoice| invoice["status"] != "VOID") {
            let credits = self.test.app.db.sql(
                "SELECT amount_minor - credited_minor AS n FROM invoices WHERE id = $1",
                vec![id(invoice).parse::<uuid::Uuid>().unwrap().into()],
            );
            let row = sea_orm::ConnectionTrait::query_one_raw(&self.test.app.db.conn, credits).await.unwrap().unwrap();
            due += row.try_get::<i64>("", "n").unwrap();
        }
        let cost = if seen["status"] == "CANCELLED" { 0 } else { cents(&seen["cost"]) };
        assert_eq!(due, cost, "{said} {seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_it_each_step_leaves_its_traces_and_the_bills_agree() {
    let seed: u64 = std::env::var("WALK_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
    println!("WALK_SEED={seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let test = TestApp::new().await;
    test.customer("amina@example.com").await;
    for walk in 0..WALKS {
        let (customer, admin) = (test.http.sign_in("amina@example.com", PASSWORD).await, test.admin().await);
        let shipment = ship(&customer).await;
        let walk_of = Walk { test: &test, customer, admin, shipment };
        let mut said = format!("walk {walk} of seed {seed}:");
        for _ in 0..STEPS {
            test.quiet().await; // not later: what is for another day would outlive the sign-in
            let (before, rows) = (shown(&walk_of.admin, &walk_of.shipment).await, traces(&test).await);
            let (what, answer) = walk_of.step(&mut dice).await;
            said = format!("{said} {what} → {},", answer.status);
            assert!(answer.status < 500, "{said} {}", answer.text);
            let (after, then) = (shown(&walk_of.admin, &walk_of.shipment).await, traces(&test).await);
            let added: Vec<i64> = then.iter().zip(rows).map(|(then, now)| then - now).collect();
            let asked = after["proposal"]["proposed_at"] != before["proposal"]["proposed_at"] && after["proposal"].is_object();
            if answer.status >= 400 {
                assert_eq!((&after, &added[..]), (&before, &[0; 4][..]), "{said} {}", answer.text);
            } else if after["status"] != before["status"] || asked {
                assert_eq!(added[..3], [1; 3], "{said}");
            }
        }
        walk_of.agrees(&said).await;
    }
    test.done().await;
}
