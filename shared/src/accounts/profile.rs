//! What the fields of an account must look like, wherever they are written: by staff, by the person, at registration.

use crate::App;
use crate::Result;
use crate::error::Problems;
use crate::i18n::{self, LANGUAGES, Message};
use crate::money::Currency;

/// What a person can say about themselves.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// Any script.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// E.164.
    pub phone_number: Option<String>,
    /// Language tag; ours when absent.
    pub language: Option<String>,
    /// ISO 4217; the company's own when absent.
    pub currency: Option<String>,
}

/// A profile that was checked, trimmed and completed.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) phone_number: Option<String>,
    pub(super) language: String,
    pub(super) currency: String,
}

impl Profile {
    /// Notes what is wrong; what is answered then is of no use.
    pub(super) fn check(self, app: &App, problems: &mut Problems) -> Result<Checked> {
        check_name(problems, "first_name", &self.first_name);
        check_name(problems, "last_name", &self.last_name);
        problems.check(self.phone_number.as_deref().is_none_or(is_e164), "phone_number", "error-phone");
        let language = self.language.unwrap_or_else(|| LANGUAGES[0].to_owned());
        problems.check(i18n::offered(&language).is_some(), "language", "error-unknown-language");
        let currency = match &self.currency {
            Some(code) => problems.take(Currency::parse("currency", code))?.unwrap_or(app.config.base_currency),
            None => app.config.base_currency,
        };
        Ok(Checked {
            first_name: self.first_name.trim().to_owned(),
            last_name: self.last_name.trim().to_owned(),
            phone_number: self.phone_number,
            language,
            currency: currency.code().to_owned(),
        })
    }
}

/// E-mail and username in their stored form; the username is the e-mail when absent.
pub(super) fn check_login(problems: &mut Problems, email: &str, username: Option<&str>) -> (String, String) {
    let email = email.trim().to_lowercase();
    let username = username.unwrap_or(&email).trim().to_lowercase();
    problems.check(is_email(&email), "email", "error-email");
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let fits = username == email || (username.chars().all(plain) && (3..=64).contains(&username.len()));
    problems.check(fits, "username", "error-username");
    (email, username)
}

fn check_name(problems: &mut Problems, field: &str, name: &str) {
    problems.check(name.chars().count() <= 150, field, Message::new("error-too-long").with("max", 150));
    problems.check(!name.chars().any(char::is_control), field, "error-control-characters");
}

/// Good enough to try: the mail server has the last word.
pub(super) fn is_email(text: &str) -> bool {
    text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control()) && text.parse::<lettre::Address>().is_ok()
}

/// A phone number in international form.
pub(super) fn is_e164(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|digits| (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'))
}
