//! A chart as a file of its own: the title above it, and below it what it shows, its parameters and its link.

use core::fmt::Write;

use super::palette::Palette;
use super::picture::{Align, Line, TextRole};
use super::scene::{Ink, Scene};
use super::svg;
use super::text;

/// Around the texts, in CSS pixels.
const MARGIN: f64 = 16.0;
/// From one line of notes to the next.
const LINE: f64 = 18.0;

/// What stands around the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub title: String,
    /// One paragraph each; long ones are wrapped.
    pub notes: Vec<String>,
}

impl Sheet {
    /// Height above a chart of any width.
    pub const HEAD: f64 = 2.0 * MARGIN + text::LINE;

    /// Every line of text, placed in CSS pixels around a chart of `width` × `height`, and the height of the whole.
    pub fn lines(&self, width: f64, height: f64) -> (Vec<Line>, f64) {
        let line = |text, y, bold| Line {
            text,
            at: (MARGIN, y),
            align: Align::Start,
            ink: if bold { Ink::Text } else { Ink::Muted },
            bold,
            role: TextRole::Note,
        };
        let title = line(self.title.clone(), MARGIN + text::LINE / 2.0, true);
        let mut lines = vec![title];
        let mut y = Self::HEAD + height + MARGIN;
        for note in &self.notes {
            for text in wrap(note, width - 2.0 * MARGIN) {
                lines.push(line(text, y, false));
                y += LINE;
            }
        }
        (lines, y + MARGIN - LINE / 2.0)
    }
}

/// `text` in lines of at most `room` CSS pixels, broken at spaces, or anywhere in words that are too long.
fn wrap(text: &str, room: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for c in text.chars() {
        line.push(c);
        if text::width(&line, text::SIZE, false) <= room || line.chars().count() == 1 {
            continue;
        }
        // The space may be the character that no longer fits.
        let rest = match line.rfind(' ') {
            Some(at) if at > 0 => line.split_off(at),
            _ => line.pop().map(String::from).unwrap_or_default(),
        };
        lines.push(core::mem::replace(&mut line, rest.trim_start().to_owned()));
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Draws `scene` in `width` × `height` CSS pixels with its sheet around it, in the manner of [`svg::to_svg`].
pub fn to_svg(scene: &Scene, sheet: &Sheet, width: f64, height: f64, palette: &Palette) -> String {
    let (lines, whole) = sheet.lines(width, height);
    let unit = svg::UNITS;
    let mut out = svg::root(width, whole, Some(&sheet.title));
    let colour = |ink| palette.css(palette.rgb(ink));
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<path d=\"M0 0h{}v{}H0z\" fill=\"{}\"/><g transform=\"translate(0 {})\">{}</g>",
        width.ceil() * unit,
        whole.ceil() * unit,
        colour(Ink::Background),
        Sheet::HEAD * unit,
        svg::body(scene, width, height, palette),
    );
    for line in lines {
        let weight = if line.bold {
            " font-weight=\"600\""
        } else {
            ""
        };
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{}\"{weight} fill=\"{}\">{}</text>",
            line.at.0 * unit,
            (line.at.1 + svg::BASELINE * text::SIZE) * unit,
            colour(line.ink),
            svg::escape(&line.text),
        );
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_wrapped_without_losing_a_letter() {
        let room = 100.0;
        for text in [
            "short",
            "several words that do not fit into one line of a hundred pixels",
            "https://host.example/a/long/address?without=any&space=at&all=1#/sweep",
            "批量大小与学习率之间的关系，没有空格也要换行",
            "",
            "a",
        ] {
            let lines = wrap(text, room);
            assert_eq!(lines.join("").replace(' ', ""), text.replace(' ', ""));
            for line in &lines {
                assert!(text::width(line, text::SIZE, false) <= room, "{line}");
            }
        }
    }

    #[test]
    fn lines_stand_above_and_below_the_chart() {
        let sheet = Sheet {
            title: "title".to_owned(),
            notes: vec!["one".to_owned(), "two".to_owned()],
        };
        let (lines, whole) = sheet.lines(300.0, 200.0);
        let at: Vec<f64> = lines.iter().map(|line| line.at.1).collect();
        assert_eq!(lines.len(), 3);
        assert!(at[0] < Sheet::HEAD && at[1] > Sheet::HEAD + 200.0);
        assert!(at[2] > at[1] && at[2] < whole);
    }
}
