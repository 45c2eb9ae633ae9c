//! The part of a sweep that one engine has: a queue of runs, measured one after the other.

use super::job::HEARTBEAT_MS;
use super::measure::Measurement;
use super::protocol::{CellRun, Event, JobId};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// Parts of a slice between two looks at the clock.
const LOOKS_PER_SLICE: f64 = 6.0;

pub(super) struct MeasureJob {
    pub(super) id: JobId,
    queue: VecDeque<CellRun>,
    current: Option<Measurement>,
    /// Time spent on it so far.
    current_ms: f64,
    is_paused: bool,
    last_event_ms: f64,
}

impl MeasureJob {
    pub(super) fn new(id: JobId, now_ms: f64) -> Self {
        Self {
            id,
            queue: VecDeque::new(),
            current: None,
            current_ms: 0.0,
            is_paused: false,
            last_event_ms: now_ms,
        }
    }

    pub(super) fn add(&mut self, runs: Vec<CellRun>) {
        self.queue.extend(runs);
    }

    pub(super) fn set_paused(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
    }

    pub(super) fn has_work(&self) -> bool {
        !self.is_paused && (self.current.is_some() || !self.queue.is_empty())
    }

    /// Measures for about `slice_ms`.
    pub(super) fn work(&mut self, slice_ms: f64, clock: &dyn Fn() -> f64, events: &mut Vec<Event>) {
        let start_ms = clock();
        let mut now_ms = start_ms;
        let mut n_steps = 1;
        while now_ms - start_ms < slice_ms && self.has_work() {
            let Some(current) = &mut self.current else {
                self.start_next(events);
                n_steps = 1;
                continue;
            };
            let is_over = current.advance(n_steps);
            let before_ms = core::mem::replace(&mut now_ms, clock());
            self.current_ms += now_ms - before_ms;
            if is_over {
                events.push(Event::Measured {
                    job: self.id,
                    cell: current.cell,
                    ms: core::mem::take(&mut self.current_ms),
                    run: current.result(),
                });
                self.current = None;
            }
            // Twice as many steps until a look at the clock is worth its time.
            if now_ms - before_ms < slice_ms / LOOKS_PER_SLICE {
                n_steps *= 2;
            }
        }
        if !events.is_empty() {
            self.last_event_ms = now_ms;
        } else if now_ms - self.last_event_ms >= HEARTBEAT_MS {
            self.last_event_ms = now_ms;
            events.push(Event::Progress {
                job: self.id,
                updates: Vec::new(),
            });
        }
    }

    fn start_next(&mut self, events: &mut Vec<Event>) {
        let Some(request) = self.queue.pop_front() else {
            return;
        };
        match Measurement::new(&request) {
            Ok(measurement) => self.current = Some(measurement),
            Err(error) => events.push(Event::Refused {
                job: self.id,
                run: request.cell,
                error,
            }),
        }
    }
}
