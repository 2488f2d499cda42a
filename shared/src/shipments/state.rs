//! Where a shipment can be, and what follows what.

use crate::machine::By::{Customer, Staff};
use crate::machine::{Step, step};
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// Where a shipment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the table says what they mean
pub enum Status {
    Pending,
    Processing,
    InTransit,
    Delivered,
    Returned,
    OnHold,
    Cancelled,
}

impl Status {
    /// Nothing more is to be done. What was delivered can only be corrected, by a step backwards.
    pub fn is_finished(self) -> bool {
        match self {
            Self::Delivered | Self::Cancelled => true,
            Self::Pending | Self::Processing | Self::InTransit | Self::Returned | Self::OnHold => false,
        }
    }
}

/// The steps that correct a mistake.
pub const BACKWARDS: &str = "backwards, with a reason";
/// ON_HOLD leads to where it came from and nowhere else.
const HELD_THERE: &str = "if it was held there";

/// What follows what.
pub const TABLE: &[Step<Status>] = &[
    step(Status::Pending, Status::Processing, Staff, "confirmed: measured and priced"),
    step(Status::Pending, Status::Processing, Customer, "approves the cost"),
    step(Status::Pending, Status::Cancelled, Staff, ""),
    step(Status::Pending, Status::Cancelled, Customer, "unless it belongs to a request"),
    step(Status::Processing, Status::InTransit, Staff, "all paid, or an override with a reason"),
    step(Status::Processing, Status::OnHold, Staff, "with a reason"),
    step(Status::Processing, Status::OnHold, Customer, "declines a higher cost"),
    step(Status::Processing, Status::Cancelled, Staff, "what was paid goes back"),
    step(Status::InTransit, Status::Delivered, Staff, ""),
    step(Status::InTransit, Status::Returned, Staff, ""),
    step(Status::InTransit, Status::OnHold, Staff, "with a reason"),
    step(Status::OnHold, Status::Processing, Staff, HELD_THERE),
    step(Status::OnHold, Status::InTransit, Staff, HELD_THERE),
    step(Status::Returned, Status::Processing, Staff, "to be sent again"),
    step(Status::Processing, Status::Pending, Staff, BACKWARDS),
    step(Status::InTransit, Status::Processing, Staff, BACKWARDS),
    step(Status::Delivered, Status::InTransit, Staff, BACKWARDS),
    step(Status::Returned, Status::InTransit, Staff, BACKWARDS),
];

/// Whether the step corrects a mistake.
pub fn is_backwards(from: Status, to: Status) -> bool {
    TABLE.iter().any(|step| step.from == from && step.to == to && step.when == BACKWARDS)
}

/// Where staff can move it to; `held_from` is where an ON_HOLD shipment came from.
pub fn moves(from: Status, held_from: Option<Status>, may_go_back: bool) -> Vec<Status> {
    let fits = |to: &Status| (from != Status::OnHold || held_from == Some(*to)) && (may_go_back || !is_backwards(from, *to));
    crate::machine::next(TABLE, Staff, from).into_iter().filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::next;
    use proptest::prelude::*;
    use sea_orm::Iterable;

    #[test]
    fn a_cancelled_shipment_stays_so_and_a_delivered_one_is_only_corrected() {
        for by in [Customer, Staff] {
            assert_eq!(next(TABLE, by, Status::Cancelled), []);
        }
        assert_eq!(moves(Status::Delivered, None, false), []);
        assert_eq!(moves(Status::Delivered, None, true), [Status::InTransit]);
        assert_eq!(next(TABLE, Customer, Status::Delivered), []);
        for status in Status::iter().filter(|status| !status.is_finished()) {
            let held = (status == Status::OnHold).then_some(Status::Processing);
            assert!(!moves(status, held, false).is_empty(), "{status:?} is no dead end");
        }
    }

    proptest! {
        /// Walks of staff, forwards and backwards: each step is one of the table, a hold ends where it began, nothing leaves
        /// CANCELLED, and nothing is in transit that was never processed.
        #[test]
        fn walks_keep_to_the_table(choices in prop::collection::vec(0usize..100, 1..40), may_go_back: bool) {
            let (mut at, mut held_from, mut was_processed) = (Status::Pending, None, false);
            for choice in choices {
                let ways = moves(at, held_from, may_go_back);
                let Some(to) = ways.get(choice % ways.len().max(1)).copied() else {
                    prop_assert!(at.is_finished(), "{:?} is a dead end", at);
                    break;
                };
                prop_assert!(TABLE.iter().any(|step| step.from == at && step.to == to && step.by == Staff));
                prop_assert!(at != Status::Cancelled);
                prop_assert!(at != Status::OnHold || Some(to) == held_from);
                prop_assert!(may_go_back || !is_backwards(at, to));
                held_from = (to == Status::OnHold).then_some(at);
                was_processed |= to == Status::Processing;
                prop_assert!(was_processed || matches!(to, Status::Pending | Status::Cancelled));
                at = to;
            }
        }
    }
}
