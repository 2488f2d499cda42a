//! The shops that goods are bought from: which there are (`vendor`), and what their pages say about a product (`preview`).

pub mod preview;
pub mod vendor;

pub use vendor::of_urls;
