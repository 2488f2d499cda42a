//! Parcels on their way to somebody.
//!
//! A shipment carries copies of everything it was made from: the address, the parcels, the lines of its price, the rate they
//! were converted at. `state` says what follows what; a move, its event, its audit entry and its jobs are one transaction
//! (`steps`). What a shipment costs and what was billed for it are brought together by one job (`bill`), however often either
//! changed.

mod actions;
mod answer;
pub mod bill;
mod cancel;
mod confirm;
mod create;
mod difference;
mod edit;
pub mod event;
pub mod jobs;
pub mod list;
mod move_to;
pub mod parcel;
mod parcel_reader;
pub mod personal;
pub mod price;
pub mod quote;
pub mod shipment;
pub mod state;
mod steps;
pub mod task;
mod tell;
mod terms;
mod track;
pub mod tracking;

pub use actions::available_actions;
pub use answer::{Answered, CostAnswer, answer};
pub use cancel::cancel;
pub use create::{NewShipment, create};
pub use edit::{Edit, edit};
pub use list::{complete, list, show};
pub use move_to::{Move, move_to};
pub use quote::quote;
pub use shipment::Model;
pub use state::Status;
pub use track::{Tracked, track};
