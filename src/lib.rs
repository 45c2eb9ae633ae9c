//! Critical Batch: how learning rate and batch size belong together.
extern crate alloc;

pub mod chart;
pub mod experiment;
pub mod theory;
pub mod train;
pub mod units;
pub mod worker;
