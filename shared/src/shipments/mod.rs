//! Parcels on their way to somebody.
