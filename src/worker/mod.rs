//! Training off the page's thread. The only folder that knows messages.

pub mod bytes;
pub mod dispatch;
pub mod engine;
mod examples_clock;
mod hosted;
mod job;
pub mod measure;
mod measure_job;
mod noise_job;
pub mod protocol;
mod reading;
mod share;
mod share_noise;
mod share_sweep;
pub mod steady;

#[cfg(feature = "web")]
pub mod entry;
#[cfg(feature = "web")]
mod hosts;
#[cfg(in_parts)]
mod later;
#[cfg(feature = "web")]
pub mod pool;
#[cfg(feature = "web")]
mod web;
