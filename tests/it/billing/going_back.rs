//! Money that goes back and comes again, in any order: disputes, reversals, what is told twice, what nobody can read.

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::provider::{charge, usd};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use shared::billing::apply::{self, Source};
use shared::billing::event::{Change, Charge, ChargeStep, Dispute, DisputeStep, PAYMENT_REVERSED, Refund, RefundStep};
use shared::billing::reconcile::pending;
use shared::billing::status::InvoiceStatus;
use shared::billing::transaction::{self, Kind, TransactionStatus};
use shared::billing::{Gateway, invoice};
use shared::ids::InvoiceId;
use shared::money::{Currency, Money};

/// An application with a customer and staff.
struct House {
    test: TestApp,
    customer: Client,
    user: Value,
    staff: Client,
}

/// A paid invoice, and the provider's name of its payment.
struct Paid {
    invoice: InvoiceId,
    payment: String,
}

impl House {
    async fn new() -> Self {
        let test = TestApp::new().await;
        let (customer, user) = test.customer("a@example.com").await;
        let staff = test.admin().await;
        Self { test, customer, user, staff }
    }

    /// 10.00 USD.
    async fn paid(&self) -> Paid {
        let invoice = self.test.invoice(&self.user, "10.00").await["id"].as_str().unwrap().to_owned();
        self.test.pay(&self.customer, &invoice).await;
        self.test.quiet().await;
        let invoice = invoice.parse().unwrap();
        let rows = self.rows(invoice).await;
        Paid { invoice, payment: rows[0].transaction_reference.clone().unwrap() }
    }

    async fn rows(&self, invoice: InvoiceId) -> Vec<transaction::Model> {
        transaction::of(&self.test.app.db.conn, invoice).await.unwrap()
    }

    async fn invoice(&self, id: InvoiceId) -> invoice::Model {
        invoice::Entity::find_by_id(id).one(&self.test.app.db.conn).await.unwrap().unwrap()
    }

    async fn told(&self, change: Change) -> apply::Taken {
        let tx = self.test.app.begin().await.unwrap();
        let source = Source { gateway: Gateway::Sandbox, name: "told", event: None };
        let taken = apply::take(&tx, source, vec![change], false).await.unwrap();
        tx.commit().await.unwrap();
        taken
    }

    async fn open_cases(&self, reason: &str) -> i64 {
        self.test.count("payment_reviews", &format!("reason = '{reason}' AND resolved_at IS NULL")).await
    }

    /// A person resolves the only open case of this kind.
    async fn resolve(&self, reason: &str) {
        let list = self.staff.get(&format!("/api/admin/payment-reviews/?resolved=false&reason={reason}")).await.expect(200);
        let door = format!("/api/admin/payment-reviews/{}/resolve/", list["results"][0]["id"].as_str().unwrap());
        self.staff.post(&door, &json!({ "resolution": "Done." })).await.expect(200);
    }
}

fn dispute(paid: &Paid, reference: &str, reason: &str, step: DisputeStep) -> Change {
    Change::Dispute(Dispute {
        reference: reference.to_owned(),
        charge: paid.payment.clone(),
        amount: usd(1_000),
        due_by: None,
        reason: Some(reason.to_owned()),
        step,
    })
}

fn refund(paid: &Paid, reference: &str, amount: Money) -> Change {
    let (reference, charge) = (reference.to_owned(), paid.payment.clone());
    Change::Refund(Refund { reference, charge, transaction: None, amount, step: RefundStep::Succeeded })
}

/// All orders of these letters.
fn orders(letters: &str) -> Vec<String> {
    if letters.is_empty() {
        return vec![String::new()];
    }
    letters
        .char_indices()
        .flat_map(|(at, letter)| {
            orders(&[&letters[..at], &letters[at + 1..]].concat()).into_iter().map(move |rest| format!("{letter}{rest}"))
        })
        .collect()
}

