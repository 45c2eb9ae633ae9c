//! The header of a table: what the columns are called and what separates them.

use super::lines::Lines;
use super::split::{Separator, Splitter};
use crate::measurements::headers::meaning;
use crate::measurements::rows::Record;
use alloc::string::String;
use alloc::vec::Vec;

/// The names and how they are separated.
pub(super) struct Header {
    pub line: u32,
    pub names: Vec<String>,
    pub separator: Separator,
    /// Whether rows begin and end with a separator, as in Markdown.
    pub is_framed: bool,
    /// Whether there are numbers where names should be.
    pub is_numeric: bool,
}

/// Reads the header, and leaves `lines` before the first row. `None` where the text holds nothing.
///
/// The separator is the one that makes the most names known. NumPy writes the header as a comment: where the first row
/// holds numbers, the comment before it is tried.
pub(super) fn header(lines: &mut Lines<'_>) -> Option<Header> {
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
