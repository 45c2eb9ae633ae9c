//! How wide a text will be, estimated from a small table: measuring in the DOM forces a layout of the page and is
//! impossible in a worker or a native test. Estimates lean to the wide side (DejaVu Sans is the widest common
//! `system-ui`), so that nothing is cut off.

/// Font size of ticks, titles and labels in CSS pixels.
pub const SIZE: f64 = 12.0;
/// Height that one line takes in CSS pixels.
pub const LINE: f64 = 14.0;

/// Width of `text` in CSS pixels at font size `size`.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let ems: f64 = text.chars().map(char_ems).sum();
    ems * size * if bold { 1.1 } else { 1.0 }
}

/// `text`, or as much of it as `room` CSS pixels hold, ended with an ellipsis.
pub fn fit(text: &str, size: f64, bold: bool, room: f64) -> String {
    if width(text, size, bold) <= room {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while kept.pop().is_some() {
        let shortened = format!("{}…", kept.trim_end());
        if width(&shortened, size, bold) <= room {
            return shortened;
        }
    }
    String::new()
}

fn char_ems(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '·' => 0.32,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' | ' ' | '\u{a0}' | '*' | '"' | '\\' => {
            0.40
        }
        '\u{2009}' | '\u{202f}' => 0.2,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' | '→' | '←' | '±' | '×' | '÷' | '=' | '≈' | '≤'
        | '≥' | '√' => 0.95,
        'A'..='Z' | '+' | '<' | '>' | '~' | '^' | '#' | '&' => 0.72,
        '0'..='9' | 'a'..='z' | '_' | '$' | '?' | '–' | '{' | '}' | '`' => 0.62,
        '\u{300}'..='\u{36f}' => 0.0,
        c if c < '\u{250}' => 0.7,
        // Greek and Cyrillic; then everything else (CJK, full-width punctuation, symbols) fills the square.
        '\u{370}'..='\u{52f}' => 0.7,
        '\u{2080}'..='\u{2089}' | '\u{2070}'..='\u{2079}' | '²' | '³' | '¹' => 0.45,
        _ => 1.0,
    }
}
