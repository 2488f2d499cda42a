//! Workbooks. Rows go to the disk as they come; numbers are numbers with the digits of their currency, days are days, and texts are
//! texts, whatever they begin with.

use super::Sink;
use rust_xlsxwriter::{Format, FormatBorder, Workbook, Worksheet};
use shared::reports::table::{Cell, Sheet};
use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;

/// Rows of a sheet, the head among them: what the format allows.
const MOST: u32 = 1_048_576;
const WIDTH: f64 = 16.0;

pub(super) struct Xlsx {
    book: Workbook,
    file: File,
    is_rtl: bool,
    looks: HashMap<(&'static str, bool), Format>,
    sheet: Sheet,
    /// Sheets of this name.
    parts: u32,
    /// The next row of the last sheet.
    row: u32,
}

impl Xlsx {
    pub(super) fn new(file: File, is_rtl: bool) -> Self {
        let sheet = Sheet { name: String::new(), head: vec![] };
        Self { book: Workbook::new(), file, is_rtl, looks: HashMap::new(), sheet, parts: 0, row: 0 }
    }

    /// The sheet that is written to: the last one.
    fn last(&mut self) -> anyhow::Result<&mut Worksheet> {
        let last = self.book.worksheets().len().saturating_sub(1);
        Ok(self.book.worksheet_from_index(last)?)
    }

    fn begin(&mut self) -> anyhow::Result<()> {
        self.parts += 1;
        let name = if self.parts == 1 { self.sheet.name.clone() } else { format!("{} {}", self.sheet.name, self.parts) };
        let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_right_to_left(self.is_rtl);
        sheet.set_freeze_panes(1, 0)?;
        for (column, text) in (0..).zip(&self.sheet.head) {
            sheet.set_column_width(column, WIDTH)?;
            sheet.write_string_with_format(0, column, text, &head)?;
        }
        self.row = 1;
        Ok(())
    }
}

/// How numbers of so many digits look.
fn digits(exponent: u32) -> &'static str {
    match exponent {
        0 => "#,##0",
        3 => "#,##0.000",
        _ => "#,##0.00",
    }
}

impl Sink for Xlsx {
    fn sheet(&mut self, sheet: Sheet) -> anyhow::Result<()> {
        (self.sheet, self.parts) = (sheet, 0);
        self.begin()
    }

    fn rows(&mut self, rows: Vec<Vec<Cell>>, is_total: bool) -> anyhow::Result<()> {
        for row in rows {
            if self.row >= MOST {
                self.begin()?;
            }
            let at = self.row;
            for (column, cell) in (0_u16..).zip(&row) {
                let look = match cell {
                    Cell::Text(_) | Cell::Empty => "General",
                    Cell::Count(_) => "#,##0",
                    Cell::Amount(money) => digits(money.currency.exponent()),
                    Cell::Day(_) => "yyyy-mm-dd",
                    Cell::Moment(_) => "yyyy-mm-dd hh:mm:ss",
                };
                let look = self.looks.entry((look, is_total)).or_insert_with(|| {
                    let format = Format::new().set_num_format(look);
                    if is_total { format.set_bold() } else { format }
                });
                let look = look.clone();
                let sheet = self.last()?;
                match cell {
                    Cell::Text(text) => sheet.write_string_with_format(at, column, text, &look)?,
                    Cell::Count(count) => sheet.write_number_with_format(at, column, *count as f64, &look)?,
                    // the format has no other numbers; its programs show fifteen digits of them
                    Cell::Amount(money) => sheet.write_number_with_format(at, column, money.decimal().parse::<f64>()?, &look)?,
                    Cell::Day(day) => sheet.write_datetime_with_format(at, column, day, &look)?,
                    Cell::Moment(time) => sheet.write_datetime_with_format(at, column, time.naive_utc(), &look)?,
                    Cell::Empty => sheet.write_blank(at, column, &look)?,
                };
            }
            self.row += 1;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.book.save_to_writer(BufWriter::new(&self.file))?)
    }
}
