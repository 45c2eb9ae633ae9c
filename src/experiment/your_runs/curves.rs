//! What the panel Curves can show of a reader's measurements, or why it cannot.

use super::noise::NoiseFindings;
use super::{Fitted, RunFindings};
use crate::experiment::sweep::fit::{Interval, MAX_SPAN};
use crate::experiment::sweep::ridge::RidgePoint;
use crate::measurements::Unit;
use crate::params::curves::CurvesState;
use crate::params::defs::{ParamId, Params};
use crate::params::measured::MeasuredPoint;
use alloc::vec::Vec;

/// What Curves takes over.
#[derive(Clone, Debug, PartialEq)]
pub struct ForCurves {
    /// B_crit where the steps say enough, else the noise scale.
    pub critical_batch: f64,
    /// The measured point through which the rules are drawn; `None` leaves Curves the base it has.
    pub anchor: Option<MeasuredPoint>,
    /// Best learning rates with their range over seeds, by rising batch size.
    pub points: Vec<MeasuredPoint>,
}

/// Why there is nothing to take over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NotForCurves {
    /// One learning rate per batch size: none of them is known to be the best.
    Untuned,
    /// Neither a critical batch size nor a noise scale is conclusive.
    Inconclusive,
    /// Batch sizes count tokens, those of Curves examples.
    Tokens,
    /// A batch size beyond those that Curves shows.
    BatchOutOfRange { batch: f64, min: f64, max: f64 },
    /// No learning rate among those that Curves can start from.
    LrOutOfRange { lr: f64, min: f64, max: f64 },
}

impl ForCurves {
    /// Of runs.
    ///
    /// # Errors
    /// See [`NotForCurves`].
    pub fn of_runs(found: &RunFindings) -> Result<Self, NotForCurves> {
        if found.is_untuned() {
            return Err(NotForCurves::Untuned);
        }
        let conclusive = |interval: &Interval| !interval.is_inconclusive();
        let critical = (found.critical_batch().filter(conclusive))
            .or_else(|| found.noise_scale().filter(conclusive))
            .ok_or(NotForCurves::Inconclusive)?;
        check(found.unit, critical.fit.batch)?;
        let usable: Vec<&RidgePoint> = found.ridge.iter().filter(|p| p.is_usable()).collect();
        if let Some(largest) = usable.last() {
            check(found.unit, f64::from(largest.batch))?;
        }
        Ok(Self {
            critical_batch: critical.fit.batch,
            anchor: Some(anchor(found, &usable)?),
            points: usable.into_iter().map(point).collect(),
        })
    }

    /// Of gradient norms: a noise scale alone.
    ///
    /// # Errors
    /// See [`NotForCurves`].
    pub fn of_noise(found: &NoiseFindings) -> Result<Self, NotForCurves> {
        let (Some(scale), Some((low, Some(high)))) = (found.noise_scale, found.interval) else {
            return Err(NotForCurves::Inconclusive);
        };
        if high > MAX_SPAN * low {
            return Err(NotForCurves::Inconclusive);
        }
        check(found.unit, scale)?;
        Ok(Self {
            critical_batch: scale,
            anchor: None,
            points: Vec::new(),
        })
    }
}

fn range(id: ParamId) -> (f64, f64) {
    CurvesState::field(id).kind.range()
}

/// Whether Curves can show a batch size.
fn check(unit: Unit, batch: f64) -> Result<(), NotForCurves> {
    let (min, max) = range(ParamId::CriticalBatch);
    if unit == Unit::Tokens {
        Err(NotForCurves::Tokens)
    } else if (min..=max).contains(&batch) {
        Ok(())
    } else {
        Err(NotForCurves::BatchOutOfRange { batch, min, max })
    }
}

/// Of the smaller half of the batch sizes, the one whose best learning rate is nearest to the fitted curve: recipes are
/// scaled up from there, and a point off the curve would lift or sink all rules with it.
fn anchor(found: &RunFindings, usable: &[&RidgePoint]) -> Result<MeasuredPoint, NotForCurves> {
    let (lowest, highest) = range(ParamId::BaseLr);
    let (_, largest) = range(ParamId::BaseBatch);
    let half = &usable[..usable.len().div_ceil(2)];
    let miss = |p: &RidgePoint| {
        let fitted = found.fit(Fitted::LearningRate);
        let batch = f64::from(p.batch);
        fitted.map_or(0.0, |fit| libm::log(p.lr.mean / fit.fit.at(batch)).abs())
    };
    let candidates = half
        .iter()
        .filter(|p| f64::from(p.batch) <= largest && (lowest..=highest).contains(&p.lr.mean));
    let nearest = candidates.reduce(|a, b| if miss(b) < miss(a) { b } else { a });
    let first = half.first().ok_or(NotForCurves::Inconclusive)?;
    nearest.map(|p| point(p)).ok_or({
        let batch = f64::from(first.batch);
        if batch > largest {
            NotForCurves::BatchOutOfRange {
                batch,
                min: 1.0,
                max: largest,
            }
        } else {
            NotForCurves::LrOutOfRange {
                lr: first.lr.mean,
                min: lowest,
                max: highest,
            }
        }
    })
}

fn point(p: &RidgePoint) -> MeasuredPoint {
    MeasuredPoint {
        batch: f64::from(p.batch),
        lr: p.lr.mean,
        low: p.lr.low,
        high: p.lr.high,
    }
}
