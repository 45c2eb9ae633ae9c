//! One cell of the map: all seeds of one learning rate and batch size.

use crate::experiment::sweep::column::Column;
use crate::experiment::sweep::outcome::Outcome;

/// What a cell came to over its seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellState {
    /// Most seeds have a score: their geometric mean over the best one of the batch size, at least 1.
    Scored { ratio: f64 },
    /// Half of the seeds or more have no score, and half or more diverged.
    Diverged,
    /// Half of the seeds or more have no score.
    Missed,
}

/// The best mean score of a batch size over the rungs at which every seed that was run has one.
pub(super) fn best_mean(columns: &[Column], rows: &[i32]) -> f64 {
    let whole = rows.iter().filter_map(|&rung| {
        let (mean, n_scored, n) = mean_score(columns, rung);
        (n_scored == n).then_some(mean?)
    });
    whole.fold(f64::INFINITY, f64::min)
}

/// The state of a cell, given the best mean of its batch size; `None` if no seed was run there.
pub(super) fn state_at(columns: &[Column], rung: i32, best: f64) -> Option<CellState> {
    let (mean, n_scored, n) = mean_score(columns, rung);
    if n == 0 {
        return None;
    }
    if let Some(mean) = mean
        && 2 * n_scored > n
    {
        let ratio = if best.is_finite() {
            (mean / best).max(1.0)
        } else {
            1.0
        };
        return Some(CellState::Scored { ratio });
    }
    let outcomes = columns.iter().flat_map(|column| column.cells());
    let n_diverged = outcomes
        .filter(|(cell, outcome)| cell.rung == rung && matches!(outcome, Outcome::Diverged { .. }))
        .count();
    Some(if 2 * n_diverged >= n {
        CellState::Diverged
    } else {
        CellState::Missed
    })
}

/// Geometric mean of a rung's scores over the seeds that have one, as they stand after all that is known; how many
/// these are, and how many were run.
fn mean_score(columns: &[Column], rung: i32) -> (Option<f64>, usize, usize) {
    let (mut sum, mut n_scored, mut n) = (0.0, 0, 0);
    for column in columns {
        let found = column.cells().find(|(cell, _)| cell.rung == rung);
        n += usize::from(found.is_some());
        if let Some(score) = found.and_then(|(_, outcome)| outcome.score()) {
            sum += libm::log(score);
            n_scored += 1;
        }
    }
    let mean = (n_scored > 0).then(|| libm::exp(sum / n_scored as f64));
    (mean, n_scored, n)
}

/// Rungs that any seed of a batch size has run, rising.
pub fn lr_rows(columns: &[Column]) -> Vec<i32> {
    let (mut low, mut high) = (i32::MAX, i32::MIN);
    for (cell, _) in columns.iter().flat_map(|column| column.cells()) {
        low = low.min(cell.rung);
        high = high.max(cell.rung);
    }
    if low > high {
        return Vec::new();
    }
    (low..=high)
        .filter(|&rung| columns.iter().any(|column| column.cell(rung).is_some()))
        .collect()
}
