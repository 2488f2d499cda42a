//! Messages, amounts and dates of one document in one language.

use super::days::Days;
use super::format::Pen;
use super::{LANGUAGES, direction, offered, text};
use crate::Result;

/// Says messages and writes numbers. Like its pen it must not be kept over an `await`.
pub(crate) struct Words {
    pub(crate) language: &'static str,
    pub(crate) pen: Pen,
    pub(crate) days: Days,
}

impl Words {
    /// In English where we do not speak the language.
    pub(crate) fn new(language: &str) -> Result<Self> {
        let language = offered(language).unwrap_or(LANGUAGES[0]);
        Ok(Self { language, pen: Pen::new(language)?, days: Days::new(language)? })
    }

    /// Where lines begin.
    pub(crate) fn direction(&self) -> &'static str {
        direction(self.language)
    }

    pub(crate) fn say(&self, id: &str) -> String {
        text(self.language, id, &[])
    }

    pub(crate) fn say_with(&self, id: &str, name: &'static str, value: &str) -> String {
        text(self.language, id, &[(name, value.to_owned())])
    }

    pub(crate) fn say_with_all(&self, id: &str, args: &[(&'static str, String)]) -> String {
        text(self.language, id, args)
    }

    /// What stands on each page; whoever lays it out puts numbers in the place of `%page` and `%all`.
    pub(crate) fn page(&self) -> String {
        self.say_with_all("paper-page", &[("page", "%page".to_owned()), ("pages", "%all".to_owned())])
    }
}
