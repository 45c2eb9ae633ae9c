//! One job inside an engine: which run goes on next, when something is told, when it is over.

use super::examples_clock::ExamplesClock;
use super::hosted::HostedRun;
use super::protocol::{Event, JobId, LrChange, Pace, Request};
use crate::few::sort_few;
use crate::train::spec::ConfigError;
use alloc::vec::Vec;

/// Shortest time between two progress events while training.
pub(super) const PROGRESS_INTERVAL_MS: f64 = 50.0;

/// Longest silence while there is work: an event without news follows, so that the page knows the worker lives.
pub(super) const HEARTBEAT_MS: f64 = 1000.0;

/// Decision pictures per progress event; with many runs they take turns, and a slice stays short.
const MAX_GRIDS_PER_PROGRESS: usize = 4;

/// Runs may be apart by so many steps of the largest batch: close enough to look side by side, and enough steps of
/// the smallest batch between two looks at the clock.
const QUANTUM_STEPS: u64 = 8;

/// Longest wait between two looks at an examples-clock.
const MAX_WAIT_MS: f64 = 250.0;

pub(super) enum Mode {
    Idle,
    /// Until every run has reached its goal.
    Stepping,
    /// As fast as possible, or as fast as the clock allows.
    Playing(Option<ExamplesClock>),
}

pub(super) struct Job {
    pub(super) id: JobId,
    pub(super) runs: Vec<HostedRun>,
    pub(super) mode: Mode,
    pub(super) last_progress_ms: f64,
    pub(super) is_done_sent: bool,
}

impl Job {
    pub(super) fn handle(&mut self, request: Request, now_ms: f64, events: &mut Vec<Event>) {
        match request {
            Request::Play { pace, .. } => {
                self.clear_goals();
                self.mode = Mode::Playing(match pace {
                    Pace::Max => None,
                    Pace::ExamplesPerSecond(rate) => {
                        Some(ExamplesClock::new(rate, self.slowest(), now_ms))
                    }
                });
            }
            Request::Step { n_steps, .. } => {
                for run in self.runs.iter_mut().filter(|run| !run.has_ended()) {
                    run.goal = Some(run.goal.unwrap_or(run.position()).saturating_add(n_steps));
                }
                self.mode = Mode::Stepping;
            }
            Request::Pause { .. } => {
                self.clear_goals();
                // Nothing left to reach: pauses, or is done if every run has ended.
                self.mode = Mode::Stepping;
            }
            Request::SetLr { run, lr, .. } => {
                if let Some(hosted) = self
                    .runs
                    .iter_mut()
                    .find(|hosted| hosted.number == run && !hosted.has_ended())
                {
                    let outcome = hosted.set_lr(lr);
                    events.extend(outcome.map(|outcome| lr_event(self.id, run, outcome)));
                }
            }
            Request::Start { .. }
            | Request::Resume { .. }
            | Request::Measure { .. }
            | Request::Read { .. }
            | Request::Noise { .. }
            | Request::Cancel { .. } => {}
        }
        self.settle(now_ms, events);
    }

    pub(super) fn work(&mut self, slice_ms: f64, clock: &dyn Fn() -> f64, events: &mut Vec<Event>) {
        let start_ms = clock();
        let mut now_ms = start_ms;
        let slowest = self.slowest();
        let largest_batch = self.largest_batch();
        if let Mode::Playing(Some(clock)) = &mut self.mode {
            clock.tick(now_ms, slowest, largest_batch);
        }
        let quantum = QUANTUM_STEPS * u64::from(largest_batch);
        while let Some((run_idx, n_steps)) = self.next_run() {
            let before_ms = now_ms;
            let run = &mut self.runs[run_idx];
            run.advance(n_steps, quantum);
            now_ms = clock();
            run.adapt_chunk(now_ms - before_ms, slice_ms);
            if let Some(lr) = run.take_late_lr() {
                let outcome = run.set_lr(lr);
                let number = run.number;
                events.extend(outcome.map(|outcome| lr_event(self.id, number, outcome)));
            }
            self.progress_if_due(now_ms, events);
            if now_ms - start_ms >= slice_ms {
                break;
            }
        }
        self.progress_if_due(now_ms, events);
        self.settle(now_ms, events);
    }

    /// The run that is furthest behind in examples among those that may go on, and how many steps it may take.
    pub(super) fn next_run(&self) -> Option<(usize, u64)> {
        self.runs
            .iter()
            .enumerate()
            .filter_map(|(i, run)| Some((run, (i, self.allowed_steps(run)?))))
            .min_by_key(|(run, _)| (run.n_examples(), run.number))
            .map(|(_, choice)| choice)
    }

