//! Training off the page's thread. The only folder that knows messages.

pub mod dispatch;
pub mod engine;
mod examples_clock;
mod hosted;
pub mod protocol;
