//! A worker's side as a part of the module of its own: the first screen, which trains nothing, does without the trainer.
// What `wasm_split` makes of a function calls it across modules, which Rust cannot check.
#![allow(unsafe_code)]

use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// Fetches the part and makes the present global scope a worker of the pool.
#[wasm_split(worker, fallible)]
pub fn serve() -> Result<(), SplitLoaderError> {
    super::entry::serve();
    Ok(())
}
