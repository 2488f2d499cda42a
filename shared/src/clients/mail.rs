//! Outgoing mail: SMTP, or `.eml` files that a person can open when no server is configured.

use super::breaker::Breaker;
use crate::config::Config;
use crate::{Error, Result};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::{AsyncSmtpTransportBuilder, Error as SmtpError, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long one mail may take.
const ANSWER: Duration = Duration::from_secs(40);

/// A mail to one person.
#[derive(Debug)]
pub struct Mail {
    /// Address.
    pub to: String,
    /// Name shown beside it; may be empty.
    pub to_name: String,
    /// One line.
    pub subject: String,
    /// Plain text body.
    pub text: String,
    /// HTML body.
    pub html: String,
    /// Left part of the Message-ID. The same for every try of one mail, so that a repeat can be recognised.
    pub id: String,
}

/// How mail leaves the house.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    domain: String,
    way: Way,
    breaker: Breaker,
}

#[derive(Clone)]
enum Way {
    Smtp(Arc<Lines>),
    Files(PathBuf),
}

/// Connections to the SMTP server, each in the hands of one mail at a time. A mail that is cut off in the middle (its time
/// is over, its job was taken away) never gives its connection back: the server's late answer to it would be heard as the
/// answer to the next mail, which would count as sent. lettre's own pool takes every connection back.
struct Lines {
    builder: AsyncSmtpTransportBuilder,
    idle: Mutex<VecDeque<AsyncSmtpTransport<Tokio1Executor>>>,
}

impl Lines {
    async fn send(&self, message: Message) -> Result<(), SmtpError> {
        let known = self.idle().pop_front();
        let line = known.unwrap_or_else(|| self.builder.clone().build());
        let sent = line.send(message).await;
        self.idle().push_back(line);
        sent.map(drop)
    }

    fn idle(&self) -> MutexGuard<'_, VecDeque<AsyncSmtpTransport<Tokio1Executor>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mailer {
    /// By the configuration.
    pub fn new(config: &Config) -> Result<Self> {
        let from: Mailbox = config.mail_from.parse().map_err(|e| Error::internal(format!("MAIL_FROM: {e}")))?;
        let way = match &config.smtp_url {
            None => Way::Files(config.data_dir.join("mail")),
            Some(url) => {
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret());
                let builder = builder.map_err(|e| Error::internal(format!("SMTP_URL: {e}")))?;
                let builder = builder.timeout(Some(Duration::from_secs(20))).pool_config(PoolConfig::new().max_size(1));
                Way::Smtp(Arc::new(Lines { builder, idle: Mutex::default() }))
            }
        };
        Ok(Self { domain: from.email.domain().to_owned(), from, way, breaker: Breaker::new("smtp") })
    }

    /// Where mails go, for people.
    pub fn describe(&self) -> String {
        match &self.way {
            Way::Smtp(_) => "SMTP".to_owned(),
            Way::Files(dir) => format!("files in {}", dir.display()),
        }
    }

    /// Sends a mail and answers its Message-ID. A refusal for good is [`Error::Refused`], everything else may be tried again.
    pub async fn send(&self, mail: &Mail) -> Result<String> {
        let message_id = format!("<{}@{}>", mail.id, self.domain);
        // nobody lives there (RFC 2606): the address of an account that was erased while the mail was waiting
        if mail.to.ends_with(".invalid") {
            return Err(refused("the account has no mailbox any more".to_owned()));
        }
        let name = Some(mail.to_name.clone()).filter(|name| !name.is_empty());
        let to = mail.to.parse().map_err(|e| refused(format!("address {:?}: {e}", mail.to)))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, to))
            .subject(&mail.subject)
            .message_id(Some(message_id.clone()))
            // tells vacation responders to stay silent (RFC 3834)
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
            .map_err(|e| refused(e.to_string()))?;
        match &self.way {
            // lettre's own timeout covers connecting only; a server that falls silent later must not hold a job for ever
            Way::Smtp(transport) => {
                let send = async {
                    let sent = tokio::time::timeout(ANSWER, transport.send(message)).await;
                    sent.map_err(|_| away("no answer in time".to_owned()))?.map(drop).map_err(smtp_error)
                };
                self.breaker.call(send).await?;
            }
            Way::Files(dir) => write(dir, &mail.id, message.formatted()).await?,
        }
        Ok(message_id)
    }
}

/// Complete or not there at all: the file appears under its name in one step, and a repeat replaces it.
async fn write(dir: &std::path::Path, id: &str, bytes: Vec<u8>) -> Result<()> {
    let (dir, draft, path) = (dir.to_owned(), dir.join(format!(".{id}.tmp")), dir.join(format!("{id}.eml")));
    let write = move || {
        std::fs::create_dir_all(dir)?;
        std::fs::write(&draft, bytes)?;
        std::fs::rename(&draft, &path)
    };
    let written = tokio::task::spawn_blocking(write).await.map_err(Error::internal)?;
    written.map_err(|e| Error::Upstream { service: "mail folder", reason: e.to_string(), retry_after: None })
}

fn smtp_error(error: SmtpError) -> Error {
    let reason = error.to_string();
    // 530, 534, 535: our own login is wrong (RFC 4954). That is for us to mend, and must not cost anyone a mail.
    let login = error.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535));
    if (error.is_permanent() && !login) || error.is_client() { refused(reason) } else { away(reason) }
}

fn away(reason: String) -> Error {
    Error::Upstream { service: "smtp", reason, retry_after: None }
}

fn refused(reason: String) -> Error {
    Error::Refused { service: "smtp", reason }
}

#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
