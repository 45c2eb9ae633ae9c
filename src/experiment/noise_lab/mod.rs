//! Why there is a critical batch: gradient noise in a plane where everything is exact, and on the digits where it is
//! measured.
//!
//! `plane` is a quadratic with two parameters, `fan` draws batch gradients in it, `estimate` turns pairs of batch
//! sizes into a noise scale with an interval, and `digits` does the same while a network trains, beside the exact
//! values that `exact` finds from every example's own gradient.

pub mod digits;
pub mod estimate;
pub mod exact;
pub mod fan;
pub mod plane;
pub mod state;
