//! One run of a sweep under way, and when it counts as arrived.
//!
//! The full training loss itself goes up and down with the last few batches, and the first of many such swings to
//! touch the target would count, most of all at small batches and large learning rates. So a run has arrived when the
//! mean of the losses recorded over the last quarter of its steps has come down to the target. A mean has an
//! expectation that is known where the expected loss is, which the first touch has not.

use super::protocol::{CellRun, MeasuredRun};
use crate::train::run::Run;
use crate::train::spec::{ConfigError, StopReason};
use alloc::vec::Vec;

/// Losses recorded after this share of the steps done count.
const WINDOW_START: f64 = 0.75;

/// Losses above this multiple of the target are recorded sparsely.
pub const NEAR: f64 = 3.0;

/// Steps between two looks at the target, where nobody waits for the run.
const CHUNK: u64 = 16;

/// See the module.
pub struct Measurement {
    /// The page's number of the run.
    pub cell: u32,
    run: Run,
    target: Option<f64>,
    max_steps: u64,
    /// Recordings that were compared with the target.
    n_seen: usize,
    /// How many of them belong to the run that has arrived.
    arrived: Option<usize>,
}

impl Measurement {
    /// Builds the run; nothing trains yet.
    ///
    /// # Errors
    /// The first field of the configuration that cannot be trained.
    pub fn new(request: &CellRun) -> Result<Self, ConfigError> {
        let valid = request.config.clone().check()?;
        Ok(Self {
            cell: request.cell,
            run: match request.target {
                Some(target) => Run::lean(&valid).sparse_above(NEAR * target),
                None => Run::lean(&valid),
            },
            target: request.target,
            max_steps: request.max_steps.unwrap_or(u64::MAX),
            n_seen: 0,
            arrived: None,
        })
    }

    /// Trains for at most `n_steps` further steps; whether the run is over. How the steps are cut changes no result.
    pub fn advance(&mut self, n_steps: u64) -> bool {
        let left = self.max_steps.saturating_sub(self.run.step());
        self.run.advance(n_steps.min(left));
        if let (Some(target), None) = (self.target, self.arrived) {
            let samples = self.run.samples();
            while self.n_seen < samples.len() && self.arrived.is_none() {
                self.n_seen += 1;
                let seen = samples[..self.n_seen].iter();
                if smoothed(seen.map(|s| (s.step, s.train_loss))) <= target {
                    self.arrived = Some(self.n_seen);
                }
            }
        }
        self.is_over()
    }

    /// Whether the run has arrived, has ended or is given up.
    pub fn is_over(&self) -> bool {
        self.arrived.is_some() || self.run.stop().is_some() || self.run.step() >= self.max_steps
    }

    /// What there is to report.
    pub fn result(&self) -> MeasuredRun {
        let samples = self.run.samples();
        let samples = &samples[..self.arrived.unwrap_or(samples.len())];
        let curve: Vec<(u64, f64)> = samples.iter().map(|s| (s.step, s.train_loss)).collect();
        match (self.arrived, curve.last()) {
            (Some(_), Some(&(n_steps, _))) => MeasuredRun {
                n_steps,
                stop: Some(StopReason::TargetReached),
                curve,
            },
            _ => MeasuredRun {
                n_steps: self.run.step(),
                stop: self.run.stop(),
                curve,
            },
        }
    }

    /// Measures a run here and now.
    ///
    /// # Errors
    /// As [`Measurement::new`].
    pub fn to_end(request: &CellRun) -> Result<MeasuredRun, ConfigError> {
        let mut measurement = Self::new(request)?;
        while !measurement.advance(CHUNK) {}
        Ok(measurement.result())
    }
}

/// The mean of the losses that a curve of (step, loss) records over the last quarter of its steps; infinite for none.
pub fn smoothed(curve: impl DoubleEndedIterator<Item = (u64, f64)>) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0);
    let mut start = 0.0;
    for (step, loss) in curve.rev() {
        if n == 0.0 {
            start = WINDOW_START * step as f64;
        } else if step as f64 <= start {
            break;
        }
        sum += loss;
        n += 1.0;
    }
    if n > 0.0 { sum / n } else { f64::INFINITY }
}
