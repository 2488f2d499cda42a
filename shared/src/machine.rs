//! State machines as tables: what follows what, and by whom. A table decides nothing by itself; commands ask it, tests walk
//! it, and `docs/state-machines.md` is drawn from it.

use sea_orm::{ActiveEnum, Iterable};

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Whoever it belongs to.
    Customer,
    /// People who work here and hold the permission for it.
    Staff,
    /// Jobs and events.
    System,
}

/// One step of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<S> {
    /// From here …
    pub from: S,
    /// … to here.
    pub to: S,
    /// Who takes it.
    pub by: By,
    /// What must hold besides, in a few words; commands check it.
    pub when: &'static str,
}

/// A step, for tables that are read like sentences.
pub const fn step<S>(from: S, to: S, by: By, when: &'static str) -> Step<S> {
    Step { from, to, by, when }
}

/// Whether the table lets `by` go from here to there.
pub fn allows<S: PartialEq>(table: &[Step<S>], by: By, from: &S, to: &S) -> bool {
    table.iter().any(|step| step.by == by && step.from == *from && step.to == *to)
}

/// Where `by` can go from here, in the order of the table.
pub fn next<S: Copy + PartialEq>(table: &[Step<S>], by: By, from: S) -> Vec<S> {
    let mut found: Vec<S> = vec![];
    for step in table.iter().filter(|step| step.by == by && step.from == from) {
        if !found.contains(&step.to) {
            found.push(step.to);
        }
    }
    found
}

/// The table as a Mermaid diagram, which begins at `first` and ends where nothing follows.
pub fn diagram<S>(table: &[Step<S>], first: S) -> String
where
    S: ActiveEnum<Value = String> + Iterable + Copy + PartialEq,
{
    let name = |state: S| state.to_value();
    let mut lines = vec!["stateDiagram-v2".to_owned(), format!("    [*] --> {}", name(first))];
    for step in table {
        let by = match step.by {
            By::Customer => "customer",
            By::Staff => "staff",
            By::System => "system",
        };
        let when = if step.when.is_empty() { String::new() } else { format!(", {}", step.when) };
        lines.push(format!("    {} --> {}: {by}{when}", name(step.from), name(step.to)));
    }
    for state in S::iter().filter(|state| table.iter().all(|step| step.from != *state)) {
        lines.push(format!("    {} --> [*]", name(state)));
    }
    lines.join("\n")
}
