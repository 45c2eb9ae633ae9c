//! JSON: rows as objects (a list of them, one per line, or both), one object of columns, or one of names and rows.
//!
//! ```text
//! [{"batch": 8, "lr": 0.1, "steps": 100}, …]      {"batch": [8, …], "lr": [0.1, …], "steps": [100, …]}
//! {"columns": ["batch", "lr", "steps"], "data": [[8, 0.1, 100], …]}
//! ```
//!
//! Events come from `json-event-parser`, with numbers as text, so that they are read like those of a table. Every row
//! gets a parser of its own: where one row breaks, reading goes on at the next opening brace. Objects inside a row, as
//! Ray Tune writes them, count as if their members stood in the row; lists inside a row are passed over. Columns may
//! also be objects numbered by row, as pandas writes them. `NaN` and `Infinity`, which Python writes, are read as blank.

mod columns;
mod events;
mod lists;
mod objects;

use super::Reading;
use super::headers::meaning;
use alloc::borrow::Cow;
use alloc::string::String;
use events::Events;
use json_event_parser::JsonEvent;

/// Members of a row beyond so many are passed over.
const MAX_NAMES: usize = 256;

/// See the module. `text` begins with a brace or bracket, after spaces.
pub(super) fn read(text: &[u8]) -> Reading {
    let text = &*without_nan(text);
    match form(text) {
        Form::Columns => columns::read(text),
        Form::Lists(start) => lists::read(text, start),
        Form::Rows(start) => objects::read(text, start),
    }
}

/// The same text with strings of hyphens for the words that are no JSON, so that every place stays.
fn without_nan(text: &[u8]) -> Cow<'_, [u8]> {
    const WORDS: [(&[u8], &[u8]); 3] = [
        (b"-Infinity", b"\"-------\""),
        (b"Infinity", b"\"------\""),
        (b"NaN", b"\"-\""),
    ];
    let is_edge =
        |b: Option<&u8>| b.is_none_or(|b| b.is_ascii_whitespace() || b":,[]{}".contains(b));
    let mut out = Cow::Borrowed(text);
    let mut i = 0;
    while i < text.len() {
        let word = if matches!(text[i], b'-' | b'I' | b'N') && (i == 0 || is_edge(text.get(i - 1)))
        {
            WORDS
                .iter()
                .find(|(word, _)| text[i..].starts_with(word) && is_edge(text.get(i + word.len())))
        } else {
            None
        };
        if let Some((word, instead)) = word {
            out.to_mut()[i..i + word.len()].copy_from_slice(instead);
            i += word.len();
        } else {
            i += 1;
        }
    }
    out
}

/// Whether a known name is among these.
fn is_header(names: &[String]) -> bool {
    names.iter().any(|name| meaning(name).is_some())
}

/// How the text is built.
enum Form {
    Columns,
    /// Names and rows, in the object that begins here.
    Lists(usize),
    /// Rows, to be looked for from here on.
    Rows(usize),
}

/// Looks at the first object only: it holds columns if a known name leads to a list, names and rows if a known name is
/// in a list before a list of lists, and wraps rows if a name leads to a list of objects.
fn form(text: &[u8]) -> Form {
    let start = text
        .iter()
        .position(|b| matches!(b, b'{' | b'['))
        .unwrap_or(0);
    if text.get(start) != Some(&b'{') {
        return Form::Rows(start);
    }
    let mut events = Events::new(text, start);
    let mut is_known = false;
    let mut is_opened = false;
    let mut has_names = false;
    while let Some((event, token)) = events.next() {
        match event {
            JsonEvent::ObjectKey(key) if events.depth == 2 && is_opened && is_known => {
                // An object numbered by row.
                if key.bytes().all(|b| b.is_ascii_digit()) {
                    return Form::Columns;
                }
                is_opened = false;
            }
            JsonEvent::ObjectKey(key) if events.depth == 1 => {
                (is_known, is_opened) = (meaning(&key).is_some(), false);
            }
            JsonEvent::String(name) if events.depth == 2 => has_names |= meaning(&name).is_some(),
            JsonEvent::StartArray if events.depth == 3 && has_names => return Form::Lists(start),
            JsonEvent::StartArray if events.depth == 2 => {
                if is_known {
                    return Form::Columns;
                }
                let inside = text[token.1..].iter().find(|b| !b.is_ascii_whitespace());
                if inside == Some(&b'{') {
                    return Form::Rows(token.1);
                }
            }
            JsonEvent::StartObject => is_opened = events.depth == 2,
            _ => {}
        }
        if events.depth == 0 {
            break;
        }
    }
    Form::Rows(start)
}
