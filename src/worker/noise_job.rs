//! A measurement of gradient noise that an engine has under way.

use super::job::{HEARTBEAT_MS, PROGRESS_INTERVAL_MS};
use super::protocol::{Event, JobId};
use crate::experiment::noise_lab::digits::{NoiseConfig, NoiseRun};
use crate::train::spec::ConfigError;
use alloc::vec::Vec;

/// Parts of a slice between two looks at the clock.
const LOOKS_PER_SLICE: f64 = 6.0;

pub(super) struct NoiseJob {
    pub(super) id: JobId,
    run: NoiseRun,
    n_sent: usize,
    is_over: bool,
    is_paused: bool,
    last_event_ms: f64,
}

impl NoiseJob {
    /// # Errors
    /// The first field of the configuration that cannot be trained.
    pub(super) fn new(id: JobId, config: NoiseConfig, now_ms: f64) -> Result<Self, ConfigError> {
        Ok(Self {
            id,
            run: NoiseRun::new(config)?,
            n_sent: 0,
            is_over: false,
            is_paused: false,
            last_event_ms: now_ms,
        })
    }

    pub(super) fn set_paused(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
    }

    pub(super) fn has_work(&self) -> bool {
        !self.is_paused && !self.is_over
    }

    /// Measures for about `slice_ms`. How the work is cut changes no digit.
    pub(super) fn work(&mut self, slice_ms: f64, clock: &dyn Fn() -> f64, events: &mut Vec<Event>) {
        let start_ms = clock();
        let mut now_ms = start_ms;
        let mut n_units = 1;
        while now_ms - start_ms < slice_ms && self.has_work() {
            self.is_over = self.run.advance(n_units);
            let before_ms = core::mem::replace(&mut now_ms, clock());
            // Twice as much until a look at the clock is worth its time.
            if now_ms - before_ms < slice_ms / LOOKS_PER_SLICE {
                n_units *= 2;
            } else {
                n_units = (n_units / 2).max(1);
            }
        }
        let silent_ms = now_ms - self.last_event_ms;
        let has_news = self.n_sent < self.run.points().len() && silent_ms >= PROGRESS_INTERVAL_MS;
        if has_news || self.is_over || silent_ms >= HEARTBEAT_MS {
            self.last_event_ms = now_ms;
            let points = self.run.points()[self.n_sent..].to_vec();
            events.push(Event::Noise {
                job: self.id,
                step: self.run.step(),
                n_before: self.n_sent as u32,
                points,
                stop: self.run.stop(),
            });
            self.n_sent = self.run.points().len();
        }
    }
}
