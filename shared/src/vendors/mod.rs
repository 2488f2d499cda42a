//! The shops that goods are bought from: which there are (`vendor`, written by `directory`, shown by `list`), what they look
//! like (`logo`, of a `picture`), and what their pages say about a product (`preview`).

pub mod directory;
mod linked_data;
pub mod list;
pub mod logo;
mod markup;
pub mod picture;
pub mod preview;
mod price;
pub mod vendor;

pub use vendor::of_urls;
