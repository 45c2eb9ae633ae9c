//! One JSON object of names and rows, `{"columns": […], "data": [[…], …]}`: tables of pandas, of W&B and of this page.

use super::events::{Cursor, Events, scalar};
use super::{MAX_NAMES, is_header};
use crate::measurements::rows::{Builder, Field, Record};
use crate::measurements::{Counted, Reading, Reason};
use alloc::string::String;
use alloc::vec::Vec;
use json_event_parser::JsonEvent;

/// Reads the object at `start`, of which a list of names that are known comes before a list of lists.
pub(super) fn read(text: &[u8], start: usize) -> Reading {
    let mut cursor = Cursor::new(text);
    let mut events = Events::new(text, start);
    let mut names: Vec<String> = Vec::new();
    let mut names_line = 1;
    let mut is_named = false;
    let mut builder: Option<Builder> = None;
    let mut record = Record::default();
    // Where the row begins that is being read.
    let mut row = None;
    while let Some((event, token)) = events.next() {
        match (event, events.depth) {
            (JsonEvent::ObjectKey(_), 1) => {
                is_named = is_named || is_header(&names);
                if !is_named {
                    names.clear();
                    names_line = cursor.go(token.0).0;
                }
            }
            (JsonEvent::String(name), 2) if !is_named && names.len() < MAX_NAMES => {
                names.push(name.into_owned());
            }
            (JsonEvent::StartArray, 3) => {
                let (line, column) = cursor.go(token.0);
                row = Some((line, column));
                record.line = line;
                record.text.clear();
                record.fields.clear();
            }
            (JsonEvent::EndArray, 2) => {
                let Some(place) = row.take() else { continue };
                let builder = builder.get_or_insert_with(|| {
                    Builder::new(&names, Counted::Characters, |_| (names_line, 1))
                });
                push(builder, &record, names.len(), place);
            }
            (event, depth) if row.is_some() => {
                let is_nested = matches!(event, JsonEvent::StartArray | JsonEvent::StartObject);
                let start = record.text.len();
                match scalar(event) {
                    Some(value) if depth == 3 => record.text.extend_from_slice(value.as_bytes()),
                    // A list inside a row is a field that holds nothing.
                    _ if is_nested && depth == 4 => {}
                    _ => continue,
                }
                let (line, column) = cursor.go(token.0);
                record.fields.push(Field {
                    start,
                    end: record.text.len(),
                    line,
                    column,
                });
            }
            _ => {}
        }
    }
    let mut builder =
        builder.unwrap_or_else(|| Builder::new(&names, Counted::Characters, |_| (names_line, 1)));
    if let Some(broken_at) = events.broken_at {
        let (line, column) = cursor.go(broken_at);
        builder.bad(line, column, Reason::NotJson);
    }
    builder.finish()
}

/// Hands over a row that has as many fields as there are names.
fn push(builder: &mut Builder, record: &Record, n_names: usize, (line, column): (u32, u32)) {
    let (found, expected) = (record.fields.len() as u32, n_names as u32);
    let reason = if found < expected {
        Reason::TooFewFields { found, expected }
    } else if found > expected {
        Reason::TooManyFields { found, expected }
    } else {
        return builder.push(record);
    };
    if builder.has_layout() {
        builder.bad(line, column, reason);
    }
}
