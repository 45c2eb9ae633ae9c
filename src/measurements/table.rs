//! Tables: one row per line, fields apart by commas, tabs, semicolons, pipes or spaces.
//!
//! Lines end with LF, CRLF or CR. Blank lines and lines that begin with `#` are skipped, and so are the rules of a
//! Markdown table and the first line `sep=;` of some spreadsheets. Fields are split by `csv-core`.
//!
//! A quoted field may go on over several lines. A quote that is not closed must not swallow the rows behind it, so a row
//! over several lines counts only if it is whole: it ends within [`MAX_JOINED`] lines, has as many fields as the header,
//! and every quote in it closes before a separator. Else the first line is named and reading goes on with the second.

use super::headers::meaning;
use super::number::decimal_mark;
use super::rows::{Builder, Field, Record};
use super::{Counted, Reading, Reason};
use alloc::string::String;
use alloc::vec::Vec;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Lines that a quoted field may go on for. Bounded, so that reading stays linear whatever the quotes.
const MAX_JOINED: usize = 8;
/// Rows that are looked at to tell a decimal comma from a point.
const MARK_ROWS: usize = 64;

/// See the module.
pub(super) fn read(text: &[u8]) -> Reading {
    let mut lines = Lines {
        text,
        at: 0,
        line: 0,
    };
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

/// What separates fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    Byte(u8),
    /// Any number of spaces and tabs.
    Spaces,
}

impl Separator {
    fn byte(self) -> u8 {
        match self {
            Separator::Byte(byte) => byte,
            Separator::Spaces => b' ',
        }
    }

    /// Whether every quote that opens a field closes it too, right before a separator or the end of a line.
    fn quotes_close(self, text: &[u8]) -> bool {
        let ends =
            |b: Option<&u8>| b.is_none_or(|&b| b == self.byte() || matches!(b, b'\r' | b'\n'));
        let mut i = 0;
        let mut is_start = true;
        while i < text.len() {
            if is_start && text[i] == b'"' {
                i += 1;
                // To the closing quote; a doubled one stands for itself.
                while i < text.len() && (text[i] != b'"' || text.get(i + 1) == Some(&b'"')) {
                    i += if text[i] == b'"' { 2 } else { 1 };
                }
                i += 1;
                if i > text.len() || !ends(text.get(i)) {
                    return false;
                }
                is_start = false;
            } else {
                is_start = text[i] == self.byte();
                i += 1;
            }
        }
        true
    }
}

/// A line without its end.
struct Line<'a> {
    /// From 1.
    number: u32,
    start: usize,
    text: &'a [u8],
}

/// The lines of a text.
#[derive(Clone)]
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<Line<'a>> {
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
    fn next_row(&mut self, separator: Separator) -> Option<Line<'a>> {
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

/// The names and how they are separated.
struct Header {
    line: u32,
    names: Vec<String>,
    separator: Separator,
    /// Whether rows begin and end with a separator, as in Markdown.
    is_framed: bool,
    /// Whether there are numbers where names should be.
    is_numeric: bool,
}

/// Reads the header, and leaves `lines` before the first row. `None` where the text holds nothing.
///
/// The separator is the one that makes the most names known. NumPy writes the header as a comment: where the first row
/// holds numbers, the comment before it is tried.
fn header(lines: &mut Lines<'_>) -> Option<Header> {
    let mut comment = None;
    let mut given = None;
    loop {
        let before = lines.clone();
        let line = lines.next()?;
        let text = line.text.trim_ascii();
        match text {
            [] => {}
            [b'#', rest @ ..] => comment = Some((line.number, rest.trim_ascii())),
            [b's', b'e', b'p', b'=', separator] if line.number == 1 => {
                given = Some(Separator::Byte(*separator))
            }
            _ => {
                let mut found = names(line.number, line.text, given);
                if found.is_numeric
                    && let Some((number, text)) = comment
                {
                    let of_comment = names(number, text, given);
                    if of_comment.names.iter().any(|name| meaning(name).is_some()) {
                        *lines = before;
                        found = of_comment;
                    }
                }
                return Some(found);
            }
        }
    }
}

