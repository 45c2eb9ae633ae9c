//! What a chart shows, in data coordinates and without pixels: axes, series, bands, lines, markers, labels.
//!
//! Colours are named by role ([`Ink`]); the palette that turns roles into colours comes from `style/tokens.css`.
//! Anything not finite (or not positive on a log axis) splits its series instead of being drawn.

use super::scale::Axis;
use super::tiles::Tile;

/// Role of a colour; each is a custom property of `style/tokens.css` (for example `--linear`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ink {
    /// The linear rule.
    Linear,
    /// The square-root rule.
    Sqrt,
    /// The noise-scale optimum.
    Theory,
    /// No scaling.
    NoScaling,
    /// The reader's own lane, and the surge curve.
    Custom,
    /// Measured things and the base.
    Text,
    Muted,
    Grid,
    /// Plot background.
    Background,
    Danger,
    Ok,
}

impl Ink {
    /// Every ink, for building palettes.
    pub const ALL: [Ink; 11] = [
        Ink::Linear,
        Ink::Sqrt,
        Ink::Theory,
        Ink::NoScaling,
        Ink::Custom,
        Ink::Text,
        Ink::Muted,
        Ink::Grid,
        Ink::Background,
        Ink::Danger,
        Ink::Ok,
    ];

    /// Name of the custom property that holds the colour, without the two dashes.
    pub const fn token(self) -> &'static str {
        match self {
            Ink::Linear => "linear",
            Ink::Sqrt => "sqrt",
            Ink::Theory => "theory",
            Ink::NoScaling => "none",
            Ink::Custom => "custom",
            Ink::Text => "text",
            Ink::Muted => "muted",
            Ink::Grid => "grid",
            Ink::Background => "bg",
            Ink::Danger => "danger",
            Ink::Ok => "ok",
        }
    }
}

/// Line pattern; always accompanies colour, so that colour alone never carries meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    Solid,
    /// 8-4
    Dash,
    /// 10-4-2-4
    DashDot,
    /// 2-4
    Dots,
    /// 4-4, thin; for reference lines.
    Fine,
}

/// A polyline.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// (x, y) in data coordinates, x ascending.
    pub points: Vec<(f64, f64)>,
    pub ink: Ink,
    pub pattern: Pattern,
    /// Stroke width in CSS pixels.
    pub width: f64,
    /// 0 (invisible) to 1.
    pub opacity: f64,
    /// Written at the line's right end (or where it leaves the plot), in text colour; labels never overlap.
    pub end_label: Option<String>,
}

/// The area between two curves, or a shaded strip.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// (x, low, high) in data coordinates, x ascending. Infinite low/high mean the plot's edge.
    pub points: Vec<(f64, f64, f64)>,
    pub ink: Ink,
    pub opacity: f64,
}

/// A straight line across the whole plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub at: RuleAt,
    pub ink: Ink,
    pub pattern: Pattern,
    pub width: f64,
    /// Written along its start, inside the plot.
    pub label: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RuleAt {
    /// Vertical line at this x.
    X(f64),
    /// Horizontal line at this y.
    Y(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Filled square.
    Square,
    /// Ring filled with the background.
    Ring,
    /// Filled dot.
    Dot,
    /// Diamond outline.
    Diamond,
    /// ✕
    Cross,
    /// Triangle pointing down, hanging from the top edge.
    TriangleDown,
    /// Flag (a small triangle on a pole).
    Flag,
    /// Short vertical tick.
    Tick,
}

/// A sign at one point.
#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    pub x: f64,
    pub y: f64,
    pub shape: Shape,
    pub ink: Ink,
    /// Half width in CSS pixels.
    pub radius: f64,
    pub label: Option<Label>,
}

/// Which side of its anchor a text stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
    Above,
    Below,
    AboveLeft,
    AboveRight,
    BelowRight,
    BelowLeft,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub text: String,
    pub side: Side,
    pub ink: Ink,
    pub bold: bool,
}

/// Everything one chart shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub x: Axis,
    pub y: Axis,
    /// Whether a unit is as long along y as along x, whatever shape the picture has: circles stay circles. For linear
    /// axes.
    pub is_isometric: bool,
    pub tiles: Vec<Tile>,
    pub bands: Vec<Band>,
    pub rules: Vec<Rule>,
    pub series: Vec<Series>,
    pub markers: Vec<Marker>,
    /// Texts at data positions, drawn last.
    pub labels: Vec<(f64, f64, Label)>,
}

impl Scene {
    /// Axes and nothing else yet.
    pub const fn new(x: Axis, y: Axis) -> Self {
        Self {
            x,
            y,
            is_isometric: false,
            tiles: Vec::new(),
            bands: Vec::new(),
            rules: Vec::new(),
            series: Vec::new(),
            markers: Vec::new(),
            labels: Vec::new(),
        }
    }
}

impl Pattern {
    /// Lengths of strokes and gaps in CSS pixels, alternating and starting with a stroke; empty for a solid line.
    pub const fn dashes(self) -> &'static [f64] {
        match self {
            Pattern::Solid => &[],
            Pattern::Dash => &[8.0, 4.0],
            Pattern::DashDot => &[10.0, 4.0, 2.0, 4.0],
            Pattern::Dots => &[2.0, 4.0],
            Pattern::Fine => &[4.0, 4.0],
        }
    }
}
