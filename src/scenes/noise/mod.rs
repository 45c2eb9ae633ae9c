//! Charts of the Noise panel: the fan of gradients, the parabola of one step, the best learning rate against the batch,
//! and what was measured on the digits.

mod digits;
mod plane;
mod reading;

pub use digits::{norm_scene, scale_scene};
pub use plane::{best_scene, fan_scene, parabola_scene};
pub use reading::{
    best_reading, norm_reading, parabola_reading, scale_reading, visited_rates, visited_steps,
};

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
