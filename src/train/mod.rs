//! The tiny trainer: tasks, optimisers, schedules, batches and runs, in f32. It knows nothing of scaling rules.

pub mod accumulate;
pub mod batch;
pub mod check;
pub mod classifier;
pub mod data;
pub mod elementwise;
pub mod gemm;
pub mod lanes;
pub mod linreg;
pub mod mlp;
pub mod optim;
pub mod quadratic;
pub mod recording;
pub mod reduce;
pub mod rng;
pub mod run;
pub mod schedule;
pub mod spec;
pub mod task;
