//! Texts that people write: tidied and checked.

use crate::accounts::postal::{check_lines, check_text};
use crate::error::Problems;

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
    check_lines(problems, field, &text, MOST);
    text
}
