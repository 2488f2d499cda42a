//! What somebody can do with a ticket now.

use super::state::Status;
use super::steps;
use super::ticket::{self, Model};
use crate::clock::Time;
use crate::machine::By;
use crate::policy::Actor;
use sea_orm::ActiveEnum;

/// `reply`, `attach`, `reopen`, `close`; for staff also `note`, `assign`, `edit`, and `move:<STATUS>` for each move.
pub fn available_actions(actor: &Actor, row: &Model, now: Time) -> Vec<String> {
    let mut actions: Vec<String> = vec![];
    let Ok(by) = ticket::acts_as(actor, row) else { return actions };
    let mut offer = |name: &str, can: bool| actions.extend(can.then(|| name.to_owned()));
    let can_reopen = row.can_reopen(now);
    let ways = steps::ways(by, row, can_reopen);
    let is_live = !row.status.is_finished() || can_reopen;
    if by == By::Customer {
        offer("reply", is_live);
        offer("attach", is_live);
        offer("reopen", row.status.is_finished() && can_reopen);
    } else {
        offer("reply", row.status != Status::Closed);
        for name in ["note", "attach", "assign", "edit"] {
            offer(name, true);
        }
    }
    offer("close", ways.contains(&Status::Closed));
    if by != By::Customer {
        ways.into_iter().for_each(|to| offer(&format!("move:{}", to.to_value()), true));
    }
    actions
}
