//! The six who try every operation, and the company around them.

use super::targets::{Made, Target};
use crate::support::client::Client;
use crate::support::paypal::FakePaypal;
use crate::support::twilio::FakeTwilio;
use crate::support::{PASSWORD, TestApp};
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Nobody,
    /// Owns nothing that is asked for.
    WalkIn,
    /// Owns what is asked for.
    Buy4Me,
    /// An admin whose sets were all taken away.
    NoSet,
    /// An admin as they usually are.
    Admin,
    /// Not the only one.
    SuperAdmin,
}

impl Who {
    pub const ALL: [Self; 6] = [Self::Nobody, Self::WalkIn, Self::Buy4Me, Self::NoSet, Self::Admin, Self::SuperAdmin];

    /// As the table's head calls them.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::WalkIn => "walk-in",
            Self::Buy4Me => "Buy4Me (owner)",
            Self::NoSet => "admin, no set",
            Self::Admin => "admin",
            Self::SuperAdmin => "super admin",
        }
    }
}

/// A person, signed in. Of nobody there is only the client.
#[derive(Clone)]
pub struct Account {
    pub client: Client,
    pub id: String,
    pub email: String,
}

/// A running application with one caller of each kind.
pub struct House {
    pub test: TestApp,
    pub paypal: FakePaypal,
    /// A super admin who makes everything and is none of the callers.
    pub root: Client,
    /// What only the owner and staff with rights may read: words of what the owner has, so that no list is empty.
    pub secrets: Vec<String>,
    callers: Vec<Account>,
    made: AtomicU64,
}

impl House {
    pub async fn open() -> Self {
        // with tokens of their own /metrics is nobody's but the scraper's, and bounces come from the mail server alone
        let paypal = FakePaypal::start().await;
        let twilio = FakeTwilio::start().await;
        let test = TestApp::builder()
            .paypal(&paypal)
            .twilio(&twilio)
            .config(|config| {
                config.metrics_token = Some("scrape me".into());
                config.mail_bounce_token = Some("hand in".into());
            })
            .start()
            .await;
        let root = test.admin().await;
        let mut house = Self { test, paypal, root, secrets: vec![], callers: vec![], made: AtomicU64::new(0) };
        for who in Who::ALL {
            let account = house.account(who).await;
            house.callers.push(account);
        }
        let Account { id, email, .. } = house.owner().clone();
        house.secrets = vec![id, email];
        for target in [
            Target::Address,
            Target::Session,
            Target::Export,
            Target::Shipment,
            Target::Request,
            Target::Ticket,
            Target::Invoice,
            Target::Payment,
        ] {
            let Made { facts, .. } = house.make(target, Who::Buy4Me).await;
            house.secrets.push(facts["id"].as_str().unwrap().to_owned());
        }
        house
    }

    /// The caller of this kind: always the same.
    pub fn caller(&self, who: Who) -> &Account {
        &self.callers[who as usize]
    }

    /// Whose addresses, invoices, sessions are asked for.
    pub fn owner(&self) -> &Account {
        self.caller(Who::Buy4Me)
    }

    /// An address that nobody has.
    pub fn new_email(&self) -> String {
        format!("person-{}@example.com", self.made.fetch_add(1, Ordering::Relaxed))
    }

    /// Another account of this kind, for what changes or ends one's own.
    pub async fn account(&self, who: Who) -> Account {
        let (door, rights) = match who {
            Who::Nobody => return Account { client: self.test.http.clone(), id: String::new(), email: String::new() },
            Who::WalkIn => ("/api/admin/users/", json!({ "role": "WALK_IN" })),
            Who::Buy4Me => ("/api/admin/users/", json!({ "role": "BUY4ME" })),
            Who::NoSet => ("/api/superadmin/admins/", json!({ "role": "ADMIN", "permission_sets": [] })),
            Who::Admin => ("/api/superadmin/admins/", json!({ "role": "ADMIN", "permission_sets": ["ADMIN"] })),
            Who::SuperAdmin => ("/api/superadmin/admins/", json!({ "role": "SUPER_ADMIN", "permission_sets": ["SUPER_ADMIN"] })),
        };
        let email = self.new_email();
        let mut body = json!({ "email": email, "password": PASSWORD, "first_name": "Amina", "last_name": "Diallo" });
        body.as_object_mut().unwrap().extend(rights.as_object().unwrap().clone());
        let user = self.root.post(door, &body).await.expect(201);
        let client = self.test.http.sign_in(&email, PASSWORD).await;
        Account { client, id: user["id"].as_str().unwrap().to_owned(), email }
    }
}
