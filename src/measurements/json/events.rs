//! The events of one JSON value and where they stand in the text.

use alloc::borrow::Cow;
use json_event_parser::{JsonEvent, LowLevelJsonParser};

/// Deeper nesting is not taken for JSON.
const MAX_DEPTH: usize = 32;

/// The events of one value, with where their text is.
pub(super) struct Events<'a> {
    text: &'a [u8],
    start: usize,
    pub at: usize,
    parser: LowLevelJsonParser,
    pub depth: usize,
    /// Where the text stops being JSON, if it did.
    pub broken_at: Option<usize>,
}

impl<'a> Events<'a> {
    pub fn new(text: &'a [u8], start: usize) -> Self {
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
    pub fn next(&mut self) -> Option<(JsonEvent<'a>, (usize, usize))> {
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
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
    column: u32,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            column: 1,
        }
    }

    pub fn go(&mut self, to: usize) -> (u32, u32) {
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
pub(super) fn scalar<'a>(event: JsonEvent<'a>) -> Option<Cow<'a, str>> {
    match event {
        JsonEvent::String(text) | JsonEvent::Number(text) => Some(text),
        JsonEvent::Boolean(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
        JsonEvent::Null => Some(Cow::Borrowed("")),
        _ => None,
    }
}
