//! Critical Batch: how learning rate and batch size belong together.
// The site is compiled for size; its build sets this for the few functions that shall be fast (`.make/site-flags.sh`).
#![cfg_attr(optimize_speed, feature(optimize_attribute))]

extern crate alloc;

pub mod chart;
pub mod experiment;
pub mod export;
mod few;
pub mod i18n;
pub mod measurements;
pub mod params;
pub mod scenes;
pub mod theory;
pub mod train;
#[cfg(feature = "web")]
pub mod ui;
pub mod units;
pub mod worker;
