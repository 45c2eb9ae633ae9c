//! From checked runs to a ridge.

use crate::experiment::sweep::column::{Optimum, lowest};
use crate::experiment::sweep::ridge::RidgePoint;
use crate::measurements::{Metric, Rows, Run, Unit};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Batch sizes that a ridge may have; fits take time in proportion.
pub const MAX_BATCHES: usize = 64;

/// Neighbouring learning rates further apart than this factor do not shape the parabola through the best: so far away
/// nothing is quadratic any more.
pub const MAX_STEP: f64 = 5.0;

/// The best of every batch size, and what is known of the text it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ridge {
    /// By rising batch size; those without any result are left out, and all of them beyond [`MAX_BATCHES`].
    pub points: Vec<RidgePoint>,
    pub metric: Option<Metric>,
    pub unit: Unit,
    /// Whether every batch size was run at one learning rate only.
    pub is_untuned: bool,
    /// Batch sizes in the text.
    pub n_batches: usize,
    /// Distance in ln η between the best learning rates and the next ones that were tried, on average; 0 where the best
    /// were found elsewhere.
    pub lr_step: f64,
}

impl Ridge {
    /// The ridge of runs; `None` for gradient norms and for nothing.
    ///
    /// Where every batch size has a single learning rate, that one stands for the best: the caller says so.
    pub fn of(rows: &Rows, unit: Unit) -> Option<Self> {
        let (runs, metric, is_best) = match rows {
            Rows::Runs { metric, runs } => (runs, Some(*metric), false),
            Rows::BestLrs { metric, runs } => (runs, *metric, true),
            Rows::Nothing | Rows::Pairs(_) | Rows::Norms(_) => return None,
        };
        // Best learning rates count also where not all of them came with a result.
        let is_complete = !is_best || runs.iter().all(|r| r.result.is_some());
        let metric = metric.filter(|_| is_complete);
        let batches = || runs.chunk_by(|a, b| a.batch == b.batch);
        let n_batches = batches().count();
        let has_one_lr = |runs: &[Run]| runs.iter().all(|r| r.lr.to_bits() == runs[0].lr.to_bits());
        let is_untuned = !is_best && batches().all(has_one_lr);
        let mut steps = Vec::new();
        let points = if n_batches > MAX_BATCHES {
            Vec::new()
        } else if is_best {
            batches().filter_map(best_point).collect()
        } else {
            batches()
                .filter_map(|runs| point(runs, is_untuned, &mut steps))
                .collect()
        };
        Some(Self {
            points,
            metric,
            unit,
            is_untuned,
            n_batches,
            lr_step: steps.iter().sum::<f64>() / steps.len().max(1) as f64,
        })
    }
}

/// The best of one batch size. `runs` are sorted by learning rate and seed. Adds to `steps` how far the neighbours of
/// each seed's best are.
fn point(runs: &[Run], is_untuned: bool, steps: &mut Vec<f64>) -> Option<RidgePoint> {
    // (seed, number of the learning rate, η, score), by seed and then learning rate.
    let mut number = -1;
    let mut last = f64::NAN;
    let mut all: Vec<(u64, i32, f64, Option<f64>)> = (runs.iter())
        .map(|run| {
            if run.lr.to_bits() != last.to_bits() {
                number += 1;
                last = run.lr;
            }
            (run.seed, number, run.lr, run.result)
        })
        .collect();
    all.sort_unstable_by_key(|&(seed, number, ..)| (seed, number));
    let by_seed = || all.chunk_by(|a, b| a.0 == b.0);
    let mut best = |runs: &[(u64, i32, f64, Option<f64>)]| {
        let at = |i: usize| (libm::log(runs[i].2), runs[i].3);
        let found = lowest(runs.len(), at, libm::log(MAX_STEP))?;
        let (_, rung, lr, _) = runs[found.idx];
        if found.edge.is_none() {
            steps.push(0.5 * (at(found.idx + 1).0 - at(found.idx - 1).0));
        }
        Some(Optimum {
            rung,
            lr: lr * libm::exp(found.offset),
            score: found.score,
            edge: found.edge.filter(|_| !is_untuned),
        })
    };
    let tried: Vec<Vec<(i32, Option<f64>)>> = by_seed()
        .map(|runs| {
            runs.iter()
                .map(|&(_, number, _, score)| (number, score))
                .collect()
        })
        .collect();
    let optima = by_seed().map(&mut best).collect();
    RidgePoint::of(runs[0].batch, optima, &tried)
}

/// A batch size whose best learning rates were found elsewhere, one per row.
fn best_point(runs: &[Run]) -> Option<RidgePoint> {
    let optimum = |run: &Run| Optimum {
        rung: 0,
        lr: run.lr,
        // Where there is no result the learning rates are all there is to fit.
        score: run.result.unwrap_or(1.0),
        edge: None,
    };
    let optima = runs.iter().map(|run| Some(optimum(run))).collect();
    RidgePoint::of(runs[0].batch, optima, &[])
}
