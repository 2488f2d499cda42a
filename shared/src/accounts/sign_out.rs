//! Ending sessions: by signing out, on another device, or everywhere else.

use super::denylist;
use super::session::{self, Which};
use crate::ids::SessionId;
use crate::policy::Actor;
use crate::{App, Error, Result, audit};

/// Ends the session that the request belongs to.
pub async fn sign_out(app: &App, actor: &Actor) -> Result<()> {
    let own = actor.session.ok_or(Error::Forbidden(None))?;
    end_sessions(app, actor, Which::One(own)).await
}

/// Ends one of the actor's own sessions.
pub async fn end_session(app: &App, actor: &Actor, id: SessionId) -> Result<()> {
    let session = session::find(app, id).await?;
    if actor.user != Some(session.user_id) {
        return Err(Error::Hidden);
    }
    end_sessions(app, actor, Which::One(id)).await
}

/// Ends all of the actor's sessions but this one.
pub async fn end_other_sessions(app: &App, actor: &Actor) -> Result<()> {
    let own = actor.session.ok_or(Error::Forbidden(None))?;
    end_sessions(app, actor, Which::Others(own)).await
}

async fn end_sessions(app: &App, actor: &Actor, which: Which) -> Result<()> {
    let user = actor.user.ok_or(Error::Forbidden(None))?;
    let tx = app.begin().await?;
    let gone = session::end(&tx, user, which).await?;
    if !gone.is_empty() {
        audit::record(&tx, actor, "auth.signed_out", "user", user.0, Some(serde_json::json!({ "sessions": gone }))).await?;
    }
    tx.commit().await?;
    denylist::deny(app, &gone).await;
    Ok(())
}
