//! Sealing and verifying, while nobody does harm.

use super::{note, note_late, seal, verify};
use crate::engine::enqueue;
use crate::support::TestApp;
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::App;
use shared::audit::chain::{self, Sealing};
use shared::audit::jobs::SealStrays;
use shared::policy::Actor;
use shared::queue::NewJob;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn sealed_entries_verify_and_sealing_again_changes_nothing() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let fresh = verify(&admin).await;
    assert_eq!((&fresh["valid"], &fresh["sealed"], &fresh["head_seq"]), (&json!(true), &json!(0), &json!(0)), "{fresh}");
    assert_eq!((&fresh["pending"], &fresh["entries"]), (&fresh["entries"], &fresh["pending"]), "young entries may wait: {fresh}");
    note(&test, 0..1500).await;
    let hashes = async || {
        seal(&test).await;
        verify(&admin).await
    };
    let (first, second) = (hashes().await, hashes().await);
    assert_eq!(first, second);
    let entries = test.count("audit_entries", "1 = 1").await;
    assert_eq!((&first["valid"], &first["complete"], &first["next_from"]), (&json!(true), &json!(true), &Value::Null), "{first}");
    for figure in ["entries", "sealed", "head_seq"] {
        assert_eq!(first[figure], entries, "{figure}");
    }
    assert_eq!((&first["pending"], &first["problems"]), (&json!(0), &json!([])));
    note(&test, 0..1).await;
    let grown = hashes().await;
    assert_eq!((&grown["valid"], &grown["head_seq"]), (&json!(true), &json!(entries + 1)));
    assert_ne!(grown["head_hash"], first["head_hash"]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sealers_at_once_make_one_unbroken_chain() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    note(&test, 0..4500).await;
    let sibling = test.sibling(|_| {}).await;
    let (one, other) = tokio::join!(tokio::spawn(seal_all(test.app.clone())), tokio::spawn(seal_all(sibling)));
    let entries = test.count("audit_entries", "1 = 1").await;
    assert_eq!((one.unwrap() + other.unwrap()) as i64, entries, "each entry once");
    let report = verify(&admin).await;
    assert_eq!((&report["valid"], &report["sealed"]), (&json!(true), &json!(entries)), "{report}");
    test.done().await;
}

async fn seal_all(app: App) -> usize {
    let mut sealed = 0;
    loop {
        let tx = app.begin().await.unwrap();
        match chain::seal(&tx).await.unwrap() {
            Sealing::Sealed(batch) => {
                tx.commit().await.unwrap();
                sealed += batch.entries;
            }
            Sealing::Nothing => return sealed,
            Sealing::Forged => panic!("nobody forged anything"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_commit_late_are_sealed_and_strays_are_found() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    note(&test, 0..3).await;
    seal(&test).await;
    let sealed = test.count("audit_seals", "1 = 1").await;
    note_late(&test, 10).await;
    seal(&test).await;
    assert_eq!(test.count("audit_seals", "1 = 1").await, sealed + 1);

    // the same by a deed that is under way while others are sealed; SQLite has one writer and so none that is late
    let under_way = if test.store.is_postgres() { Some(test.app.begin().await.unwrap()) } else { None };
    if let Some(tx) = &under_way {
        shared::audit::record(tx, &Actor::system(), "test.late", "test", None, None).await.unwrap();
    }
    note(&test, 0..2).await;
    seal(&test).await;
    if let Some(tx) = under_way {
        tx.commit().await.unwrap();
        seal(&test).await;
    }
    let sealed = test.count("audit_seals", "1 = 1").await;
    assert_eq!(sealed, test.count("audit_entries", "1 = 1").await);

    let stray = note_late(&test, 60).await;
    seal(&test).await;
    assert_eq!(verify(&admin).await["valid"], true, "it may still be on its way");
    test.app.clock.advance(TimeDelta::minutes(3));
    let report = verify(&admin).await;
    assert_eq!(report["problems"], json!([{ "kind": "unsealed", "seq": null, "entry": stray }]));
    enqueue(&test.app, NewJob::new(&SealStrays {})).await;
    test.settle().await;
    let report = verify(&admin).await;
    assert_eq!((&report["valid"], &report["head_seq"]), (&json!(true), &json!(sealed + 1)), "{report}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_verification_says_where_to_go_on() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    note(&test, 0..5500).await;
    seal(&test).await;
    let part = shared::audit::verify(&test.app, &Actor::system(), 1, Duration::ZERO).await.unwrap();
    assert_eq!((part.valid, part.complete, part.next_from), (true, false, Some(5001)));
    let rest = admin.get("/api/admin/audit/verify/?from=5001").await.expect(200);
    assert_eq!((&rest["valid"], &rest["complete"]), (&json!(true), &json!(true)), "{rest}");
    let beyond = format!("from={}", part.head_seq + 2);
    for query in ["from=0", "from=-1", "from=x", "from=1&from=2", "form=1", "from=9223372036854775808", &beyond] {
        let problem = admin.get(&format!("/api/admin/audit/verify/?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][query.split('=').next().unwrap()].is_array(), "{query}: {problem}");
    }
    admin.get(&format!("/api/admin/audit/verify/?from={}", part.head_seq + 1)).await.expect(200);
    test.done().await;
}
