//! Outgoing SMS by Twilio (Programmable Messaging, API 2010-04-01). One call, one try. Twilio knows no idempotency keys: a send
//! whose answer was lost may have been done, and [`SmsClient::find`] tells before it is repeated.

use super::answer;
use super::breaker::Breaker;
use crate::clock::Time;
use crate::config::{TwilioConfig, TwilioSender};
use crate::throttle::Pace;
use crate::{Error, Result};
use chrono::{DateTime, TimeDelta};
use reqwest::{RequestBuilder, Response, StatusCode};
use secrecy::ExposeSecret;
use serde::Deserialize;
use std::time::Duration;
use url::Url;

const SERVICE: &str = "sms";
/// A page of a hundred messages is half of this.
const MAX_BYTES: usize = 512 * 1024;
/// Messages of a page, and how many pages of them are looked through for one that was sent: no number gets so many in a day.
const PAGE: &str = "100";
const MOST_PAGES: usize = 5;
/// How far Twilio's clock may be behind ours.
const CLOCKS: TimeDelta = TimeDelta::seconds(60);
/// Before the text of every message of an account that is only tried out.
const TRIAL: &str = "Sent from your Twilio trial account - ";

/// A message to one number.
#[derive(Debug)]
pub struct Sms {
    /// E.164.
    pub to: String,
    /// At most 1600 characters.
    pub body: String,
    /// Where Twilio posts what became of it: [`sms_status::address`](super::sms_status::address).
    pub status_callback: Option<Url>,
}

/// Twilio's API. Clones share the circuit.
#[derive(Clone)]
pub struct SmsClient {
    config: TwilioConfig,
    http: reqwest::Client,
    breaker: Breaker,
}

/// What Twilio says of a message that it took; it has many more members.
#[derive(Deserialize)]
struct Taken {
    sid: String,
}

/// One of its list.
#[derive(Deserialize)]
struct Message {
    sid: String,
    body: Option<String>,
    /// RFC 2822.
    date_created: String,
}

#[derive(Deserialize)]
struct Messages {
    messages: Vec<Message>,
    #[serde(default)]
    next_page_uri: Option<String>,
}

impl SmsClient {
    /// For the configured account. `http` bounds the time of a call and follows no redirect, `pace` how many we all send.
    pub fn new(config: &TwilioConfig, http: reqwest::Client, pace: Pace) -> Self {
        Self { config: config.clone(), http, breaker: Breaker::new(SERVICE).limited(pace) }
    }

    /// How messages go, for people.
    pub fn describe(&self) -> String {
        match &self.config.sender {
            TwilioSender::From(from) => format!("Twilio, from {from}"),
            TwilioSender::Service(service) => format!("Twilio, by the Messaging Service {service}"),
        }
    }

    /// Hands a message over and answers its id at Twilio, under which its status will be told. [`Error::Upstream`] may pass, and
    /// the message may have gone all the same; [`Error::Refused`] will not, and says whether the number is the trouble.
    pub async fn send(&self, sms: &Sms) -> Result<String> {
        let mut form = vec![("To", sms.to.as_str()), ("Body", sms.body.as_str())];
        form.push(match &self.config.sender {
            TwilioSender::From(from) => ("From", from),
            TwilioSender::Service(service) => ("MessagingServiceSid", service),
        });
        form.extend(sms.status_callback.iter().map(|url| ("StatusCallback", url.as_str())));
        let request = self.http.post(self.messages()?).form(&form);
        let Taken { sid } = self.call(request).await?;
        Ok(sid)
    }

    /// The messages with this text that were handed over for this number since, the newest first; to be asked a few seconds after the
    /// answer to [`SmsClient::send`] was lost.
    ///
    /// The list is not asked by `DateSent`: a message that still waits at Twilio has none.
    pub async fn find(&self, to: &str, body: &str, since: Time) -> Result<Vec<String>> {
        let mut url = self.messages()?;
        url.query_pairs_mut().append_pair("To", to).append_pair("PageSize", PAGE);
        let mut found = vec![];
        for _ in 0..MOST_PAGES {
            let page: Messages = self.call(self.http.get(url.clone())).await?;
            for message in page.messages {
                // the newest come first
                if message.created_at()? < since - CLOCKS {
                    return Ok(found);
                }
                if message.body.as_deref().is_some_and(|said| said.strip_prefix(TRIAL).unwrap_or(said).trim() == body.trim()) {
                    found.push(message.sid);
                }
            }
            let Some(next) = page.next_page_uri else { return Ok(found) };
            url.set_query(next.split_once('?').map(|(_, query)| query));
        }
        Ok(found)
    }

