//! A made-up company: random documents in the tables, and a plain list of what they say, to reckon with on one's own.

use crate::support::{TestApp, id_of};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

/// Two, no and three decimals; and one that nobody knows a rate of.
pub const CURRENCIES: [(&str, Option<&str>); 4] = [("USD", Some("1")), ("JPY", Some("0.0067")), ("KWD", Some("3.25")), ("EUR", None)];
pub const PLACES: [(&str, Option<&str>); 4] = [("US", Some("US-CA")), ("US", None), ("DE", Some("DE-BE")), ("FR", None)];
pub const ROLES: [&str; 2] = ["WALK_IN", "BUY4ME"];
const PAYMENTS: [&str; 5] = ["UNPAID", "PARTIALLY_PAID", "PAID", "PARTIALLY_REFUNDED", "REFUNDED"];
/// Of parcels.
pub const SERVICES: [&str; 3] = ["STANDARD", "EXPRESS", "ECONOMY"];
const SHIPPED: [&str; 3] = ["PENDING", "IN_TRANSIT", "DELIVERED"];
const BOUGHT: [&str; 3] = ["DRAFT", "SUBMITTED", "COMPLETED"];
/// Days that documents are spread over.
pub const DAYS: u64 = 45;

/// What a document says, and of money also what its invoice says.
#[derive(Clone, Debug)]
pub struct Doc {
    pub id: Uuid,
    pub kind: &'static str,
    pub at: DateTime<Utc>,
    pub ended: Option<TimeDelta>,
    pub currency: usize,
    pub role: &'static str,
    pub status: &'static str,
    pub place: Option<usize>,
    pub request: Option<Uuid>,
    /// Billed, tax, credited, outstanding, revenue, refunded, disputed, fees.
    pub sums: [i64; 8],
    /// Of money: its invoice.
    pub invoice: Option<Uuid>,
    /// Of a parcel: itself; of an invoice, and its money: the parcel that it is about.
    pub parcel: Option<Uuid>,
    /// Of a parcel.
    pub service: Option<&'static str>,
    /// Of a request: whether it was submitted, ordered, completed.
    pub made: [bool; 3],
}

impl Doc {
    pub fn day(&self) -> NaiveDate {
        self.at.date_naive()
    }

    /// In US dollars, half-up.
    pub fn base(&self, sum: usize) -> Option<i64> {
        let (code, rate) = CURRENCIES[self.currency];
        let digits = |code| match code {
            "JPY" => 0,
            "KWD" => 3,
            _ => 2,
        };
        let (above, below) = rate?.split_once('.').unwrap_or((rate?, ""));
        let rate: i128 = format!("{above}{below}").parse().unwrap();
        // doubled, so that a half is a whole
        let (cents, parts) = (200 * rate * i128::from(self.sums[sum]), 10_i128.pow(digits(code) + below.len() as u32));
        let rounded = (cents.abs() + parts) / (2 * parts) * cents.signum();
        Some(rounded.try_into().unwrap())
    }
}

pub struct World {
    pub test: TestApp,
    pub docs: Vec<Doc>,
    pub vendors: Vec<Uuid>,
    /// Which shops' goods are in a request.
    pub items: Vec<(Uuid, Uuid)>,
    pub dice: StdRng,
    user: Uuid,
    first: NaiveDate,
}

impl World {
    pub async fn new(seed: u64) -> Self {
        let test = TestApp::builder().without_worker().start().await;
        let (_, user) = test.customer("amina@example.com").await;
        let first = test.app.clock.now().date_naive() - Days::new(DAYS);
        let mut world =
            Self { user: id_of(&user).0, test, docs: vec![], vendors: vec![], items: vec![], dice: StdRng::seed_from_u64(seed), first };
        for n in 0..3 {
            let (id, now) = (Uuid::now_v7(), world.test.app.clock.now());
            let host = format!("shop{n}.example");
            let columns: [(&str, Value); 7] = [
                ("id", id.into()),
                ("name", host.clone().into()),
                ("host", host.clone().into()),
                ("url", format!("https://{host}").into()),
                ("active", true.into()),
                ("created_at", now.into()),
                ("updated_at", now.into()),
            ];
            world.insert("vendors", &columns).await;
            world.vendors.push(id);
        }
        world
    }

