//! The charts of the Sweep panel: the map of learning rate and batch size, the best result per batch size, and the
//! curves of one cell.

mod cells;
mod detail;
mod map;
mod score;

pub use cells::lr_rows;
pub use detail::detail_scene;
pub use map::map_scene;
pub use score::score_scene;

use crate::experiment::race::theory_exponent;
use crate::experiment::sweep::config::Metric;
use crate::experiment::sweep::fit::{Interval, Quantity, TooFew, fit_ridge};
use crate::experiment::sweep::record::SweepRecord;
use crate::experiment::sweep::ridge::{RidgePoint, ridge};
use crate::i18n::Strings;
use crate::params::race::{RaceState, SweepMetric};
use crate::theory::rules::{BasePoint, ScalingRule};
use crate::theory::tradeoff::CriticalBatchDefinition;
use crate::units::{BatchSize, Fraction, LearningRate, NoiseScale};

/// The definitions of the critical batch that can be chosen, in the order of the control.
pub fn definitions() -> [CriticalBatchDefinition; 4] {
    [
        CriticalBatchDefinition::TwiceTheMinima,
        CriticalBatchDefinition::TwentyPercentOverhead,
        CriticalBatchDefinition::StepsNearMinimum(Fraction::clamped(0.1)),
        CriticalBatchDefinition::AdamPeak,
    ]
}

/// What is read from a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    pub ridge: Vec<RidgePoint>,
    /// S(B); `None` under a metric that has no steps to a target.
    pub steps: Option<Result<Interval, TooFew>>,
    /// ε(B).
    pub lr: Result<Interval, TooFew>,
}

impl Findings {
    /// Reads a sweep as far as it is. The seed of the resampling is the sweep's own.
    pub fn of(record: &SweepRecord) -> Self {
        let config = record.config();
        let ridge = ridge(record);
        let alpha = theory_exponent(config.optimizer).get();
        Self {
            steps: matches!(config.metric, Metric::StepsToTarget { .. })
                .then(|| fit_ridge(&ridge, Quantity::Steps, config.seed)),
            lr: fit_ridge(&ridge, Quantity::LearningRate { alpha }, config.seed),
            ridge,
        }
    }

    /// B_crit, where the fit says enough.
    pub fn critical_batch(&self) -> Option<f64> {
        let interval = self.steps?.ok()?;
        (!interval.is_inconclusive()).then_some(interval.fit.batch)
    }

    /// B_noise likewise.
    pub fn noise_scale(&self) -> Option<f64> {
        let interval = self.lr.ok()?;
        (!interval.is_inconclusive()).then_some(interval.fit.batch)
    }

    /// The batch sizes up to which and from which slopes are read: half and twice the bend.
    pub fn bend(&self) -> Option<(f64, f64)> {
        let b = self.critical_batch().or(self.noise_scale())?;
        Some((b / 2.0, 2.0 * b))
    }
}

/// What all charts of the panel are drawn from.
#[derive(Clone, Copy)]
pub struct SweepView<'a> {
    pub state: &'a RaceState,
    pub record: &'a SweepRecord,
    pub findings: &'a Findings,
    pub s: &'static Strings,
    pub is_narrow: bool,
}

impl SweepView<'_> {
    fn metric(&self) -> SweepMetric {
        self.state.sweep_metric
    }

    /// (smallest, largest) batch size.
    fn batches(&self) -> (f64, f64) {
        let config = self.record.config();
        (
            1.0,
            f64::from(config.batch(config.n_batches.saturating_sub(1))),
        )
    }
}

/// The learning rate that a rule gives for `batch` from the anchor, the reader's base point.
pub fn rule_lr(state: &RaceState, rule: ScalingRule, batch: f64) -> f64 {
    let base = BasePoint {
        batch: BatchSize::clamped(state.base_batch),
        lr: LearningRate::clamped(state.base_lr),
    };
    rule.scale_lr(base, BatchSize::clamped(batch))
}

/// The batch that the chosen definition names, given B_crit; `None` where no formula leads there.
pub fn defined_batch(state: &RaceState, critical_batch: f64) -> Option<f64> {
    let definition = definitions()[state.definition.min(3)];
    definition.batch_for(NoiseScale::clamped(critical_batch))
}
