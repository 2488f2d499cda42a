//! What somebody can do with a shipment now.

use super::shipment::Model;
use super::{answer, cancel, edit, state, steps};
use crate::billing::invoice;
use crate::machine::By;
use crate::policy::{Actor, Permission};
use sea_orm::ActiveEnum;

/// `edit` (`edit_delivery` where the parcels are not theirs to say), `edit_carrier`, `cancel`, `approve_cost`, `decline_cost`, `pay`, and for staff `move:<STATUS>` for each move.
pub fn available_actions(actor: &Actor, row: &Model, invoices: &[invoice::Model]) -> Vec<String> {
    let mut actions: Vec<String> = vec![];
    let Ok(by) = steps::acts_as(actor, row) else { return actions };
    let mut offer = |name: &str, can: bool| actions.extend(can.then(|| name.to_owned()));
    let (can_edit, can_say_what) = (edit::can_edit(by, row), edit::can_say_what(by, row));
    offer("edit", can_edit && can_say_what);
    offer("edit_delivery", can_edit && !can_say_what);
    offer("edit_carrier", by == By::Staff && !row.status.is_finished());
    offer("cancel", cancel::can(by, row));
    let may_approve = answer::is_own(actor, row) || actor.can(Permission::OverridePrice);
    offer("approve_cost", row.proposal.is_some() && may_approve);
    offer("decline_cost", row.proposal.is_some());
    let owns_or_may = actor.user == Some(row.user_id) || actor.can(Permission::ManageInvoices);
    offer("pay", owns_or_may && invoices.iter().any(|invoice| invoice.available_actions(actor).contains(&"pay")));
    if by == By::Staff {
        let ways = state::moves(row.status, row.held_from, actor.can(Permission::TransitionBackwards));
        ways.into_iter().for_each(|to| offer(&format!("move:{}", to.to_value()), true));
    }
    actions
}
