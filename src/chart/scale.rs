//! Axes: mapping between data and the unit interval, and where the ticks are.

use super::ticks;

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
    /// Three significant digits, or as many as tell neighbouring ticks apart.
    Plain,
    /// A fraction as percent: 0.97 is 97 %.
    Percent,
}

/// A labelled position on an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// In data coordinates, inside the axis' range.
    pub value: f64,
    pub label: String,
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

/// Bounds beyond this are refused, so that differences and products of bounds stay finite.
const LARGEST: f64 = 1e150;
/// Ranges narrower than this, relative to the bounds, are widened: f64 could not tell ticks apart.
const NARROWEST: f64 = 1e-9;
/// Where values without a finite place on the axis are said to be, in axis lengths.
const FAR: f64 = 1e6;

impl Axis {
    /// An axis from `min` to `max`; the two may come in either order.
    ///
    /// An empty range is widened around its value: to half and double on a log axis, by half the value on a linear one.
    /// `None` when a bound is not finite, beyond ±1e150, or (log) below 1e-150.
    pub fn new(
        spacing: Spacing,
        min: f64,
        max: f64,
        label: impl Into<String>,
        format: TickFormat,
    ) -> Option<Self> {
        if !(min.abs() <= LARGEST && max.abs() <= LARGEST) {
            return None;
        }
        let (mut min, mut max) = if min <= max { (min, max) } else { (max, min) };
        let is_log = spacing != Spacing::Linear;
        if is_log && min < 1.0 / LARGEST {
            return None;
        }
        if max - min <= (NARROWEST * max.abs().max(min.abs())).max(1.0 / LARGEST) && !is_log {
            let half = 0.5 * max.abs().max(min.abs());
            let half = if half > 1.0 / LARGEST { half } else { 1.0 };
            (min, max) = (min - half, max + half);
        } else if is_log && max / min <= 1.0 + NARROWEST {
            (min, max) = (min / 2.0, max * 2.0);
        }
        Some(Self {
            spacing,
            min,
            max,
            label: label.into(),
            format,
        })
    }

    /// How values are spaced.
    pub const fn spacing(&self) -> Spacing {
        self.spacing
    }

    /// Lower end of the range.
    pub const fn min(&self) -> f64 {
        self.min
    }

    /// Upper end of the range; greater than `min`.
    pub const fn max(&self) -> f64 {
        self.max
    }

    /// Whether equal ratios take equal lengths.
    pub const fn is_log(&self) -> bool {
        !matches!(self.spacing, Spacing::Linear)
    }

    /// Whether `value` lies in the range.
    pub fn contains(&self, value: f64) -> bool {
        value >= self.min && value <= self.max
    }

    /// Where `value` is in units of the axis' length: 0 at `min`, 1 at `max`, limited to ±1e6.
    ///
    /// `None` for NaN, infinities, and numbers that are not positive on a log axis.
    pub fn place(&self, value: f64) -> Option<f64> {
        if !value.is_finite() || (self.is_log() && value <= 0.0) {
            return None;
        }
        let unit = if self.is_log() {
            libm::log(value / self.min) / libm::log(self.max / self.min)
        } else {
            (value - self.min) / (self.max - self.min)
        };
        Some(unit.clamp(-FAR, FAR))
    }

    /// Like [`Axis::place`], but total: what has no place is far outside (−1e6 or, for +∞, +1e6).
    pub fn to_unit(&self, value: f64) -> f64 {
        self.place(value)
            .unwrap_or(if value == f64::INFINITY { FAR } else { -FAR })
    }

    /// The value at `t` axis lengths from `min`; `t` is limited to 0..=1, NaN counts as 0.
    // The axis is the converter here, not the thing converted to.
    #[allow(clippy::wrong_self_convention)]
    pub fn from_unit(&self, t: f64) -> f64 {
        if t >= 1.0 {
            return self.max;
        }
        if t > 0.0 {
            let value = if self.is_log() {
                self.min * libm::exp(t * libm::log(self.max / self.min))
            } else {
                self.min + t * (self.max - self.min)
            };
            return value.clamp(self.min, self.max);
        }
        self.min
    }

    /// At most `max_n` ticks, ascending; at least two whenever `max_n` allows it.
    pub fn ticks(&self, max_n: usize) -> Vec<Tick> {
        ticks::choose(self, max_n)
    }
}
