//! `docs/state-machines.md` is drawn from the tables that the commands ask.

use shared::billing::status::{INVOICES, InvoiceStatus, TRANSACTIONS};
use shared::billing::transaction::TransactionStatus;
use shared::buy4me::state as buy4me;
use shared::machine::diagram;
use shared::shipments::state as shipments;
use std::path::Path;

/// `DRAW=1 cargo test --test it machines` draws it anew; read the difference before you commit it.
#[test]
fn the_diagrams_are_those_of_the_tables() {
    let sections = [
        ("Shipments", diagram(shipments::TABLE, shipments::Status::Pending)),
        ("Buy4Me requests", diagram(buy4me::TABLE, buy4me::Status::Draft)),
        ("Items of a request", diagram(buy4me::ITEMS, buy4me::ItemStatus::Pending)),
        ("Invoices", diagram(INVOICES, InvoiceStatus::Draft)),
        ("Charges", diagram(TRANSACTIONS, TransactionStatus::Pending)),
    ];
    let mut text = "# State machines\n\nDrawn from the tables in the code (`TABLE` in `shared/src/*/state.rs`, `shared/src/billing/status.rs`) by a test; do not edit.\n\
                    Each arrow says who takes the step, and what must hold.\n"
        .to_owned();
    for (title, drawn) in sections {
        text.push_str(&format!("\n## {title}\n\n```mermaid\n{drawn}\n```\n"));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/state-machines.md");
    if std::env::var_os("DRAW").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "draw it anew: DRAW=1 cargo test --test it machines");
}