    async fn insert(&self, table: &str, columns: &[(&str, Value)]) {
        let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
        let places: Vec<_> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", "));
        self.run(&sql, columns.iter().map(|(_, value)| value.clone()).collect()).await;
    }

    pub async fn run(&self, sql: &str, values: Vec<Value>) {
        let _writing = self.test.app.db.writing().await;
        self.test.app.db.conn.execute_raw(self.test.app.db.sql(sql, values)).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    fn moment(&mut self, most: u64) -> DateTime<Utc> {
        let day = self.first + Days::new(self.dice.random_range(0..most));
        // also the first and the last moment of a day
        let second = [0, 86_399_999_999, self.dice.random_range(0..86_400_000_000_i64)].choose(&mut self.dice).copied().unwrap();
        day.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::microseconds(second)
    }

    fn ended(&mut self, is_ended: bool) -> Option<TimeDelta> {
        is_ended.then(|| TimeDelta::seconds(self.dice.random_range(0..500_000)))
    }

    pub async fn request(&mut self) -> Uuid {
        let (at, status) = (self.moment(DAYS + 1), *BOUGHT.choose(&mut self.dice).unwrap());
        let (currency, ended) = (self.dice.random_range(0..4), self.ended(status == "COMPLETED"));
        let id = Uuid::now_v7();
        let is_ordered = status == "SUBMITTED" && self.dice.random();
        // some come to us without ever having been ordered as a whole
        let has_skipped = is_ordered && self.dice.random();
        let doc = Doc {
            id,
            kind: "REQUEST",
            at,
            ended,
            currency,
            role: "BUY4ME",
            status,
            place: None,
            request: Some(id),
            sums: [0; 8],
            invoice: None,
            parcel: None,
            service: None,
            made: [status != "DRAFT", is_ordered, status == "COMPLETED"],
        };
        let empty = serde_json::json!([]);
        let columns: [(&str, Value); 16] = [
            ("id", id.into()),
            ("reference", format!("B4M-{id}").into()),
            ("user_id", self.user.into()),
            ("customer_type", doc.role.into()),
            ("status", status.into()),
            ("currency", CURRENCIES[currency].0.into()),
            ("breakdown", empty.into()),
            ("authorised_overage_minor", 0_i64.into()),
            ("overage_used_minor", 0_i64.into()),
            ("searched", "".into()),
            ("completed_at", ended.map(|took| at + took).into()),
            ("submitted_at", doc.made[0].then_some(at).into()),
            ("ordered_at", (doc.made[1] && !has_skipped).then_some(at).into()),
            ("arrived_at", has_skipped.then_some(at).into()),
            ("created_at", at.into()),
            ("updated_at", at.into()),
        ];
        self.insert("buy4me_requests", &columns).await;
        self.docs.push(doc);
        for _ in 0..self.dice.random_range(0..3) {
            self.item(id).await;
        }
        id
    }

    pub async fn item(&mut self, request: Uuid) {
        let (vendor, now) = (*self.vendors.choose(&mut self.dice).unwrap(), self.test.app.clock.now());
        let position = self.items.len() as i32;
        let columns: [(&str, Value); 10] = [
            ("id", Uuid::now_v7().into()),
            ("request_id", request.into()),
            ("position", position.into()),
            ("product_url", "https://shop.example/x".into()),
            ("quantity", 1.into()),
            ("status", "PENDING".into()),
            ("vendor_id", vendor.into()),
            ("source", "MANUAL".into()),
            ("created_at", now.into()),
            ("updated_at", now.into()),
        ];
        self.insert("buy4me_items", &columns).await;
        self.items.push((request, vendor));
    }

    fn some_request(&mut self) -> Option<Uuid> {
        let requests: Vec<_> = self.docs.iter().filter(|doc| doc.kind == "REQUEST").map(|doc| doc.id).collect();
        requests.choose(&mut self.dice).copied().filter(|_| self.dice.random())
    }

    fn some_parcel(&mut self) -> Option<Uuid> {
        let parcels: Vec<_> = self.docs.iter().filter(|doc| doc.kind == "SHIPMENT").map(|doc| doc.id).collect();
        parcels.choose(&mut self.dice).copied().filter(|_| self.dice.random())
    }

    pub async fn shipment(&mut self) {
        let (at, status) = (self.moment(DAYS + 1), *SHIPPED.choose(&mut self.dice).unwrap());
        let place = self.dice.random_range(0..PLACES.len());
        let id = Uuid::now_v7();
        let service = *SERVICES.choose(&mut self.dice).unwrap();
        let doc = Doc {
            id,
            kind: "SHIPMENT",
            at,
            ended: self.ended(status == "DELIVERED"),
            currency: self.dice.random_range(0..4),
            role: ROLES.choose(&mut self.dice).unwrap(),
            status,
            place: Some(place),
            request: None,
            sums: [0; 8],
            invoice: None,
            parcel: Some(id),
            service: Some(service),
            made: [false; 3],
        };
        let empty = serde_json::json!({});
        let columns: [(&str, Value); 20] = [
            ("id", doc.id.into()),
            ("reference", format!("SHP-{}", doc.id).into()),
            ("tracking_number", doc.id.to_string().into()),
            ("user_id", self.user.into()),
            ("customer_type", doc.role.into()),
            ("status", status.into()),
            ("service", service.into()),
            ("package_details", empty.clone().into()),
            ("delivery_address", empty.clone().into()),
            ("country", PLACES[place].0.into()),
            ("region", PLACES[place].1.into()),
            ("searched", "".into()),
            ("chargeable_grams", 1_i64.into()),
            ("currency", CURRENCIES[doc.currency].0.into()),
            ("estimated_minor", 1_i64.into()),
            ("cost_lines", serde_json::json!([]).into()),
            ("tariff_version", 1.into()),
            ("tax_version", 1.into()),
            ("created_at", at.into()),
            ("updated_at", at.into()),
        ];
        self.insert("shipments", &columns).await;
        if let Some(took) = doc.ended {
            self.run("UPDATE shipments SET delivered_at = $2 WHERE id = $1", vec![doc.id.into(), (at + took).into()]).await;
        }
        self.docs.push(doc);
    }

    pub async fn invoice(&mut self) -> Uuid {
        let at = self.moment(DAYS + 1);
        let status = [*PAYMENTS.choose(&mut self.dice).unwrap(), "VOID", "UNCOLLECTIBLE"];
        let status = status[[0, 0, 0, 0, 1, 2][self.dice.random_range(0..6)]];
        let (amount, currency) = (self.dice.random_range(0..9_000_000), self.dice.random_range(0..4));
        let (tax, credited) = (self.dice.random_range(0..=amount), self.dice.random_range(0..=amount / 4));
        let paid = if status == "PAID" { amount - credited } else { self.dice.random_range(0..=2 * amount) };
        let sums = match status {
            "VOID" => [0; 8],
            _ => [amount, tax, credited, (amount - credited - paid).max(0), 0, 0, 0, 0],
        };
        let doc = Doc {
            id: Uuid::now_v7(),
            kind: "INVOICE",
            at,
            ended: self.ended(status == "PAID"),
            currency,
            role: ROLES.choose(&mut self.dice).unwrap(),
            status,
            place: [None, Some(0), Some(1), Some(2), Some(3)].choose(&mut self.dice).copied().flatten(),
            request: self.some_request(),
            sums,
            invoice: None,
            parcel: self.some_parcel(),
            service: None,
            made: [false; 3],
        };
        let place = doc.place.map(|place| PLACES[place]);
        let (own, payment) = if ["VOID", "UNCOLLECTIBLE"].contains(&status) { (status, "UNPAID") } else { ("OPEN", status) };
        let columns: [(&str, Value); 26] = [
            ("id", doc.id.into()),
            ("invoice_number", doc.id.to_string().into()),
            ("user_id", self.user.into()),
            ("customer_type", doc.role.into()),
            ("kind", "MANUAL".into()),
            ("status", own.into()),
            ("payment_status", payment.into()),
            ("currency", CURRENCIES[currency].0.into()),
            ("subtotal_minor", (amount - tax).into()),
            ("tax_minor", tax.into()),
            ("amount_minor", amount.into()),
            ("paid_minor", paid.into()),
            ("refunded_minor", 0_i64.into()),
            ("credited_minor", credited.into()),
            ("related_buy4me_request", doc.request.into()),
            ("related_shipment", doc.parcel.into()),
            ("country", place.map(|place| place.0).into()),
            ("region", place.and_then(|place| place.1).into()),
            ("base_currency", "USD".into()),
            ("base_rate", CURRENCIES[currency].1.into()),
            ("company_version", 0.into()),
            ("due_at", at.into()),
            ("issued_at", at.into()),
            ("paid_at", doc.ended.map(|took| at + took).into()),
            ("created_at", at.into()),
            ("updated_at", at.into()),
        ];
        self.insert("invoices", &columns).await;
        let id = doc.id;
        self.docs.push(doc);
        id
    }

    /// Money of an invoice: of the three kinds, also some that came back; and some that never moved.
    pub async fn money(&mut self, invoice: Uuid) {
        let at = self.moment(DAYS + 1);
        let of = self.docs.iter().find(|doc| doc.id == invoice).unwrap().clone();
        let (kind, place) = [("CHARGE", 4), ("REFUND", 5), ("DISPUTE", 6)][self.dice.random_range(0..3)];
        let sign = if kind != "CHARGE" && self.dice.random_range(0..4) == 0 { -1 } else { 1 };
        let (amount, fee) = (sign * self.dice.random_range(1..5_000_000_i64), self.dice.random_range(0..900_i64));
        let fee = Some(fee).filter(|_| kind == "CHARGE");
        let moved = self.dice.random_range(0..5) > 0;
        let mut sums = [0; 8];
        (sums[place], sums[7]) = (amount, fee.unwrap_or_default());
        let id = Uuid::now_v7();
        let columns: [(&str, Value); 11] = [
            ("id", id.into()),
            ("invoice_id", invoice.into()),
            ("kind", kind.into()),
            ("status", if moved { "SUCCESS" } else { "FAILED" }.into()),
            ("gateway", "STRIPE".into()),
            ("amount_minor", amount.into()),
            ("currency", CURRENCIES[of.currency].0.into()),
            ("fee_minor", fee.into()),
            ("settled_at", moved.then_some(at).into()),
            ("created_at", at.into()),
            ("updated_at", at.into()),
        ];
        self.insert("payment_transactions", &columns).await;
        if moved {
            self.docs.push(Doc { id, kind: "MONEY", at, ended: None, sums, invoice: Some(invoice), ..of });
        }
    }

    pub async fn grow(&mut self, documents: usize) {
        for _ in 0..documents {
            match self.dice.random_range(0..4) {
                0 => drop(self.request().await),
                1 => self.shipment().await,
                _ => {
                    let invoice = self.invoice().await;
                    for _ in 0..self.dice.random_range(0..3) {
                        self.money(invoice).await;
                    }
                }
            }
        }
    }
}
