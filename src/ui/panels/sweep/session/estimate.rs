//! What a sweep will take on this device, from a few runs cut short: at the smallest, a middle and the largest batch.

use super::{Phase, Session};
use crate::experiment::sweep::record::Place;
use crate::train::run::total_steps;
use crate::train::spec::StopReason;
use crate::ui::prelude::*;
use crate::worker::pool::next_job;
use crate::worker::protocol::{CellRun, Event, Request};
use std::time::Duration;

/// After a change of the controls the estimate waits for this pause.
const QUIET: Duration = Duration::from_millis(300);
/// Most steps of a trial, from the smallest batch to the largest.
const MAX_STEPS: [u64; 3] = [500, 300, 40];
/// How much longer than the best learning rate's runs those of a column are on average, about what sweeps of Digits
/// turn out to need: half of them are given up late, some diverge early.
const LONGER: f64 = 1.8;
/// Where the steps are taken to bend while nothing is known, examples.
const USUAL_BEND: f64 = 32.0;

/// Trials under way and done.
#[derive(Clone, Debug, Default)]
pub struct Estimate {
    is_under_way: bool,
    /// (batch, milliseconds per step, steps to the end if it came to one)
    trials: Vec<(f64, f64, Option<f64>)>,
    /// Whether the next answer is that of the first trial, which only makes the browser compile what is measured.
    is_warming_up: bool,
    left: Vec<CellRun>,
}

impl Session {
    pub(super) fn plan_estimate(self) {
        self.estimate_s.set(None);
        self.forget_timer();
        if !self.ctx.is_used.get_untracked() || self.ctx.is_away.get_untracked() {
            return;
        }
        let timer = set_timeout_with_handle(move || self.begin_estimate(), QUIET);
        self.private().prepare.set(timer.ok());
    }

    fn forget_timer(self) {
        if let Some(timer) = self.private().prepare.take() {
            timer.clear();
        }
    }

    pub(super) fn is_estimating(self) -> bool {
        self.private().estimate.borrow().is_under_way
    }

    /// Ends what was under way, and what was planned.
    pub(super) fn drop_estimate(self) {
        self.forget_timer();
        self.private().estimate.borrow_mut().is_under_way = false;
    }

    fn begin_estimate(self) {
        if self.phase.try_get_untracked() != Some(Phase::Idle) {
            return;
        }
        let left = self.record.with_untracked(|record| {
            let config = record.config();
            let last = config.n_batches.saturating_sub(1);
            let trial = |(batch_idx, max_steps): (u32, u64)| {
                let rung = config.first_rung(batch_idx);
                let place = Place {
                    batch_idx,
                    seed_idx: 0,
                    rung,
                };
                CellRun {
                    cell: place.number(),
                    config: config.run(batch_idx, rung, 0),
                    target: config.target(),
                    max_steps: Some(max_steps),
                }
            };
            let [small, middle, large] = MAX_STEPS;
            let trials = [
                (last, large),
                (last / 2, middle),
                (0, small),
                (last / 2, middle),
            ];
            trials.into_iter().map(trial).collect()
        });
        self.private().estimate.replace(Estimate {
            is_under_way: true,
            trials: Vec::new(),
            is_warming_up: true,
            left,
        });
        self.job.set(next_job());
        self.next_trial();
    }

    fn next_trial(self) {
        let next = self.private().estimate.borrow_mut().left.pop();
        match next {
            Some(run) => self.send(|job| Request::Measure {
                job,
                runs: Vec::from([run]),
            }),
            None => {
                self.private().estimate.borrow_mut().is_under_way = false;
                self.estimate_s.set(self.total());
            }
        }
    }

    pub(super) fn hear_estimate(self, event: Event) {
        match event {
            Event::Measured { cell, ms, run, .. } => {
                let batch = self
                    .record
                    .with_untracked(|r| f64::from(r.config().batch(Place::of(cell).batch_idx)));
                let is_whole = matches!(
                    run.stop,
                    Some(StopReason::TargetReached | StopReason::BudgetSpent)
                );
                let n_steps = run.n_steps.max(1) as f64;
                let mut estimate = self.private().estimate.borrow_mut();
                let ms_per_step = ms / n_steps;
                if !core::mem::take(&mut estimate.is_warming_up) {
                    let trial = (batch, ms_per_step, is_whole.then_some(n_steps));
                    estimate.trials.push(trial);
                }
                drop(estimate);
                self.next_trial();
            }
            Event::Refused { error, .. } => {
                self.drop_estimate();
                self.refused.set(Some(error));
            }
            Event::Lost { .. } => self.drop_estimate(),
            _ => {}
        }
    }

    /// Seconds for all columns: steps by the hyperbola through the trials that came to an end, time per step between
    /// the trials on a straight line in the batch size.
    fn total(self) -> Option<f64> {
        let trials = self.private().estimate.borrow().trials.clone();
        let (&(small, ms_small, _), &(large, ms_large, _)) = (trials.first()?, trials.last()?);
        let bend = |batch: f64| 1.0 + USUAL_BEND / batch;
        let ended = trials
            .iter()
            .filter_map(|&(b, _, steps)| Some(steps? / bend(b)));
        // A trial that came to no end says at least how far it went.
        let least = ended.fold(None, |least: Option<f64>, s| {
            Some(least.map_or(s, |l| l.min(s)))
        });
        let least = least.unwrap_or(MAX_STEPS[1] as f64 / bend(trials.get(1)?.0));
        let ms_per_step = |batch: f64| {
            let share = if large > small {
                (batch - small) / (large - small)
            } else {
                0.0
            };
            ms_small + share * (ms_large - ms_small)
        };
        let n_threads = if self.is_on_page.get_untracked() {
            1
        } else {
            self.ctx.n_threads()
        };
        let ms: f64 = self.record.with_untracked(|record| {
            let config = record.config();
            // Without a target every run takes all its steps; with one, what the hyperbola says.
            let n_steps = |i: u32, batch: f64| match config.target() {
                None => total_steps(&config.run(i, 0, 0)) as f64,
                Some(_) => LONGER * least * bend(batch),
            };
            let runs = record.n_expected() as f64 / f64::from(config.n_batches.max(1));
            (0..config.n_batches)
                .map(|i| (i, f64::from(config.batch(i))))
                .map(|(i, batch)| runs * n_steps(i, batch) * ms_per_step(batch))
                .sum()
        });
        Some(ms / 1000.0 / n_threads as f64)
    }
}
