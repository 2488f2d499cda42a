//! Where messages to a person go, and what is known against it.

use super::notification::Channel;
use super::{device, undeliverable};
use crate::accounts::User;
use crate::{App, Result};

/// Whether messages get to somebody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reach {
    /// Why mails come back, if they do.
    pub email_problem: Option<String>,
    /// The number of an SMS; none while nobody carries them.
    pub sms: Option<String>,
    /// Why they come back, if they do.
    pub sms_problem: Option<String>,
    /// Devices that get pushes; 0 while nobody carries them.
    pub push_devices: usize,
}

/// How this person can be reached.
pub async fn of(app: &App, user: &User) -> Result<Reach> {
    let db = &app.db.conn;
    let sms = user.phone_number.clone().filter(|_| app.sms.is_some());
    let problem = |found: Option<undeliverable::Model>| found.map(|row| row.reason);
    Ok(Reach {
        email_problem: problem(undeliverable::find(db, Channel::Email, &user.email).await?),
        sms_problem: match &sms {
            Some(number) => problem(undeliverable::find(db, Channel::Sms, number).await?),
            None => None,
        },
        sms,
        push_devices: if app.push.is_some() { device::of(db, user.id).await?.len() } else { 0 },
    })
}
