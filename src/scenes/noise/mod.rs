//! Charts of the Noise panel: the fan of gradients, the parabola of one step, the best learning rate against the batch,
//! and what was measured on the digits.

mod digits;
mod plane;

pub use digits::{norm_scene, scale_scene};
pub use plane::{best_scene, fan_scene, parabola_scene};

use crate::chart::scene::{Ink, Label, Pattern, Series, Side};

fn line(points: Vec<(f64, f64)>, ink: Ink, pattern: Pattern, width: f64) -> Series {
    Series {
        points,
        ink,
        pattern,
        width,
        opacity: 1.0,
        end_label: None,
    }
}

fn label(text: &str, side: Side) -> Option<Label> {
    Some(Label {
        text: text.to_owned(),
        side,
        ink: Ink::Muted,
        bold: false,
    })
}
