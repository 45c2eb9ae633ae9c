//! Closed-form mathematics in f64; no randomness, no state.
