//! The one layout of our mails: a greeting, paragraphs, perhaps a table and a button, what else to know. As HTML and as plain
//! text, from right to left where the language is.

use crate::clients::mail::Mail;
use crate::i18n::{self, text};
use crate::ids::JobId;
use crate::{Error, Result};
use askama::Template;

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

/// What both forms show.
pub(super) struct Letter {
    language: &'static str,
    /// Empty when the reader's name is not known, or is none.
    name: String,
    pub(super) subject: String,
    pub(super) paragraphs: Vec<String>,
    pub(super) table: Option<Table>,
    /// Label and address.
    pub(super) button: Option<(String, String)>,
    /// Label and address of each paper that it is about.
    pub(super) papers: Vec<(String, String)>,
    /// In small print.
    pub(super) notes: Vec<String>,
    /// Where one click ends mails of this kind.
    pub(super) unsubscribe: Option<String>,
}

/// What a receipt lists.
pub(super) struct Table {
    /// Description, quantity, amount.
    pub(super) rows: Vec<(String, String, String)>,
    /// Label and value; the first counts most.
    pub(super) totals: Vec<(String, String)>,
}

impl Letter {
    /// To whoever is called so and reads this language, as far as we speak it.
    pub(super) fn new(language: Option<&str>, name: &str) -> Self {
        Self {
            language: i18n::choose(language, None, None),
            name: fit_to_greet(name).to_owned(),
            subject: String::new(),
            paragraphs: vec![],
            table: None,
            button: None,
            papers: vec![],
            notes: vec![],
            unsubscribe: None,
        }
    }

    /// What it is written in.
    pub(super) fn language(&self) -> &'static str {
        self.language
    }

    /// A message in the letter's language.
    pub(super) fn say(&self, id: &str, args: &[(&str, String)]) -> String {
        text(self.language, id, args)
    }

    fn t(&self, id: &str) -> String {
        self.say(id, &[])
    }

    fn direction(&self) -> &'static str {
        i18n::direction(self.language)
    }

    /// The side where lines begin, and the one where they end: mail programs do not know `start` and `end`.
    fn sides(&self) -> (&'static str, &'static str) {
        if self.direction() == "rtl" { ("right", "left") } else { ("left", "right") }
    }

    fn greeting(&self) -> String {
        match self.name.is_empty() {
            true => self.t("account-greeting-nameless"),
            false => self.say("account-greeting", &[("name", self.name.clone())]),
        }
    }

    /// The finished mail. Its Message-ID comes from the job, so every try of one mail carries the same.
    pub(super) fn mail(self, job: JobId, to: String) -> Result<Mail> {
        Ok(Mail {
            to,
            text: Text { letter: &self }.render().map_err(Error::internal)?,
            html: Html { letter: &self }.render().map_err(Error::internal)?,
            to_name: self.name,
            subject: i18n::plain(&self.subject),
            unsubscribe: self.unsubscribe,
            id: job.to_string(),
        })
    }
}

/// The name, or nothing if it is more than a name. Anybody can type anything into a registration, with the address of
/// anybody else: their advertisement must not travel in our mail.
fn fit_to_greet(name: &str) -> &str {
    let starts_a_domain = |after_dot: &str| after_dot.chars().take(2).filter(|c| c.is_alphanumeric()).count() == 2;
    let is_link = name.contains(['/', ':', '@']) || name.split('.').skip(1).any(starts_a_domain);
    if is_link || name.chars().count() > 60 { "" } else { name.trim() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_greeted_by_name_and_advertisements_are_not() {
        for name in ["Amina Diallo", "أمينة", "山田 太郎", "J.R. O'Neil-Smith", "<Bo> & Co"] {
            assert_eq!(fit_to_greet(name), name);
        }
        let long = "win ".repeat(20);
        for name in ["https://example.com", "win at example.com", "write to a@example.com", &long] {
            assert_eq!(fit_to_greet(name), "", "{name}");
        }
    }
}
