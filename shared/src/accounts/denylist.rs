//! (replaced)
use crate::App;
use crate::ids::SessionId;
#[allow(missing_docs)]
pub async fn deny(_: &App, _: &[SessionId]) {}
