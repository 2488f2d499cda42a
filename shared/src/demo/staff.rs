//! The people who work here, and what a visitor signs in with. They are the same whatever is made and how often.

use super::calendar::midnight;
use super::customer::broken;
use super::dice::Dice;
use crate::accounts::user::{self, Sets};
use crate::clock::Time;
use crate::ids::UserId;
use crate::policy::{PermissionSet, Role};
use crate::{Result, Tx};
use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use chrono::NaiveDate;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use std::sync::LazyLock;

/// Everybody may know it: production refuses demo data.
pub const PASSWORD: &str = "try Buy4Me today";
/// The super admin among them.
pub const OWNER: &str = "demo.owner@example.com";
/// A customer who has things bought, and one of the counter.
pub const CUSTOMERS: [&str; 2] = ["demo.customer@example.com", "demo.walkin@example.com"];

/// Their addresses, names, roles and sets.
const STAFF: [(&str, &str, &str, Role, PermissionSet); 6] = [
    (OWNER, "Robin", "Castellan", Role::SuperAdmin, PermissionSet::SuperAdmin),
    ("demo.admin@example.com", "Maren", "Holloway", Role::Admin, PermissionSet::Admin),
    ("demo.warehouse@example.com", "Idris", "Bell", Role::Admin, PermissionSet::Warehouse),
    ("demo.buyer@example.com", "Paola", "Reyes", Role::Admin, PermissionSet::Buyer),
    ("demo.support@example.com", "Jonas", "Akpan", Role::Admin, PermissionSet::Support),
    ("demo.finance@example.com", "Helene", "Faure", Role::Admin, PermissionSet::Finance),
];

/// Who does what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Staff {
    pub(super) owner: UserId,
    pub(super) warehouse: UserId,
    pub(super) buyer: UserId,
    pub(super) support: UserId,
    pub(super) finance: UserId,
}

/// The salt is no secret either, and the same rows come out every time.
static HASH: LazyLock<Option<String>> = LazyLock::new(|| {
    let hashed: PasswordHash = Argon2::default().hash_password_with_salt(PASSWORD.as_bytes(), b"demo of Buy4Me 1").ok()?;
    Some(hashed.to_string())
});

/// What is stored of the password.
pub(super) fn password_hash() -> Result<String> {
    HASH.clone().ok_or_else(|| broken("the password cannot be hashed"))
}

/// Since when they work here: before the first document of any demo.
pub(super) fn since() -> Time {
    NaiveDate::from_ymd_opt(2020, 1, 6).map(midnight).unwrap_or_default()
}

/// Their rows.
pub(super) fn rows() -> Result<Vec<user::Model>> {
    let hash = password_hash()?;
    let row = |(number, (email, first, last, role, set)): (u64, (&str, &str, &str, Role, PermissionSet))| user::Model {
        id: UserId(Dice::of(&[0, number]).id(since())),
        username: email.to_owned(),
        email: email.to_owned(),
        password_hash: hash.clone(),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        phone_number: None,
        role,
        permission_sets: Sets(vec![set]),
        is_active: true,
        language: "en".to_owned(),
        currency: "USD".to_owned(),
        email_verified_at: Some(since()),
        date_joined: since(),
        updated_at: since(),
        version: 1,
        mfa_secret: None,
        mfa_enabled_at: None,
        mfa_last_step: None,
        mfa_recovery: None,
        password_changed_at: None,
        erased_at: None,
    };
    Ok((0..).zip(STAFF).map(row).collect())
}

/// Who they are in this database: an address may have been taken before.
pub(super) async fn find(tx: &Tx) -> Result<Staff> {
    let emails = STAFF.map(|(email, ..)| email);
    let known = user::Entity::find().select_only().column(user::Column::Email).column(user::Column::Id);
    let known: Vec<(String, UserId)> = known.filter(user::Column::Email.is_in(emails)).into_tuple().all(tx).await?;
    let of = |place: usize| known.iter().find(|(email, _)| email == emails[place]).map(|(_, id)| *id);
    let of = |place: usize| of(place).ok_or_else(|| broken(format!("{} is missing", emails[place])));
    Ok(Staff { owner: of(0)?, warehouse: of(2)?, buyer: of(3)?, support: of(4)?, finance: of(5)? })
}
