//! A sweep without sampling: for the tasks whose expected loss is known after any number of steps, every cell of the
//! same grid is answered by the formula instead of by a run. What a measured sweep finds should agree within its
//! interval. It is not the momentary B_noise: that changes on the way to the target, and the grid has its own edges.

use crate::theory::linreg::IsotropicRegression;
use crate::theory::quadratic::NoisyQuadratic;
use crate::train::recording::{Plan, Recording, Sparse, total_steps};
use crate::train::spec::{OptimizerSpec, StopReason, TaskSpec};
use crate::units::{BatchSize, Beta, Fraction, LearningRate, Positive};
use crate::worker::measure::{NEAR, smoothed};
use crate::worker::protocol::{CellRun, MeasuredRun};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::num::{NonZeroU16, NonZeroU32};

/// What a run of a sweep to a target comes to in expectation; `None` where no formula is known (the networks, weight
/// decay, Nesterov, dampening, the adaptive optimisers, momentum on the regression) or there is no target.
///
/// Sources: Zhang et al. 2019 (arXiv:1907.04164) for the quadratic; the regression's recursion stands in
/// [`crate::theory::linreg`].
pub fn expected(request: &CellRun) -> Option<MeasuredRun> {
    let target = request.target?;
    let Some(loss_at) = expected_loss(request)? else {
        return Some(MeasuredRun {
            n_steps: 0,
            stop: Some(StopReason::Diverged { step: 0 }),
            curve: Vec::new(),
        });
    };
    // As a run would be: recorded on the same schedule, smoothed in the same way.
    let last_step = total_steps(&request.config).min(request.max_steps.unwrap_or(u64::MAX));
    let mut plan = Plan::new(&request.config);
    let mut sparse = Sparse::new(NEAR * target);
    let mut last_loss = loss_at(0);
    let mut curve = Vec::from([(0, last_loss)]);
    let mut stop = None;
    for step in 1..=last_step {
        if plan.after(step) != Recording::Nothing && sparse.keeps(last_loss) {
            last_loss = loss_at(step);
            curve.push((step, last_loss));
            if smoothed(curve.iter().copied()) <= target {
                stop = Some(StopReason::TargetReached);
                break;
            }
        }
    }
    let n_steps = curve.last().map_or(0, |&(step, _)| step);
    if stop.is_none() && request.max_steps.is_none_or(|max| max > n_steps) {
        stop = Some(StopReason::BudgetSpent);
    }
    Some(MeasuredRun {
        n_steps,
        stop,
        curve,
    })
}

type LossAt = Box<dyn Fn(u64) -> f64>;

/// Expected loss by step; `Some(None)` for a learning rate at which it does not stay bounded.
fn expected_loss(request: &CellRun) -> Option<Option<LossAt>> {
    let config = &request.config;
    let OptimizerSpec::Sgd {
        momentum,
        dampening,
        nesterov: false,
        weight_decay,
    } = config.optimizer
    else {
        return None;
    };
    if weight_decay > 0.0 || dampening > 0.0 {
        return None;
    }
    let lr = LearningRate::new(config.lr).ok()?;
    let batch = BatchSize::new(f64::from(config.batch_size)).ok()?;
    match config.task {
        TaskSpec::Digits { .. } | TaskSpec::Spirals { .. } => None,
        TaskSpec::Quadratic { n_dims } => {
            let quadratic = NoisyQuadratic::harmonic(NonZeroU16::new(u16::try_from(n_dims).ok()?)?);
            Some(if momentum > 0.0 {
                let run = quadratic
                    .heavy_ball(lr, Beta::new(momentum).ok()?, batch)
                    .ok();
                run.map(|run| Box::new(move |step| run.loss_at(step)) as LossAt)
            } else {
                let run = quadratic.sgd(lr, batch, Fraction::clamped(0.0)).ok();
                run.map(|run| Box::new(move |step| run.loss_at(step)) as LossAt)
            })
        }
        TaskSpec::LinearRegression { .. } if momentum > 0.0 => None,
        TaskSpec::LinearRegression { n_dims, noise_std } => {
            let regression = IsotropicRegression::new(NonZeroU32::new(n_dims)?, noise_std).ok()?;
            let start = Positive::clamped(1.0);
            let floor = 0.5 * noise_std * noise_std;
            Some(regression.floor(lr, batch).map(|_| {
                Box::new(move |step| {
                    let dist_sq = regression.dist_sq_at(start, lr, batch, step);
                    floor + 0.5 * dist_sq.unwrap_or(f64::INFINITY)
                }) as LossAt
            }))
        }
    }
}
