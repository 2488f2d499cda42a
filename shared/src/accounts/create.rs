//! Creating accounts.

use super::password;
use super::user::{self, Sets};
use crate::error::{Problems, on_unique};
use crate::i18n::{LANGUAGES, Message};
use crate::ids::UserId;
use crate::money::Currency;
use crate::policy::{Actor, Permission, PermissionSet, Role};
use crate::{App, Error, Result, audit};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use secrecy::{ExposeSecret, SecretString};

/// An account as staff describe it.
#[derive(Debug)]
pub struct NewUser {
    /// Unique in any case.
    pub email: String,
    /// Taken from the e-mail when absent.
    pub username: Option<String>,
    /// Absent: the account cannot sign in until a password is set through a reset.
    pub password: Option<SecretString>,
    /// Any script.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// E.164.
    pub phone_number: Option<String>,
    /// What the person is to the company.
    pub role: Role,
    /// Language tag.
    pub language: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
}

/// Staff create a customer's account. Other roles have doors of their own.
pub async fn create_user(app: &App, actor: &Actor, new: NewUser) -> Result<user::Model> {
    actor.may(Permission::ManageUsers)?;
    if !matches!(new.role, Role::WalkIn | Role::Buy4Me) {
        return Err(Error::Forbidden(None));
    }
    insert(app, actor, new, vec![]).await
}

/// Makes the first super admin, or gives an existing account that role and password. Safe to repeat.
pub async fn create_superuser(app: &App, email: &str, given: &SecretString) -> Result<user::Model> {
    let existing = user::find_by_login(&app.db.conn, email).await?;
    let Some(existing) = existing else {
        let new = NewUser {
            email: email.to_owned(),
            username: None,
            password: Some(given.clone()),
            first_name: String::new(),
            last_name: String::new(),
            phone_number: None,
            role: Role::SuperAdmin,
            language: None,
            currency: None,
        };
        return insert(app, &Actor::system(), new, vec![PermissionSet::SuperAdmin]).await;
    };
    let mut problems = Problems::default();
    check_password(&mut problems, given);
    problems.finish()?;
    let hash = password::hash(app, given).await?;
    let tx = app.begin().await?;
    let id = existing.id;
    let mut row: user::ActiveModel = existing.into();
    row.password_hash = Set(hash);
    row.role = Set(Role::SuperAdmin);
    row.permission_sets = Set(Sets(vec![PermissionSet::SuperAdmin]));
    row.is_active = Set(true);
    row.updated_at = Set(tx.now());
    let user = row.update(&tx).await?;
    audit::record(&tx, &Actor::system(), "user.made_superuser", "user", id.0, None).await?;
    tx.commit().await?;
    Ok(user)
}

async fn insert(app: &App, actor: &Actor, new: NewUser, sets: Vec<PermissionSet>) -> Result<user::Model> {
    let email = new.email.trim().to_lowercase();
    let username = new.username.as_deref().unwrap_or(&email).trim().to_lowercase();
    let language = new.language.clone().unwrap_or_else(|| LANGUAGES[0].to_owned());
    let mut problems = Problems::default();
    problems.check(is_email(&email), "email", "error-email");
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    problems.check(username == email || (username.chars().all(plain) && (3..=64).contains(&username.len())), "username", "error-username");
    check_name(&mut problems, "first_name", &new.first_name);
    check_name(&mut problems, "last_name", &new.last_name);
    problems.check(new.phone_number.as_deref().is_none_or(is_e164), "phone_number", "error-phone");
    problems.check(LANGUAGES.contains(&language.as_str()), "language", "error-unknown-language");
    let currency = match &new.currency {
        Some(code) => problems.take(Currency::parse("currency", code))?.unwrap_or(app.config.base_currency),
        None => app.config.base_currency,
    };
    if let Some(given) = &new.password {
        check_password(&mut problems, given);
    }
    problems.finish()?;
    // without a password nothing fits: not even an empty one
    let unguessable = SecretString::from(hex::encode(rand::random::<[u8; 32]>()));
    let password_hash = password::hash(app, new.password.as_ref().unwrap_or(&unguessable)).await?;
    let tx = app.begin().await?;
    let now = tx.now();
    let row = user::ActiveModel {
        id: Set(UserId::new()),
        username: Set(username),
        email: Set(email),
        password_hash: Set(password_hash),
        first_name: Set(new.first_name.trim().to_owned()),
        last_name: Set(new.last_name.trim().to_owned()),
        phone_number: Set(new.phone_number),
        role: Set(new.role),
        permission_sets: Set(Sets(sets)),
        is_active: Set(true),
        language: Set(language),
        currency: Set(currency.code().to_owned()),
        email_verified_at: Set(None),
        date_joined: Set(now),
        updated_at: Set(now),
        version: Set(1),
        ..Default::default()
    };
    let user = row.insert(&tx).await.map_err(|error| taken(error, new.username.is_some()))?;
    audit::record(&tx, actor, "user.created", "user", user.id.0, Some(serde_json::json!({ "role": user.role }))).await?;
    tx.commit().await?;
    Ok(user)
}

/// Which of the two unique names is in use. A username that was taken from the e-mail is the e-mail's problem.
fn taken(error: sea_orm::DbErr, named: bool) -> Error {
    let on = |name, column, meaning: fn() -> Error| on_unique::<()>(Err(error.clone()), name, column, meaning).err();
    let email = || Error::invalid("email", "error-email-taken");
    let username = || Error::invalid("username", "error-username-taken");
    let first = on("users_email_key", "users.email", email).filter(|e| matches!(e, Error::Invalid(_)));
    first
        .or_else(|| on("users_username_key", "users.username", if named { username } else { email }))
        .unwrap_or(Error::Database(error.clone()))
}

fn check_name(problems: &mut Problems, field: &str, name: &str) {
    problems.check(name.chars().count() <= 150, field, Message::new("error-too-long").with("max", 150));
    problems.check(!name.chars().any(char::is_control), field, "error-control-characters");
}

fn check_password(problems: &mut Problems, given: &SecretString) {
    let length = given.expose_secret().chars().count();
    problems.check(length >= 8, "password", Message::new("error-too-short").with("min", 8));
    problems.check(length <= 128, "password", Message::new("error-too-long").with("max", 128));
}

/// Good enough to try: the mail server has the last word.
fn is_email(text: &str) -> bool {
    text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control()) && text.parse::<lettre::Address>().is_ok()
}

pub(super) fn is_e164(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|digits| (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'))
}
