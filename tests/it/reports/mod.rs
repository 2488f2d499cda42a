//! Reports: right at every moment, whatever has been summed up and whatever changed since.

mod analytics;
mod door;
mod files;
mod pdf;
mod proof;
mod sums;
mod world;
