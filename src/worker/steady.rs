//! A clock that never runs backwards, made of one that may.
//!
//! The browser's steady clock is one already, where it works as specified; the wall clock that stands in for it is set
//! back by time servers and by readers. A slice of training that waited for such a clock would not end.

use core::cell::Cell;

/// See the module. Steps back count as no time; steps forward count in full, because a machine may have slept.
#[derive(Debug)]
pub struct Steady {
    /// Last reading of the other clock, in milliseconds; infinite before the first.
    raw_ms: Cell<f64>,
    passed_ms: Cell<f64>,
}

impl Steady {
    pub const fn new() -> Self {
        Self {
            raw_ms: Cell::new(f64::INFINITY),
            passed_ms: Cell::new(0.0),
        }
    }

    /// The time in milliseconds when the other clock says `raw_ms`. Begins where that begins.
    pub fn at(&self, raw_ms: f64) -> f64 {
        if raw_ms.is_finite() {
            let before = self.raw_ms.replace(raw_ms);
            let passed = if before.is_finite() {
                (raw_ms - before).max(0.0)
            } else {
                raw_ms.max(0.0)
            };
            self.passed_ms.set(self.passed_ms.get() + passed);
        }
        self.passed_ms.get()
    }
}

impl Default for Steady {
    fn default() -> Self {
        Self::new()
    }
}
