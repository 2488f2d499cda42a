//! Outgoing mail: SMTP, or `.eml` files that a person can open when no server is configured.

use super::breaker::Breaker;
use crate::config::Config;
use crate::{Error, Result};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::{AsyncSmtpTransportBuilder, Error as SmtpError, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const SERVICE: &str = "smtp";
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
    /// Where one POST ends mails of this kind (RFC 8058); none for those that must be sent.
    pub unsubscribe: Option<String>,
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
        Ok(Self { domain: from.email.domain().to_owned(), from, way, breaker: Breaker::new(SERVICE) })
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
            return Err(Error::unreachable(SERVICE, "the account has no mailbox any more"));
        }
        let name = Some(mail.to_name.clone()).filter(|name| !name.is_empty());
        let to = mail.to.parse().map_err(|e| Error::unreachable(SERVICE, format!("address {:?}: {e}", mail.to)))?;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, to))
            .subject(&mail.subject)
            .message_id(Some(message_id.clone()))
            // tells vacation responders to stay silent (RFC 3834)
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
            .map_err(|e| Error::refused(SERVICE, e.to_string()))?;
        if let Some(address) = &mail.unsubscribe {
            put(&mut message, "List-Unsubscribe", format!("<{address}>"));
            put(&mut message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned());
        }
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
    let code = error.status().map(u16::from);
    // 530, 534, 535: our own login is wrong (RFC 4954). That is for us to mend, and must not cost anyone a mail.
    let login = matches!(code, Some(530 | 534 | 535));
    // so is what a server does not offer to us: a way to sign in, encryption
    if error.is_client() {
        tracing::error!(%reason, "SMTP_URL asks for what the mail server does not do");
    }
    if !error.is_permanent() || login {
        return away(reason);
    }
    if code.is_some_and(|code| is_about_address(code, &reason)) {
        return Error::unreachable(SERVICE, reason);
    }
    Error::refused(SERVICE, reason)
}

/// Whether a refusal means that there is no such mailbox (RFC 3463), and not that this mail or its sender is not wanted there.
/// Without an enhanced code 550, 551 and 553 mean it (RFC 5321, 4.2.2), unless the words say otherwise: many a filter answers 550.
fn is_about_address(code: u16, text: &str) -> bool {
    const FILTERS: [&str; 10] = ["spam", "polic", "block", "content", "sender", "reject", "denied", "relay", "dmarc", "reputation"];
    let mut numbers = text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|word| word.trim_matches('.'));
    if let Some(enhanced) = numbers.find(|word| word.starts_with("5.") && word.split('.').count() == 3) {
        return NO_MAILBOX.contains(&enhanced);
    }
    let text = text.to_lowercase();
    matches!(code, 550 | 551 | 553) && !FILTERS.iter().any(|word| text.contains(word))
}

fn away(reason: String) -> Error {
    Error::Upstream { service: SERVICE, reason, retry_after: None }
}

/// Enhanced status codes (RFC 3463) that mean that there is no such mailbox.
pub(super) const NO_MAILBOX: [&str; 6] = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"];

/// A header that lettre has no type for.
fn put(message: &mut Message, name: &'static str, value: String) {
    message.headers_mut().insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
}

#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_that_is_not_there_is_told_from_a_mail_that_is_not_wanted() {
        for (code, text) in [
            (550, "permanent error (550): 5.1.1 <a@example.com>: Recipient address rejected: User unknown"),
            (550, "permanent error (550): 5.1.10 Recipient not found by SMTP address lookup"),
            (550, "permanent error (550): 5.2.1 The email account that you tried to reach is disabled"),
            (553, "permanent error (553): 5.1.3 The recipient address is not a valid address"),
            (550, "permanent error (550): No such user here"),
            (551, "permanent error (551): User not local"),
        ] {
            assert!(is_about_address(code, text), "{text}");
        }
        for (code, text) in [
            (550, "permanent error (550): 5.7.1 Message rejected as spam"),
            (550, "permanent error (550): 5.1.8 Sender address rejected: Domain not found"),
            (552, "permanent error (552): 5.2.2 The recipient's inbox is out of storage space"),
            (554, "permanent error (554): 5.7.9 Message not accepted for policy reasons"),
            (554, "permanent error (554): Transaction failed"),
            (550, "permanent error (550): 192.0.2.5.1 is blocked; see https://example.com/5.1"),
            (550, "permanent error (550): High probability of spam"),
        ] {
            assert!(!is_about_address(code, text), "{text}");
        }
    }
}
