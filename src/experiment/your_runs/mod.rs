//! What a reader's own measurements say: runs become a ridge like that of a sweep, gradient norms a noise scale.
//!
//! The ridge, its fits and their intervals are those of [`super::sweep`]; only the way to a ridge differs, because the
//! learning rates of a reader lie on no grid.

pub mod curves;
pub mod noise;
pub mod report;
pub mod ridge;
pub mod rules;

use crate::experiment::sweep::column::Edge;
use crate::experiment::sweep::fit::{Interval, Quantity, Resampled, TooFew, resample_ridge};
use crate::experiment::sweep::ridge::{RidgePoint, slope};
use crate::measurements::{Metric, Unit};
use alloc::vec::Vec;
use ridge::Ridge;
use rules::{Agreement, agreements};

/// Optima of neighbouring batch sizes that run against the model by less than this are taken for noise: measured curves
/// follow the hyperbola within some ten percent (see [`crate::theory::tradeoff`]).
pub const WITHIN: f64 = 1.1;

/// What stands in the way of an answer, or in doubt of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Doubt {
    /// Fewer than [`crate::experiment::sweep::fit::MIN_BATCHES`] batch sizes whose best learning rate is known.
    TooFewBatches { n_usable: usize },
    /// More batch sizes than a fit takes: the column is hardly a batch size.
    TooManyBatches { n: usize },
    /// One learning rate at every batch size: what is measured is the learning rate as much as the batch size.
    Untuned,
    /// The best learning rate of so many batch sizes, this one first, is the smallest or the largest that was tried.
    AtEdge { n: usize, batch: u32, edge: Edge },
    /// At so many batch sizes, this one first, some seeds have no result at any learning rate.
    WithoutResult { n: usize, batch: u32 },
    /// Steps rise, or the best learning rate falls, from one batch size to the next by this factor, above 1.
    NotMonotone {
        what: Fitted,
        from: u32,
        to: u32,
        factor: f64,
    },
    /// The interval is too wide, or the data do not bend.
    Inconclusive(Fitted),
    /// Losses at equal steps or examples: no number of steps, so no critical batch size.
    NeedsSteps,
}

/// Which curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fitted {
    /// S(B) = S_min·(1 + B_crit/B).
    Steps,
    /// ε(B) = ε_max/(1 + B_noise/B)^α.
    LearningRate,
}

/// What runs at several batch sizes and learning rates say.
#[derive(Clone, Debug, PartialEq)]
pub struct RunFindings {
    pub metric: Option<Metric>,
    pub unit: Unit,
    /// The best of every batch size, by rising batch size.
    pub ridge: Vec<RidgePoint>,
    /// S(B); `None` without steps.
    pub steps: Option<Result<Resampled, TooFew>>,
    /// ε(B); `None` where learning rates were not tuned.
    pub lr: Option<Result<Resampled, TooFew>>,
    /// p of η* ∝ B^p, by least squares over all usable batch sizes; `None` with fewer than three, or untuned.
    pub exponent: Option<f64>,
    /// How well the rules describe the best learning rates; none where fewer than two are known.
    pub agreements: Vec<Agreement>,
    pub doubts: Vec<Doubt>,
    /// See [`Ridge::lr_step`].
    lr_step: f64,
}

/// A learning rate for a batch size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recommended {
    pub lr: f64,
    /// Ends of the interval.
    pub low: f64,
    pub high: f64,
    /// Whether the batch size lies outside of those that were measured.
    pub is_outside: bool,
}

impl RunFindings {
    /// Fits a ridge. `alpha` is the exponent of ε(B): 1 for SGD, ½ to 1 for Adam (McCandlish et al. 2018,
    /// arXiv:1812.06162, appendix A.2). Results depend on `seed` only through the intervals' resamples.
    pub fn of(ridge: Ridge, alpha: f64, seed: u64) -> Self {
        let Ridge {
            points,
            metric,
            unit,
            is_untuned,
            n_batches,
            lr_step,
        } = ridge;
        let mut doubts = Vec::new();
        if n_batches > points.len() && n_batches > ridge::MAX_BATCHES {
            doubts.push(Doubt::TooManyBatches { n: n_batches });
        }
        if is_untuned {
            doubts.push(Doubt::Untuned);
        }
        if metric == Some(Metric::Loss) {
            doubts.push(Doubt::NeedsSteps);
        }
        let scale = scale_of(&points);
        let fit = |quantity| resample_ridge(&points, quantity, scale, seed);
        let has_steps = metric == Some(Metric::Steps) && !points.is_empty();
        let steps = has_steps.then(|| fit(Quantity::Steps));
        let lr = (!is_untuned && !points.is_empty()).then(|| fit(Quantity::LearningRate { alpha }));
        push_doubts(&points, has_steps, is_untuned, &mut doubts);
        let fits = [(Fitted::Steps, &steps), (Fitted::LearningRate, &lr)];
        for (what, fit) in fits {
            match fit {
                Some(Ok(fit)) if fit.interval().is_inconclusive() => {
                    doubts.push(Doubt::Inconclusive(what));
                }
                _ => {}
            }
        }
        if let Some(Err(TooFew { n_usable })) = steps.as_ref().or(lr.as_ref()) {
            doubts.push(Doubt::TooFewBatches {
                n_usable: *n_usable,
            });
        }
        let agreements = match &lr {
            Some(fit) => agreements(&points, fit.as_ref().ok(), alpha),
            None => Vec::new(),
        };
        let exponent = if is_untuned {
            None
        } else {
            slope(&points, 0.0, f64::INFINITY)
        };
        Self {
            metric,
            unit,
            ridge: points,
            steps,
            lr,
            exponent,
            agreements,
            doubts,
            lr_step,
        }
    }

