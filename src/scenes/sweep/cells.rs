//! One cell of the map: all seeds of one learning rate and batch size.

use crate::experiment::sweep::column::Column;
use crate::experiment::sweep::outcome::Outcome;
use crate::experiment::sweep::record::SweepRecord;

/// What a cell came to over its seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellState {
    /// Geometric mean of the scores, over the best such mean of the batch size; at least 1.
    Scored { ratio: f64 },
    /// No seed has a score, and most diverged.
    Diverged,
    /// No seed has a score.
    Missed,
}

/// The state of a cell; `None` if no seed was run there.
pub fn cell_state(record: &SweepRecord, batch_idx: u32, rung: i32) -> Option<CellState> {
    let columns = record.columns_of(batch_idx);
    let best = columns
        .first()?
        .cells()
        .filter_map(|(cell, _)| mean_score(columns, cell.rung))
        .fold(f64::INFINITY, f64::min);
    state_at(columns, rung, best)
}

/// As [`cell_state`] with the best mean of the batch size known.
pub(super) fn state_at(columns: &[Column], rung: i32, best: f64) -> Option<CellState> {
    let outcomes = || {
        columns
            .iter()
            .filter_map(move |c| c.cells().find(|(cell, _)| cell.rung == rung))
            .map(|(_, outcome)| outcome)
    };
    let n = outcomes().count();
    if n == 0 {
        return None;
    }
    if let Some(mean) = mean_score(columns, rung) {
        let ratio = if best.is_finite() {
            (mean / best).max(1.0)
        } else {
            1.0
        };
        return Some(CellState::Scored { ratio });
    }
    let n_diverged = outcomes()
        .filter(|o| matches!(o, Outcome::Diverged { .. }))
        .count();
    Some(if 2 * n_diverged >= n {
        CellState::Diverged
    } else {
        CellState::Missed
    })
}

/// Geometric mean of a rung's scores over the seeds that have one, as they stand after all that is known.
pub(super) fn mean_score(columns: &[Column], rung: i32) -> Option<f64> {
    let mut sum = 0.0;
    let mut n = 0.0;
    for column in columns {
        let found = column.cells().find(|(cell, _)| cell.rung == rung);
        if let Some(score) = found.and_then(|(_, outcome)| outcome.score()) {
            sum += libm::log(score);
            n += 1.0;
        }
    }
    (n > 0.0).then(|| libm::exp(sum / n))
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
