//! What trains, as a part of the module of its own: a page does without it until something is trained, and then a worker
//! needs it, or the page where workers cannot start.
// What `wasm_split` makes of a function calls it across modules, which Rust cannot check.
#![allow(unsafe_code)]

use super::hosts::Trains;
use alloc::boxed::Box;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// Fetches the part and makes the present global scope a worker of the pool.
#[wasm_split(worker, fallible)]
pub fn serve() -> Result<(), SplitLoaderError> {
    super::entry::serve();
    Ok(())
}

/// Fetches the part for the page, or does nothing when it is there.
#[wasm_split(worker, fallible)]
pub fn engine(now_ms: Box<dyn Fn() -> f64>) -> Result<Box<dyn Trains>, SplitLoaderError> {
    Ok(Box::new(super::engine::Engine::new(now_ms)))
}
