//! Axes: mapping between data and the unit interval, and where the ticks are.

/// How values are spaced along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    Linear,
    /// Ticks at powers of two.
    Log2,
    /// Ticks at 1, (2, 5) times powers of ten.
    Log10,
}

/// How tick values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TickFormat {
    /// 16, 1k, 64k (see `units::format_short`).
    Short,
    /// Up to three significant digits.
    Plain,
    /// A fraction as percent: 0.97 is 97 %.
    Percent,
}

/// One axis with a non-empty finite range; for log spacing the range is positive.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    spacing: Spacing,
    min: f64,
    max: f64,
    /// Text beside the axis, already in the reader's language.
    pub label: String,
    pub format: TickFormat,
}
