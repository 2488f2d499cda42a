//! The general limit: how many requests an address and an account may send, asked together with the denylist before the
//! database hears of a request.

use super::{denylist, token};
use crate::throttle::{self, Rule};
use crate::{App, Result};
use std::net::IpAddr;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// Counts a request, against its address and against the account of its access token. A token that is not genuine counts
/// for nobody's account. Answers whether the token's session is on the denylist; then its account is not counted either, so
/// that a stolen token which was signed out cannot use up its owner's share.
pub async fn admit(app: &App, address: Option<IpAddr>, access: Option<&str>) -> Result<bool> {
    let claims = access.and_then(|access| token::read(app, access).ok());
    let (by_address, by_account) = (app.config.rate_limit_address, app.config.rate_limit_account);
    let address = address.filter(|_| by_address > 0).map(|address| (rule("requests-address", by_address), throttle::subject(address)));
    let account = claims.as_ref().filter(|_| by_account > 0).map(|claims| (rule("requests-account", by_account), claims.sub.to_string()));
    let mark = claims.map(|claims| denylist::mark(claims.sid));
    throttle::pass(app, address.as_slice(), account.as_slice(), mark).await
}

fn rule(name: &'static str, most: u32) -> Rule {
    Rule { name, most, within: MINUTE, message: "error-too-many-requests" }
}
