//! What the workers say.

use super::{Phase, Session};
use crate::experiment::sweep::record::SweepRecord;
use crate::experiment::sweep::ridge::ridge;
use crate::scenes::sweep::Findings;
use crate::ui::dom;
use crate::ui::prelude::*;
use crate::worker::pool::PoolEvent;
use crate::worker::protocol::{Event, JobId};
use std::time::Duration;

/// The map follows after so long.
const MAP_MS: f64 = 140.0;
/// Fits and their intervals follow after so long.
const FIT_MS: f64 = 1000.0;

impl Session {
    pub(super) fn hear(self, event: PoolEvent) {
        let job = self.job.get_untracked();
        let event = match event {
            PoolEvent::MovedToPage => return self.is_on_page.set(true),
            PoolEvent::Training(event) if event.job() == Some(job) => event,
            PoolEvent::Training(_) => return,
        };
        if self.is_estimating() {
            return self.hear_estimate(event);
        }
        match event {
            Event::Measured { cell, run, .. } => {
                let n_under_way = &self.private().n_under_way;
                n_under_way.set(n_under_way.get().saturating_sub(1));
                self.record
                    .update_untracked(|record| record.take(cell, run));
                self.feed();
                if self.record.with_untracked(SweepRecord::is_done) {
                    self.count_time();
                    self.record.notify();
                    // The last fits come in a task of their own, so that the page answers in between.
                    set_timeout(move || self.finish(job), Duration::ZERO);
                } else {
                    self.show_some();
                }
            }
            Event::Refused { error, .. } => {
                self.halt();
                self.refused.set(Some(error));
                self.enter(Phase::Failed);
            }
            Event::Lost { .. } => {
                self.record.update_untracked(SweepRecord::forget_pending);
                self.enter(Phase::Failed);
            }
            _ => {}
        }
    }

    /// Shows what has come, but not more often than is worth it. The last answers before a pause show at once, because
    /// none may follow.
    fn show_some(self) {
        let now = dom::now_ms();
        let is_running = self.phase.get_untracked() == Phase::Running;
        if is_running && now - self.private().told_at.get() < MAP_MS {
            return;
        }
        self.private().told_at.set(now);
        self.count_time();
        self.record.notify();
        if now - self.private().fitted_at.get() >= FIT_MS {
            self.refit();
        } else {
            // The dots of the map are new; the fits are those of a moment ago.
            let fresh = self.record.with_untracked(ridge);
            self.findings.update(|findings| findings.ridge = fresh);
        }
    }

    /// Shows everything.
    pub(super) fn refresh(self) {
        self.record.notify();
        self.refit();
    }

    fn finish(self, job: JobId) {
        if self.job.get_untracked() != job {
            return;
        }
        self.refit();
        self.enter(Phase::Done);
        let text = self.ctx.s_now().sweep.announce_done;
        self.ctx.announcement.set(text.to_owned());
    }

    fn refit(self) {
        self.private().fitted_at.set(dom::now_ms());
        self.findings.set(self.record.with_untracked(Findings::of));
    }

    /// Changes the phase and lets the clock run or stand.
    pub(super) fn enter(self, phase: Phase) {
        self.count_time();
        let now = dom::now_ms();
        let since = (phase == Phase::Running).then_some(now);
        self.private().running_since.set(since);
        if self.phase.get_untracked() != phase {
            self.phase.set(phase);
        }
    }

    fn count_time(self) {
        let now = dom::now_ms();
        if let Some(since) = self.private().running_since.get() {
            self.elapsed_ms.update(|ms| *ms += now - since);
            self.private().running_since.set(Some(now));
        }
    }

    /// Seconds that the rest will take, at the pace so far.
    pub fn seconds_left(self) -> f64 {
        let (done, expected) = self.record.with(|r| (r.n_done(), r.n_expected()));
        let left = expected.saturating_sub(done) as f64;
        self.elapsed_ms.get() / 1000.0 / (done.max(1) as f64) * left
    }
}
