//! Parcels on their way to somebody.
//!
//! A shipment carries copies of everything it was made from: the address, the parcels, the lines of its price, the rate they
//! were converted at. `state` says what follows what; a move, its event, its audit entry and its jobs are one transaction.
//! What a shipment costs and what was billed for it are brought together by one job (`bill`), however often either changed.

mod create;
pub mod event;
pub mod parcel;
pub mod price;
pub mod shipment;
pub mod state;
mod tell;
mod terms;
pub mod tracking;

pub use create::{NewShipment, create};
pub use shipment::Model;
pub use state::Status;
