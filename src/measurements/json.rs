//! JSON: rows as objects (a list of them, one per line, or both), or one object of columns.
//!
//! ```text
//! [{"batch": 8, "lr": 0.1, "steps": 100}, …]      {"batch": [8, …], "lr": [0.1, …], "steps": [100, …]}
//! ```
//!
//! Events come from `json-event-parser`, with numbers as text, so that they are read like those of a table. Every row
//! gets a parser of its own: where one row breaks, reading goes on at the next opening brace. Objects inside a row, as
//! Ray Tune writes them, count as if their members stood in the row; lists inside a row are passed over. Columns may
//! also be objects numbered by row, as pandas writes them. `NaN` and `Infinity`, which Python writes, are read as blank.

use super::headers::meaning;
use super::rows::{Builder, Field, Record};
use super::{Counted, Reading, Reason};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use json_event_parser::{JsonEvent, LowLevelJsonParser};

/// Rows whose members' names are looked at before rows are read; a name that only comes later is passed over.
const NAMING_ROWS: usize = 100;
/// Members of a row beyond so many are passed over.
const MAX_NAMES: usize = 256;
/// Deeper nesting is not taken for JSON.
const MAX_DEPTH: usize = 32;

/// See the module. `text` begins with a brace or bracket, after spaces.
pub(super) fn read(text: &[u8]) -> Reading {
    let text = &*without_nan(text);
    match form(text) {
        Form::Columns => columns(text),
        Form::Rows(start) => rows(text, start),
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

/// How the text is built.
enum Form {
    Columns,
    /// Rows, to be looked for from here on.
    Rows(usize),
}

/// Looks at the first object only: it holds columns if a known name leads to a list, and wraps rows if a name leads to
/// a list of objects.
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

/// The events of one value, with where their text is.
struct Events<'a> {
    text: &'a [u8],
    start: usize,
    at: usize,
    parser: LowLevelJsonParser,
    depth: usize,
    /// Where the text stops being JSON, if it did.
    broken_at: Option<usize>,
}

impl<'a> Events<'a> {
    fn new(text: &'a [u8], start: usize) -> Self {
        let parser = LowLevelJsonParser::new().with_max_stack_size(MAX_DEPTH);
        Self {
            text,
            start,
            at: start,
            parser,
            depth: 0,
            broken_at: None,
        }
    }

    /// The next event and its (start, end) in the text; `None` behind the value, or where it breaks.
    fn next(&mut self) -> Option<(JsonEvent<'a>, (usize, usize))> {
        if self.broken_at.is_some() || (self.depth == 0 && self.at > self.start) {
            return None;
        }
        let rest = &self.text[self.at..];
        let gap = rest
            .iter()
            .take_while(|b| b.is_ascii_whitespace() || b",:".contains(b))
            .count();
        let result = self.parser.parse_next(rest, true);
        let token = (
            self.at + gap.min(result.consumed_bytes),
            self.at + result.consumed_bytes,
        );
        self.at = token.1;
        match result.event {
            Some(Ok(event)) => {
                match event {
                    JsonEvent::StartArray | JsonEvent::StartObject => self.depth += 1,
                    JsonEvent::EndArray | JsonEvent::EndObject => {
                        self.depth = self.depth.saturating_sub(1)
                    }
                    JsonEvent::Eof => return None,
                    _ => {}
                }
                Some((event, token))
            }
            Some(Err(error)) => {
                let offset = error.location().start.offset as usize;
                self.broken_at = Some((self.start + offset).clamp(self.start, self.text.len()));
                None
            }
            None => None,
        }
    }
}

/// Lines and characters of offsets that only rise.
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
    column: u32,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            column: 1,
        }
    }

    fn go(&mut self, to: usize) -> (u32, u32) {
        let to = to.min(self.text.len());
        while self.at < to {
            let byte = self.text[self.at];
            let is_end =
                byte == b'\n' || (byte == b'\r' && self.text.get(self.at + 1) != Some(&b'\n'));
            if is_end {
                (self.line, self.column) = (self.line.saturating_add(1), 1);
            } else if byte & 0xc0 != 0x80 {
                // Bytes that go on with a character do not count.
                self.column = self.column.saturating_add(1);
            }
            self.at += 1;
        }
        (self.line, self.column)
    }
}

/// The text of a scalar; `None` for anything else.
fn scalar<'a>(event: JsonEvent<'a>) -> Option<Cow<'a, str>> {
    match event {
        JsonEvent::String(text) | JsonEvent::Number(text) => Some(text),
        JsonEvent::Boolean(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
        JsonEvent::Null => Some(Cow::Borrowed("")),
        _ => None,
    }
}

/// Looks for objects from `start` on and reads each as a row.
fn rows(text: &[u8], start: usize) -> Reading {
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
fn columns(text: &[u8]) -> Reading {
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
