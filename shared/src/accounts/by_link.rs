//! What the links in mails do.

use super::limits::{LINK_ADDRESS, SET_PASSWORD, SIGN_IN_ACCOUNT};
use super::link::{self, Purpose};
use super::session::{self, Which};
use super::{Origin, denylist, password, register, user};
use crate::error::Problems;
use crate::notifications::{self, Event};
use crate::{App, Error, Result, audit, throttle};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use secrecy::SecretString;

const VERIFY: &[Purpose] = &[Purpose::Register, Purpose::VerifyEmail];
const PASSWORD: &[Purpose] = &[Purpose::ResetPassword, Purpose::Invite];

/// Proves an address: finishes a registration, or marks an account's address as its owner's.
pub async fn verify_email(app: &App, token: &str, from: &Origin) -> Result<user::Model> {
    guarded(app, from, async {
        let tx = app.begin().await?;
        // accounts are locked before their links, here as everywhere
        let owner = match link::read(&tx, app, token, VERIFY).await?.user_id {
            None => None,
            Some(id) => Some(user::lock(&tx, id).await?),
        };
        let link = link::spend(&tx, token, VERIFY).await?;
        let user = match owner {
            None => register::finish(&tx, link, from).await?,
            Some(user) if !user.is_active => return Err(Error::invalid("token", "error-link")),
            Some(user) => {
                let id = user.id;
                let actor = from.owner(&user);
                let mut row: user::ActiveModel = user.into();
                row.email_verified_at = Set(Some(tx.now()));
                audit::record(&tx, &actor, "user.email_verified", "user", id.0, None).await?;
                row.update(&tx).await?
            }
        };
        tx.commit().await?;
        Ok(user)
    })
    .await
}

/// Sets a password by the link of a reset or an invitation. All sessions end: whoever had the old password is out.
pub async fn set_password(app: &App, token: &str, given: &SecretString, from: &Origin) -> Result<user::Model> {
    let useless = || Error::invalid("token", "error-link");
    let known = guarded(app, from, async {
        let link = link::read(&app.db.conn, app, token, PASSWORD).await?;
        let user = user::find(&app.db.conn, link.user_id.ok_or_else(useless)?).await?;
        if user.is_active { Ok(user) } else { Err(useless()) }
    });
    let known = known.await?;
    throttle::count(app, &[(SET_PASSWORD, known.id.to_string())]).await?;
    let mut problems = Problems::default();
    password::check(app, &mut problems, given, &known.names()).await?;
    problems.finish()?;
    let hash = password::hash(app, given).await?;
    let tx = app.begin().await?;
    let user = user::lock(&tx, known.id).await?;
    link::spend(&tx, token, PASSWORD).await?;
    if !user.is_active || user.email != known.email {
        return Err(useless());
    }
    let actor = from.owner(&user);
    let gone = session::end(&tx, user.id, Which::All).await?;
    link::void(&tx, user.id).await?;
    let now = tx.now();
    let verified = user.email_verified_at.unwrap_or(now);
    let mut row: user::ActiveModel = user.into();
    row.password_hash = Set(hash);
    row.password_changed_at = Set(Some(now));
    // who has the link has the address
    row.email_verified_at = Set(Some(verified));
    let user = row.update(&tx).await?;
    audit::record(&tx, &actor, "user.password_reset", "user", user.id.0, None).await?;
    notifications::about_account(&tx, user.id, Event::PasswordChanged).await?;
    tx.commit().await?;
    denylist::deny(app, &gone).await;
    // wrong passwords of others no longer stand in the owner's way
    throttle::clear(app, &[(SIGN_IN_ACCOUNT, user.email.clone()), (SIGN_IN_ACCOUNT, user.username.clone())]).await?;
    Ok(user)
}

/// Counts links that do not work.
async fn guarded<T>(app: &App, from: &Origin, work: impl Future<Output = Result<T>>) -> Result<T> {
    let counted = [(LINK_ADDRESS, from.subject())];
    throttle::check(app, &counted).await?;
    let done = work.await;
    if matches!(done, Err(Error::Invalid(_))) {
        throttle::count(app, &counted).await?;
    }
    done
}
