//! One line into its fields.

use crate::measurements::rows::{Field, Record};
use alloc::vec::Vec;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// What separates fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
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
    pub fn quotes_close(self, text: &[u8]) -> bool {
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

/// Splits lines into fields.
pub(super) struct Splitter {
    reader: Reader,
    pub separator: Separator,
    ends: Vec<usize>,
    n_text: usize,
    n_ends: usize,
    spaced: Vec<u8>,
}

impl Splitter {
    pub fn new(separator: Separator) -> Self {
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
    pub fn split(&mut self, line: &[u8], is_framed: bool, record: &mut Record) -> bool {
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
    pub fn go_on(&mut self, line: &[u8], record: &mut Record) -> bool {
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
