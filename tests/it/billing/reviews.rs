//! Cases about money and disputes, for those who deal with them.

use crate::support::client::Client;
use crate::support::stripe_events::Payment;
use crate::support::{PASSWORD, TestApp};
use serde_json::{Value, json};

const CASES: &str = "/api/admin/payment-reviews/";

fn payment(seed: u64, invoice: &Value, amount: i64) -> Payment {
    Payment::of(seed, invoice["id"].as_str().unwrap(), amount)
}

async fn with_mismatches(count: u64) -> (TestApp, Client, Value) {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    for seed in 0..count {
        test.stripe_event(&payment(seed, &invoice, 999).payment_intent_succeeded().1).await.expect(200);
    }
    test.settle().await;
    let admin = test.admin().await;
    (test, admin, invoice)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_resolved_once_with_a_word_and_an_entry() {
    let (test, admin, _) = with_mismatches(1).await;
    let list = admin.get(&format!("{CASES}?resolved=false")).await.expect(200);
    let case = &list["results"][0];
    assert_eq!((&case["reason"], &case["available_actions"]), (&json!("amount_mismatch"), &json!(["resolve"])));
    let door = format!("{CASES}{}/", case["id"].as_str().unwrap());
    assert_eq!(admin.get(&format!("{CASES}?reason=amount_mismatch")).await.expect(200)["count"], 1);
    admin.get(&format!("{CASES}?reason=nonsense")).await.problem(400, "invalid");
    for resolution in ["", "   ", &"x".repeat(1001), "a\u{7}b"] {
        let problem = admin.post(&format!("{door}resolve/"), &json!({ "resolution": resolution })).await.problem(400, "invalid");
        assert!(problem["errors"]["resolution"].is_array(), "{problem}");
    }
    let body = json!({ "resolution": "The cent was waived." });
    let resolve = format!("{door}resolve/");
    let (one, other) = tokio::join!(admin.post(&resolve, &body), admin.post(&resolve, &body));
    let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
    lost.problem(409, "payment-review-closed");
    let won = won.expect(200);
    assert!(won["resolved_by"].is_string() && won["resolved_at"].is_string() && won["available_actions"] == json!([]), "{won}");
    assert_eq!(admin.get(&door).await.expect(200)["resolution"], "The cent was waived.");
    assert_eq!(test.count("audit_entries", "action = 'payment_review.resolved'").await, 1);
    assert_eq!(admin.get(&format!("{CASES}?resolved=false")).await.expect(200)["count"], 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_are_narrowed_paged_and_cost_the_same_whatever_the_page() {
    let (test, admin, invoice) = with_mismatches(12).await;
    let id = invoice["id"].as_str().unwrap();
    let other = uuid::Uuid::now_v7();
    let counts = [
        (format!("?invoice={id}"), 12),
        (format!("?invoice={other}"), 0),
        ("?reason=amount_mismatch&gateway=STRIPE".to_owned(), 12),
        ("?reason=fee_differs".to_owned(), 0),
        ("?gateway=PAYPAL".to_owned(), 0),
        ("?resolved=true".to_owned(), 0),
        ("?created_at__gte=2020-01-01T00:00:00Z".to_owned(), 12),
        ("?created_at__lt=2020-01-01T00:00:00Z".to_owned(), 0),
    ];
    for (query, count) in counts {
        assert_eq!(admin.get(&format!("{CASES}{query}")).await.expect(200)["count"], count, "{query}");
    }
    let mut costs = vec![];
    for size in [1, 12] {
        let (page, asked) = test.listen(admin.get(&format!("{CASES}?page_size={size}"))).await;
        assert_eq!(page.expect(200)["results"].as_array().unwrap().len(), size);
        costs.push(asked.iter().filter(|statement| statement.sql.contains("payment_reviews")).count());
    }
    assert_eq!(costs, [2, 2]);
    for (query, field) in [("?resolved=maybe", "resolved"), ("?gateway=CASH", "gateway"), ("?invoice=1", "invoice"), ("?state=x", "state")]
    {
        let problem = admin.get(&format!("{CASES}{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{problem}");
    }
    admin.get(&format!("{CASES}{other}/")).await.problem(404, "not-found");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn disputes_are_listed_by_their_deadline_and_are_a_case_until_they_are_decided() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let mut decided = None;
    for seed in 0..3 {
        let invoice = test.invoice(&user, "10.00").await;
        let paid = payment(seed, &invoice, 1_000);
        test.stripe_event(&paid.payment_intent_succeeded().1).await.expect(200);
        test.stripe_event(&paid.dispute_created(&format!("du_{seed}"), 1_000).1).await.expect(200);
        decided = Some(paid);
    }
    test.settle().await;
    test.sql("UPDATE payment_transactions SET due_by = NULL WHERE transaction_reference = 'du_0'").await;
    let list = admin.get("/api/admin/disputes/?status=PENDING").await.expect(200);
    let disputes = list["results"].as_array().unwrap();
    assert_eq!(disputes.len(), 3);
    assert_eq!(disputes[2]["transaction_reference"], "du_0", "those without a deadline come last");
    let dues: Vec<_> = disputes[..2].iter().map(|dispute| dispute["due_by"].as_str().unwrap()).collect();
    assert!(dues.is_sorted(), "{dues:?}");
    assert!(disputes[0]["invoice_number"].as_str().unwrap().starts_with("INV-"), "{list}");
    assert_eq!((&disputes[0]["amount"], &disputes[0]["currency"]), (&json!("10.00"), &json!("USD")));
    let open = format!("{CASES}?reason=dispute_opened&resolved=false");
    assert_eq!(admin.get(&open).await.expect(200)["count"], 3);
    test.stripe_event(&decided.unwrap().dispute_closed("du_2", 1_000, "won").1).await.expect(200);
    test.settle().await;
    assert_eq!(admin.get(&open).await.expect(200)["count"], 2);
    assert_eq!(admin.get("/api/admin/disputes/?status=CANCELLED").await.expect(200)["count"], 1);
    assert_eq!(test.count("webhook_events", "status <> 'PROCESSED'").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_manage_disputes_see_any_of_it() {
    let (test, admin, _) = with_mismatches(1).await;
    let case = admin.get(CASES).await.expect(200)["results"][0]["id"].as_str().unwrap().to_owned();
    let (customer, _) = test.customer("bo@example.com").await;
    let clerk = json!({ "email": "clerk@example.com", "password": PASSWORD, "permission_sets": ["SUPPORT"] });
    admin.post("/api/superadmin/admins/", &clerk).await.expect(201);
    let clerk = test.http.sign_in("clerk@example.com", PASSWORD).await;
    for who in [&customer, &clerk] {
        for path in [CASES, &format!("{CASES}{case}/"), "/api/admin/disputes/", "/api/admin/reconciliations/"] {
            who.get(path).await.problem(403, "permission-missing");
        }
        who.post(&format!("{CASES}{case}/resolve/"), &json!({ "resolution": "mine" })).await.problem(403, "permission-missing");
    }
    test.http.get(CASES).await.problem(401, "unauthenticated");
    test.done().await;
}