    /// The account's messages, below the base, which may have a path of its own.
    fn messages(&self) -> Result<Url> {
        let mut url = self.config.api_base.clone();
        let steps = ["2010-04-01", "Accounts", &self.config.account_sid, "Messages.json"];
        url.path_segments_mut().map_err(|()| Error::internal("TWILIO_API_BASE has no path"))?.pop_if_empty().extend(steps);
        Ok(url)
    }

    async fn call<T: for<'a> Deserialize<'a>>(&self, request: RequestBuilder) -> Result<T> {
        let request = request.basic_auth(&self.config.account_sid, Some(self.config.auth_token.expose_secret()));
        let body = self.breaker.call(async { read(request.send().await.map_err(|error| answer::away(SERVICE, error))?).await }).await?;
        serde_json::from_slice(&body).map_err(|error| unclear(error.to_string()))
    }
}

impl Message {
    fn created_at(&self) -> Result<Time> {
        DateTime::parse_from_rfc2822(&self.date_created).map(Into::into).map_err(|error| unclear(error.to_string()))
    }
}

async fn read(response: Response) -> Result<Vec<u8>> {
    let (status, wait) = (response.status(), answer::wait(response.headers()));
    let body = answer::body(SERVICE, response, MAX_BYTES, unclear).await?;
    if status.is_success() { Ok(body) } else { Err(meaning(status, wait, &body)) }
}

/// An answer that cannot be read may have been a success.
fn unclear(reason: String) -> Error {
    Error::Upstream { service: SERVICE, reason: format!("unreadable answer: {reason}"), retry_after: None }
}

/// Twilio's error body.
#[derive(Default, Deserialize)]
struct Complaint {
    #[serde(default)]
    code: u32,
    #[serde(default)]
    message: String,
}

/// What a failure means (Twilio docs, "Error and warning dictionary"). What is wrong with our account, our sender or our
/// configuration is for us to mend and must cost nobody a message.
fn meaning(status: StatusCode, wait: Option<Duration>, body: &[u8]) -> Error {
    let Complaint { code, message } = serde_json::from_slice(body).unwrap_or_default();
    let message: String = message.chars().filter(|c| !c.is_control()).take(300).collect();
    let reason = format!("{code}: {message} (status {})", status.as_u16());
    let is_ours = matches!(status.as_u16(), 401 | 403 | 404 | 405)
        || matches!(code, 20003 | 20005 | 20008 | 21212 | 21603 | 21606 | 21609 | 21618 | 21659 | 21660 | 21701..=21712 | 30002);
    if is_ours {
        tracing::error!(%reason, "Twilio does not take our messages; look at the TWILIO_ variables and the account");
    }
    let passes = status.is_server_error() || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
    match status.is_client_error() && !is_ours && !passes && code != 20429 {
        true if is_about_number(code) => Error::unreachable(SERVICE, reason),
        true => Error::refused(SERVICE, reason),
        false => Error::Upstream { service: SERVICE, reason, retry_after: wait },
    }
}

/// Whether one of Twilio's error codes, of an answer or of a status, means that this number will never do: it is none, it is
/// nobody's, it is not mobile, or its owner said STOP. Everything else is about one message or one moment.
pub fn is_about_number(code: u32) -> bool {
    matches!(code, 21211 | 21214 | 21217 | 21604 | 21610 | 21614 | 21635 | 30005 | 30006)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, code: u32) -> Error {
        let body = format!(
            r#"{{"code": {code}, "message": "What happened.", "more_info": "https://www.twilio.com/docs/errors/{code}", "status": {status}}}"#
        );
        meaning(StatusCode::from_u16(status).expect("a status"), Some(Duration::from_secs(7)), body.as_bytes())
    }

    #[test]
    fn what_may_pass_and_what_is_ours_to_mend_costs_nobody_a_message() {
        for (status, code) in
            [(429, 20429), (500, 20500), (503, 0), (408, 0), (401, 20003), (403, 20005), (404, 20404), (400, 21606), (400, 21703)]
        {
            assert!(matches!(of(status, code), Error::Upstream { retry_after: Some(wait), .. } if wait.as_secs() == 7), "{status} {code}");
        }
        let page = meaning(StatusCode::BAD_GATEWAY, None, b"<html>");
        assert_eq!(page.to_string(), "sms unavailable: 0:  (status 502)");
        assert!(matches!(meaning(StatusCode::FOUND, None, b""), Error::Upstream { .. }), "a proxy is between us");
    }

    #[test]
    fn a_number_that_never_will_do_is_told_from_a_message_that_does_not_go() {
        for code in [21211, 21214, 21217, 21610, 21614, 21635] {
            assert!(matches!(of(400, code), Error::Refused { is_address: true, .. }), "{code}");
        }
        for code in [21408, 21602, 21612, 21617, 30003, 30004, 30007, 99999] {
            assert!(matches!(of(400, code), Error::Refused { is_address: false, .. }), "{code}");
        }
    }
}
