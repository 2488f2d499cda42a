//! Goods that are bought for customers.
//!
//! A customer describes what to buy (`draft`, `items`; `preview` reads what product pages say), submits it (`submit`) and gets a
//! quote at locked rates (`figures`, `price`). Staff buy (`order`), note what happens to each item (`work`), and the request shows
//! how far the item is that is least far (`state`, `advance`). Prices that change are billed, credited or asked about
//! (`reprice`). What has arrived leaves as a shipment (`ship`, `follow`) until all is complete (`complete`) or off (`cancel`).
//!
//! Every command locks the owner's account, then the request, then shipments, then invoices.

mod advance;
pub mod bill;
mod cancel;
mod complete;
pub mod detail;
mod draft;
pub mod event;
mod fields;
mod figures;
mod follow;
pub mod item;
mod items;
pub mod jobs;
pub mod list;
mod order;
mod overage;
pub mod personal;
pub mod preview;
pub mod price;
mod refunded;
mod reprice;
pub mod request;
mod ship;
pub mod state;
mod steps;
mod submit;
pub mod task;
mod work;

pub use cancel::cancel;
pub use complete::{complete_delivered, due};
pub use draft::{NewRequest, create, edit};
pub use event::Said;
pub use fields::ItemFields;
pub use follow::follow_shipment;
pub use items::{add, change, remove};
pub use refunded::follow_refund;
pub use reprice::{Answer, Proposal, answer};
pub use request::visible;
pub use ship::{Instructions, instruct, pack};
pub use steps::{Wanted, move_to};
pub use submit::{expire, expired};
pub use work::{Work, is_draft, work};
