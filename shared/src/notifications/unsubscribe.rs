//! The link at the end of mails that nobody must have: whoever holds it ends mails of this kind, without signing in. It works
//! as long as the account does.

use super::event::{Choice, Event};
use super::preference;
use crate::accounts::user;
use crate::ids::UserId;
use crate::{App, Error, Result, seal};

const PURPOSE: &str = "unsubscribe";

/// Where one click ends mails of this kind; `None` for those that must be sent.
pub fn url(app: &App, user: UserId, event: Event) -> Option<String> {
    if event.choice() != Choice::Free {
        return None;
    }
    let token = seal::mark(app, PURPOSE, &marked(user, event));
    let path = format!("unsubscribe/{user}/{}/?token={token}", event.name());
    Some(app.config.public_url.join(&path).map_or_else(|_| format!("/{path}"), String::from))
}

/// Whose mails of which kind a link ends, and in which language to say so.
pub async fn follow(app: &App, user: &str, event: &str, token: &str) -> Result<(UserId, Event, String)> {
    let id: UserId = user.parse().map_err(|_| Error::NotFound)?;
    let event = Event::named(event).filter(|event| event.choice() == Choice::Free).ok_or(Error::NotFound)?;
    if !seal::is_mark(app, PURPOSE, &marked(id, event), token) {
        return Err(Error::NotFound);
    }
    let owner = user::find(&app.db.conn, id).await?;
    if owner.erased_at.is_some() { Err(Error::NotFound) } else { Ok((id, event, owner.language)) }
}

/// Ends mails of this kind.
pub async fn end(app: &App, user: UserId, event: Event) -> Result<()> {
    let tx = app.begin().await?;
    preference::end_mails(&tx, user, event).await?;
    tx.commit().await
}

fn marked(user: UserId, event: Event) -> String {
    format!("{user}:{}", event.name())
}
