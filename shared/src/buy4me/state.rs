//! Where a request and its items can be, and who takes them further. A request that is being worked on shows how far the
//! item is that is least far.

use crate::machine::{By, Step, step};
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum Status {
    Draft,
    Submitted,
    OrderPlaced,
    InTransit,
    WarehouseArrived,
    ShippedToCustomer,
    Completed,
    Cancelled,
}

impl Status {
    /// As on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Submitted => "SUBMITTED",
            Self::OrderPlaced => "ORDER_PLACED",
            Self::InTransit => "IN_TRANSIT",
            Self::WarehouseArrived => "WAREHOUSE_ARRIVED",
            Self::ShippedToCustomer => "SHIPPED_TO_CUSTOMER",
            Self::Completed => "COMPLETED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// How far an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum ItemStatus {
    Pending,
    Ordered,
    VendorShipped,
    Received,
    Shipped,
    OutOfStock,
    Cancelled,
    Refunded,
}

impl ItemStatus {
    /// As on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Ordered => "ORDERED",
            Self::VendorShipped => "VENDOR_SHIPPED",
            Self::Received => "RECEIVED",
            Self::Shipped => "SHIPPED",
            Self::OutOfStock => "OUT_OF_STOCK",
            Self::Cancelled => "CANCELLED",
            Self::Refunded => "REFUNDED",
        }
    }

    /// Whether the customer still gets it.
    pub fn is_active(self) -> bool {
        match self {
            Self::Pending | Self::Ordered | Self::VendorShipped | Self::Received | Self::Shipped => true,
            Self::OutOfStock | Self::Cancelled | Self::Refunded => false,
        }
    }

    /// Whether somebody has begun to buy it.
    pub fn has_begun(self) -> bool {
        match self {
            Self::Ordered | Self::VendorShipped | Self::Received | Self::Shipped => true,
            Self::Pending | Self::OutOfStock | Self::Cancelled | Self::Refunded => false,
        }
    }

    /// How far the request of such an item is at most; `None`: the item does not count.
    fn stage(self) -> Option<Status> {
        match self {
            Self::Pending => Some(Status::Submitted),
            Self::Ordered => Some(Status::OrderPlaced),
            Self::VendorShipped => Some(Status::InTransit),
            Self::Received => Some(Status::WarehouseArrived),
            Self::Shipped => Some(Status::ShippedToCustomer),
            Self::OutOfStock | Self::Cancelled | Self::Refunded => None,
        }
    }
}

/// Where a submitted request stands that has these items: as far as the least of those that count; none left is the end.
pub fn stage(items: impl IntoIterator<Item = ItemStatus>) -> Status {
    items.into_iter().filter_map(ItemStatus::stage).min().unwrap_or(Status::Cancelled)
}

const UNPAID: &str = "nothing paid, nothing ordered";
const FOLLOWS: &str = "all active items are as far";
const REFUNDED: &str = "was paid for, and the money has gone back";
const NONE_LEFT: &str = "no active item is left";

/// What follows what for a request.
pub const TABLE: &[Step<Status>] = &[
    step(Status::Draft, Status::Submitted, By::Customer, "every item has a price"),
    step(Status::Draft, Status::Submitted, By::Staff, "every item has a price"),
    step(Status::Draft, Status::Cancelled, By::Customer, ""),
    step(Status::Draft, Status::Cancelled, By::Staff, ""),
    step(Status::Submitted, Status::Draft, By::Customer, UNPAID),
    step(Status::Submitted, Status::Draft, By::Staff, UNPAID),
    step(Status::Submitted, Status::Draft, By::System, "the quote has expired unpaid"),
    step(Status::Submitted, Status::Cancelled, By::Customer, "nothing ordered"),
    step(Status::Submitted, Status::Cancelled, By::Staff, ""),
    step(Status::Submitted, Status::Cancelled, By::System, NONE_LEFT),
    step(Status::Submitted, Status::OrderPlaced, By::Staff, "all invoices settled, or override"),
    step(Status::Submitted, Status::OrderPlaced, By::System, FOLLOWS),
    step(Status::Submitted, Status::InTransit, By::System, FOLLOWS),
    step(Status::Submitted, Status::WarehouseArrived, By::System, FOLLOWS),
    step(Status::OrderPlaced, Status::InTransit, By::Staff, "moves the items along"),
    step(Status::OrderPlaced, Status::InTransit, By::System, FOLLOWS),
    step(Status::OrderPlaced, Status::WarehouseArrived, By::Staff, "moves the items along"),
    step(Status::OrderPlaced, Status::WarehouseArrived, By::System, FOLLOWS),
    step(Status::OrderPlaced, Status::Cancelled, By::Staff, ""),
    step(Status::OrderPlaced, Status::Cancelled, By::System, NONE_LEFT),
    step(Status::InTransit, Status::WarehouseArrived, By::Staff, "moves the items along"),
    step(Status::InTransit, Status::WarehouseArrived, By::System, FOLLOWS),
    step(Status::InTransit, Status::Cancelled, By::Staff, ""),
    step(Status::InTransit, Status::Cancelled, By::System, NONE_LEFT),
    step(Status::WarehouseArrived, Status::ShippedToCustomer, By::System, "linked shipment in transit"),
    step(Status::WarehouseArrived, Status::Cancelled, By::Staff, "linked shipment not on its way"),
    step(Status::ShippedToCustomer, Status::WarehouseArrived, By::System, "linked shipment came back and was cancelled"),
    step(Status::ShippedToCustomer, Status::Completed, By::Customer, ""),
    step(Status::ShippedToCustomer, Status::Completed, By::System, "some days after delivery"),
];

