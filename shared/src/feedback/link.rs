//! The link to the page where a customer says how it was, without signing in: the mark of a document and of the day it ends. It opens
//! nothing else, and one answer spends it.

use super::{About, answer};
use crate::accounts::user;
use crate::{App, Error, Result, seal};
use chrono::TimeDelta;

const PURPOSE: &str = "feedback-page";
/// How long a link holds, at least.
const LIFE: TimeDelta = TimeDelta::days(60);

/// A link whose mark was checked.
#[derive(Clone, Debug)]
pub struct Link {
    /// About what.
    pub about: About,
    /// Until when, in Unix seconds.
    pub until: i64,
    /// The mark.
    pub token: String,
}

impl Link {
    /// A new one.
    pub fn new(app: &App, about: About) -> Self {
        let until = seal::end_of_link(app, LIFE);
        Self { about, until, token: seal::mark(app, PURPOSE, &text(about, until)) }
    }

    /// Checks a link that somebody came with. It may be over: see [`Link::is_over`].
    pub fn check(app: &App, about: About, until: &str, token: &str) -> Result<Self> {
        let (until, _) = seal::check_link(app, PURPOSE, |until| text(about, until), until, token)?;
        Ok(Self { about, until, token: token.to_owned() })
    }

    /// Whether its time is over.
    pub fn is_over(&self, app: &App) -> bool {
        self.until <= app.clock.now().timestamp()
    }

    /// Path of the page, without its query.
    pub fn path(&self) -> String {
        format!("feedback/{}/{}/", self.about.kind(), self.about.id())
    }
}

fn text(about: About, until: i64) -> String {
    format!("{}:{}:{until}", about.kind(), about.id())
}

/// The address of the page, good for two months. [`About::named`] makes its argument of what a notification knows.
pub fn url(app: &App, about: About) -> Result<String> {
    let link = Link::new(app, about);
    let path = format!("{}?until={}&token={}", link.path(), link.until, link.token);
    Ok(app.config.public_url.join(&path).map_err(Error::internal)?.into())
}

/// What the page shows.
#[derive(Debug)]
pub struct Seen {
    /// `SHP-2026-000123`
    pub reference: String,
    /// What the customer reads.
    pub language: String,
    /// DELIVERED or COMPLETED.
    pub is_finished: bool,
    /// There is an answer.
    pub is_given: bool,
}

/// What the holder of a link sees; the links of an account that was erased open nothing.
pub async fn show(app: &App, link: &Link) -> Result<Seen> {
    let db = &app.db.conn;
    let document = link.about.find(db).await?.ok_or(Error::NotFound)?;
    let owner = user::find(db, document.owner).await?;
    if owner.erased_at.is_some() {
        return Err(Error::NotFound);
    }
    Ok(Seen {
        reference: document.reference,
        language: owner.language,
        is_finished: document.is_finished,
        is_given: answer::is_given(db, link.about).await?,
    })
}
