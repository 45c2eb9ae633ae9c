//! How long a run would take on a machine with a latency and a throughput.
//!
//! Below B = latency × throughput a step costs the same whatever the batch, so larger batches are free; beyond it a
//! step takes as long as its examples. Shallue et al. 2019 (arXiv:1811.03600, section 2) separate steps from the time
//! of a step in the same way.

/// The machine, as two numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeModel {
    /// Shortest possible step, in seconds.
    pub step_latency_s: f64,
    /// Examples per second at full load.
    pub examples_per_s: f64,
}

impl TimeModel {
    /// Time of one step with `batch_size` examples, in seconds: max(latency, B / throughput).
    ///
    /// A latency that is negative or not finite counts as 0; a throughput with which the work takes
    /// no positive finite time counts as unlimited.
    pub fn step_s(self, batch_size: u32) -> f64 {
        let latency = if self.step_latency_s.is_finite() {
            self.step_latency_s.max(0.0)
        } else {
            0.0
        };
        let work = f64::from(batch_size) / self.examples_per_s;
        if work.is_finite() && work > latency {
            work
        } else {
            latency
        }
    }

    /// Time of `n_steps` steps, in seconds.
    pub fn run_s(self, n_steps: u64, batch_size: u32) -> f64 {
        (n_steps as f64 * self.step_s(batch_size)).min(f64::MAX)
    }

    /// Largest batch that takes no longer than a batch of one, in examples; at least 1, at most `u32::MAX`.
    pub fn free_batch(self) -> u32 {
        let examples = self.step_latency_s * self.examples_per_s;
        if examples >= 1.0 {
            examples.min(f64::from(u32::MAX)) as u32
        } else {
            1
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;

    #[test]
    fn large_batches_are_free_up_to_latency_times_throughput() {
        let machine = TimeModel {
            step_latency_s: 0.25,
            examples_per_s: 64.0,
        };
        assert_eq!(machine.free_batch(), 16);
        assert_eq!(machine.run_s(8, 1), 2.0);
        assert_eq!(machine.run_s(8, 16), 2.0);
        assert_eq!(machine.run_s(8, 32), 4.0);
        assert_eq!(machine.run_s(0, 32), 0.0);
    }

    #[test]
    fn no_machine_gives_a_number_that_is_not_finite() {
        for latency in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1.0] {
            for throughput in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e-320, 1.0] {
                let machine = TimeModel {
                    step_latency_s: latency,
                    examples_per_s: throughput,
                };
                assert!(machine.run_s(u64::MAX, u32::MAX).is_finite(), "{machine:?}");
                assert!(machine.run_s(3, 8) >= 0.0 && machine.free_batch() >= 1);
            }
        }
    }
}