    /// One of the fits, where there is one.
    pub fn fit(&self, what: Fitted) -> Option<&Resampled> {
        let fit = match what {
            Fitted::Steps => &self.steps,
            Fitted::LearningRate => &self.lr,
        };
        fit.as_ref()?.as_ref().ok()
    }

    /// B_crit with its interval, from steps.
    pub fn critical_batch(&self) -> Option<Interval> {
        self.fit(Fitted::Steps).map(Resampled::interval)
    }

    /// B_noise with its interval, from the best learning rates.
    pub fn noise_scale(&self) -> Option<Interval> {
        self.fit(Fitted::LearningRate).map(Resampled::interval)
    }

    /// Whether every batch size was run at one learning rate only, so that none is known to be the best.
    pub fn is_untuned(&self) -> bool {
        self.doubts.contains(&Doubt::Untuned)
    }

    /// The learning rate at a batch size by the fitted ε(B), with the interval of the bootstrap, wider on either side by
    /// half a step between the learning rates that were tried.
    ///
    /// Resampling cannot see that step: steps to a target rise faster above the best learning rate than below it, so a
    /// parabola through three points has its vertex up to a third of a step too low at every batch size (on the local
    /// quadratic model, steps ∝ 1/(r(2 − r)), with r = η/η*).
    pub fn recommend(&self, batch: f64) -> Option<Recommended> {
        let (lr, low, high) = self.fit(Fitted::LearningRate)?.at(batch);
        let is_measured = |p: &&RidgePoint| p.is_usable();
        let mut batches = self.ridge.iter().filter(is_measured).map(|p| p.batch);
        let first = f64::from(batches.next()?);
        let last = batches.next_back().map_or(first, f64::from);
        let stretch = libm::exp(0.5 * self.lr_step);
        Some(Recommended {
            lr,
            low: low / stretch,
            high: high * stretch,
            is_outside: !(first..=last).contains(&batch),
        })
    }
}

/// What is wrong with single points, and between neighbours.
fn push_doubts(points: &[RidgePoint], has_steps: bool, is_untuned: bool, doubts: &mut Vec<Doubt>) {
    let at_edge = || points.iter().filter(|p| p.n_unbracketed > 0);
    if let Some(first) = at_edge().next() {
        doubts.push(Doubt::AtEdge {
            n: at_edge().count(),
            batch: first.batch,
            edge: first.edge.unwrap_or(Edge::Low),
        });
    }
    let without = || points.iter().filter(|p| p.n_censored > 0);
    if let Some(first) = without().next() {
        doubts.push(Doubt::WithoutResult {
            n: without().count(),
            batch: first.batch,
        });
    }
    let usable: Vec<&RidgePoint> = points.iter().filter(|p| p.is_usable()).collect();
    for pair in usable.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        // With several seeds their extremes say what is noise.
        let mut check = |what, rise: f64, gap: f64| {
            if rise > WITHIN && gap > 1.0 {
                let (from, to) = (a.batch, b.batch);
                doubts.push(Doubt::NotMonotone {
                    what,
                    from,
                    to,
                    factor: rise,
                });
            }
        };
        if has_steps {
            let gap = b.score.low / a.score.high;
            check(Fitted::Steps, b.score.mean / a.score.mean, gap);
        }
        if !is_untuned {
            let gap = a.lr.low / b.lr.high;
            check(Fitted::LearningRate, a.lr.mean / b.lr.mean, gap);
        }
    }
}

/// The unit in which a fit looks at batch sizes: 1, and for large ones the power of two that brings the middle of the
/// measured range (in logarithms) down to 64, the middle of what a fit searches.
fn scale_of(points: &[RidgePoint]) -> f64 {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return 1.0;
    };
    let middle = 0.5 * (libm::log2(f64::from(first.batch)) + libm::log2(f64::from(last.batch)));
    libm::exp2((libm::round(middle) - 6.0).max(0.0))
}
