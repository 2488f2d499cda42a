//! (replaced)
use crate::{App, Error, Result};
use std::time::Duration;
/// Rule.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Rule {
    pub name: &'static str,
    pub most: u32,
    pub within: Duration,
    pub message: &'static str,
}
#[allow(missing_docs)]
pub async fn check(_: &App, _: &[(Rule, String)]) -> Result<()> {
    Ok(())
}
#[allow(missing_docs)]
pub async fn count(_: &App, _: &[(Rule, String)]) -> Result<()> {
    Ok(())
}
#[allow(missing_docs)]
pub async fn clear(_: &App, _: &[(Rule, String)]) -> Result<()> {
    Ok(())
}
#[allow(missing_docs)]
pub fn subject(a: std::net::IpAddr) -> String {
    a.to_string()
}
#[allow(missing_docs, dead_code)]
fn x() -> Error {
    Error::NotFound
}
