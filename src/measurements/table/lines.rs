//! The lines of a text, whatever ends them.

use super::split::Separator;

/// A line without its end.
pub(super) struct Line<'a> {
    /// From 1.
    pub number: u32,
    pub start: usize,
    pub text: &'a [u8],
}

/// The lines of a text.
#[derive(Clone)]
pub(super) struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    pub fn of(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            line: 0,
        }
    }

    pub fn next(&mut self) -> Option<Line<'a>> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest
            .iter()
            .position(|b| matches!(b, b'\n' | b'\r'))
            .unwrap_or(rest.len());
        let end = match &rest[length..] {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        self.at = start + length + end;
        self.line = self.line.saturating_add(1);
        Some(Line {
            number: self.line,
            start,
            text: &rest[..length],
        })
    }

    /// The next line that holds fields.
    pub fn next_row(&mut self, separator: Separator) -> Option<Line<'a>> {
        loop {
            let line = self.next()?;
            let text = line.text.trim_ascii();
            let is_rule = separator == Separator::Byte(b'|')
                && text.contains(&b'-')
                && text.iter().all(|b| b"|-:+ ".contains(b));
            if !(text.is_empty() || text[0] == b'#' || is_rule) {
                return Some(line);
            }
        }
    }
}
