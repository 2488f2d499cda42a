//! What somebody does who can write to the database and does not know the secret key; each trace is named.

use super::{note, seal, verify};
use crate::support::TestApp;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::audit;
use uuid::Uuid;

/// Enough seals for a beginning, a middle and an end.
const ENTRIES: i64 = 12;

/// Twelve sealed entries, and a database whose triggers are gone.
async fn disarmed() -> TestApp {
    let test = TestApp::new().await;
    let there = test.count("audit_entries", "1 = 1").await;
    note(&test, 0..(ENTRIES - there) as usize).await;
    seal(&test).await;
    assert_eq!(test.count("audit_seals", "1 = 1").await, ENTRIES);
    for table in ["audit_entries", "audit_seals"] {
        match test.store.is_postgres() {
            true => test.sql(&format!("DROP TRIGGER {table}_no_change ON {table}; DROP TRIGGER {table}_no_truncate ON {table}")).await,
            false => test.sql(&format!("DROP TRIGGER {table}_no_update; DROP TRIGGER {table}_no_delete")).await,
        }
    }
    test
}

/// What a verification finds, as `kind@seq`.
async fn found(test: &TestApp) -> Vec<String> {
    let report = verify(&test.admin().await).await;
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(report["valid"], problems.is_empty());
    let text = |problem: &Value| match problem["seq"].as_i64() {
        Some(seq) => format!("{}@{seq}", problem["kind"].as_str().unwrap()),
        None => problem["kind"].as_str().unwrap().to_owned(),
    };
    problems.iter().map(text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_changed_removed_or_reordered_is_found_and_named() {
    let entry = |seq: i64| format!("id = (SELECT entry_id FROM audit_seals WHERE seq = {seq})");
    let last = "id IN (SELECT entry_id FROM audit_seals WHERE seq > 9)";
    let cases = [
        (vec![format!(r#"UPDATE audit_entries SET detail = '{{"number": 99}}' WHERE {}"#, entry(5))], vec!["changed@5"]),
        (vec![format!("UPDATE audit_entries SET actor_role = 'ADMIN' WHERE {}", entry(ENTRIES))], vec!["changed@12"]),
        (vec![format!("DELETE FROM audit_entries WHERE {}", entry(5))], vec!["removed@5"]),
        (vec![format!("DELETE FROM audit_entries WHERE {}", entry(5)), "DELETE FROM audit_seals WHERE seq = 5".into()], vec!["gap@5"]),
        (vec![format!("DELETE FROM audit_entries WHERE {last}"), "DELETE FROM audit_seals WHERE seq > 9".into()], vec!["truncated@10"]),
        (vec!["DELETE FROM audit_entries".into(), "DELETE FROM audit_seals".into()], vec!["truncated@1"]),
        // two seals change places: both, and the one that was made after them
        (
            [(-1, 5), (5, 6), (6, -1)].map(|(to, from)| format!("UPDATE audit_seals SET seq = {to} WHERE seq = {from}")).to_vec(),
            vec!["changed@5", "changed@6", "changed@7"],
        ),
        (vec!["UPDATE audit_head SET mark = hash".into()], vec!["head_forged"]),
        (vec!["DELETE FROM audit_head".into()], vec!["head_forged"]),
        (
            vec![
                format!("DELETE FROM audit_entries WHERE {last}"),
                "DELETE FROM audit_seals WHERE seq > 9".into(),
                "UPDATE audit_head SET seq = 9, hash = (SELECT hash FROM audit_seals WHERE seq = 9)".into(),
            ],
            vec!["head_forged"],
        ),
    ];
    for (attack, expected) in cases {
        let test = disarmed().await;
        assert_eq!(found(&test).await, Vec::<String>::new());
        for sql in &attack {
            test.sql(sql).await;
        }
        assert_eq!(found(&test).await, expected, "{attack:?}");
        // what comes after does not cover it up
        note(&test, 0..1).await;
        seal(&test).await;
        assert!(!found(&test).await.is_empty(), "{attack:?}");
        test.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_is_written_anew_without_the_key_is_no_chain() {
    for with_head in [true, false] {
        let test = disarmed().await;
        test.sql(r#"UPDATE audit_entries SET detail = '{"number": 99}' WHERE id = (SELECT entry_id FROM audit_seals WHERE seq = 5)"#).await;
        let hash = rewrite(&test).await;
        if with_head {
            test.sql(&format!("UPDATE audit_head SET hash = '{hash}' WHERE id = 1")).await;
        }
        assert_eq!(found(&test).await, [if with_head { "head_forged" } else { "changed@12" }]);
        // nor does the product lend its key to it
        let mark = test.count("audit_head", &format!("hash = '{hash}'")).await;
        note(&test, 0..1).await;
        seal(&test).await;
        assert_eq!(mark, i64::from(with_head));
        assert_eq!(found(&test).await, [if with_head { "head_forged" } else { "changed@13" }]);
        test.done().await;
    }
}

/// A head of our own from before, while what was sealed since is still there.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_head_does_not_fit_a_longer_chain() {
    let test = disarmed().await;
    test.sql("CREATE TABLE stolen AS SELECT * FROM audit_head").await;
    note(&test, 0..2).await;
    seal(&test).await;
    assert_eq!(found(&test).await, Vec::<String>::new());
    test.sql("DELETE FROM audit_head").await;
    test.sql("INSERT INTO audit_head SELECT * FROM stolen").await;
    assert_eq!(found(&test).await, [format!("head_forged@{}", ENTRIES + 1)]);
    test.close().await;
}

/// Calculates all hashes again, as anybody can who knows their form; answers the last.
async fn rewrite(test: &TestApp) -> String {
    let mut hash = "0".repeat(64);
    let seals = test.app.db.sql("SELECT seq, entry_id FROM audit_seals ORDER BY seq", vec![]);
    for seal in test.app.db.conn.query_all_raw(seals).await.unwrap() {
        let (seq, id): (i64, Uuid) = (seal.try_get("", "seq").unwrap(), seal.try_get("", "entry_id").unwrap());
        let e = audit::Entity::find_by_id(id).one(&test.app.db.conn).await.unwrap().unwrap();
        let when = e.created_at.timestamp_micros();
        let fields = json!([e.id, e.actor_id, e.actor_role, e.action, e.object_type, e.object_id, e.detail, e.request_id, e.address, when]);
        hash = hex::encode(Sha256::digest(format!("{hash}{fields}")));
        test.sql(&format!("UPDATE audit_seals SET hash = '{hash}' WHERE seq = {seq}")).await;
    }
    hash
}
