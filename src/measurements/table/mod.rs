//! Tables: one row per line, fields apart by commas, tabs, semicolons, pipes or spaces.
//!
//! Lines end with LF, CRLF or CR. Blank lines and lines that begin with `#` are skipped, and so are the rules of a
//! Markdown table and the first line `sep=;` of some spreadsheets. Fields are split by `csv-core`.
//!
//! A quoted field may go on over several lines. A quote that is not closed must not swallow the rows behind it, so a row
//! over several lines counts only if it is whole: it ends within [`MAX_JOINED`] lines, has as many fields as the header,
//! and every quote in it closes before a separator. Else the first line is named and reading goes on with the second.

mod header;
mod lines;
mod split;

use super::number::decimal_mark;
use super::rows::{Builder, Record};
use super::{Counted, Reading, Reason};
use header::header;
use lines::Lines;
use split::{Separator, Splitter};

/// Lines that a quoted field may go on for. Bounded, so that reading stays linear whatever the quotes.
const MAX_JOINED: usize = 8;
/// Rows that are looked at to tell a decimal comma from a point.
const MARK_ROWS: usize = 64;

/// See the module.
pub(super) fn read(text: &[u8]) -> Reading {
    let mut lines = Lines::of(text);
    let Some(header) = header(&mut lines) else {
        return Builder::refused(Counted::Fields, 1, Reason::Empty);
    };
    if header.is_numeric {
        return Builder::refused(Counted::Fields, header.line, Reason::NoHeader);
    }
    let at = |i: usize| (header.line, i as u32 + 1);
    let mut builder = Builder::new(&header.names, Counted::Fields, at);
    if !builder.has_layout() {
        return builder.finish();
    }
    let mut splitter = Splitter::new(header.separator);
    let mut record = Record::default();
    builder.numbers.has_commas = header.separator != Separator::Byte(b',')
        && has_decimal_commas(lines.clone(), &mut splitter, &mut record);
    while let Some(line) = lines.next_row(header.separator) {
        let mut is_whole = splitter.split(line.text, header.is_framed, &mut record);
        let open_column = record.fields.len() as u32;
        if !is_whole {
            let resume = lines.clone();
            for _ in 0..MAX_JOINED {
                let Some(next) = lines.next() else { break };
                if splitter.go_on(next.text, &mut record) {
                    let joined = &text[line.start..next.start + next.text.len()];
                    is_whole = record.fields.len() == header.names.len()
                        && header.separator.quotes_close(joined);
                    break;
                }
            }
            if !is_whole {
                lines = resume;
                builder.bad(line.number, open_column.max(1), Reason::UnclosedQuote);
                continue;
            }
        }
        record.line = line.number;
        record
            .fields
            .iter_mut()
            .for_each(|field| field.line = line.number);
        builder.push(&record);
    }
    builder.finish()
}

/// Whether the first rows show decimal commas and no decimal points.
fn has_decimal_commas(mut lines: Lines<'_>, splitter: &mut Splitter, record: &mut Record) -> bool {
    let mut has_commas = false;
    for _ in 0..MARK_ROWS {
        let Some(line) = lines.next_row(splitter.separator) else {
            break;
        };
        splitter.split(line.text, false, record);
        for field in &record.fields {
            match decimal_mark(record.text[field.start..field.end].trim_ascii()) {
                Some(true) => has_commas = true,
                Some(false) => return false,
                None => {}
            }
        }
    }
    has_commas
}
