//! Rows as JSON objects: a list of them, one per line, or anything between.

use super::MAX_NAMES;
use super::events::{Cursor, Events, scalar};
use crate::measurements::rows::{Builder, Field, Record};
use crate::measurements::{Counted, Reading, Reason};
use alloc::string::String;
use alloc::vec::Vec;
use json_event_parser::JsonEvent;

/// Rows whose members' names are looked at before rows are read; a name that only comes later is passed over.
const NAMING_ROWS: usize = 100;

/// Looks for objects from `start` on and reads each as a row.
pub(super) fn read(text: &[u8], start: usize) -> Reading {
    let mut names: Vec<String> = Vec::new();
    let mut next = start;
    let mut first = None;
    for _ in 0..NAMING_ROWS {
        let Some(brace) = text[next..].iter().position(|&b| b == b'{') else {
            break;
        };
        let at = next + brace;
        first.get_or_insert(at);
        let mut events = Events::new(text, at);
        while let Some((event, _)) = events.next() {
            if let JsonEvent::ObjectKey(key) = event
                && names.len() < MAX_NAMES
                && !names.iter().any(|name| *name == key)
            {
                names.push(key.into_owned());
            }
        }
        next = events.broken_at.unwrap_or(events.at).max(at + 1);
    }
    let mut cursor = Cursor::new(text);
    let Some(first) = first else {
        let is_odd = |&b: &u8| !(b.is_ascii_whitespace() || b"[]{},".contains(&b));
        let odd = text[start..].iter().position(is_odd);
        let (line, _) = cursor.go(start + odd.unwrap_or(0));
        let reason = odd.map_or(Reason::Empty, |_| Reason::NotARow);
        return Builder::refused(Counted::Characters, line, reason);
    };
    let (line, _) = Cursor::new(text).go(first);
    let mut builder = Builder::new(&names, Counted::Characters, |_| (line, 1));
    if !builder.has_layout() {
        return builder.finish();
    }
    let mut record = Record::default();
    let mut at = start;
    // Behind the bracket that closes a wrapped list is nothing of interest.
    let mut n_open = 0_i64;
    let mut is_broken = false;
    'rows: loop {
        // Between rows stand commas, brackets and spaces.
        let gap = &text[at..];
        let brace = gap.iter().position(|&b| b == b'{');
        // Nor does the rest of a row that broke count.
        let mut is_named = is_broken;
        for (i, &byte) in gap[..brace.unwrap_or(gap.len())].iter().enumerate() {
            match byte {
                b'[' => n_open += 1,
                b']' if n_open == 0 => break 'rows,
                b']' => n_open -= 1,
                b',' | b'}' => {}
                _ if byte.is_ascii_whitespace() || is_named => {}
                _ => {
                    let (line, column) = cursor.go(at + i);
                    builder.bad(line, column, Reason::NotARow);
                    is_named = true;
                }
            }
        }
        let Some(brace) = brace else { break };
        at += brace;
        let end = row(text, at, &names, &mut cursor, &mut record, &mut builder);
        is_broken = end.is_err();
        at = end.unwrap_or_else(|broken_at| broken_at.max(at + 1));
    }
    if n_open > 0 && !is_broken {
        let (line, column) = cursor.go(text.len());
        builder.bad(line, column, Reason::NotJson);
    }
    builder.finish()
}

/// Reads the object at `start` and tells where it ends, or as the error, named already, where it breaks.
fn row(
    text: &[u8],
    start: usize,
    names: &[String],
    cursor: &mut Cursor<'_>,
    record: &mut Record,
    builder: &mut Builder,
) -> Result<usize, usize> {
    let (line, column) = cursor.go(start);
    record.line = line;
    record.text.clear();
    record.fields.clear();
    record.fields.resize(
        names.len(),
        Field {
            start: 0,
            end: 0,
            line,
            column,
        },
    );
    let mut events = Events::new(text, start);
    // Members mostly come in the same order, so the next name is tried first.
    let mut expected = 0;
    let mut current = None;
    let mut n_lists = 0;
    while let Some((event, token)) = events.next() {
        match event {
            JsonEvent::ObjectKey(key) => {
                let at = |i: usize| names.get(i).is_some_and(|name| *name == key);
                current = if at(expected) {
                    Some(expected)
                } else {
                    names.iter().position(|name| *name == key)
                };
                expected = current.map_or(expected, |i| i + 1);
            }
            JsonEvent::StartArray => n_lists += 1,
            JsonEvent::EndArray => n_lists -= 1,
            event => {
                if let (Some(i), 0, Some(value)) = (current, n_lists, scalar(event)) {
                    let (line, column) = cursor.go(token.0);
                    let start = record.text.len();
                    record.text.extend_from_slice(value.as_bytes());
                    record.fields[i] = Field {
                        start,
                        end: record.text.len(),
                        line,
                        column,
                    };
                }
            }
        }
    }
    if let Some(broken_at) = events.broken_at {
        let (line, column) = cursor.go(broken_at);
        builder.bad(line, column, Reason::NotJson);
        return Err(broken_at);
    }
    builder.push(record);
    Ok(events.at)
}
