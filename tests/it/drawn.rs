//! Documents that are drawn from what the program itself reads, so that they cannot say anything else.

use shared::billing::status::{INVOICES, InvoiceStatus, TRANSACTIONS};
use shared::billing::transaction::TransactionStatus;
use shared::buy4me::state as buy4me;
use shared::machine::diagram;
use shared::shipments::state as shipments;
use shared::support::state as support;
use std::collections::BTreeMap;
use std::path::Path;

/// `DRAW=1 cargo test --test it drawn` draws them anew; read the difference before you commit it.
fn is_drawn(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var_os("DRAW").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "draw it anew: DRAW=1 cargo test --test it drawn");
}

/// From the tables that the commands ask.
#[test]
fn the_diagrams_are_those_of_the_tables() {
    let sections = [
        ("Shipments", diagram(shipments::TABLE, shipments::Status::Pending)),
        ("Buy4Me requests", diagram(buy4me::TABLE, buy4me::Status::Draft)),
        ("Items of a request", diagram(buy4me::ITEMS, buy4me::ItemStatus::Pending)),
        ("Invoices", diagram(INVOICES, InvoiceStatus::Draft)),
        ("Tickets", diagram(support::TABLE, support::Status::Open)),
        ("Charges", diagram(TRANSACTIONS, TransactionStatus::Pending)),
    ];
    let mut text = "# State machines\n\nDrawn from the tables in the code (`TABLE` in `shared/src/*/state.rs`, `shared/src/billing/status.rs`) by a test; do not edit.\n\
                    Each arrow says who takes the step, and what must hold.\n"
        .to_owned();
    for (title, drawn) in sections {
        text.push_str(&format!("\n## {title}\n\n```mermaid\n{drawn}\n```\n"));
    }
    is_drawn("state-machines.md", &text);
}

/// From the catalogue: a problem's `code` is the name of its message.
#[test]
fn every_code_of_an_error_is_listed() {
    let mut codes = BTreeMap::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("shared/src/i18n/en")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for section in text.split("\n# ").map(|section| section.trim_start_matches("# ")) {
            let title = section.lines().next().unwrap_or_default();
            if title != "Conflicts" && !title.starts_with("Titles and details") {
                continue;
            }
            for line in section.lines().skip(1) {
                let Some((id, words)) = line.split_once(" = ") else { continue };
                codes.insert(id.strip_prefix("error-").unwrap_or(id).to_owned(), words.to_owned());
            }
        }
    }
    let rows: Vec<String> = codes.iter().map(|(code, words)| format!("| `{code}` | {} |", words.replace('|', "\\|"))).collect();
    let head = "# Error codes\n\nThe `code` of a problem is stable; its `detail` follows the reader's language. Drawn from the catalogue by a test; do not edit. \
                What each status means is in [errors.md](errors.md).\n\n| code | detail |\n|---|---|\n";
    is_drawn("error-codes.md", &format!("{head}{}\n", rows.join("\n")));
}
