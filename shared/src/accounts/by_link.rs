//! What the links in mails do once somebody follows them.

use super::link::{self, Purpose};
use super::{User, password, user};
use crate::error::Problems;
use crate::i18n::Message;
use crate::{App, Error, Result};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use secrecy::{ExposeSecret, SecretString};

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's network address.
    pub address: Option<String>,
    /// What the client says it is.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
}

/// The address that the link was mailed to is the account's.
pub async fn verify_email(app: &App, token: &str, _: &Origin) -> Result<User> {
    let tx = app.begin().await?;
    let link = link::spend(&tx, token, &[Purpose::VerifyEmail]).await?;
    let mut row: user::ActiveModel = user::find(&tx, link.user_id.ok_or(Error::NotFound)?).await?.into();
    row.email_verified_at = Set(Some(tx.now()));
    let user = row.update(&tx).await?;
    tx.commit().await?;
    Ok(user)
}

/// Sets the password of the account that the link was made for.
pub async fn set_password(app: &App, token: &str, given: &SecretString, _: &Origin) -> Result<User> {
    let purposes = [Purpose::ResetPassword, Purpose::Invite];
    link::read(&app.db.conn, app, token, &purposes).await?;
    let length = given.expose_secret().chars().count();
    let mut problems = Problems::default();
    problems.check(length >= 8, "password", Message::new("error-too-short").with("min", 8));
    problems.check(length <= 128, "password", Message::new("error-too-long").with("max", 128));
    problems.finish()?;
    let hash = password::hash(app, given).await?;
    let tx = app.begin().await?;
    let link = link::spend(&tx, token, &purposes).await?;
    let owner = link.user_id.ok_or_else(|| Error::invalid("token", "error-link"))?;
    let mut row: user::ActiveModel = user::find(&tx, owner).await?.into();
    row.password_hash = Set(hash);
    row.password_changed_at = Set(Some(tx.now()));
    let user = row.update(&tx).await?;
    tx.commit().await?;
    Ok(user)
}
