//! Links that open a paper without a sign-in, for a while: in mails, and as `pdf_url` in answers.

use super::Subject;
use super::paper::Kind;
use crate::accounts::user;
use crate::{App, Error, Result, seal};
use chrono::TimeDelta;
use sea_orm::prelude::Uuid;

const PURPOSE: &str = "paper-link";
/// How long a link works, at least.
const LIFE: TimeDelta = TimeDelta::days(90);

/// The address of a paper. It needs no row and no statement; links of one day are the same.
pub fn link(app: &App, kind: Kind, id: Uuid) -> String {
    let until = seal::end_of_link(app, LIFE);
    let token = seal::mark(app, PURPOSE, &marked(kind, id, until));
    let path = format!("papers/{}/{id}/?until={until}&token={token}", kind.folder());
    app.config.public_url.join(&path).map_or_else(|_| format!("/{path}"), String::from)
}

/// What a link opens.
#[derive(Debug)]
pub enum Opened {
    /// This.
    Paper(Subject),
    /// Nothing any more.
    Expired,
}

/// Judges a link. A wrong one opens what does not exist.
pub async fn follow(app: &App, folder: &str, id: Uuid, until: &str, token: &str) -> Result<Opened> {
    let kind = Kind::at(folder).ok_or(Error::NotFound)?;
    let (_, is_over) = seal::check_link(app, PURPOSE, |until| marked(kind, id, until), until, token)?;
    if is_over {
        return Ok(Opened::Expired);
    }
    let subject = Subject::find(app, kind, id).await?;
    // what an erased customer's papers say is for the books alone
    if user::find(&app.db.conn, subject.user).await?.erased_at.is_some() {
        return Err(Error::NotFound);
    }
    subject.has_paper()?;
    Ok(Opened::Paper(subject))
}

fn marked(kind: Kind, id: Uuid, until: i64) -> String {
    format!("{}:{id}:{until}", kind.folder())
}
