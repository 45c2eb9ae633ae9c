//! A whole sweep: its columns, what is to be run next, and what came of it.
//!
//! Coarse first: all searches start before any goes on, every fourth batch size before the ones between, so that the
//! shape of the map shows after a fraction of the work. Which machine runs what, and in which order the answers come,
//! changes no result; see [`super::column`].

use super::column::Column;
use super::config::SweepConfig;
use super::outcome::Outcome;
use crate::experiment::digest::Digest;
use crate::few::sort_few;
use crate::worker::protocol::{CellRun, MeasuredRun};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// Where a run belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub batch_idx: u32,
    pub seed_idx: u32,
    pub rung: i32,
}

/// Added to rungs to number them from 0.
const RUNG_OFFSET: i32 = 128;

impl Place {
    /// The number of a run: the place in one word, so that equal places have equal numbers.
    pub fn number(self) -> u32 {
        ((self.rung + RUNG_OFFSET) as u32) << 16 | self.batch_idx << 8 | self.seed_idx
    }

    /// The place of a number.
    pub fn of(number: u32) -> Self {
        Self {
            batch_idx: number >> 8 & 0xff,
            seed_idx: number & 0xff,
            rung: (number >> 16) as i32 - RUNG_OFFSET,
        }
    }
}

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepRecord {
    config: SweepConfig,
    /// [n_batches, n_seeds], row-major.
    columns: Vec<Column>,
    /// Taken from their columns, not handed out yet.
    queue: VecDeque<CellRun>,
    n_done: usize,
}

/// Runs that an average column takes, for the estimate before it is known: five coarse and two fine ones.
const RUNS_PER_COLUMN: usize = 7;

impl SweepRecord {
    /// A sweep of which nothing was run.
    pub fn new(config: SweepConfig) -> Self {
        let columns = (0..config.n_batches)
            .flat_map(|batch_idx| {
                let column = Column::new(config.first_rung(batch_idx), config.rungs);
                (0..config.n_seeds).map(move |_| column.clone())
            })
            .collect();
        Self {
            config,
            columns,
            queue: VecDeque::new(),
            n_done: 0,
        }
    }

    pub fn config(&self) -> &SweepConfig {
        &self.config
    }

    /// All seeds of one batch size; none beyond the last.
    pub fn columns_of(&self, batch_idx: u32) -> &[Column] {
        let n = self.config.n_seeds as usize;
        let start = batch_idx as usize * n;
        self.columns.get(start..start + n).unwrap_or(&[])
    }

    /// The next run to hand out; `None` when the rest waits for runs under way, or nothing is left.
    pub fn next_run(&mut self) -> Option<CellRun> {
        if self.queue.is_empty() {
            self.plan();
        }
        self.queue.pop_front()
    }

    /// Takes the outcome of a run. Answers to what was not asked are ignored.
    pub fn take(&mut self, number: u32, run: MeasuredRun) {
        let place = Place::of(number);
        let metric = self.config.metric;
        let idx = place.batch_idx * self.config.n_seeds + place.seed_idx;
        if let Some(column) = self.columns.get_mut(idx as usize) {
            let n_before = column.waiting().len();
            column.take(place.rung, Outcome::of(&run, metric), run);
            self.n_done += n_before - column.waiting().len();
        }
    }

    /// Runs that are done.
    pub fn n_done(&self) -> usize {
        self.n_done
    }

    /// About how many runs there will be in all; exact once all columns are done.
    pub fn n_expected(&self) -> usize {
        let expected = |column: &Column| {
            let n_known = column.cells().count() + column.waiting().len();
            if column.is_done() {
                n_known
            } else {
                n_known.max(RUNS_PER_COLUMN)
            }
        };
        self.columns.iter().map(expected).sum()
    }

    /// Digits over every cell: its place, its outcome, and each recorded loss up to where a stopped run was stopped.
    ///
    /// Of a run that was given up only that it was counts, because how far it came depends on what was known when it
    /// started.
    pub fn digest(&self) -> Digest {
        let mut digest = Digest::default();
        for (i, column) in self.columns.iter().enumerate() {
            for (cell, outcome) in column.cells() {
                digest.push((i as u64) << 32 | (cell.rung + RUNG_OFFSET) as u64);
                match outcome {
                    Outcome::Abandoned => continue,
                    Outcome::Scored(score) => digest.push(score.to_bits()),
                    Outcome::Missed | Outcome::StartedBelow => digest.push(0),
                    Outcome::Diverged { step } => digest.push(step),
                }
                for &(step, loss) in &cell.run.curve {
                    digest.push(step);
                    digest.push(loss.to_bits());
                }
            }
        }
        digest
    }

    /// The lowest loss before training among the seeds that start at or below the target; `None` if none does.
    pub fn loss_below_target(&self) -> Option<f64> {
        let cells = self.columns.iter().flat_map(Column::cells);
        cells
            .filter(|(_, outcome)| *outcome == Outcome::StartedBelow)
            .filter_map(|(cell, _)| Some(cell.run.curve.first()?.1))
            .reduce(f64::min)
    }

    /// Whether every search is over.
    pub fn is_done(&self) -> bool {
        self.queue.is_empty() && self.columns.iter().all(Column::is_done)
    }

    /// Drops what was handed out and not answered; it will be handed out again when the sweep goes on.
    pub fn forget_pending(&mut self) {
        self.queue.clear();
        self.columns.iter_mut().for_each(Column::forget_round);
    }

    /// Allows another range of learning rates; what was run stays.
    pub fn set_range(&mut self, rungs: (i32, i32)) {
        self.config.rungs = rungs;
        for column in &mut self.columns {
            column.set_range(rungs);
        }
    }

    /// Runs everything here and now.
    pub fn run_with(&mut self, mut measure: impl FnMut(&CellRun) -> MeasuredRun) {
        while let Some(run) = self.next_run() {
            let measured = measure(&run);
            self.take(run.cell, measured);
        }
    }

    /// Fills the queue with the rounds of every column that is free.
    fn plan(&mut self) {
        let mut planned = Vec::new();
        for (i, column) in self.columns.iter_mut().enumerate() {
            let (batch_idx, seed_idx) = (
                i as u32 / self.config.n_seeds,
                i as u32 % self.config.n_seeds,
            );
            let n_cells = column.cells().count();
            for wanted in column.take_round() {
                let place = Place {
                    batch_idx,
                    seed_idx,
                    rung: wanted.rung,
                };
                let run = CellRun {
                    cell: place.number(),
                    config: self.config.run(batch_idx, wanted.rung, seed_idx),
                    target: self.config.target(),
                    max_steps: wanted.max_steps,
                };
                // After the first round the long runs come first, so that none of them is left alone at the end.
                let rank = match n_cells {
                    0 => coarseness(batch_idx),
                    _ => self.config.n_batches - batch_idx,
                };
                planned.push(((n_cells.min(1), rank, seed_idx), run));
            }
        }
        sort_few(&mut planned, |a, b| a.0 < b.0);
        self.queue.extend(planned.into_iter().map(|(_, run)| run));
    }
}

/// 0 for every fourth batch size, 1 for those halfway between, 2 for the rest.
fn coarseness(batch_idx: u32) -> u32 {
    2 - batch_idx.trailing_zeros().min(2)
}
