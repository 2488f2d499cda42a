//! Sessions that have ended, for as long as an access token of theirs may still be about. It lets a flood of requests with
//! such a token be refused before the database is asked. The database stays the truth: what is missing here, because Redis
//! was away or emptied, is refused there.

use super::token::ACCESS_SECONDS;
use crate::ids::SessionId;
use crate::{App, throttle};
use std::time::Duration;

/// Refuses every access token these sessions ever issued, and ends their live streams. Call it after the commit that ended them; it cannot fail.
pub async fn deny(app: &App, sessions: &[SessionId]) {
    app.live.end_sessions(sessions);
    let marks: Vec<String> = sessions.iter().map(|session| mark(*session)).collect();
    throttle::mark(app, &marks, Duration::from_secs(ACCESS_SECONDS.unsigned_abs())).await;
}

pub(super) fn mark(session: SessionId) -> String {
    format!("denied:{}", session.0.simple())
}
