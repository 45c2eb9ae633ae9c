//! What is painted: strokes, areas, signs and texts in CSS pixels. Drawing them needs no decisions.

use super::geometry::Point;
use super::layout::Rect;
use super::scene::Ink;
use super::text;
use super::tiles::Placed;

/// One stroke or area.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// An open polyline.
    Stroke {
        points: Vec<Point>,
        ink: Ink,
        opacity: f64,
        width: f64,
    },
    /// A filled polygon.
    Area {
        points: Vec<Point>,
        ink: Ink,
        opacity: f64,
    },
    /// A filled rectangle.
    Block { rect: Rect, ink: Ink, opacity: f64 },
    /// A filled disc; with a width, its outline.
    Disc {
        centre: Point,
        radius: f64,
        ink: Ink,
        outline: Option<f64>,
    },
}

/// Which part of a line of text stands at its x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Start,
    Middle,
    End,
}

/// What a text is, which decides its font size and weight; all are [`text::SIZE`] for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRole {
    Tick,
    Title,
    /// The name of a series at its end.
    End,
    /// Beside a sign, a rule or a point.
    Note,
}

/// One line of text, vertically centred on `at`.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub text: String,
    pub at: Point,
    pub align: Align,
    pub ink: Ink,
    pub bold: bool,
    pub role: TextRole,
}

impl Line {
    /// Estimated box of the text.
    pub fn bounds(&self) -> Rect {
        let width = text::width(&self.text, text::SIZE, self.bold);
        let left = match self.align {
            Align::Start => self.at.0,
            Align::Middle => self.at.0 - width / 2.0,
            Align::End => self.at.0 - width,
        };
        Rect {
            left,
            top: self.at.1 - text::LINE / 2.0,
            right: left + width,
            bottom: self.at.1 + text::LINE / 2.0,
        }
    }
}

/// A composed picture; the layers are painted in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Below everything, inside the plot.
    pub tiles: Placed,
    /// Grid, bands, base line.
    pub ground: Vec<Mark>,
    /// Reference lines.
    pub rules: Vec<Mark>,
    /// Curves; never outside the plot.
    pub series: Vec<Mark>,
    /// Signs at points.
    pub signs: Vec<Mark>,
    /// Background behind texts that lines run through.
    pub halos: Vec<Mark>,
    pub texts: Vec<Line>,
}

/// A fully opaque or faint line.
pub(super) const fn stroke(points: Vec<Point>, ink: Ink, opacity: f64, width: f64) -> Mark {
    Mark::Stroke {
        points,
        ink,
        opacity,
        width,
    }
}