/// The names in a line, by the separator that is given or makes the most of them known.
fn names(line: u32, text: &[u8], given: Option<Separator>) -> Header {
    const CANDIDATES: [Separator; 5] = [
        Separator::Byte(b'\t'),
        Separator::Byte(b';'),
        Separator::Byte(b','),
        Separator::Byte(b'|'),
        Separator::Spaces,
    ];
    let one = given.map(|separator| [separator]);
    let candidates = one.as_ref().map_or(&CANDIDATES[..], |one| &one[..]);
    let mut best: Option<((usize, usize), Header)> = None;
    for &separator in candidates {
        let is_framed = separator == Separator::Byte(b'|') && text.trim_ascii().starts_with(b"|");
        let mut record = Record::default();
        Splitter::new(separator).split(text, is_framed, &mut record);
        let names: Vec<String> = (record.fields.iter())
            .map(|f| String::from_utf8_lossy(record.text[f.start..f.end].trim_ascii()).into_owned())
            .collect();
        let n_known = names.iter().filter(|name| meaning(name).is_some()).count();
        let is_numeric = n_known == 0
            && names
                .iter()
                .any(|name| crate::units::parse_number(name).is_some());
        // Names may have spaces of their own.
        let n_names = if separator == Separator::Spaces && n_known > 0 {
            0
        } else {
            names.len()
        };
        let rank = (n_known, n_names);
        if best.as_ref().is_none_or(|(least, _)| rank > *least) {
            best = Some((
                rank,
                Header {
                    line,
                    names,
                    separator,
                    is_framed,
                    is_numeric,
                },
            ));
        }
    }
    best.map(|b| b.1).unwrap_or_else(|| Header {
        line,
        names: Vec::from([String::from_utf8_lossy(text).into_owned()]),
        separator: Separator::Byte(b','),
        is_framed: false,
        is_numeric: false,
    })
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

/// Splits lines into fields.
struct Splitter {
    reader: Reader,
    separator: Separator,
    ends: Vec<usize>,
    n_text: usize,
    n_ends: usize,
    spaced: Vec<u8>,
}

impl Splitter {
    fn new(separator: Separator) -> Self {
        Self {
            reader: ReaderBuilder::new().delimiter(separator.byte()).build(),
            separator,
            ends: Vec::from([0; 16]),
            n_text: 0,
            n_ends: 0,
            spaced: Vec::new(),
        }
    }

    /// The fields of a line; false if a quote is open at its end.
    fn split(&mut self, line: &[u8], is_framed: bool, record: &mut Record) -> bool {
        self.reader.reset();
        (self.n_text, self.n_ends) = (0, 0);
        let line = if is_framed {
            let line = line.trim_ascii();
            let line = line.strip_prefix(b"|").unwrap_or(line);
            line.strip_suffix(b"|").unwrap_or(line)
        } else {
            line
        };
        if self.separator == Separator::Spaces {
            let mut spaced = core::mem::take(&mut self.spaced);
            spaced.clear();
            spaced.extend(line.iter().map(|&b| if b == b'\t' { b' ' } else { b }));
            let is_whole = self.go_on(spaced.trim_ascii(), record);
            self.spaced = spaced;
            return is_whole;
        }
        self.go_on(line, record)
    }

    /// Goes on with one more line; false if a quote is still open at its end.
    fn go_on(&mut self, line: &[u8], record: &mut Record) -> bool {
        let is_whole = (!line.is_empty() && self.feed(line, record)) || self.feed(b"\n", record);
        record.fields.clear();
        let mut start = 0;
        for &end in &self.ends[..self.n_ends] {
            // Between two spaces is no field.
            if self.separator != Separator::Spaces || end > start {
                let column = record.fields.len() as u32 + 1;
                record.fields.push(Field {
                    start,
                    end,
                    line: 0,
                    column,
                });
            }
            start = end;
        }
        if !is_whole {
            let column = record.fields.len() as u32 + 1;
            record.fields.push(Field {
                start,
                end: self.n_text,
                line: 0,
                column,
            });
        }
        is_whole
    }

    /// Whether the record is over. No input at all would mean the end of the text.
    fn feed(&mut self, mut input: &[u8], record: &mut Record) -> bool {
        loop {
            let (state, n_in, n_text, n_ends) = self.reader.read_record(
                input,
                &mut record.text[self.n_text..],
                &mut self.ends[self.n_ends..],
            );
            input = &input[n_in..];
            self.n_text += n_text;
            self.n_ends += n_ends;
            match state {
                ReadRecordResult::InputEmpty => return false,
                ReadRecordResult::OutputFull => record.text.resize(2 * record.text.len() + 256, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len() + 16, 0),
                ReadRecordResult::Record | ReadRecordResult::End => return true,
            }
        }
    }
}
