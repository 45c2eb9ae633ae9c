//! Where things stand, in CSS pixels from the top-left corner of the picture: the plot rectangle, the ticks that fit
//! beside it, and the mapping between data and pixels that HTML handles and tooltips share with the drawing.

use super::scale::{Axis, Tick};
use super::scene::Scene;
use super::text;

/// An axis-parallel rectangle in CSS pixels, y growing downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub const fn width(&self) -> f64 {
        self.right - self.left
    }

    pub const fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Whether the interiors share a point.
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether `other` lies inside, up to `slack` pixels.
    pub fn holds(&self, other: &Rect, slack: f64) -> bool {
        other.left >= self.left - slack
            && other.right <= self.right + slack
            && other.top >= self.top - slack
            && other.bottom <= self.bottom + slack
    }
}

/// The plan of one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// CSS pixels.
    pub width: f64,
    /// CSS pixels.
    pub height: f64,
    /// Where data is drawn.
    pub plot: Rect,
    /// Ticks of the x axis that fit.
    pub x_ticks: Vec<Tick>,
    /// Ticks of the y axis that fit.
    pub y_ticks: Vec<Tick>,
    /// Whether series are named at their ends. False on narrow charts, where the legend beside the chart names them.
    pub show_end_labels: bool,
}

/// Below this width the right margin would cost too much of the plot.
const NARROW: f64 = 480.0;
/// Between an axis and its tick labels, and between the plot and end labels.
pub(super) const GAP: f64 = 8.0;
/// No text comes nearer to the picture's edge.
pub(super) const EDGE: f64 = 2.0;
/// Distance from the bottom of the plot to the centre of the x tick labels, and of the x title.
pub(super) const X_TICK_DROP: f64 = 14.0;
pub(super) const X_TITLE_DROP: f64 = 33.0;

impl Scene {
    /// Plans a picture of `width` × `height` CSS pixels; sizes are limited to 64..=16384, NaN counts as 64.
    pub fn layout(&self, width: f64, height: f64) -> Layout {
        let sane = |size: f64| {
            if size >= 64.0 {
                size.min(16_384.0)
            } else {
                64.0
            }
        };
        let (width, height) = (sane(width), sane(height));
        let top = if self.y.label.is_empty() { 10.0 } else { 28.0 };
        let drop = if self.x.label.is_empty() {
            X_TICK_DROP
        } else {
            X_TITLE_DROP
        };
        let bottom = (height - drop - text::LINE / 2.0 - EDGE)
            .max(top + 16.0)
            .floor();
        let show_end_labels =
            width >= NARROW && self.series.iter().any(|series| series.end_label.is_some());

        let mut y_ticks = self.y.ticks(n_y_ticks(bottom - top));
        let widest = y_ticks
            .iter()
            .map(|tick| text::width(&tick.label, text::SIZE, false))
            .fold(0.0, f64::max);
        let left = (EDGE + widest + GAP).clamp(16.0, 0.4 * width).ceil();

        let end_room = if show_end_labels {
            let names = self
                .series
                .iter()
                .filter_map(|series| series.end_label.as_deref());
            let widest = names
                .map(|name| text::width(name, text::SIZE, true))
                .fold(0.0, f64::max);
            (widest + GAP + EDGE).min(0.34 * width)
        } else {
            14.0
        };
        let right_at = |room: f64| (width - room).max(left + 16.0).floor();
        let mut plot = Rect {
            left,
            top,
            right: right_at(end_room),
            bottom,
        };
        let mut x_ticks = ticks_that_fit(&self.x, plot.width());
        // The last tick label is centred on its tick and may need more room on the right.
        if let Some(last) = x_ticks.last() {
            let half = text::width(&last.label, text::SIZE, false) / 2.0;
            let overhang =
                plot.left + self.x.to_unit(last.value) * plot.width() + half + EDGE - width;
            if overhang > 0.0 {
                plot.right = right_at(end_room + overhang);
                x_ticks = ticks_that_fit(&self.x, plot.width());
            }
        }
        if self.is_isometric {
            plot = isometric(&plot, span(&self.x) / span(&self.y));
            x_ticks = ticks_that_fit(&self.x, plot.width());
            y_ticks = self.y.ticks(n_y_ticks(plot.height()));
        }
        Layout {
            width,
            height,
            plot,
            x_ticks,
            y_ticks,
            show_end_labels,
        }
    }
}

/// How many ticks stand below each other in `height` CSS pixels.
fn n_y_ticks(height: f64) -> usize {
    (height / 34.0) as usize + 1
}

/// Length of a linear axis in its own unit.
fn span(axis: &Axis) -> f64 {
    axis.max() - axis.min()
}

/// The largest rectangle with this ratio of width to height in the middle of `plot`.
fn isometric(plot: &Rect, ratio: f64) -> Rect {
    let width = plot.width().min(plot.height() * ratio);
    let (across, down) = (plot.width() - width, plot.height() - width / ratio);
    Rect {
        left: plot.left + across / 2.0,
        top: plot.top + down / 2.0,
        right: plot.right - across / 2.0,
        bottom: plot.bottom - down / 2.0,
    }
}

/// The most ticks whose labels keep their distance from each other.
fn ticks_that_fit(axis: &Axis, room: f64) -> Vec<Tick> {
    let most = (room / 80.0) as usize + 1;
    for n in (2..=most.max(2)).rev() {
        let ticks = axis.ticks(n);
        let is_clear = ticks.windows(2).all(|pair| {
            let apart = (axis.to_unit(pair[1].value) - axis.to_unit(pair[0].value)) * room;
            let widths = pair
                .iter()
                .map(|tick| text::width(&tick.label, text::SIZE, false));
            apart >= widths.sum::<f64>() / 2.0 + 10.0
        });
        if is_clear {
            return ticks;
        }
    }
    axis.ticks(1)
}

impl Layout {
    /// The whole picture.
    pub const fn picture(&self) -> Rect {
        Rect {
            left: 0.0,
            top: 0.0,
            right: self.width,
            bottom: self.height,
        }
    }

    /// Horizontal position of `value` on the x axis `axis`, in CSS pixels; far outside for what has no place.
    pub fn x_px(&self, axis: &Axis, value: f64) -> f64 {
        self.plot.left + axis.to_unit(value) * self.plot.width()
    }

    /// Vertical position of `value` on the y axis `axis`, in CSS pixels; far outside for what has no place.
    pub fn y_px(&self, axis: &Axis, value: f64) -> f64 {
        self.plot.bottom - axis.to_unit(value) * self.plot.height()
    }

    /// The value of the x axis `axis` at `px` CSS pixels from the left, limited to the axis' range.
    pub fn x_at(&self, axis: &Axis, px: f64) -> f64 {
        axis.from_unit((px - self.plot.left) / self.plot.width())
    }

    /// The value of the y axis `axis` at `px` CSS pixels from the top, limited to the axis' range.
    pub fn y_at(&self, axis: &Axis, px: f64) -> f64 {
        axis.from_unit((self.plot.bottom - px) / self.plot.height())
    }
}
