//! The tiny trainer: tasks, optimisers, schedules, batches and runs, in f32. It knows nothing of scaling rules.

pub mod spec;
