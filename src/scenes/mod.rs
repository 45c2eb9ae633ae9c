//! Scenes of the panels: state and results in, what a chart shows out. Pure, so that they export and test natively.

mod best;
pub mod curves;
pub mod noise;
pub mod race;
pub mod runs;
pub mod sweep;

use crate::chart::scale::{Axis, Spacing, TickFormat};

/// An axis, or one over 1…10 if the range makes no sense; a scene must always have axes.
fn axis(spacing: Spacing, min: f64, max: f64, label: &str, format: TickFormat) -> Axis {
    Axis::new(spacing, min, max, label, format)
        .or_else(|| Axis::new(spacing, 1.0, 10.0, label, format))
        .expect("1…10 is a range of any spacing")
}
