//! The sweep: which learning rate is best at each batch size, measured, and where the line bends.
//!
//! One [`column::Column`] per batch size and seed searches its best learning rate on a grid of powers of √2;
//! [`record::SweepRecord`] holds all columns, hands out the runs that are wanted next and takes their outcomes;
//! [`ridge`] reads the best learning rate of every batch size from them, [`fit`] the critical batch and the noise
//! scale. [`exact`] answers the same questions for the tasks whose expected loss is known, without sampling.
//!
//! Protocol: McCandlish et al. 2018 (arXiv:1812.06162, appendices A.2 and A.3): powers of two in B, a grid of learning
//! rates of ratio 2 refined to √2, extended while the best is at an edge; common random numbers across learning rates.

pub mod column;
pub mod config;
pub mod exact;
pub mod fit;
pub mod outcome;
pub mod record;
pub mod ridge;
pub mod state;
