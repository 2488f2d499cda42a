//! Ids of rows: UUIDv7, one type per table, so that an invoice cannot be looked up by a user's id.

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id; later ids sort after earlier ones.
            #[allow(clippy::new_without_default)] // a default id would be a new one each time
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        // SeaORM asks this of every primary key; an id is never a counter
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A person who can sign in.
    UserId,
    /// A sign-in on one device.
    SessionId,
    /// A link that was mailed.
    LinkId,
    /// A postal address of a person.
    AddressId,
    /// A person's copy of what we know about them.
    DataExportId,
    /// An invoice.
    InvoiceId,
    /// A row of money that moved or is about to.
    TransactionId,
    /// A stored webhook event.
    EventId,
    /// A job in the ledger.
    JobId,
    /// A message to a person on one channel.
    NotificationId,
    /// A device that gets pushes.
    DeviceId,
    /// An exchange rate as it was at some time.
    RateId,
    /// A report as a file.
    ReportExportId,
    /// A shop.
    VendorId,
    /// A shipment.
    ShipmentId,
    /// A Buy4Me request.
    RequestId,
    /// An item of a Buy4Me request.
    ItemId,
    /// A credit note.
    CreditNoteId,
    /// A PDF that is to be made or was made.
    PaperId,
    /// What a customer said.
    FeedbackId,
    /// A customer's ticket.
    TicketId,
    /// A message in a ticket.
    MessageId,
    /// A file of a ticket.
    AttachmentId,
}