/// What follows what for an item of a submitted request.
pub const ITEMS: &[Step<ItemStatus>] = &[
    step(ItemStatus::Pending, ItemStatus::Ordered, By::Staff, "all invoices settled, or override"),
    step(ItemStatus::Pending, ItemStatus::OutOfStock, By::Staff, "credited"),
    step(ItemStatus::Pending, ItemStatus::Cancelled, By::Customer, "new price declined, credited"),
    step(ItemStatus::Pending, ItemStatus::Cancelled, By::Staff, "credited"),
    step(ItemStatus::Pending, ItemStatus::Cancelled, By::System, "request cancelled"),
    step(ItemStatus::Ordered, ItemStatus::VendorShipped, By::Staff, ""),
    step(ItemStatus::Ordered, ItemStatus::Received, By::Staff, "all pieces"),
    step(ItemStatus::Ordered, ItemStatus::OutOfStock, By::Staff, "credited"),
    step(ItemStatus::Ordered, ItemStatus::Cancelled, By::Customer, "new price declined, credited"),
    step(ItemStatus::Ordered, ItemStatus::Cancelled, By::Staff, "credited"),
    step(ItemStatus::Ordered, ItemStatus::Cancelled, By::System, "request cancelled"),
    step(ItemStatus::VendorShipped, ItemStatus::Received, By::Staff, "all pieces"),
    step(ItemStatus::VendorShipped, ItemStatus::OutOfStock, By::Staff, "never came, credited"),
    step(ItemStatus::VendorShipped, ItemStatus::Cancelled, By::System, "request cancelled"),
    step(ItemStatus::Received, ItemStatus::Shipped, By::System, "linked shipment in transit"),
    step(ItemStatus::Received, ItemStatus::Cancelled, By::System, "request cancelled"),
    step(ItemStatus::Shipped, ItemStatus::Received, By::System, "linked shipment came back and was cancelled"),
    step(ItemStatus::OutOfStock, ItemStatus::Refunded, By::System, REFUNDED),
    step(ItemStatus::Cancelled, ItemStatus::Refunded, By::System, REFUNDED),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::next;
    use proptest::prelude::*;
    use sea_orm::{ActiveEnum, Iterable};

    const BY: [By; 3] = [By::Customer, By::Staff, By::System];

    fn all() -> Vec<ItemStatus> {
        ItemStatus::iter().collect()
    }

    #[test]
    fn the_ends_are_ends_and_everything_else_goes_on() {
        for status in Status::iter() {
            let goes_on = BY.iter().any(|by| !next(TABLE, *by, status).is_empty());
            assert_eq!(goes_on, !matches!(status, Status::Completed | Status::Cancelled), "{status:?}");
            assert_eq!(status.code(), status.to_value());
        }
        for status in ItemStatus::iter() {
            let goes_on = BY.iter().any(|by| !next(ITEMS, *by, status).is_empty());
            assert_eq!(goes_on, status != ItemStatus::Refunded, "{status:?}");
            assert_eq!(status.code(), status.to_value());
        }
    }

    #[test]
    fn only_an_unpaid_quote_and_a_shipment_that_came_back_go_back() {
        let back: Vec<_> = TABLE.iter().filter(|step| step.to < step.from).map(|step| (step.from, step.to)).collect();
        let known = [(Status::Submitted, Status::Draft), (Status::ShippedToCustomer, Status::WarehouseArrived)];
        assert!(back.iter().all(|step| known.contains(step)), "{back:?}");
    }

    proptest! {
        #[test]
        fn a_random_walk_visits_stages_in_order_and_stays_at_the_end(choices in prop::collection::vec((0usize..3, 0usize..8), 0..40)) {
            let (mut at, mut highest) = (Status::Draft, Status::Draft);
            for (by, choice) in choices {
                let open = next(TABLE, BY[by], at);
                let Some(to) = open.get(choice % open.len().max(1)).copied() else { continue };
                prop_assert!(!matches!(at, Status::Completed | Status::Cancelled), "left {at:?}");
                prop_assert!(to > at || to == Status::Draft || (at, to) == (Status::ShippedToCustomer, Status::WarehouseArrived));
                // goods that were ordered are never a draft again
                prop_assert!(to != Status::Draft || highest <= Status::Submitted);
                prop_assert!(to != Status::Completed || at == Status::ShippedToCustomer);
                (at, highest) = (to, highest.max(to));
            }
        }

        #[test]
        fn the_stage_falls_only_when_a_shipment_comes_back(
            items in prop::collection::vec(prop::sample::select(all()), 1..12), which in any::<prop::sample::Index>(), choice in any::<prop::sample::Index>(),
        ) {
            let before = stage(items.iter().copied());
            let mut after = items.clone();
            let moved = which.index(items.len());
            let steps: Vec<_> = ITEMS.iter().filter(|step| step.from == items[moved]).collect();
            prop_assume!(!steps.is_empty());
            after[moved] = steps[choice.index(steps.len())].to;
            prop_assert!(items[moved] == ItemStatus::Shipped || stage(after.iter().copied()) >= before, "{items:?} → {after:?}");
        }

        #[test]
        fn the_stage_is_that_of_the_item_least_far(items in prop::collection::vec(prop::sample::select(all()), 0..12)) {
            let shown = stage(items.iter().copied());
            let active: Vec<_> = items.iter().copied().filter(|item| item.is_active()).collect();
            prop_assert_eq!(shown == Status::Cancelled, active.is_empty());
            prop_assert!(active.is_empty() || active.iter().any(|item| stage([*item]) == shown));
            prop_assert!(active.iter().all(|item| stage([*item]) >= shown));
        }
    }
}
