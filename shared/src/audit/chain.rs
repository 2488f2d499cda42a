//! Seals entries: chains each to the one before by its hash, behind the lock of the head, after the deeds have committed,
//! so that no deed ever waits for another's entry.
//!
//! What it proves: nobody without the secret key changed, removed or reordered a sealed entry, as long as the head is not
//! put back to an older one of its own. Against that stands the log, which tells every head (`docs/audit.md`).

use super::{Column, Entity, Model, canonical, head, seals};
use crate::clock::Time;
use crate::{App, Result, Tx};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{QueryOrder, QuerySelect};

/// Entries per transaction.
const BATCH: u64 = 1000;
/// An entry's id is made before its deed commits: how long a deed may take until its entry is a stray.
const LATE_MS: u64 = 15 * 60 * 1000;

/// What became of a round.
#[derive(Debug)]
pub enum Sealing {
    /// Nothing was left to seal.
    Nothing,
    /// The chain grew, once the transaction commits.
    Sealed(Batch),
    /// The head is not ours: whoever changed it must not get our mark on it.
    Forged,
}

/// Entries that were sealed together.
#[derive(Debug)]
pub struct Batch {
    /// How many.
    pub entries: usize,
    /// The new head.
    pub seq: i64,
    /// The new head's hash.
    pub hash: String,
}

impl Batch {
    /// One line for the second witness, a log that whoever writes to the database cannot reach. Call it after the commit.
    pub fn log(&self) {
        tracing::info!(audit.seq = self.seq, audit.hash = self.hash, entries = self.entries, "audit entries sealed");
        if self.seq == self.entries as i64 {
            tracing::warn!(audit.seq = self.seq, "a chain of audit entries began: to be expected once in the life of a database");
        }
    }
}

/// Seals the next entries that are not sealed yet, oldest first. Running twice, or at once with another, is harmless.
pub async fn seal(tx: &Tx) -> Result<Sealing> {
    let Some(head) = ours(tx).await? else { return Ok(Sealing::Forged) };
    let newest = seals::Entity::find().order_by_desc(seals::Column::EntryId).limit(1).one(tx).await?;
    let since = newest.map_or(Uuid::nil(), |seal| look_back(seal.entry_id, tx.now()));
    let entries = unsealed().filter(Column::Id.gte(since)).order_by_asc(Column::Id).limit(BATCH).all(tx).await?;
    append(tx, head, entries).await
}

/// Seals those of [`strays`] that nobody has sealed meanwhile.
pub async fn seal_these(tx: &Tx, ids: Vec<Uuid>) -> Result<Sealing> {
    let Some(head) = ours(tx).await? else { return Ok(Sealing::Forged) };
    let entries = unsealed().filter(Column::Id.is_in(ids)).all(tx).await?;
    append(tx, head, entries).await
}

/// Some unsealed entries of any age. Reads the whole table, so it is asked rarely and outside the head's lock.
pub async fn strays(app: &App) -> Result<Vec<Uuid>> {
    let ids = unsealed().select_only().column(Column::Id).order_by_asc(Column::Id).limit(BATCH);
    Ok(ids.into_tuple().all(&app.db.conn).await?)
}

async fn ours(tx: &Tx) -> Result<Option<head::Model>> {
    Ok(head::lock(tx).await?.filter(|head| head.is_ours(&tx.app)))
}

async fn append(tx: &Tx, head: head::Model, mut entries: Vec<Model>) -> Result<Sealing> {
    if entries.is_empty() {
        return Ok(Sealing::Nothing);
    }
    entries.sort_unstable_by_key(|entry| (entry.created_at, entry.id));
    let (mut seq, mut hash) = (head.seq, head.hash);
    let mut rows = Vec::with_capacity(entries.len());
    for entry in &entries {
        seq += 1;
        hash = canonical::hash(&hash, entry);
        rows.push(seals::ActiveModel { seq: Set(seq), entry_id: Set(entry.id), hash: Set(hash.clone()) });
    }
    seals::Entity::insert_many(rows).exec_without_returning(tx).await?;
    head::advance(tx, seq, &hash).await?;
    Ok(Sealing::Sealed(Batch { entries: entries.len(), seq, hash }))
}

/// Entries without a seal.
pub(super) fn unsealed() -> Select<Entity> {
    use sea_orm::sea_query::ExprTrait; // only here: its `min` hides that of numbers
    let of_entry = Expr::col((seals::Entity, seals::Column::EntryId)).equals((Entity, Column::Id));
    let seal = Query::select().expr(Expr::val(1)).from(seals::Entity).and_where(of_entry).to_owned();
    Entity::find().filter(Expr::exists(seal).not())
}

/// The least id (UUIDv7: milliseconds in its first 48 bits) of an entry that may still have come after `newest`. The id of
/// a machine whose clock is ahead does not hide the entries of the others.
fn look_back(newest: Uuid, now: Time) -> Uuid {
    let newest_ms = (newest.as_u128() >> 80) as u64;
    let now_ms = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let since = newest_ms.min(now_ms).saturating_sub(LATE_MS);
    Uuid::from_u128(u128::from(since) << 80)
}
