//! One field as a number.

use crate::units::{parse_batch, parse_decimal, parse_number};
use alloc::string::String;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    Number(f64),
    /// Nothing, or a word for it.
    Blank,
    /// A comma that may be a decimal one or separate thousands.
    Ambiguous,
    /// Something else.
    Other,
    /// Bytes that are no text.
    NotText,
}

/// Words that programs write where there is no number: Python, R, JSON, spreadsheets; case does not matter.
const BLANKS: [&str; 12] = [
    "nan",
    "inf",
    "-inf",
    "+inf",
    "infinity",
    "-infinity",
    "none",
    "null",
    "na",
    "n/a",
    "#n/a",
    "diverged",
];

/// Reads fields; keeps its buffer from one to the next.
#[derive(Default)]
pub(super) struct Numbers {
    /// Whether a single comma is a decimal one.
    pub has_commas: bool,
    plain: String,
}

impl Numbers {
    /// The number in a field without surrounding space. Batch sizes may be written `8k` for 8192.
    pub fn read(&mut self, field: &[u8], is_batch: bool) -> Value {
        let Ok(text) = core::str::from_utf8(field) else {
            return Value::NotText;
        };
        if let Some(value) = parse_decimal(text) {
            return Value::Number(value);
        }
        if is_blank(text) {
            return Value::Blank;
        }
        let text = if text.contains(',') {
            if !self.has_commas || text.contains('.') || text.matches(',').count() > 1 {
                let is_number = text
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b",.-+eE".contains(&b));
                return if is_number {
                    Value::Ambiguous
                } else {
                    Value::Other
                };
            }
            self.plain.clear();
            self.plain
                .extend(text.chars().map(|c| if c == ',' { '.' } else { c }));
            &self.plain
        } else {
            text
        };
        let value = parse_decimal(text).or_else(|| {
            if is_batch {
                parse_batch(text)
            } else {
                parse_number(text)
            }
        });
        value.map_or(Value::Other, Value::Number)
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| b == b'-') || BLANKS.iter().any(|blank| blank.eq_ignore_ascii_case(text))
}

/// Which decimal mark a field shows for certain: `Some(true)` for a comma, `Some(false)` for a point.
///
/// `1,024` may be either number; `0,125` and `0,1` cannot separate thousands.
pub(super) fn decimal_mark(field: &[u8]) -> Option<bool> {
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let mark = field.iter().position(|b| matches!(b, b',' | b'.'))?;
    let (before, after) = (&field[..mark], &field[mark + 1..]);
    let before = before.strip_prefix(b"-").unwrap_or(before);
    let after = &after[..after
        .iter()
        .position(|b| matches!(b, b'e' | b'E'))
        .unwrap_or(after.len())];
    if !digits(after) || !(before.is_empty() || digits(before)) {
        return None;
    }
    if field[mark] == b'.' {
        return Some(false);
    }
    let is_thousands = after.len() == 3 && (1..=3).contains(&before.len()) && before[0] != b'0';
    (!is_thousands).then_some(true)
}
