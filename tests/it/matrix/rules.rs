//! What must hold of the table whoever reviews it.

use super::Row;
use super::callers::{House, Who};

fn is_good(status: u16) -> bool {
    // or the way into a WebSocket
    (200..300).contains(&status) || status == 101
}

/// Every cell that breaks a rule, in words.
pub async fn broken(house: &House, rows: &[Row]) -> Vec<String> {
    let mut broken: Vec<String> = rows.iter().flat_map(of_answers).chain(rows.iter().flat_map(of_rights)).collect();
    broken.extend(rows.iter().flat_map(|row| of_secrets(row, &house.secrets)));
    broken.extend(of_audit(house, rows).await);
    broken
}

fn told(row: &Row, who: Who, rule: &str) -> String {
    format!("{} as {}: {} {rule}", row.operation.name(), who.name(), row.status(who))
}

/// A cell says whether somebody may: whatever else it says hides that. And it says what the document said it would.
fn of_answers(row: &Row) -> Vec<String> {
    let mut broken = vec![];
    for who in Who::ALL {
        let (status, text) = &row.answers[who as usize];
        let is_odd = row.probe.odd.iter().any(|(odd, _)| odd == status);
        if !is_good(*status) && ![401, 403, 404].contains(status) && !is_odd {
            broken.push(told(row, who, &format!("is no answer about rights (mend the probe, or list it there as odd): {text}")));
        }
        if !row.operation.answers.contains(status) {
            broken.push(told(row, who, "is not in the document"));
        }
    }
    broken
}

fn of_rights(row: &Row) -> Vec<String> {
    let mut broken = vec![];
    let mut rule = |who: Who, holds: bool, words: &str| {
        if !holds {
            broken.push(told(row, who, words));
        }
    };
    let good = |who: Who| is_good(row.status(who));
    let operation = &row.operation;
    if operation.is_public {
        rule(Who::Nobody, good(Who::Nobody), "although the document asks for no sign-in");
    } else {
        rule(Who::Nobody, row.status(Who::Nobody) == 401, "although the document asks for a sign-in");
    }
    for who in [Who::WalkIn, Who::Buy4Me, Who::NoSet] {
        rule(who, !operation.is_for_staff() || !good(who), "behind a door of staff, without any permission");
    }
    // what the document opens to everybody is nobody's secret
    rule(Who::WalkIn, operation.is_public || !operation.has_object() || !good(Who::WalkIn), "on what is another customer's");
    rule(Who::SuperAdmin, row.status(Who::SuperAdmin) != 403, "although super admins hold every permission");
    for (less, more) in [(Who::NoSet, Who::Admin), (Who::Admin, Who::SuperAdmin)] {
        rule(more, !good(less) || good(more), "although less rights were enough");
    }
    broken
}

/// Whoever holds no permission reads nothing about the owner, whatever the status says.
fn of_secrets(row: &Row, secrets: &[String]) -> Vec<String> {
    let strangers = [Who::Nobody, Who::WalkIn, Who::NoSet];
    let text = |who: &Who| &row.answers[*who as usize].1;
    let reads = |who: &Who| secrets.iter().any(|secret| text(who).contains(secret));
    strangers.into_iter().filter(reads).map(|who| told(row, who, "and the answer speaks of another customer")).collect()
}

/// No refusal without its entry: everything asked for exists, so each 403 and each 404 is one.
async fn of_audit(house: &House, rows: &[Row]) -> Option<String> {
    let refused = rows.iter().flat_map(|row| &row.answers).filter(|(status, _)| [403, 404].contains(status)).count() as i64;
    let entries = house.test.count("audit_entries", "action = 'access.denied'").await;
    (refused != entries).then(|| format!("{refused} requests were refused, and the audit knows of {entries}"))
}
