//! One page of a list.

use crate::{Error, Result};
use sea_orm::sea_query::LikeExpr;

/// Which page, counted from 1, and how many rows it holds (1–100).
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// From 1.
    pub number: u64,
    /// Rows per page.
    pub size: u64,
}

impl Page {
    /// Checks what a client asked for; absent values take the defaults 1 and 20.
    pub fn new(number: Option<u64>, size: Option<u64>) -> Result<Self> {
        let page = Self { number: number.unwrap_or(1), size: size.unwrap_or(20) };
        if page.number == 0 || page.number > 1_000_000 {
            return Err(Error::invalid("page", "error-out-of-range"));
        }
        if page.size == 0 || page.size > 100 {
            return Err(Error::invalid("page_size", "error-out-of-range"));
        }
        Ok(page)
    }

    /// Rows before this page.
    pub fn offset(self) -> u64 {
        (self.number - 1) * self.size
    }
}

/// Rows of one page and how many there are in all.
#[derive(Debug)]
pub struct Listed<T> {
    /// This page's rows.
    pub rows: Vec<T>,
    /// Rows over all pages.
    pub count: u64,
}

/// A LIKE pattern in which the reader's own `%` and `_` are only characters.
pub fn containing(text: &str) -> LikeExpr {
    LikeExpr::new(containing_text(text)).escape('\\')
}

/// The same as text, for SQL that says `LIKE … ESCAPE '\'` itself.
pub fn containing_text(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
