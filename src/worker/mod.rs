//! Training off the page's thread. The only folder that knows messages.

pub mod dispatch;
pub mod engine;
mod examples_clock;
mod hosted;
pub mod protocol;

#[cfg(feature = "web")]
pub mod entry;
#[cfg(feature = "web")]
pub mod pool;
#[cfg(feature = "web")]
mod web;
