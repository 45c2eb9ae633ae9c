//! What the reader does: run, step, pause, reset, and changes of the controls on the way.

use super::{Phase, Session};
use crate::experiment::race::LaneKind;
use crate::experiment::race_record::RaceRecord;
use crate::experiment::race_state::RacePlan;
use crate::params::race::Speed;
use crate::ui::prelude::*;
use crate::worker::pool::{Pool, Threads, next_job};
use crate::worker::protocol::{JobId, Pace, Request};
use std::rc::Rc;
use std::time::Duration;

/// Steps per second of the target batch in slow motion.
const SLOW_STEPS: u32 = 20;
/// After a change of the controls, initial losses wait for this pause.
const QUIET: Duration = Duration::from_millis(300);
/// A learning rate on the move is set when it has stood still for so long.
const LR_QUIET: Duration = Duration::from_millis(150);

impl Session {
    pub fn toggle(self) {
        if self.phase.get_untracked().is_going() {
            self.pause(false);
        } else {
            self.play(self.pace());
        }
    }

    pub fn to_end(self) {
        self.play(Pace::Max);
    }

    fn play(self, pace: Pace) {
        self.settle_lr();
        if matches!(self.phase.get_untracked(), Phase::Done | Phase::Failed) {
            self.reset();
        }
        if self.begin() {
            self.send(|job| Request::Play { job, pace });
        }
    }

    pub fn step(self, n_steps: u64) {
        self.settle_lr();
        // A finished race has no further step.
        if matches!(self.phase.get_untracked(), Phase::Done | Phase::Failed) {
            return;
        }
        if self.begin() {
            self.send(|job| Request::Step { job, n_steps });
        }
    }

    /// Stops after the present slice. The phase changes when the worker says so.
    pub fn pause(self, is_hidden: bool) {
        if self.phase.get_untracked().is_going() {
            self.is_pause_hidden.set_value(is_hidden);
            self.send(|job| Request::Pause { job });
        }
    }

    /// Forgets the job; the next one is ready, with its initial losses if a worker is at hand.
    pub fn reset(self) {
        self.renew(self.ctx.race.with_untracked(RacePlan::of));
        if self.pool.with_value(Option::is_some) {
            self.ensure_sent();
        }
    }

    /// Makes sure that the job exists and that its clock runs; false if there is nothing to train.
    fn begin(self) -> bool {
        if self.record.with_untracked(|r| r.runs.is_empty()) {
            return false;
        }
        if self.phase.get_untracked() == Phase::Idle {
            let start = self.ctx.s_now().race.announce_start;
            self.ctx.announcement.set(start.to_owned());
        }
        self.is_pause_hidden.set_value(false);
        // Before anything is sent: on the page's own thread the answers come at once.
        self.enter(if self.is_heard.get_value() {
            Phase::Running
        } else {
            Phase::Starting
        });
        self.ensure_sent();
        true
    }

    fn ensure_sent(self) {
        self.prepare
            .update_value(|t| t.take().map_or((), |t| t.clear()));
        if self.is_sent.get_value() {
            return;
        }
        self.is_sent.set_value(true);
        let runs = self.record.with_untracked(|r| r.plan.runs.clone());
        self.send(|job| Request::Start { job, runs });
    }

    pub(super) fn pace(self) -> Pace {
        let (speed, batch) = self
            .ctx
            .race
            .with_untracked(|s| (s.speed, s.batch.max(s.base_batch) as u32));
        match speed {
            Speed::Slow => Pace::ExamplesPerSecond(SLOW_STEPS.saturating_mul(batch)),
            Speed::Fast => Pace::ExamplesPerSecond((10 * SLOW_STEPS).saturating_mul(batch)),
            Speed::Max => Pace::Max,
        }
    }

    pub(super) fn send(self, request: impl FnOnce(JobId) -> Request) {
        if self.pool.with_value(Option::is_none) {
            let threads = if self.ctx.is_threadless.get_untracked() {
                Threads::None
            } else {
                Threads::Workers(self.ctx.n_threads())
            };
            let pool = Rc::new(Pool::new(threads, move |event| self.hear(event)));
            self.pool.set_value(Some(pool));
        }
        // A clone, so that nothing is borrowed while the pool answers.
        if let Some(pool) = self.pool.with_value(Clone::clone) {
            pool.send(request(self.job.get_untracked()));
            if pool.is_on_page() != self.is_on_page.get_untracked() {
                self.is_on_page.set(pool.is_on_page());
            }
        }
    }

    /// The controls have changed.
    pub(super) fn follow(self, plan: &RacePlan) {
        if !self.record.with_untracked(|r| r.plan.is_same_job(plan)) {
            self.renew(plan.clone());
            return;
        }
        let has_custom = plan.lanes.iter().any(|l| l.kind == LaneKind::Custom);
        let is_new = plan.config.custom_lr.to_bits() != self.custom_lr.get_value().to_bits();
        if has_custom && is_new {
            restart_timer(self.set_lr, LR_QUIET, move || self.settle_lr());
        }
    }

    /// Brings the custom lane's learning rate to where the control is: in the running job if there is one.
    fn settle_lr(self) {
        self.set_lr
            .update_value(|t| t.take().map_or((), |t| t.clear()));
        let plan = self.ctx.race.with_untracked(RacePlan::of);
        let lr = plan.config.custom_lr;
        let lane = plan.lanes.iter().position(|l| l.kind == LaneKind::Custom);
        let (Some(lane), false) = (lane, lr.to_bits() == self.custom_lr.get_value().to_bits())
        else {
            return;
        };
        self.custom_lr.set_value(lr);
        match self.phase.get_untracked() {
            Phase::Starting | Phase::Running | Phase::Paused { .. } => {
                for run in plan.runs_of(lane) {
                    let run = run as u32;
                    self.send(|job| Request::SetLr { job, run, lr });
                }
            }
            Phase::Idle | Phase::Done | Phase::Failed => self.renew(plan),
        }
    }

    /// Replaces the job by one for `plan` that was not sent yet.
    fn renew(self, plan: RacePlan) {
        if self.is_sent.get_value() && self.pool.with_value(Option::is_some) {
            self.send(|job| Request::Cancel { job });
        }
        self.job.set(next_job());
        self.is_sent.set_value(false);
        self.is_heard.set_value(false);
        self.custom_lr.set_value(plan.config.custom_lr);
        self.told.set_value(Vec::new());
        self.record.set(RaceRecord::new(plan));
        self.running_since.set_value(None);
        self.elapsed_ms.set(0.0);
        self.phase.set(Phase::Idle);
        self.slow.update(|n| *n += 1);
        // Nothing trains on load: initial losses come only where a worker is at hand already.
        if self.pool.with_value(Option::is_some) {
            restart_timer(self.prepare, QUIET, move || self.ensure_sent());
        }
    }
}

/// Calls `act` after `pause`, instead of what the timer had to do before.
fn restart_timer(
    timer: StoredValue<Option<TimeoutHandle>>,
    pause: Duration,
    act: impl FnOnce() + 'static,
) {
    timer.update_value(|t| {
        if let Some(old) = t.take() {
            old.clear();
        }
        *t = set_timeout_with_handle(act, pause).ok();
    });
}
