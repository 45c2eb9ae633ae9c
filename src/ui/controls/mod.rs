//! Controls bound to one entry of a panel's registry.

mod bound;
mod choice;
mod help;
mod number;

pub use bound::{Bound, lock_hint};
pub use choice::{Choices, Flag, Select};
pub use help::Help;
pub use number::{NumberControl, NumberField, number_text};
