//! Forgetting a person. The account remains as a number without a face, because the books refer to it: invoices keep the
//! billing data printed on them, and so do their papers as PDF, with the credit notes and receipts, which staff may open and no
//! link does; payments and the providers' events stay as they are (tax law asks for them for years). The audit stays too: its
//! entries are masked from the start and cannot be altered.

use crate::accounts::{password, user};
use crate::clock::Time;
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::UserId;
use crate::notifications::undeliverable;
use crate::page::containing_text;
use crate::policy::{Actor, Permission, Role};
use crate::{App, Error, Result, Tx, audit, buy4me, live, shipments, support};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

/// An account that is only a number now.
#[derive(Debug)]
pub struct Erased {
    /// The number.
    pub id: UserId,
    /// Since when.
    pub erased_at: Time,
}

/// Rows that go with the person; $1 is the account. Spent refresh tokens go with their sessions. Stored answers hold what
/// the person was shown; those to requests of staff go by themselves within a day.
const GONE: &[&str] = &[
    "DELETE FROM sessions WHERE user_id = $1",
    "DELETE FROM active_days WHERE user_id = $1",
    "DELETE FROM addresses WHERE user_id = $1",
    "DELETE FROM data_exports WHERE user_id = $1",
    "DELETE FROM account_links WHERE user_id = $1",
    "DELETE FROM idempotency_keys WHERE actor_id = $1",
    // mail servers repeat the address that they refuse; facts repeat what staff wrote to the person
    "UPDATE notifications SET error = NULL, facts = NULL, address = NULL WHERE user_id = $1",
    "DELETE FROM notification_preferences WHERE user_id = $1",
    "DELETE FROM push_devices WHERE user_id = $1",
    // stars are about us
    "UPDATE feedback SET message = '' WHERE user_id = $1",
];

/// Links may be for an address that has no account; $1 is a pattern of the e-mail address in its quotation marks, so that
/// nobody's whose address merely ends like it goes along.
const LINKS: &str = r"DELETE FROM account_links WHERE CAST(payload AS TEXT) LIKE $1 ESCAPE '\'";

/// Errors of jobs repeat what mail servers say; $1 is a pattern of the e-mail address. One error too many is no loss.
const ERRORS: &str = r"UPDATE jobs SET last_error = NULL, errors = '[]' WHERE last_error IS NOT NULL
      AND (last_error LIKE $1 ESCAPE '\' OR CAST(errors AS TEXT) LIKE $1 ESCAPE '\')";

/// Erases a customer's account for a reason, which must not name the person: it is kept. Once erased, always erased.
pub async fn erase(app: &App, actor: &Actor, id: UserId, reason: &str) -> Result<Erased> {
    actor.may(Permission::ManageUsers)?;
    let reason = reason.trim();
    let mut problems = Problems::default();
    problems.check(!reason.is_empty(), "reason", "error-blank");
    problems.check(reason.chars().count() <= 500, "reason", Message::new("error-too-long").with("max", 500));
    problems.check(!reason.chars().any(char::is_control), "reason", "error-control-characters");
    problems.finish()?;
    let tx = app.begin().await?;
    let user = user::lock(&tx, id).await?;
    match user.role {
        Role::WalkIn | Role::Buy4Me => {}
        Role::Admin | Role::SuperAdmin => return Err(Error::Forbidden(Some(Permission::ManageAdmins))),
    }
    if let Some(erased_at) = user.erased_at {
        return Ok(Erased { id, erased_at });
    }
    if owes(&tx, id).await? {
        return Err(Error::conflict("account-has-open-invoices", &[]));
    }
    if shipments::personal::is_moving(&tx, id).await? {
        return Err(Error::conflict("account-has-open-shipments", &[]));
    }
    if buy4me::personal::is_open(&tx, id).await? {
        return Err(Error::conflict("account-has-open-requests", &[]));
    }
    let (email, erased_at) = (user.email.clone(), tx.now());
    let number = user.phone_number.clone();
    anonymise(&tx, user, erased_at).await?;
    for sql in GONE {
        tx.execute_raw(app.db.sql(sql, vec![id.into()])).await?;
    }
    // after the messages, as whoever ends a message does
    undeliverable::forget(&tx, &[Some(&email), number.as_ref()]).await?;
    shipments::personal::forget(&tx, id).await?;
    buy4me::personal::forget(&tx, id).await?;
    support::personal::forget(&tx, id).await?;
    let quoted = serde_json::to_string(&email).map_err(Error::internal)?;
    for (sql, named) in [(LINKS, &quoted), (ERRORS, &email)] {
        tx.execute_raw(app.db.sql(sql, vec![containing_text(named).into()])).await?;
    }
    audit::record(&tx, actor, "user.erased", "user", id.0, Some(serde_json::json!({ "reason": reason }))).await?;
    live::feed::forget(&tx, id).await?;
    tx.commit().await?;
    app.live.end_user(id);
    Ok(Erased { id, erased_at })
}

/// Whether an issued invoice still waits for money, or money that was promised back has not gone.
async fn owes(tx: &Tx, id: UserId) -> Result<bool> {
    let sql = "SELECT 1 FROM invoices WHERE user_id = $1 AND (status = 'OPEN' AND amount_minor - credited_minor > paid_minor \
               OR EXISTS (SELECT 1 FROM payment_transactions AS t WHERE t.invoice_id = invoices.id AND t.kind = 'REFUND' \
               AND t.status = 'PENDING')) LIMIT 1";
    Ok(tx.query_one_raw(tx.app.db.sql(sql, vec![id.into()])).await?.is_some())
}

/// Takes everything out of the account that says who it was. The e-mail address and the username are free again.
async fn anonymise(tx: &Tx, user: user::Model, now: Time) -> Result<()> {
    let (id, version) = (user.id, user.version + 1);
    let name = format!("erased-{id}@erased.invalid");
    let mut row: user::ActiveModel = user.into();
    row.username = Set(name.clone());
    row.email = Set(name);
    row.email_verified_at = Set(None);
    row.password_hash = Set(password::unusable());
    row.password_changed_at = Set(None);
    row.first_name = Set(String::new());
    row.last_name = Set(String::new());
    row.phone_number = Set(None);
    row.mfa_secret = Set(None);
    row.mfa_enabled_at = Set(None);
    row.mfa_last_step = Set(None);
    row.mfa_recovery = Set(None);
    row.is_active = Set(false);
    row.erased_at = Set(Some(now));
    row.updated_at = Set(now);
    row.version = Set(version);
    user::Entity::update(row).exec_without_returning(tx).await?;
    Ok(())
}
