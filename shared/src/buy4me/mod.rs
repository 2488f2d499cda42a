//! Goods that are bought for customers.

pub mod jobs;
