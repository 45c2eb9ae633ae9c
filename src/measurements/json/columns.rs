//! One JSON object of columns: lists of equal length, or objects numbered by row.

use super::MAX_NAMES;
use super::events::{Cursor, Events, scalar};
use crate::measurements::headers::meaning;
use crate::measurements::rows::{Builder, Field, Record};
use crate::measurements::{Counted, Reading, Reason};
use alloc::string::String;
use alloc::vec::Vec;
use json_event_parser::JsonEvent;

/// A column of an object of columns.
struct Cells {
    /// Where in the text each value is; strings without their quotes.
    cells: Vec<Field>,
    /// Whether it is one value for all rows.
    is_constant: bool,
    /// Where it ends.
    end: Field,
}

/// Reads an object of columns.
pub(super) fn read(text: &[u8]) -> Reading {
    let start = text.iter().position(|&b| b == b'{').unwrap_or(0);
    let mut cursor = Cursor::new(text);
    let (first_line, _) = cursor.go(start);
    let mut events = Events::new(text, start);
    let mut names: Vec<String> = Vec::new();
    let mut all: Vec<Cells> = Vec::new();
    while let Some((event, token)) = events.next() {
        let (line, column) = cursor.go(token.0);
        match event {
            JsonEvent::ObjectKey(key) if events.depth == 1 && names.len() < MAX_NAMES => {
                names.push(key.into_owned());
                let end = Field {
                    start: 0,
                    end: 0,
                    line,
                    column,
                };
                all.push(Cells {
                    cells: Vec::new(),
                    is_constant: true,
                    end,
                });
            }
            event => {
                let is_scalar =
                    !matches!(event, JsonEvent::ObjectKey(_)) && scalar(event).is_some();
                if let Some(last) = all.last_mut() {
                    if is_scalar && events.depth <= 2 {
                        let quote = usize::from(text.get(token.0) == Some(&b'"'));
                        let is_null = text[token.0..token.1] == *b"null";
                        let (start, end) = (
                            token.0 + quote,
                            if is_null { token.0 } else { token.1 - quote },
                        );
                        last.cells.push(Field {
                            start,
                            end,
                            line,
                            column,
                        });
                    }
                    last.is_constant &= events.depth == 1 && is_scalar;
                    (last.end.line, last.end.column) = (line, column);
                }
            }
        }
    }
    let mut builder = Builder::new(&names, Counted::Characters, |_| (first_line, 1));
    if builder.has_layout() {
        push_columns(text, &names, &all, &mut builder);
    }
    if let Some(broken_at) = events.broken_at {
        let (line, column) = cursor.go(broken_at);
        builder.bad(line, column, Reason::NotJson);
    }
    builder.finish()
}

/// Makes rows of columns. A column that is not used does not make rows, however long.
fn push_columns(text: &[u8], names: &[String], all: &[Cells], builder: &mut Builder) {
    let is_used = |i: usize| meaning(&names[i]).is_some() && !all[i].is_constant;
    let n_rows = (0..all.len())
        .filter(|&i| is_used(i))
        .map(|i| all[i].cells.len())
        .max()
        .unwrap_or(0);
    let mut record = Record::default();
    for n in 0..n_rows {
        record.text.clear();
        record.fields.clear();
        record.line = u32::MAX;
        for (i, column) in all.iter().enumerate() {
            let cell = column
                .cells
                .get(if column.is_constant { 0 } else { n })
                .unwrap_or(&column.end);
            let start = record.text.len();
            if is_used(i) || column.is_constant {
                record.text.extend_from_slice(&text[cell.start..cell.end]);
                record.line = record.line.min(cell.line);
            }
            record.fields.push(Field {
                start,
                end: record.text.len(),
                ..*cell
            });
        }
        builder.push(&record);
    }
}
