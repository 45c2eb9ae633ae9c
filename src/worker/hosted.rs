//! One run inside an engine: what it still has to do and what the page knows of it already.

use super::protocol::{LrChange, ResumedRun, RunUpdate};
use crate::train::run::{Run, ValidRun};
use crate::train::spec::{ConfigError, DecisionGrid};
use alloc::collections::VecDeque;

/// Points along each side of the decision picture.
const GRID_SIDE: u32 = 48;

/// Shortest time between two decision pictures of one run.
const GRID_INTERVAL_MS: f64 = 150.0;

/// Share of a slice that one chunk of steps should take: the clock is then read often enough, and seldom enough.
const CHUNK_SHARE: f64 = 0.25;

pub(super) struct HostedRun {
    pub(super) number: u32,
    run: Run,
    /// Step at which the steps asked for are done.
    pub(super) goal: Option<u64>,
    /// Learning rates to set again on the way to `seen_step`.
    replay: VecDeque<LrChange>,
    /// Step up to which the run is repeated in silence.
    seen_step: u64,
    /// A learning rate that came while the run was being repeated.
    late_lr: Option<f64>,
    /// Samples that the page holds.
    n_sent: usize,
    /// Step of the last update; `None` before the first.
    sent_step: Option<u64>,
    is_stop_sent: bool,
    /// Steps per look at the clock.
    chunk_steps: u64,
    /// Time and step of the last decision picture.
    grid_at: Option<(f64, u64)>,
}

impl HostedRun {
    pub(super) fn new(number: u32, valid: &ValidRun) -> Self {
        Self {
            number,
            run: Run::new(valid),
            goal: None,
            replay: VecDeque::new(),
            seen_step: 0,
            late_lr: None,
            n_sent: 0,
            sent_step: None,
            is_stop_sent: false,
            chunk_steps: 1,
            grid_at: None,
        }
    }

    pub(super) fn resumed(resumed: &ResumedRun, valid: &ValidRun) -> Self {
        let mut hosted = Self::new(resumed.numbered.run, valid);
        hosted.replay = resumed.lr_changes.iter().copied().collect();
        // A change may be known that came after the last update.
        hosted.seen_step = resumed
            .lr_changes
            .iter()
            .map(|change| change.step)
            .fold(resumed.seen_step, u64::max);
        hosted.goal = resumed.goal_step;
        hosted.n_sent = resumed.n_samples_seen as usize;
        hosted.sent_step = (resumed.n_samples_seen > 0).then_some(resumed.seen_step);
        hosted.settle_replay();
        hosted
    }

    pub(super) fn has_ended(&self) -> bool {
        self.run.stop().is_some()
    }

    pub(super) fn is_replaying(&self) -> bool {
        !self.has_ended() && (self.run.step() < self.seen_step || !self.replay.is_empty())
    }

    pub(super) fn batch_size(&self) -> u32 {
        self.run.batch_size()
    }

    pub(super) fn n_examples(&self) -> u64 {
        self.run.n_examples()
    }

    /// Step that the run stands at for the page, also while it is being repeated.
    pub(super) fn position(&self) -> u64 {
        self.run.step().max(self.seen_step)
    }

    /// Steps until the next thing that must happen in between, while the run is being repeated.
    pub(super) fn n_replay_steps(&self) -> u64 {
        let until = self
            .replay
            .front()
            .map_or(self.seen_step, |change| change.step.min(self.seen_step));
        until.saturating_sub(self.run.step())
    }

    pub(super) fn n_steps_to_goal(&self) -> u64 {
        self.goal
            .map_or(0, |goal| goal.saturating_sub(self.run.step()))
    }

    /// Takes at most `n_steps` steps, fewer if one look at the clock may not take so long.
    /// `quantum` bounds the chunk in examples, so that runs stay side by side.
    pub(super) fn advance(&mut self, n_steps: u64, quantum: u64) {
        let side_by_side = (quantum / u64::from(self.batch_size().max(1))).max(1);
        self.run
            .advance(n_steps.min(self.chunk_steps).min(side_by_side));
        self.settle_replay();
    }

    /// Doubles or halves the chunk after one that took `took_ms`. Clocks in browsers are coarse (up to 1 ms), so a
    /// rate computed from one chunk would mean little.
    pub(super) fn adapt_chunk(&mut self, took_ms: f64, slice_ms: f64) {
        let wanted_ms = slice_ms * CHUNK_SHARE;
        if took_ms > wanted_ms {
            self.chunk_steps = (self.chunk_steps / 2).max(1);
        } else if took_ms < wanted_ms / 2.0 {
            self.chunk_steps = self.chunk_steps.saturating_mul(2);
        }
    }

    /// Sets the learning rate from the next step on; `None` while the run is being repeated, which comes first.
    pub(super) fn set_lr(&mut self, lr: f64) -> Option<Result<LrChange, ConfigError>> {
        if self.is_replaying() {
            self.late_lr = Some(lr);
            return None;
        }
        Some(self.run.set_lr(lr).map(|()| LrChange {
            step: self.run.step(),
            lr,
        }))
    }

    /// The change that came during the repetition, once that is over.
    pub(super) fn take_late_lr(&mut self) -> Option<f64> {
        if self.is_replaying() {
            None
        } else {
            self.late_lr.take()
        }
    }

    /// Whether there is anything the page does not know, pictures aside.
    pub(super) fn has_news(&self) -> bool {
        !self.is_replaying()
            && (self.sent_step != Some(self.run.step())
                || self.n_sent < self.run.samples().len()
                || self.is_stop_sent != self.has_ended())
    }

    /// When the last decision picture was made; `None` for never.
    pub(super) fn last_grid_ms(&self) -> Option<f64> {
        self.grid_at.map(|(ms, _)| ms)
    }

    /// Whether a new decision picture would show something new and may be made now.
    pub(super) fn wants_grid(&self, now_ms: f64, is_flush: bool) -> bool {
        !self.is_replaying()
            && match self.grid_at {
                None => true,
                Some((_, step)) if step == self.run.step() => false,
                Some((ms, _)) => is_flush || self.has_ended() || now_ms - ms >= GRID_INTERVAL_MS,
            }
    }

    /// The decision picture, if the task has one.
    pub(super) fn grid(&mut self, now_ms: f64) -> Option<DecisionGrid> {
        self.grid_at = Some((now_ms, self.run.step()));
        self.run.decision_grid(GRID_SIDE)
    }

    /// Everything new since the last update, which from now on counts as known.
    pub(super) fn update(&mut self, grid: Option<DecisionGrid>) -> RunUpdate {
        let samples = self
            .run
            .samples()
            .get(self.n_sent..)
            .unwrap_or_default()
            .to_vec();
        self.n_sent += samples.len();
        self.sent_step = Some(self.run.step());
        self.is_stop_sent = self.has_ended();
        RunUpdate {
            run: self.number,
            step: self.run.step(),
            n_examples: self.run.n_examples(),
            samples,
            target: self.run.target(),
            stop: self.run.stop(),
            grid,
        }
    }

    /// Sets the learning rates that are due at the current step of a repetition.
    fn settle_replay(&mut self) {
        while self
            .replay
            .front()
            .is_some_and(|change| change.step <= self.run.step())
        {
            if let Some(change) = self.replay.pop_front() {
                // It was accepted the first time, and the run is the same.
                let _ = self.run.set_lr(change.lr);
            }
        }
    }
}
