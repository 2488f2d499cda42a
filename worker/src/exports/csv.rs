//! Comma-separated values (RFC 4180). Nothing in them is a formula: a program that opens such a file takes a text that begins with
//! `=` for one, and texts come from customers.

use super::Sink;
use csv::{Terminator, Writer, WriterBuilder};
use shared::reports::table::{Cell, Sheet};
use std::borrow::Cow;
use std::fs::File;
use std::io::BufWriter;

pub(super) struct Csv(Writer<BufWriter<File>>);

impl Csv {
    pub(super) fn new(file: File) -> Self {
        let buffered = BufWriter::with_capacity(1 << 16, file);
        Self(WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(buffered))
    }
}

impl Sink for Csv {
    fn sheet(&mut self, sheet: Sheet) -> anyhow::Result<()> {
        Ok(self.0.write_record(sheet.head.iter().map(|text| harmless(text).into_owned()))?)
    }

    fn rows(&mut self, rows: Vec<Vec<Cell>>, _: bool) -> anyhow::Result<()> {
        for row in rows {
            for cell in &row {
                match cell {
                    Cell::Text(text) => self.0.write_field(harmless(text).as_bytes())?,
                    Cell::Count(count) => self.0.write_field(count.to_string())?,
                    Cell::Amount(money) => self.0.write_field(money.decimal())?,
                    Cell::Day(day) => self.0.write_field(day.to_string())?,
                    Cell::Moment(at) => self.0.write_field(at.format("%Y-%m-%dT%H:%M:%SZ").to_string())?,
                    Cell::Empty => self.0.write_field("")?,
                }
            }
            self.0.write_record(None::<&[u8]>)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.0.flush()?)
    }
}

/// A text with an apostrophe in front, if a spreadsheet would reckon with it. Numbers of ours are no texts and stay as they are.
fn harmless(text: &str) -> Cow<'_, str> {
    // also behind blanks, and in the wide forms that some programs take for the same
    let first = text.trim_start_matches([' ', '\u{a0}']).chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => Cow::Owned(format!("'{text}")),
        Some(_) | None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_text_is_a_formula() {
        for text in ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "Amina", "a=b", "山田", "أمينة", "1-2"] {
            assert_eq!(harmless(text), text);
        }
    }
}
