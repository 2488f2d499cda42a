//! Links in mails: each row allows one thing once, for a while. The secret in a link is not stored: it is a mark over the
//! row's id, so neither the database nor the job ledger holds anything that opens an account.

use crate::clock::Time;
use crate::ids::{LinkId, UserId};
use crate::page::containing_text;
use crate::{App, Error, Result, Tx, seal};
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Purpose {
    /// Finishes a registration; the payload holds it, because there is no account yet.
    Register,
    /// Proves that an address is the account's.
    VerifyEmail,
    /// Sets a new password. The payload holds the address that was asked for, which need not have an account.
    ResetPassword,
    /// Sets the first password of an account that staff made.
    Invite,
    /// Opens nothing: its mail tells the old address, which the payload holds, that the account has another one now.
    EmailChanged,
}

impl Purpose {
    /// How long such a link works.
    pub fn life(self) -> TimeDelta {
        match self {
            Self::Register | Self::VerifyEmail => TimeDelta::hours(48),
            Self::ResetPassword => TimeDelta::hours(1),
            Self::Invite | Self::EmailChanged => TimeDelta::days(7),
        }
    }

    /// The page that the link opens, relative to the public address.
    fn page(self) -> &'static str {
        match self {
            Self::Register | Self::VerifyEmail => "account/verify/",
            Self::ResetPassword | Self::Invite => "account/password/",
            Self::EmailChanged => "",
        }
    }
}

/// A link.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account_links")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LinkId,
    pub purpose: Purpose,
    pub user_id: Option<UserId>,
    pub payload: Option<Json>,
    pub created_at: Time,
    pub expires_at: Time,
    pub used_at: Option<Time>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Makes a link.
pub(super) async fn make(tx: &Tx, purpose: Purpose, user: Option<UserId>, payload: Option<Json>) -> Result<LinkId> {
    let id = LinkId::new();
    let row = ActiveModel {
        id: Set(id),
        purpose: Set(purpose),
        user_id: Set(user),
        payload: Set(payload),
        created_at: Set(tx.now()),
        expires_at: Set(tx.now() + purpose.life()),
        used_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}

/// The link's row, for the job that mails it.
pub async fn find(app: &App, id: LinkId) -> Result<Model> {
    Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)
}

/// Binds a link to the account that its mail goes to, before it goes: from then on the link dies with the account's others.
pub async fn bind(tx: &Tx, id: LinkId, user: UserId) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::UserId, Expr::value(user));
    update.filter(Column::Id.eq(id)).filter(Column::UserId.is_null()).exec(tx).await?;
    Ok(())
}

/// The secret of a link.
pub fn token(app: &App, id: LinkId) -> String {
    format!("{}.{}", id.0.simple(), seal::mark(app, "link", &id.to_string()))
}

/// The address of a link, for its mail.
pub fn url(app: &App, link: &Model) -> Result<String> {
    let mut url = app.config.public_url.join(link.purpose.page()).map_err(Error::internal)?;
    url.query_pairs_mut().append_pair("token", &token(app, link.id));
    Ok(url.into())
}

/// The unused, unexpired link behind a token. Whatever is wrong with it, the answer is the same.
pub async fn read(db: &impl ConnectionTrait, app: &App, token: &str, purposes: &[Purpose]) -> Result<Model> {
    let wrong = || Error::invalid("token", "error-link");
    let (id, mark) = token.split_once('.').ok_or_else(wrong)?;
    let id = LinkId(id.parse().map_err(|_| wrong())?);
    if !seal::is_mark(app, "link", &id.to_string(), mark) {
        return Err(wrong());
    }
    let link = Entity::find_by_id(id).one(db).await?;
    let usable = |link: &Model| purposes.contains(&link.purpose) && link.used_at.is_none() && link.expires_at > app.clock.now();
    link.filter(usable).ok_or_else(wrong)
}

/// Uses a link up: of two at the same time, one wins.
pub(super) async fn spend(tx: &Tx, token: &str, purposes: &[Purpose]) -> Result<Model> {
    let link = read(tx, &tx.app, token, purposes).await?;
    let update = Entity::update_many().col_expr(Column::UsedAt, Expr::value(tx.now())).col_expr(Column::Payload, Expr::value(None::<Json>));
    let spent = update.filter(Column::Id.eq(link.id)).filter(Column::UsedAt.is_null()).exec(tx).await?;
    if spent.rows_affected == 0 {
        return Err(Error::invalid("token", "error-link"));
    }
    Ok(link)
}

/// Makes the registrations that still wait for this address useless; answers how many there were.
pub(super) async fn void_registrations(tx: &Tx, email: &str) -> Result<u64> {
    let quoted = serde_json::to_string(email).map_err(Error::internal)?;
    let sql = "DELETE FROM account_links WHERE purpose = 'REGISTER' AND used_at IS NULL AND expires_at > $1 \
               AND CAST(payload AS TEXT) LIKE $2 ESCAPE '\\'";
    let statement = tx.app.db.sql(sql, vec![tx.now().into(), containing_text(&quoted).into()]);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}

/// Makes all links of an account useless: its password or its state has changed.
pub(super) async fn void(tx: &Tx, user: UserId) -> Result<()> {
    let opens = Entity::delete_many().filter(Column::UserId.eq(user)).filter(Column::Purpose.ne(Purpose::EmailChanged));
    opens.exec(tx).await?;
    Ok(())
}

/// Deletes links that expired a day ago or longer, at most `limit`.
pub async fn prune(app: &App, limit: u64) -> Result<u64> {
    let before = app.clock.now() - TimeDelta::days(1);
    let sql = "DELETE FROM account_links WHERE id IN (SELECT id FROM account_links WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";
    let _writing = app.db.writing().await;
    Ok(app.db.conn.execute_raw(app.db.sql(sql, vec![before.into(), (limit as i64).into()])).await?.rows_affected())
}
