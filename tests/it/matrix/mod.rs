//! Who reaches what: every operation of the API's document tried as nobody, as each kind of customer, and as staff with
//! and without rights. The table is a snapshot that a person reviews; what must hold of any table is in `rules`.

mod callers;
mod document;
mod probes;
mod rules;
mod targets;

use callers::{House, Who};
use document::{Operation, operations};
use probes::{PROBES, Probe};
use sea_orm::Iterable;
use shared::policy::{Permission, PermissionSet};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// One line of the table: what each caller was answered.
struct Row {
    operation: Operation,
    probe: &'static Probe,
    /// Status and body, in the order of [`Who::ALL`].
    answers: Vec<(u16, String)>,
}

impl Row {
    fn status(&self, who: Who) -> u16 {
        self.answers[who as usize].0
    }

    fn line(&self) -> String {
        let cells: Vec<String> = Who::ALL.iter().map(|who| format!("{:>w$}", self.status(*who), w = who.name().len())).collect();
        format!("{:<WIDTH$}{}", self.operation.name(), cells.join("  "))
    }
}

/// Longer than any method and path.
const WIDTH: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn each_role_reaches_what_the_reviewed_table_says_and_nothing_else() {
    let house = House::open().await;
    let mut rows = vec![];
    for operation in operations() {
        let Some(probe) = PROBES.iter().find(|probe| probe.operation == operation.id) else { continue };
        let mut answers = vec![];
        for who in Who::ALL {
            answers.push(probe.ask(&house, &operation, who).await);
        }
        rows.push(Row { operation, probe, answers });
    }
    let broken = rules::broken(&house, &rows).await;
    let names: Vec<&str> = Who::ALL.iter().map(|who| who.name()).collect();
    let table: Vec<String> = std::iter::once(format!("{:<WIDTH$}{}", "", names.join("  "))).chain(rows.iter().map(Row::line)).collect();
    assert!(broken.is_empty(), "{}\n\n{}", broken.join("\n"), table.join("\n"));
    insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!("roles", table.join("\n")) });
    house.test.done().await;
}

/// A new endpoint says here how it is tried, or this fails.
#[test]
fn every_operation_has_a_probe_and_every_probe_its_operation() {
    let documented: BTreeSet<String> = operations().into_iter().map(|operation| operation.id).collect();
    let probed: BTreeSet<String> = PROBES.iter().map(|probe| probe.operation.to_owned()).collect();
    assert_eq!(probed.len(), PROBES.len(), "an operation has two probes in tests/it/matrix/probes.rs");
    let missing: Vec<String> =
        operations().iter().filter(|op| !probed.contains(&op.id)).map(|op| format!("{} ({})", op.id, op.name())).collect();
    assert!(
        missing.is_empty(),
        "nobody knows who may do this: {}. Add a line `of(\"<operationId>\")` to PROBES in tests/it/matrix/probes.rs, with the \
         target its path needs and a valid body, run the test and review the new line of the table",
        missing.join(", ")
    );
    let gone: Vec<&String> = probed.difference(&documented).collect();
    assert!(gone.is_empty(), "no operation is called {gone:?} any more: remove its line from PROBES in tests/it/matrix/probes.rs");
}

/// What is routed past the document is not in the table, so it is named here, with what guards it.
#[test]
fn nothing_is_routed_past_the_document_but_what_is_named_here() {
    let known = [
        "/account/password/",                   // the token of a mailed link
        "/account/verify/",                     // the token of a mailed link
        "/api/openapi.json",                    // public
        "/docs/",                               // public
        "/docs/errors/",                        // public
        "/docs/{*file}",                        // public
        "/feedback/{kind}/{id}/",               // the token of a mailed link
        "/papers/{folder}/{id}/",               // the signature of a link that ends
        "/pay/{invoice}/",                      // the token of a mailed link
        "/pay/{invoice}/back/{until}/{token}/", // the same
        "/pay/{invoice}/renew/",                // the same, even an old one
        "/sandbox/checkout/{id}/",              // the token in the payment's address
        "/unsubscribe/{user}/{event}/",         // the mark in a mail's last line
    ];
    let mut routed = vec![];
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("api/src/routes")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        routed.extend(text.split(".route(").skip(1).map(|rest| rest.trim_start().split('"').nth(1).unwrap_or("?").to_owned()));
    }
    routed.sort();
    assert_eq!(routed, known, "use `routes!` and `#[utoipa::path]`, or name the route here with what guards it");
}

/// The policy itself: which set gives which permission.
#[test]
fn each_set_gives_what_the_reviewed_table_says() {
    let sets: Vec<(PermissionSet, String)> =
        PermissionSet::iter().map(|set| (set, serde_json::to_value(set).unwrap().as_str().unwrap().to_owned())).collect();
    let names: Vec<&str> = sets.iter().map(|(_, name)| name.as_str()).collect();
    let mut table = vec![format!("{:<26}{}", "", names.join("  "))];
    for permission in Permission::iter() {
        let cell =
            |(set, name): &(PermissionSet, String)| format!("{:>w$}", if set.allows(permission) { "yes" } else { "-" }, w = name.len());
        table.push(format!("{:<26}{}", permission.code(), sets.iter().map(cell).collect::<Vec<_>>().join("  ")));
    }
    insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!("permissions", table.join("\n")) });
}
