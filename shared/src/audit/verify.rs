//! Reads the chain again and says what does not fit. Only reads, one page in memory at a time.

use super::{Column, Entity, Model, canonical, chain, head, seals};
use crate::clock::Time;
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use serde::Serialize;
use std::time::{Duration, Instant};

/// Seals per statement.
const PAGE: u64 = 5000;
/// Problems in one report: whoever has that many needs no more to know.
const MOST: usize = 100;
/// An entry this young may still wait for its seal.
const PENDING: TimeDelta = TimeDelta::minutes(2);

/// What does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The entry or its place in the chain is not what was sealed.
    Changed,
    /// The entry of this seal is gone.
    Removed,
    /// The entry should have a seal by now.
    Unsealed,
    /// Seals are missing from here on; what follows them cannot be checked against them.
    Gap,
    /// The end is missing from here on.
    Truncated,
    /// The head is missing, was not written by us, or is older than the chain.
    HeadForged,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What.
    pub kind: Kind,
    /// Where in the chain.
    pub seq: Option<i64>,
    /// About which entry.
    pub entry: Option<Uuid>,
}

/// What a verification found.
#[derive(Debug)]
pub struct Report {
    /// Nothing was found in the part that was read.
    pub valid: bool,
    /// Entries there are.
    pub entries: u64,
    /// Seals there are.
    pub sealed: u64,
    /// Entries that are too young to be sealed.
    pub pending: u64,
    /// How long the chain says it is.
    pub head_seq: i64,
    /// How it ends: to be compared with what the log says of `head_seq`.
    pub head_hash: Option<String>,
    /// At most [`MOST`].
    pub problems: Vec<Problem>,
    /// Whether the end was reached.
    pub complete: bool,
    /// Where to go on if not.
    pub next_from: Option<i64>,
}

/// Checks the chain from this seal on for about `budget`, then, at its end, what the chain cannot say by itself.
pub async fn verify(app: &App, actor: &Actor, from: i64, budget: Duration) -> Result<Report> {
    actor.may(Permission::ViewAudit)?;
    let until = Instant::now() + budget;
    let head = head::find(app).await?;
    let head_seq = head.as_ref().map_or(0, |head| head.seq);
    let ours = head.filter(|head| head.is_ours(app));
    if from < 1 || ours.as_ref().is_some_and(|head| from > head.seq + 1) {
        return Err(Error::invalid("from", "error-out-of-range"));
    }
    let mut walk = Walk { next: from, previous: before(app, from).await?, problems: vec![] };
    // what is sealed from now on is a later verification's
    let end = ours.as_ref().map_or(i64::MAX, |head| head.seq);
    let mut complete = false;
    while !complete && walk.problems.len() < MOST {
        let page = page(app, walk.next, end).await?;
        complete = (page.len() as u64) < PAGE;
        page.into_iter().for_each(|(seal, entry)| walk.step(seal, entry));
        if Instant::now() >= until {
            break;
        }
    }
    if complete {
        walk.arrive(app, ours.as_ref()).await?;
    }
    let Walk { next, mut problems, .. } = walk;
    problems.truncate(MOST);
    let young = Column::CreatedAt.gte(app.clock.now() - PENDING);
    Ok(Report {
        valid: problems.is_empty(),
        entries: Entity::find().count(&app.db.conn).await?,
        sealed: seals::Entity::find().count(&app.db.conn).await?,
        pending: chain::unsealed().filter(young).count(&app.db.conn).await?,
        head_seq,
        head_hash: ours.map(|head| head.hash),
        problems,
        complete,
        next_from: (!complete).then_some(next),
    })
}

/// The hash that seal `from` was made with, if it is still known.
async fn before(app: &App, from: i64) -> Result<Option<String>> {
    if from == 1 {
        return Ok(Some(canonical::GENESIS.to_owned()));
    }
    Ok(seals::Entity::find_by_id(from - 1).one(&app.db.conn).await?.map(|seal| seal.hash))
}

async fn page(app: &App, from: i64, end: i64) -> Result<Vec<(seals::Model, Option<Model>)>> {
    let seals = seals::Entity::find().filter(seals::Column::Seq.between(from, end)).order_by_asc(seals::Column::Seq).limit(PAGE);
    Ok(seals.find_also_related(Entity).all(&app.db.conn).await?)
}

/// Where the reading stands.
struct Walk {
    /// The seal that should come next.
    next: i64,
    /// The hash before it; `None` after a gap.
    previous: Option<String>,
    problems: Vec<Problem>,
}

impl Walk {
    fn note(&mut self, kind: Kind, seq: impl Into<Option<i64>>, entry: impl Into<Option<Uuid>>) {
        self.problems.push(Problem { kind, seq: seq.into(), entry: entry.into() });
    }

    fn step(&mut self, seal: seals::Model, entry: Option<Model>) {
        if seal.seq > self.next {
            self.note(Kind::Gap, self.next, None);
            self.previous = None;
        }
        let fits = |entry: &Model| self.previous.as_ref().is_none_or(|previous| canonical::hash(previous, entry) == seal.hash);
        match &entry {
            None => self.note(Kind::Removed, seal.seq, seal.entry_id),
            Some(entry) if !fits(entry) => self.note(Kind::Changed, seal.seq, seal.entry_id),
            Some(_) => {}
        }
        // on with the hash as it was written: one change is one problem
        (self.next, self.previous) = (seal.seq + 1, Some(seal.hash));
    }

    /// At the end: does the chain end as the head says, and is every entry in it?
    async fn arrive(&mut self, app: &App, ours: Option<&head::Model>) -> Result<()> {
        match ours {
            Some(head) if self.next <= head.seq => self.note(Kind::Truncated, self.next, None),
            // a chain that was written anew from somewhere ends otherwise
            Some(head) if self.previous.as_ref().is_some_and(|last| *last != head.hash) => self.note(Kind::Changed, head.seq, None),
            Some(_) => {}
            None if self.next > 1 || seals::Entity::find().one(&app.db.conn).await?.is_some() => self.note(Kind::HeadForged, None, None),
            // nothing was ever sealed
            None => {}
        }
        if let (Some(_), Some(stranger)) = (ours, beyond(app).await?) {
            self.note(Kind::HeadForged, stranger, None);
        }
        for id in overdue(app, app.clock.now() - PENDING).await? {
            self.note(Kind::Unsealed, None, id);
        }
        Ok(())
    }
}

/// A seal that the head does not count. Both are read by one statement: a sealer may be at work.
async fn beyond(app: &App) -> Result<Option<i64>> {
    let sql = "SELECT MIN(seq) AS seq FROM audit_seals WHERE seq < 1 OR seq > (SELECT seq FROM audit_head WHERE id = 1)";
    let row = app.db.conn.query_one_raw(app.db.sql(sql, vec![])).await?;
    Ok(row.map(|row| row.try_get("", "seq")).transpose()?.flatten())
}

async fn overdue(app: &App, before: Time) -> Result<Vec<Uuid>> {
    let ids = chain::unsealed().filter(Column::CreatedAt.lt(before)).select_only().column(Column::Id);
    Ok(ids.order_by_asc(Column::Id).limit(MOST as u64).into_tuple().all(&app.db.conn).await?)
}
