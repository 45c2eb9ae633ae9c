//! Controls bound to one entry of a panel's registry.

mod choice;
mod number;

pub use choice::{Choices, Flag, Select};
pub use number::{NumberControl, NumberField, number_text};
