//! What a provider published becomes our rates, or a case for a person.

use super::feed::Feed;
use super::jobs::Refresh;
pub use super::judge::Doubt;
use super::judge::{Jump, Known, Verdict, judge};
use super::rate::{self, NewRate};
use super::review::{self, Column, Model, Reason};
use super::{Provider, watch};
use crate::ids::JobId;
use crate::policy::{Actor, Permission};
use crate::queue::{self, Job, NewJob};
use crate::settings::{self, Rates};
use crate::{App, Error, Result, Tx, audit};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveEnum, Condition};
use serde_json::json;
use std::collections::BTreeMap;

/// Asks for a refresh now. While one that was asked for is unfinished, it is the same.
pub async fn ask(tx: &Tx, actor: &Actor) -> Result<JobId> {
    actor.may(Permission::ManageRates)?;
    let Some(fx) = &tx.app.config.fx else { return Err(Error::conflict("rates-are-manual", &[])) };
    let job = tx.enqueue_job(NewJob::new(&Refresh {}).unique("fx.refresh")).await?;
    let detail = json!({ "source": fx.provider.source(), "job": job });
    audit::record(tx, actor, "exchange_rates.refresh_asked", "exchange_rate", None, Some(detail)).await?;
    Ok(job)
}

/// How far a refresh is: the job, for those who may ask for one.
pub async fn show(app: &App, actor: &Actor, id: JobId) -> Result<queue::Row> {
    actor.may(Permission::ManageRates)?;
    let of_ours = queue::Jobs::find_by_id(id).filter(queue::Column::Kind.eq(Refresh::KIND));
    of_ours.one(&app.db.conn).await?.ok_or(Error::NotFound)
}

/// Stores a publication: what is new of it, as one; or nothing, and a person is asked, unless it is only late.
pub async fn store(tx: &Tx, feed: &Feed) -> Result<()> {
    rate::lock(tx).await?;
    let source = feed.provider.source();
    let settings = settings::read::<Rates>(&tx.app, tx).await?.value;
    let current = rate::current(tx).await?;
    let newest = rate::newest_of(tx, source).await?;
    let known = Known { current: &current, newest, max_jump: settings.max_jump.0, now: tx.now() };
    let (new, held) = match judge(feed, &known)? {
        // a cache on the way may be behind; if it stays so, the rates grow old, and that is noticed
        Verdict::Refused(Doubt::Outdated) => {
            tracing::warn!(fx.source = %source.to_value(), fx.published_at = %feed.published_at, "older exchange rates than we have");
            return watch::watch(tx, feed.provider).await;
        }
        Verdict::Refused(doubt) => return refuse(tx, feed.provider, doubt, Held::Feed(feed)).await,
        Verdict::Accepted { new, held } => (new, held),
    };
    recover(tx, feed, &held).await?;
    let new: Vec<NewRate> = new.into_iter().map(|(target, rate)| from_feed(feed, target, rate)).collect();
    let stored = rate::append(tx, &current, new).await?.len();
    review::open(tx, held.iter().map(|jump| case(tx, feed, jump)).collect()).await?;
    watch::watch(tx, feed.provider).await?;
    if stored > 0 {
        tracing::info!(fx.source = %source.to_value(), fx.stored = stored, fx.held = held.len(), "exchange rates refreshed");
        let detail = json!({ "source": source, "published_at": feed.published_at, "stored": stored, "held": held.len() });
        audit::record(tx, &Actor::system(), "exchange_rates.refreshed", "exchange_rate", None, Some(detail)).await?;
    }
    Ok(())
}

/// What a refused publication said, as far as it was understood.
#[derive(Debug)]
pub enum Held<'a> {
    /// All of it: a person may believe it.
    Feed(&'a Feed),
    /// Nothing, and why.
    Nothing(&'a str),
}

/// Refuses a publication as a whole: nothing changes but that a person is asked.
pub async fn refuse(tx: &Tx, provider: Provider, doubt: Doubt, held: Held<'_>) -> Result<()> {
    let mut case = Model::new(tx, Reason::Feed, provider.source(), json!({ "problem": doubt }));
    match held {
        Held::Feed(feed) => {
            case.published_at = Some(feed.published_at);
            if doubt == Doubt::MostJumped {
                let rates: BTreeMap<String, String> = feed.rates.iter().map(|(code, rate)| (code.to_string(), rate.to_string())).collect();
                case.detail["base"] = json!(provider.base());
                case.detail["rates"] = json!(rates);
                case.base_currency = Some(provider.base().to_string());
            }
        }
        Held::Nothing(why) => case.detail["reason"] = why.into(),
    }
    review::open(tx, vec![case]).await
}

fn from_feed(feed: &Feed, target: crate::money::Currency, rate: rust_decimal::Decimal) -> NewRate {
    let (base, source) = (feed.provider.base(), feed.provider.source());
    NewRate { base, target, rate, source, is_pinned: false, created_by: None, published_at: feed.published_at }
}

fn case(tx: &Tx, feed: &Feed, jump: &Jump) -> Model {
    Model {
        base_currency: Some(feed.provider.base().to_string()),
        target_currency: Some(jump.target.to_string()),
        rate: Some(jump.rate.normalize().to_string()),
        published_at: Some(feed.published_at),
        ..Model::new(tx, Reason::Jump, feed.provider.source(), json!({ "before": jump.before.normalize().to_string() }))
    }
}

/// A publication that is believed ends the doubts about earlier ones, and about pairs that are back where they were.
async fn recover(tx: &Tx, feed: &Feed, held: &[Jump]) -> Result<()> {
    let still = held.iter().map(|jump| jump.target.to_string());
    let published = feed.rates.iter().map(|(currency, _)| currency.to_string());
    let back = Condition::all()
        .add(Column::Reason.eq(Reason::Jump))
        .add(Column::BaseCurrency.eq(feed.provider.base().to_string()))
        .add(Column::TargetCurrency.is_in(published))
        .add(Column::TargetCurrency.is_not_in(still));
    review::recover(tx, Condition::any().add(Column::Reason.eq(Reason::Feed)).add(back)).await
}
