//! Where a ticket can be, and what follows what.

use crate::machine::By::{Customer, Staff, System};
use crate::machine::{Step, step};
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// Where a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the table says what they mean
pub enum Status {
    Open,
    InProgress,
    Resolved,
    Closed,
}

impl Status {
    /// Nobody works on it any more.
    pub fn is_finished(self) -> bool {
        match self {
            Self::Resolved | Self::Closed => true,
            Self::Open | Self::InProgress => false,
        }
    }
}

/// A customer's way back.
const REOPENED: &str = "writes or reopens, nobody is assigned";
/// The same for a ticket that somebody cares for.
const REOPENED_ASSIGNED: &str = "writes or reopens, somebody is assigned";

/// What follows what. What was closed is reopened only for a week.
pub const TABLE: &[Step<Status>] = &[
    step(Status::Open, Status::InProgress, Staff, "or the first answer or assignment"),
    step(Status::Open, Status::Resolved, Staff, ""),
    step(Status::Open, Status::Closed, Staff, ""),
    step(Status::Open, Status::Closed, Customer, ""),
    step(Status::InProgress, Status::Resolved, Staff, ""),
    step(Status::InProgress, Status::Closed, Staff, ""),
    step(Status::InProgress, Status::Closed, Customer, ""),
    step(Status::Resolved, Status::InProgress, Staff, "not resolved after all"),
    step(Status::Resolved, Status::Closed, Staff, ""),
    step(Status::Resolved, Status::Closed, Customer, ""),
    step(Status::Resolved, Status::Open, Customer, REOPENED),
    step(Status::Resolved, Status::InProgress, Customer, REOPENED_ASSIGNED),
    step(Status::Closed, Status::Open, Customer, REOPENED),
    step(Status::Closed, Status::InProgress, Customer, REOPENED_ASSIGNED),
    step(Status::Open, Status::Closed, System, "its customer was erased"),
    step(Status::InProgress, Status::Closed, System, "its customer was erased"),
    step(Status::Resolved, Status::Closed, System, "a week without a word, or its customer was erased"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{By, allows, next};
    use proptest::prelude::*;
    use sea_orm::Iterable;

    #[test]
    fn whoever_may_be_in_the_way_a_ticket_can_be_closed_and_staff_never_open_what_is() {
        for status in Status::iter().filter(|status| *status != Status::Closed) {
            for by in [By::Customer, By::Staff, By::System] {
                assert!(allows(TABLE, by, &status, &Status::Closed), "{status:?} {by:?}");
            }
        }
        for by in [By::Staff, By::System] {
            assert_eq!(next(TABLE, by, Status::Closed), []);
        }
        assert_eq!(next(TABLE, By::System, Status::Open), [Status::Closed], "jobs only close");
        for status in [Status::Open, Status::InProgress] {
            assert_eq!(next(TABLE, By::Customer, status), [Status::Closed], "customers do not work");
        }
    }

    proptest! {
        /// Walks of all together: each step is one of the table, nothing is a step to itself, and only customers lead back
        /// from CLOSED.
        #[test]
        fn walks_keep_to_the_table(choices in prop::collection::vec((0usize..3, 0usize..100), 1..40)) {
            let mut at = Status::Open;
            for (by, choice) in choices {
                let by = [By::Customer, By::Staff, By::System][by];
                let ways = next(TABLE, by, at);
                let Some(to) = ways.get(choice % ways.len().max(1)).copied() else { continue };
                prop_assert!(to != at);
                prop_assert!(at != Status::Closed || by == By::Customer);
                prop_assert!(at.is_finished() || to != Status::Open);
                at = to;
            }
        }
    }
}