/// R: a reversal, D: a dispute, W: won, L: lost.
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_dispute_does_not_depend_on_the_order_of_what_is_told() {
    let house = House::new().await;
    let ends = [
        ("RDW", 1_000),
        ("RW", 1_000),
        ("DW", 1_000),
        ("DLW", 1_000),
        ("RLW", 1_000),
        ("RDLW", 1_000),
        ("RDL", 0),
        ("RL", 0),
        ("DL", 0),
        ("R", 0),
    ];
    for (letters, kept) in ends {
        for order in orders(letters) {
            let paid = house.paid().await;
            let (r, d) = (format!("R-{}", paid.invoice), format!("D-{}", paid.invoice));
            // each is told twice, and all of it once more
            for letter in order.chars().flat_map(|letter| [letter, letter]).chain(order.chars()) {
                let change = match letter {
                    'R' => dispute(&paid, &r, PAYMENT_REVERSED, DisputeStep::Lost),
                    'D' => dispute(&paid, &d, "fraudulent", DisputeStep::Open),
                    'W' => dispute(&paid, &d, "fraudulent", DisputeStep::Won),
                    _ => dispute(&paid, &d, "fraudulent", DisputeStep::Lost),
                };
                house.told(change).await;
            }
            let invoice = house.invoice(paid.invoice).await;
            assert_eq!(invoice.paid_minor, kept, "{order}: {:#?}", house.rows(paid.invoice).await);
            assert_eq!(house.open_cases("dispute_opened").await, 0, "{order}");
        }
    }
    house.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_dispute_is_a_case_though_its_money_was_taken_before() {
    let house = House::new().await;
    let paid = house.paid().await;
    house.told(dispute(&paid, "R", PAYMENT_REVERSED, DisputeStep::Lost)).await;
    house.told(dispute(&paid, "D", "fraudulent", DisputeStep::Open)).await;
    assert_eq!(house.open_cases("dispute_opened").await, 1);
    house.told(dispute(&paid, "D", "fraudulent", DisputeStep::Lost)).await;
    assert_eq!(house.open_cases("dispute_opened").await, 0);
    // a second reversal is no part of the dispute
    assert!(house.told(dispute(&paid, "R2", PAYMENT_REVERSED, DisputeStep::Lost)).await.is_reviewed);
    assert_eq!(house.open_cases("amount_mismatch").await, 1, "more than was paid");
    house.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_have_gone_back_of_a_payment_is_not_booked_and_a_person_looks() {
    let house = House::new().await;
    let paid = house.paid().await;
    let eur = Money::new(100, Currency::parse("currency", "EUR").unwrap());
    assert!(house.told(refund(&paid, "re_eur", eur)).await.is_reviewed);
    assert!(!house.told(refund(&paid, "re_1", usd(600))).await.is_reviewed);
    assert!(house.told(refund(&paid, "re_2", usd(600))).await.is_reviewed);
    let mut strange = dispute(&paid, "du_eur", "fraudulent", DisputeStep::Lost);
    if let Change::Dispute(dispute) = &mut strange {
        dispute.amount = eur;
    }
    assert!(house.told(strange).await.is_reviewed);
    assert_eq!(house.open_cases("amount_mismatch").await, 3);
    let invoice = house.invoice(paid.invoice).await;
    assert_eq!((invoice.paid_minor, invoice.refunded_minor), (1_000, 600));
    house.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_payment_by_one_page_is_a_case() {
    let house = House::new().await;
    let paid = house.paid().await;
    let row = house.rows(paid.invoice).await[0].clone();
    let again = |reference: &str| {
        Change::Charge(Charge {
            transaction: Some(row.id),
            invoice: Some(row.invoice_id),
            ..charge(reference, 1_000, ChargeStep::Succeeded)
        })
    };
    assert!(!house.told(again(&paid.payment)).await.is_reviewed);
    assert!(house.told(again("another")).await.is_reviewed);
    assert_eq!(house.test.count("payment_reviews", "reason = 'duplicate_payment' AND object_reference = 'another'").await, 1);
    house.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_that_nobody_can_read_is_a_case_of_its_row() {
    let house = House::new().await;
    for _ in 0..2 {
        let paid = house.paid().await;
        let row = house.rows(paid.invoice).await[0].clone();
        let tx = house.test.app.begin().await.unwrap();
        apply::answer(&tx, &row, "asked", vec![Change::Unreadable("no amount".into())], false).await.unwrap();
        tx.commit().await.unwrap();
    }
    let with_row = "reason = 'unreadable_event' AND invoice_id IS NOT NULL AND transaction_id IS NOT NULL";
    assert_eq!(house.test.count("payment_reviews", with_row).await, 2);
    house.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passed_may_come_again_and_what_a_person_ended_only_with_other_news() {
    let house = House::new().await;
    let paid = house.paid().await;
    house.told(refund(&paid, "re_big", usd(2_000))).await;
    house.test.sql("UPDATE payment_reviews SET resolved_at = created_at, resolution = 'agrees'").await;
    house.told(refund(&paid, "re_big", usd(2_000))).await;
    assert_eq!(house.open_cases("amount_mismatch").await, 1, "what passed by itself is back");
    house.resolve("amount_mismatch").await;
    house.told(refund(&paid, "re_big", usd(2_000))).await;
    assert_eq!(house.open_cases("amount_mismatch").await, 0, "a person has seen this");
    house.told(refund(&paid, "re_big", usd(3_000))).await;
    assert_eq!(house.open_cases("amount_mismatch").await, 1);
    house.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_failed_is_promised_again_when_its_case_is_ended() {
    let house = House::new().await;
    let paid = house.paid().await;
    let credit = format!("/api/invoices/{}/credit-notes/", paid.invoice);
    house.staff.post(&credit, &json!({ "amount": "2.00", "reason": "Late" })).await.expect(201);
    house.test.settle().await;
    // the bank sends it back
    let sent = house.rows(paid.invoice).await.into_iter().find(|row| row.kind == Kind::Refund).unwrap();
    let reference = sent.transaction_reference.clone().unwrap();
    let (charge, amount) = (paid.payment.clone(), usd(200));
    house.told(Change::Refund(Refund { reference, charge, transaction: Some(sent.id), amount, step: RefundStep::Failed })).await;
    house.test.settle().await;
    assert_eq!(house.invoice(paid.invoice).await.refunded_minor, 0, "not again by itself");
    house.resolve("refund_failed").await;
    house.test.settle().await;
    assert_eq!(house.invoice(paid.invoice).await.refunded_minor, 200);
    house.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_and_an_event_whose_jobs_are_gone_get_new_ones() {
    let house = House::new().await;
    let paid = house.paid().await;
    house.test.app.clock.advance(chrono::TimeDelta::minutes(1));
    let amount = usd(300);
    let row = transaction::Model {
        parent_id: Some(house.rows(paid.invoice).await[0].id),
        ..transaction::Model::new(
            paid.invoice,
            Kind::Refund,
            TransactionStatus::Pending,
            Gateway::Sandbox,
            amount,
            house.test.app.clock.now(),
        )
    };
    {
        use sea_orm::{ActiveModelTrait, IntoActiveModel};
        let _writing = house.test.app.db.writing().await;
        row.clone().into_active_model().reset_all().insert(&house.test.app.db.conn).await.unwrap();
    }
    house.test.sql("UPDATE webhook_events SET status = 'RECEIVED', processed_at = NULL").await;
    house.test.app.clock.advance(chrono::TimeDelta::hours(2));
    for _ in 0..2 {
        let tx = house.test.app.begin().await.unwrap();
        pending::forgotten(&tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    house.test.settle().await;
    assert_eq!(house.test.count("payment_transactions", "kind = 'REFUND' AND status = 'SUCCESS'").await, 1);
    assert_eq!(house.test.count("webhook_events", "status = 'RECEIVED'").await, 0);
    assert_eq!(house.invoice(paid.invoice).await.refunded_minor, 300);
    house.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_was_written_off_ends_with_its_document() {
    use shared::policy::Actor;
    let house = House::new().await;
    let part = house.test.invoice(&house.user, "10.00").await;
    let door = |invoice: &Value, verb: &str| format!("/api/invoices/{}/{verb}/", invoice["id"].as_str().unwrap());
    let cash = json!({ "amount": "4.00", "method": "CASH", "reference": "R 1" });
    house.staff.post(&door(&part, "record-payment"), &cash).await.expect(201);
    let unpaid = house.test.invoice(&house.user, "10.00").await;
    for invoice in [&part, &unpaid] {
        house.staff.post(&door(invoice, "uncollectible"), &json!({ "reason": "Moved away" })).await.expect(200);
        let tx = house.test.app.begin().await.unwrap();
        shared::billing::close(&tx, &Actor::system(), invoice["id"].as_str().unwrap().parse().unwrap(), "cancelled").await.unwrap();
        tx.commit().await.unwrap();
    }
    let list = house.staff.get(&door(&part, "refunds")).await.expect(200);
    assert_eq!((&list["results"][0]["amount"], &list["results"][0]["status"]), (&json!("4.00"), &json!("PENDING")));
    let ended = house.invoice(unpaid["id"].as_str().unwrap().parse().unwrap()).await;
    assert_eq!(ended.status, InvoiceStatus::Void);
    house.customer.post(&door(&unpaid, "pay"), &json!({ "gateway": "SANDBOX" })).await.problem(409, "invoice-not-payable");
    house.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_by_hand_is_called_off_unless_it_is_due_back() {
    let house = House::new().await;
    let invoice = house.test.invoice(&house.user, "10.00").await;
    let door = |verb: &str| format!("/api/invoices/{}/{verb}/", invoice["id"].as_str().unwrap());
    let transfer = json!({ "amount": "12.00", "method": "BANK_TRANSFER", "reference": "SEPA 1" });
    house.staff.post(&door("record-payment"), &transfer).await.expect(201);
    let list = house.staff.get(&door("refunds")).await.expect(200);
    let promised =
        list["results"].as_array().unwrap().iter().find(|row| row["amount"] == "2.00").unwrap()["id"].as_str().unwrap().to_owned();
    let withdraw = |id: &str| format!("/api/payments/{id}/withdraw/");
    let why = json!({ "reason": "Wrong customer" });
    house.staff.post(&withdraw(&promised), &why).await.problem(409, "refund-still-due");
    let asked = house.staff.post(&door("refunds"), &json!({ "amount": "3.00", "reason": "Broken" })).await.expect(202);
    let id = asked["id"].as_str().unwrap();
    assert_eq!(house.customer.post(&withdraw(id), &why).await.status, 403);
    house.staff.post(&withdraw(id), &json!({ "reason": " " })).await.problem(400, "invalid");
    assert_eq!(house.staff.post(&withdraw(id), &why).await.expect(200)["status"], "CANCELLED");
    house.staff.post(&withdraw(id), &why).await.problem(409, "refund-not-withdrawable");
    house.staff.post(&format!("/api/payments/{id}/confirm/"), &json!({ "reference": "R" })).await.problem(409, "refund-not-confirmable");
    house.test.close().await;
}
