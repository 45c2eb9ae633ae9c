//! What the reader does: run, pause, cancel, clear, extend, and changes of the controls.

use super::{CellAt, Phase, Session};
use crate::experiment::sweep::config::{SweepConfig, lr_of};
use crate::experiment::sweep::record::SweepRecord;
use crate::experiment::sweep::state::race_of_cell;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::url::Panel;
use crate::scenes::sweep::Findings;
use crate::ui::shell::go;
use crate::worker::pool::{Pool, Threads, next_job};
use crate::worker::protocol::{JobId, Pace, Request};
use std::rc::Rc;

/// Runs that a worker has in hand: one to work at, and the next so that it need not wait for an answer.
const PER_WORKER: usize = 2;

impl Session {
    pub fn toggle(self) {
        match self.phase.get_untracked() {
            Phase::Running => self.pause(),
            Phase::Paused => {
                self.enter(Phase::Running);
                self.send(|job| Request::Play {
                    job,
                    pace: Pace::Max,
                });
                self.feed();
                self.settle();
            }
            Phase::Idle | Phase::Cancelled => self.start(),
            Phase::Done | Phase::Failed => {
                self.clear();
                self.start();
            }
        }
    }

    /// Goes on from what is there.
    fn start(self) {
        self.halt();
        self.refused.set(None);
        self.enter(Phase::Running);
        self.feed();
        self.settle();
    }

    /// Ends a sweep in which nothing is left to run.
    fn settle(self) {
        let is_done = self.record.with_untracked(SweepRecord::is_done);
        if is_done && self.phase.get_untracked() == Phase::Running {
            self.enter(Phase::Done);
            self.refresh();
        }
    }

    pub fn pause(self) {
        self.enter(Phase::Paused);
        self.send(|job| Request::Pause { job });
        self.refresh();
    }

    /// Stops; what was finished stays.
    pub fn cancel(self) {
        if matches!(self.phase.get_untracked(), Phase::Running | Phase::Paused) {
            self.halt();
            self.enter(Phase::Cancelled);
            self.refresh();
        }
    }

    /// Forgets everything that was measured.
    pub fn clear(self) {
        self.renew(self.ctx.race.with_untracked(SweepConfig::of));
    }

    /// Opens one more octave at an end of the range, and measures there.
    pub fn extend(self, is_up: bool) {
        self.ctx.race.update(|state| {
            let id = if is_up {
                ParamId::HighestLr
            } else {
                ParamId::LowestLr
            };
            let factor = if is_up { 2.0 } else { 0.5 };
            state.put(id, Value::Number(state.number(id) * factor));
        });
        self.follow(&self.ctx.race.with_untracked(SweepConfig::of));
        if self.phase.get_untracked() != Phase::Running {
            self.start();
        }
    }

    /// Repeats a cell in the Race panel.
    pub fn open_in_race(self, (batch_idx, rung): CellAt) {
        let config = self.record.with_untracked(|r| r.config().clone());
        let race = &self.ctx.race;
        race.update(|state| *state = race_of_cell(state, &config, batch_idx, lr_of(rung)));
        go(self.ctx, Panel::Race);
    }

    /// The controls have changed.
    pub(super) fn follow(self, config: &SweepConfig) {
        let is_same = self
            .record
            .with_untracked(|r| r.config().is_same_but_range(config));
        if !is_same {
            self.renew(config.clone());
            return;
        }
        self.record.update(|record| record.set_range(config.rungs));
        if self.phase.get_untracked() == Phase::Done {
            let is_done = self.record.with_untracked(SweepRecord::is_done);
            if !is_done {
                self.enter(Phase::Cancelled);
            }
        }
        self.feed();
        // The new range may hold nothing that is worth a run.
        self.settle();
    }

    fn renew(self, config: SweepConfig) {
        self.halt();
        self.selected.set(None);
        self.refused.set(None);
        let record = SweepRecord::new(config);
        self.findings.set(Findings::of(&record));
        self.record.set(record);
        self.private().running_since.set(None);
        self.elapsed_ms.set(0.0);
        self.phase.set(Phase::Idle);
        self.plan_estimate();
    }

    /// Ends the job.
    pub(super) fn halt(self) {
        self.drop_estimate();
        if self.private().pool.borrow().is_some() {
            self.send(|job| Request::Cancel { job });
        }
        self.job.set(next_job());
        self.private().n_under_way.set(0);
        self.record.update_untracked(SweepRecord::forget_pending);
    }

    /// Keeps the workers supplied.
    pub(super) fn feed(self) {
        if self.phase.get_untracked() != Phase::Running {
            return;
        }
        let n_workers = if self.is_on_page.get_untracked() || self.is_hidden.get_untracked() {
            1
        } else {
            self.ctx.n_threads()
        };
        let mut runs = Vec::new();
        let n_free = (PER_WORKER * n_workers).saturating_sub(self.private().n_under_way.get());
        self.record.update_untracked(|record| {
            while runs.len() < n_free
                && let Some(run) = record.next_run()
            {
                runs.push(run);
            }
        });
        if !runs.is_empty() {
            self.private()
                .n_under_way
                .set(self.private().n_under_way.get() + runs.len());
            self.send(|job| Request::Measure { job, runs });
        }
    }

    /// The page was hidden or is seen again. A hidden sweep goes on, with one worker.
    pub fn set_hidden(self, is_hidden: bool) {
        self.is_hidden.set(is_hidden);
        let pool = self.private().pool.borrow().clone();
        if let Some(pool) = pool {
            pool.set_active(if is_hidden { 1 } else { usize::MAX });
        }
        self.feed();
    }

    pub(super) fn send(self, request: impl FnOnce(JobId) -> Request) {
        if self.private().pool.borrow().is_none() {
            let threads = if self.ctx.is_threadless.get_untracked() {
                Threads::None
            } else {
                Threads::Workers(self.ctx.n_threads())
            };
            let pool = Rc::new(Pool::new(threads, move |event| self.hear(event)));
            self.private().pool.replace(Some(pool));
        }
        // A clone, so that nothing is borrowed while the pool answers.
        let pool = self.private().pool.borrow().clone();
        if let Some(pool) = pool {
            pool.send(request(self.job.get_untracked()));
            if pool.is_on_page() != self.is_on_page.get_untracked() {
                self.is_on_page.set(pool.is_on_page());
            }
        }
    }
}
