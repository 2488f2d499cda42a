//! What mail servers send back when they cannot deliver a mail that they took (RFC 3464): a report inside a mail.

use super::mail::NO_MAILBOX;
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders, PartType};

/// A mail of ours that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailBounce {
    /// Of the mail that did not arrive, with its angle brackets.
    pub message_id: String,
    /// The address that the report is about, and the one that the mail was sent to, if the report says so.
    pub addresses: Vec<String>,
    /// `5.1.1`: an enhanced status code (RFC 3463).
    pub status: String,
    /// What the last server said; may be empty.
    pub diagnostic: String,
}

impl MailBounce {
    /// Whether it means that there is no such mailbox, and not that this one mail was not wanted there.
    pub fn is_about_address(&self) -> bool {
        NO_MAILBOX.contains(&self.status.as_str())
    }
}

/// Reads a mail that came back. `None`: it is no report, says nothing of the mail that it is about, or does not say that this mail
/// has failed for good (one that is late may still arrive).
pub fn read(raw: &[u8]) -> Option<MailBounce> {
    let mail = MessageParser::default().parse(raw)?;
    let report = mail.content_type()?;
    let is_report = report.ctype() == "multipart" && report.subtype() == Some("report");
    if !is_report || !report.attribute("report-type")?.eq_ignore_ascii_case("delivery-status") {
        return None;
    }
    let message_id = mail.parts.iter().find_map(original)?;
    let said = mail.parts.iter().find(|part| kind(part) == ("message", "delivery-status"))?;
    let said = String::from_utf8_lossy(said.contents()).replace("\r\n", "\n");
    // fields of the whole report, then those of each address, with an empty line between
    said.split("\n\n").skip(1).find_map(|fields| failed(fields, &message_id))
}

fn failed(fields: &str, message_id: &str) -> Option<MailBounce> {
    let fields = format!("{}\n\n", fields.trim());
    let fields = MessageParser::default().parse_headers(fields.as_bytes())?;
    let field = |name: &'static str| -> Option<String> {
        let words: Vec<&str> = fields.header_raw(name)?.split_whitespace().collect();
        Some(words.join(" "))
    };
    // `rfc822; amina@example.com`
    let after_type = |text: String| text.split_once(';').map(|(_, value)| value.trim().to_owned());
    if !field("Action")?.eq_ignore_ascii_case("failed") {
        return None;
    }
    let status = field("Status")?.split(' ').next()?.to_owned();
    let addresses = ["Original-Recipient", "Final-Recipient"].into_iter().filter_map(|name| after_type(field(name)?)).collect();
    let diagnostic = field("Diagnostic-Code").and_then(after_type).unwrap_or_default();
    Some(MailBounce { message_id: message_id.to_owned(), addresses, status, diagnostic })
}

/// The Message-ID of the mail that is sent back whole, or as its head alone.
fn original(part: &mail_parser::MessagePart<'_>) -> Option<String> {
    let id = match &part.body {
        PartType::Message(mail) => message_id(mail),
        PartType::Text(_) | PartType::Html(_) | PartType::Binary(_) | PartType::InlineBinary(_) => {
            let is_head = matches!(kind(part), ("text", "rfc822-headers") | ("message", "rfc822-headers"));
            message_id(&MessageParser::default().parse_headers(part.contents()).filter(|_| is_head)?)
        }
        PartType::Multipart(_) => None,
    };
    id.map(|id| format!("<{id}>"))
}

fn message_id(mail: &Message<'_>) -> Option<String> {
    match mail.header("Message-ID")? {
        HeaderValue::Text(id) => Some(id.to_string()),
        _ => None,
    }
}

fn kind<'a>(part: &'a mail_parser::MessagePart<'_>) -> (&'a str, &'a str) {
    part.content_type().map_or(("", ""), |kind| (kind.ctype(), kind.subtype().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(action: &str, status: &str, last: &str) -> String {
        let report = format!(
            "From: MAILER-DAEMON@mx.example.org\nTo: noreply@buy4me.example\nSubject: Undelivered\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
             --b\nContent-Type: text/plain\n\nYour mail could not be delivered.\n\n\
             --b\nContent-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; mx.example.org\nArrival-Date: Mon, 23 Nov 2026 10:00:00 +0000\n\n\
             Final-Recipient: rfc822; amina@example.com\nOriginal-Recipient: rfc822;Amina@example.com\nAction: {action}\n\
             Status: {status}\nDiagnostic-Code: smtp; 550 5.1.1\n <amina@example.com>: user unknown\n\n\
             {last}\n--b--\n"
        );
        report.replace('\n', "\r\n")
    }

    const HEAD: &str = "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <job-1@buy4me.example>\nSubject: Paid\n";
    const WHOLE: &str = "--b\nContent-Type: message/rfc822\n\nMessage-ID: <job-1@buy4me.example>\nSubject: Paid\n\nThank you.\n";

    #[test]
    fn a_report_names_the_mail_the_address_and_why() {
        for last in [HEAD, WHOLE] {
            let bounce = read(report("failed", "5.1.1", last).as_bytes()).expect("a report");
            assert_eq!(bounce.message_id, "<job-1@buy4me.example>");
            assert_eq!(bounce.addresses, ["Amina@example.com", "amina@example.com"]);
            assert_eq!((bounce.status.as_str(), bounce.is_about_address()), ("5.1.1", true));
            assert_eq!(bounce.diagnostic, "550 5.1.1 <amina@example.com>: user unknown");
        }
        let full = read(report("failed", "5.2.2 (mailbox full)", HEAD).as_bytes()).expect("a report");
        assert_eq!((full.status.as_str(), full.is_about_address()), ("5.2.2", false));
    }

    #[test]
    fn what_is_late_or_no_report_is_no_bounce() {
        let with_kind = |kind: &str| report("failed", "5.1.1", HEAD).replace("report-type=delivery-status", kind);
        for raw in [
            report("delayed", "4.4.1", HEAD),
            report("failed", "5.1.1", ""),
            with_kind("report-type=disposition-notification"),
            with_kind("x=y"),
            "Subject: I am away\r\n\r\nBack on Monday.\r\n".to_owned(),
            String::new(),
        ] {
            assert_eq!(read(raw.as_bytes()), None, "{raw}");
        }
    }
}
