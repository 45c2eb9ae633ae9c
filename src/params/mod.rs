//! What the reader can set: one registry of controls, plain state, and the link that carries it.
//!
//! `defs` describes every control once (key, range, choices); sliders, fields, links and help derive from it.
//! Decoding a link never fails: any text gives a state inside the ranges and a list of what was changed.

pub mod calc;
pub mod curves;
pub mod defs;
pub mod measured;
pub mod noise;
pub mod race;
pub mod runs;
pub mod slider;
pub mod url;
