//! What a message says, in the language of its reader: the event's two messages with its facts, each fact as that language
//! writes it.

use super::event::Event;
use super::notification;
use crate::Result;
use crate::billing::failure;
use crate::clock::Time;
use crate::i18n::{self, format::Pen};
use serde_json::Value;

/// Facts that are amounts, `12.50 USD`.
const AMOUNTS: &[&str] = &["amount", "owed", "before", "after"];
/// Facts that are days, `2026-11-23`.
const DAYS: &[&str] = &["due", "from", "to"];

/// The texts of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    /// One line, without invisible marks: a subject, the text of an SMS.
    pub title: String,
    /// Paragraphs.
    pub body: Vec<String>,
}

/// The words of a row, in the language of the pen. `email` is the account's own.
pub fn of(row: &notification::Model, pen: &Pen, email: &str) -> Result<Words> {
    let Some(event) = Event::named(&row.event) else {
        // a newer process told it: better a line without words than no list
        return Ok(Words { title: i18n::text(pen.language(), "notice-unknown", &[]), body: vec![] });
    };
    write(event, row.facts.as_ref(), row.created_at, pen, email)
}

fn write(event: Event, facts: Option<&Value>, at: Time, pen: &Pen, email: &str) -> Result<Words> {
    let language = pen.language();
    let mut args: Vec<(&str, String)> = vec![];
    for (name, value) in facts.and_then(Value::as_object).into_iter().flatten() {
        args.push((name, written(pen, name, value.as_str().unwrap_or_default())?));
    }
    if event.is_about_account() {
        args.push(("email", email.to_owned()));
        args.push(("when", pen.moment(at)?));
    }
    if event == Event::PaymentFailed {
        let code = facts.and_then(|facts| facts["failure"].as_str()).unwrap_or_default();
        args.push(("why", i18n::text(language, failure::message(code), &[])));
    }
    let (subject, body) = event.messages();
    let body = i18n::text(language, body, &args);
    let mut body: Vec<String> = body.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
    if event.is_about_account() {
        body.push(i18n::text(language, "account-notice-stranger", &[]));
    }
    let note = args.iter().find(|(name, note)| *name == "note" && !note.is_empty());
    body.extend(note.map(|(_, note)| note.clone()));
    Ok(Words { title: i18n::plain(&i18n::text(language, subject, &args)), body })
}

/// A fact as a language writes it; what is not what its name promises is written as it is.
fn written(pen: &Pen, name: &str, value: &str) -> Result<String> {
    if AMOUNTS.contains(&name) {
        return pen.written(value);
    }
    if DAYS.contains(&name)
        && let Ok(day) = value.parse::<chrono::NaiveDate>()
    {
        return pen.day(day.and_time(chrono::NaiveTime::MIN).and_utc());
    }
    Ok(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;
    use serde_json::json;

    fn said(event: Event, language: &str) -> Words {
        let facts = json!({
            "reference": "SHP-2026-000123", "tracking_number": "B4M123", "status": "IN_TRANSIT", "note": "", "before": "1234.50 USD",
            "after": "1300.00 USD", "product": "Lamp", "number": "INV-2026-000123", "amount": "1234.50 USD", "due": "2026-11-23",
            "when": "before", "days": "3", "owed": "10.00 USD", "failure": "declined_soft", "way": "as-paid", "credit_note": "CN-2026-000001",
            "topic": "Where is it?", "target": "answer", "excerpt": "On its way.",
            "from": "2026-11-01", "to": "2026-11-23", "format": "CSV",
        });
        let at = "2026-11-23T10:05:00Z".parse().expect("a time");
        write(event, Some(&facts), at, &Pen::new(language).expect("a pen"), "amina@example.com").expect("writes")
    }

    #[test]
    fn every_event_has_words_in_every_language_and_no_argument_is_missing() {
        for (event, language) in Event::iter().flat_map(|event| i18n::LANGUAGES.iter().map(move |language| (event, *language))) {
            let Words { title, body } = said(event, language);
            for text in body.iter().chain([&title]) {
                assert!(!text.is_empty() && !text.contains('{') && !text.contains("notice-"), "{event:?} in {language}: {text}");
            }
            assert!(!title.contains('\n') && !title.contains('\u{2068}'), "{title:?}");
        }
    }

    #[test]
    fn amounts_and_days_are_written_as_the_reader_writes_them() {
        let issued = |language| said(Event::InvoiceIssued, language).body[0].replace(['\u{a0}', '\u{202f}', '\u{2068}', '\u{2069}'], " ");
        assert!(issued("en").contains("USD 1,234.50") && issued("en").contains("November 23, 2026"), "{}", issued("en"));
        assert!(issued("de").contains("1.234,50 USD") && issued("de").contains("23. November 2026"), "{}", issued("de"));
        assert!(issued("fr").contains("1 234,50 USD"), "{}", issued("fr"));
    }
}
