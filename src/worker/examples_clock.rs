//! The clock of [`Pace::ExamplesPerSecond`](super::protocol::Pace): a position in examples that time moves forward.
//!
//! A run may take a step when the clock has reached the end of it, so lanes of different batch size arrive at the
//! same number of examples together.

/// Most that the clock may be ahead of the slowest run, in seconds of its own pace. A machine that cannot keep up,
/// or that slept, then goes on at its own speed instead of catching up in one burst.
const MAX_LEAD_S: f64 = 0.25;

/// A running clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExamplesClock {
    per_second: f64,
    position: f64,
    at_ms: f64,
}

impl ExamplesClock {
    /// Starts at `position` examples.
    pub(super) fn new(per_second: u32, position: u64, now_ms: f64) -> Self {
        Self {
            per_second: f64::from(per_second.max(1)),
            position: position as f64,
            at_ms: now_ms,
        }
    }

    /// Moves on to `now_ms`, but not further ahead of the slowest run than [`MAX_LEAD_S`] or one step of the
    /// largest batch.
    pub(super) fn tick(&mut self, now_ms: f64, slowest: u64, largest_batch: u32) {
        let passed_s = (now_ms - self.at_ms).max(0.0) / 1000.0;
        let lead = (self.per_second * MAX_LEAD_S).max(f64::from(largest_batch));
        self.position = (self.position + passed_s * self.per_second).min(slowest as f64 + lead);
        self.at_ms = now_ms;
    }

    /// Whole steps that a run at `n_examples` may take now.
    pub(super) fn n_steps(&self, n_examples: u64, batch_size: u32) -> u64 {
        let free = self.position - n_examples as f64;
        if free > 0.0 {
            (free / f64::from(batch_size.max(1))) as u64
        } else {
            0
        }
    }

    /// Time until a run at `n_examples` may take its next step, in milliseconds.
    pub(super) fn wait_ms(&self, n_examples: u64, batch_size: u32) -> f64 {
        let missing = n_examples as f64 + f64::from(batch_size) - self.position;
        (missing / self.per_second * 1000.0).max(0.0)
    }
}
