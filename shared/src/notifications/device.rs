//! Devices that get pushes. Table `push_devices`. A token names one app on one device; who signs in there takes it over.

use crate::clock::Time;
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::{DeviceId, SessionId, UserId};
use crate::policy::Actor;
use crate::{App, Error, Result, Tx, accounts};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Most devices of one person; the one that was not heard of for longest makes room.
pub const MOST: usize = 20;
/// Longest token that is taken.
const LONGEST: usize = 4096;

/// What runs there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum Platform {
    Android,
    Ios,
    Web,
}

/// A device.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "push_devices")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeviceId,
    pub user_id: UserId,
    /// The sign-in that registered it: it hears nothing beyond that.
    pub session_id: SessionId,
    /// Of the push service.
    pub token: String,
    /// SHA-256 of the token, unique: tokens are longer than an index takes.
    pub token_hash: String,
    pub platform: Platform,
    /// What its owner calls it.
    pub name: String,
    pub created_at: Time,
    /// When its app last said that it is there.
    pub seen_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Registers the caller's device, or says again that it is there.
pub async fn register(app: &App, actor: &Actor, token: &str, platform: Platform, name: &str) -> Result<Model> {
    let (Some(owner), Some(session)) = (actor.user, actor.session) else { return Err(Error::Forbidden(None)) };
    let (token, name) = (token.trim(), name.trim());
    let mut problems = Problems::default();
    problems.check(!token.is_empty(), "token", "error-blank");
    problems.check(token.len() <= LONGEST, "token", Message::new("error-too-long").with("max", LONGEST));
    problems.check(token.bytes().all(|byte| byte.is_ascii_graphic()), "token", "error-control-characters");
    problems.check(name.chars().count() <= 100, "name", Message::new("error-too-long").with("max", 100));
    problems.check(!name.chars().any(char::is_control), "name", "error-control-characters");
    problems.finish()?;
    let tx = app.begin().await?;
    accounts::user::lock_active(&tx, owner).await?;
    let hash = hex::encode(Sha256::digest(token));
    let row = ActiveModel {
        id: Set(DeviceId::new()),
        user_id: Set(owner),
        session_id: Set(session),
        token: Set(token.to_owned()),
        token_hash: Set(hash.clone()),
        platform: Set(platform),
        name: Set(name.to_owned()),
        created_at: Set(tx.now()),
        seen_at: Set(tx.now()),
    };
    let known = OnConflict::column(Column::TokenHash)
        .update_columns([Column::UserId, Column::SessionId, Column::Platform, Column::Name, Column::SeenAt])
        .to_owned();
    Entity::insert(row).on_conflict(known).exec_without_returning(&tx).await?;
    let mine = of(&tx, owner).await?;
    let surplus: Vec<DeviceId> = mine.iter().skip(MOST).map(|device| device.id).collect();
    if !surplus.is_empty() {
        Entity::delete_many().filter(Column::Id.is_in(surplus)).exec(&tx).await?;
    }
    tx.commit().await?;
    let registered = mine.into_iter().find(|device| device.token_hash == hash);
    registered.ok_or_else(|| Error::internal("a device that was just registered is not there"))
}

/// A person's devices, the one heard of last first.
pub async fn of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Model>> {
    let found = Entity::find().filter(Column::UserId.eq(user)).order_by_desc(Column::SeenAt).order_by_desc(Column::Id);
    Ok(found.limit(2 * MOST as u64).all(db).await?)
}

/// The device of a push, if it is still registered.
pub async fn find(app: &App, id: DeviceId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(&app.db.conn).await?)
}

/// No more pushes to one of the caller's devices.
pub async fn remove(app: &App, actor: &Actor, id: DeviceId) -> Result<()> {
    let device = find(app, id).await?.ok_or(Error::NotFound)?;
    if actor.user != Some(device.user_id) {
        return Err(Error::Hidden);
    }
    let tx = app.begin().await?;
    Entity::delete_many().filter(Column::Id.eq(id)).filter(Column::UserId.eq(device.user_id)).exec(&tx).await?;
    tx.commit().await
}

/// The push service says that nobody is there any more.
pub async fn forget(tx: &Tx, token: &str) -> Result<()> {
    Entity::delete_many().filter(Column::TokenHash.eq(hex::encode(Sha256::digest(token)))).exec(tx).await?;
    Ok(())
}
