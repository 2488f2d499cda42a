//! A new password: asked for by mail, or set by somebody who knows the old one.

use super::limits::{RESET, RESET_ADDRESS, SIGN_IN_ACCOUNT};
use super::link::{self, Purpose};
use super::session::{self, Which};
use super::{Origin, denylist, password, profile, user};
use crate::error::Problems;
use crate::notifications::{self, Event, jobs::SendLink};
use crate::policy::Actor;
use crate::{App, Error, Result, audit, throttle};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use secrecy::SecretString;

/// Mails a link that sets a new password, if there is such an account. Whether there is one is found out by the job, so that
/// neither the answer nor its time can tell.
pub async fn request_reset(app: &App, email: &str, language: &str, from: &Origin) -> Result<()> {
    let email = email.trim().to_lowercase();
    let mut problems = Problems::default();
    problems.check(profile::is_email(&email), "email", "error-email");
    problems.finish()?;
    throttle::count(app, &[(RESET, email.clone()), (RESET_ADDRESS, from.subject())]).await?;
    let tx = app.begin().await?;
    let payload = serde_json::json!({ "email": email, "language": language });
    let link = link::make(&tx, Purpose::ResetPassword, None, Some(payload)).await?;
    tx.enqueue(SendLink { link }).await?;
    tx.commit().await
}

/// Asks the owner of an account for the password once more. Wrong ones count as wrong sign-ins of both names of the account.
pub(super) async fn prove(app: &App, known: &user::Model, given: &SecretString, field: &str) -> Result<()> {
    let mut counted = vec![(SIGN_IN_ACCOUNT, known.username.clone())];
    if known.email != known.username {
        counted.push((SIGN_IN_ACCOUNT, known.email.clone()));
    }
    throttle::check(app, &counted).await?;
    if !password::fits(app, given, Some(known.password_hash.clone()), true).await? {
        throttle::count(app, &counted).await?;
        return Err(Error::invalid(field, "error-wrong-password"));
    }
    // as in signing in: a right guess above the limit must not be told from a wrong one
    throttle::check(app, &counted).await
}

/// Changes the actor's own password; all other sessions end.
pub async fn change_password(app: &App, actor: &Actor, current: &SecretString, new: &SecretString) -> Result<()> {
    let id = actor.user.ok_or(Error::Forbidden(None))?;
    let known = user::find(&app.db.conn, id).await?;
    prove(app, &known, current, "current_password").await?;
    let mut problems = Problems::default();
    password::check(app, &mut problems, new, &known.names()).await?;
    problems.renamed("password", "new_password").finish()?;
    let hash = password::hash(app, new).await?;
    let tx = app.begin().await?;
    let user = user::lock(&tx, id).await?;
    if user.password_hash != known.password_hash || !user.is_active {
        return Err(Error::conflict("version-conflict", &[]));
    }
    let which = actor.session.map_or(Which::All, Which::Others);
    let gone = session::end(&tx, id, which).await?;
    link::void(&tx, id).await?;
    let mut row: user::ActiveModel = user.into();
    row.password_hash = Set(hash);
    row.password_changed_at = Set(Some(tx.now()));
    row.update(&tx).await?;
    audit::record(&tx, actor, "user.password_changed", "user", id.0, None).await?;
    notifications::about_account(&tx, id, Event::PasswordChanged).await?;
    tx.commit().await?;
    denylist::deny(app, &gone).await;
    Ok(())
}
