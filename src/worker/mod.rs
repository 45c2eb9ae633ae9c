//! Training off the page's thread. The only folder that knows messages.

pub mod protocol;