    pub(super) fn allowed_steps(&self, run: &HostedRun) -> Option<u64> {
        let n_steps = if run.has_ended() {
            0
        } else if run.is_replaying() {
            run.n_replay_steps()
        } else {
            match &self.mode {
                Mode::Idle => 0,
                Mode::Stepping => run.n_steps_to_goal(),
                Mode::Playing(None) => u64::MAX,
                Mode::Playing(Some(clock)) => clock.n_steps(run.n_examples(), run.batch_size()),
            }
        };
        (n_steps > 0).then_some(n_steps)
    }

    /// Ends the mode when nothing is left to do in it, and says so.
    pub(super) fn settle(&mut self, now_ms: f64, events: &mut Vec<Event>) {
        let has_ended = self.runs.iter().all(HostedRun::has_ended);
        let is_at_goal = self
            .runs
            .iter()
            .all(|run| run.has_ended() || run.n_steps_to_goal() == 0);
        let event = match self.mode {
            Mode::Idle => return,
            _ if has_ended => Event::Done { job: self.id },
            Mode::Stepping if is_at_goal => Event::Paused { job: self.id },
            _ => return,
        };
        self.mode = Mode::Idle;
        self.clear_goals();
        self.progress(now_ms, true, events);
        if has_ended && core::mem::replace(&mut self.is_done_sent, true) {
            return;
        }
        events.push(event);
    }

    pub(super) fn progress_if_due(&mut self, now_ms: f64, events: &mut Vec<Event>) {
        let since = now_ms - self.last_progress_ms;
        if since >= HEARTBEAT_MS && self.has_work() {
            let n_before = events.len();
            self.progress(now_ms, false, events);
            if events.len() == n_before {
                self.last_progress_ms = now_ms;
                events.push(Event::Progress {
                    job: self.id,
                    updates: Vec::new(),
                });
            }
        } else if since >= PROGRESS_INTERVAL_MS {
            self.progress(now_ms, false, events);
        }
    }

    /// Tells everything the page does not know; nothing if there is no news. A flush includes all pictures.
    pub(super) fn progress(&mut self, now_ms: f64, is_flush: bool, events: &mut Vec<Event>) {
        let mut wanting: Vec<(usize, Option<f64>)> = self
            .runs
            .iter()
            .enumerate()
            .filter(|(_, run)| run.wants_grid(now_ms, is_flush))
            .map(|(i, run)| (i, run.last_grid_ms()))
            .collect();
        if !is_flush {
            let age = |ms: Option<f64>| ms.map_or(f64::NEG_INFINITY, |ms| ms);
            sort_few(&mut wanting, |(_, a), (_, b)| age(*a) < age(*b));
            wanting.truncate(MAX_GRIDS_PER_PROGRESS);
        }
        let mut updates = Vec::new();
        for (i, run) in self.runs.iter_mut().enumerate() {
            let grid = if wanting.iter().any(|&(wanting, _)| wanting == i) {
                run.grid(now_ms)
            } else {
                None
            };
            if grid.is_some() || run.has_news() {
                updates.push(run.update(grid));
            }
        }
        if !updates.is_empty() {
            self.last_progress_ms = now_ms;
            events.push(Event::Progress {
                job: self.id,
                updates,
            });
        }
    }

    pub(super) fn has_work(&self) -> bool {
        !matches!(self.mode, Mode::Idle) || self.runs.iter().any(HostedRun::is_replaying)
    }

    pub(super) fn wait_ms(&self, now_ms: f64) -> f64 {
        let Mode::Playing(Some(clock)) = &self.mode else {
            return 0.0;
        };
        if self.runs.iter().any(HostedRun::is_replaying) {
            return 0.0;
        }
        let going = self.runs.iter().filter(|run| !run.has_ended());
        let step_ms = going
            .map(|run| clock.wait_ms(run.n_examples(), run.batch_size()))
            .fold(MAX_WAIT_MS, f64::min);
        if self.runs.iter().any(HostedRun::has_news) {
            step_ms.min((self.last_progress_ms + PROGRESS_INTERVAL_MS - now_ms).max(0.0))
        } else {
            step_ms
        }
    }

    /// Examples of the run furthest behind, as the page sees it.
    pub(super) fn slowest(&self) -> u64 {
        let going = self.runs.iter().filter(|run| !run.has_ended());
        going
            .map(|run| run.position() * u64::from(run.batch_size()))
            .min()
            .unwrap_or(0)
    }

    pub(super) fn largest_batch(&self) -> u32 {
        self.runs
            .iter()
            .filter(|run| !run.has_ended())
            .map(HostedRun::batch_size)
            .max()
            .unwrap_or(1)
    }

    pub(super) fn clear_goals(&mut self) {
        for run in &mut self.runs {
            run.goal = None;
        }
    }
}

fn lr_event(job: JobId, run: u32, outcome: Result<LrChange, ConfigError>) -> Event {
    match outcome {
        Ok(change) => Event::LrSet { job, run, change },
        Err(error) => Event::LrRefused { job, run, error },
    }
}
