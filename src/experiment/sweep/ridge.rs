//! The ridge: the best learning rate of every batch size with its spread over seeds, and how steep it is.
//!
//! Every seed has its own best learning rate; their geometric mean is the batch size's, and the extremes are its
//! whiskers. Losses are never averaged, because seeds differ in level. The best score is that of one learning rate for
//! all seeds, the one with the least geometric mean: the best of each seed's own would be flattered by luck, the more
//! the noisier the runs. A seed whose best learning rate lies at the edge of what was searched only bounds it, and one
//! that never met the target is censored: both are counted, and a batch size with either takes no part in fits.

use super::column::{Column, Edge, Optimum};
use super::outcome::Outcome;
use super::record::SweepRecord;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The best of one batch size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RidgePoint {
    pub batch: u32,
    /// One per seed; `None` where no learning rate met the target.
    pub optima: Vec<Option<Optimum>>,
    /// Geometric mean over the seeds that have one.
    pub lr: Spread,
    /// The seeds' scores at the learning rate that is best for all of them together.
    pub scores: Vec<f64>,
    /// Their geometric mean and extremes.
    pub score: Spread,
    pub n_censored: usize,
    /// Seeds whose best is at an edge, and where the first of them has it.
    pub n_unbracketed: usize,
    pub edge: Option<Edge>,
}

/// A geometric mean between its extremes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

impl RidgePoint {
    /// From the best of every seed and, per seed, what was tried: (number of the learning rate, score if there is one),
    /// numbers rising. `None` where no seed has a best.
    pub fn of(
        batch: u32,
        optima: Vec<Option<Optimum>>,
        tried: &[Vec<(i32, Option<f64>)>],
    ) -> Option<Self> {
        let best = || optima.iter().flatten();
        let edges = || best().filter_map(|optimum| optimum.edge);
        let scores = common_scores(tried).unwrap_or_else(|| best().map(|o| o.score).collect());
        Some(Self {
            batch,
            lr: Spread::of(best().map(|o| o.lr))?,
            score: Spread::of(scores.iter().copied())?,
            scores,
            n_censored: optima.iter().filter(|o| o.is_none()).count(),
            n_unbracketed: edges().count(),
            edge: edges().next(),
            optima,
        })
    }

    /// Whether every seed has a best learning rate with worse ones on both sides.
    pub fn is_usable(&self) -> bool {
        self.n_censored == 0 && self.n_unbracketed == 0
    }
}

impl Spread {
    /// Of positive values; `None` without any.
    fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut logs = 0.0;
        let mut n = 0.0;
        let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
        for value in values {
            logs += libm::log(value);
            n += 1.0;
            low = low.min(value);
            high = high.max(value);
        }
        (n > 0.0).then(|| Self {
            mean: libm::exp(logs / n),
            low,
            high,
        })
    }
}

/// The ridge as far as it is known, by rising batch size; batch sizes without any best learning rate are left out.
pub fn ridge(record: &SweepRecord) -> Vec<RidgePoint> {
    let config = record.config();
    (0..config.n_batches)
        .filter_map(|batch_idx| {
            let columns = record.columns_of(batch_idx);
            let started = columns.iter().filter(|c| c.cells().next().is_some());
            let tried: Vec<Vec<(i32, Option<f64>)>> = columns
                .iter()
                .map(|column| {
                    let cells = column.cells();
                    cells
                        .map(|(cell, _)| (cell.rung, cell.outcome.score()))
                        .collect()
                })
                .collect();
            let optima = started.map(|c| c.best()).collect();
            RidgePoint::of(config.batch(batch_idx), optima, &tried)
        })
        .collect()
}

/// Every seed's score at the learning rate with the least geometric mean, among those at which all seeds have one.
fn common_scores(tried: &[Vec<(i32, Option<f64>)>]) -> Option<Vec<f64>> {
    let scores_at = |number: i32| -> Option<Vec<f64>> {
        let at = |column: &Vec<(i32, Option<f64>)>| {
            let i = column.binary_search_by_key(&number, |t| t.0).ok()?;
            column[i].1
        };
        tried.iter().map(at).collect()
    };
    let candidates = tried.first()?.iter().filter_map(|&(number, _)| {
        let scores = scores_at(number)?;
        Some((scores.iter().map(|&s| libm::log(s)).sum::<f64>(), scores))
    });
    candidates
        .reduce(|a, b| if b.0 < a.0 { b } else { a })
        .map(|(_, scores)| scores)
}

/// Searches (of one batch size and seed) that are over and found no learning rate that comes down to the target.
pub fn n_censored(record: &SweepRecord) -> usize {
    let config = record.config();
    (0..config.n_batches)
        .flat_map(|batch_idx| record.columns_of(batch_idx))
        .filter(|column| column.is_done() && column.best().is_none() && !starts_below(column))
        .count()
}

fn starts_below(column: &Column) -> bool {
    column
        .cells()
        .any(|(_, outcome)| outcome == Outcome::StartedBelow)
}

/// d ln η* / d ln B by least squares over the usable points with `from` ≤ B ≤ `to`; `None` with fewer than three.
pub fn slope(ridge: &[RidgePoint], from: f64, to: f64) -> Option<f64> {
    let points: Vec<(f64, f64)> = ridge
        .iter()
        .filter(|p| p.is_usable() && (from..=to).contains(&f64::from(p.batch)))
        .map(|p| (libm::log(f64::from(p.batch)), libm::log(p.lr.mean)))
        .collect();
    if points.len() < 3 {
        return None;
    }
    let n = points.len() as f64;
    let (x_mean, y_mean) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let (xy, xx) = points.iter().fold((0.0, 0.0), |(xy, xx), p| {
        let dx = p.0 - x_mean;
        (xy + dx * (p.1 - y_mean), xx + dx * dx)
    });
    Some(xy / xx)
}
