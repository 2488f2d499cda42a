//! The HTTP door: translates requests into commands of the business.
