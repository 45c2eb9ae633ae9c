//! The tiny trainer: tasks, optimisers, schedules, batches and runs, in f32. It knows nothing of scaling rules.

pub mod data;
pub mod optim;
pub mod rng;
pub mod schedule;
pub mod spec;
