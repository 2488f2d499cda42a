//! Texts that people write: tidied and checked.

use crate::accounts::postal::check_text;
use crate::error::Problems;
use crate::i18n::Message;

/// Longest message and description.
pub const MOST: usize = 10_000;

/// One line, up to 200 characters.
pub(super) fn subject(problems: &mut Problems, field: &str, text: &str) -> String {
    let text = text.trim().to_owned();
    problems.check(!text.is_empty(), field, "error-blank");
    check_text(problems, field.to_owned(), &text, 200);
    text
}

/// Several lines, up to [`MOST`] characters.
pub(super) fn body(problems: &mut Problems, field: &str, text: &str) -> String {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    problems.check(!text.is_empty(), field, "error-blank");
    problems.check(text.chars().count() <= MOST, field, Message::new("error-too-long").with("max", MOST));
    let is_plain = !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    problems.check(is_plain, field, "error-control-characters");
    text
}
