//! The work of a worker without the worker: takes requests, trains in slices, answers with events.
//!
//! Holds one job. Time comes in as a function, so the same engine runs in a worker, on the page where workers cannot
//! start, and in tests. Runs are advanced in small chunks, always the one with the fewest examples first, so lanes of
//! different batch size stay side by side. How the work is cut into chunks and slices never changes a result: a run
//! depends on its configuration and its learning-rate changes alone.

use super::hosted::HostedRun;
use super::job::{Job, Mode};
use super::protocol::{Event, JobId, NumberedRun, Reply, Request, ResumedRun};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// See the module.
pub struct Engine {
    now_ms: Box<dyn Fn() -> f64>,
    job: Option<Job>,
    /// The highest job started; older ones are not taken up again.
    latest: Option<JobId>,
    n_requests: u64,
}

impl Engine {
    /// An engine without a job. `now_ms` is any clock in milliseconds that does not run backwards.
    pub fn new(now_ms: impl Fn() -> f64 + 'static) -> Self {
        Self {
            now_ms: Box::new(now_ms),
            job: None,
            latest: None,
            n_requests: 0,
        }
    }

    /// Takes a request and does at once what needs no training. Requests about any but the current job are ignored,
    /// and so is a start that is not newer than the last one.
    pub fn handle(&mut self, request: Request) -> Vec<Event> {
        self.n_requests += 1;
        let now_ms = (self.now_ms)();
        let mut events = Vec::new();
        match request {
            Request::Start { job, runs } => {
                self.start(job, now_ms, &mut events, |events| build(job, &runs, events))
            }
            Request::Resume { job, runs } => self.start(job, now_ms, &mut events, |events| {
                rebuild(job, &runs, events)
            }),
            Request::Cancel { job } if self.is_current(job) => self.job = None,
            other => {
                if let Some(job) = self.job.as_mut().filter(|job| job.id == other.job()) {
                    job.handle(other, now_ms, &mut events);
                }
            }
        }
        events
    }

    /// Trains for about `slice_ms`, the overrun being a fraction of it, and returns what there is to tell.
    pub fn work(&mut self, slice_ms: f64) -> Vec<Event> {
        let mut events = Vec::new();
        if let Some(job) = &mut self.job {
            job.work(slice_ms, &*self.now_ms, &mut events);
        }
        events
    }

    /// Whether [`Engine::work`] has anything to do, now or later.
    pub fn has_work(&self) -> bool {
        self.job.as_ref().is_some_and(Job::has_work)
    }

    /// How long the next slice may wait, in milliseconds: 0 for at once, `None` for until the next request.
    pub fn next_work_ms(&self) -> Option<f64> {
        self.job
            .as_ref()
            .filter(|job| job.has_work())
            .map(|job| job.wait_ms((self.now_ms)()))
    }

    /// `events` as a message, with the number of requests handled so far.
    pub fn reply(&self, events: Vec<Event>) -> Reply {
        Reply {
            n_requests: self.n_requests,
            events,
        }
    }

    fn is_current(&self, id: JobId) -> bool {
        self.job.as_ref().is_some_and(|job| job.id == id)
    }

    fn start(
        &mut self,
        id: JobId,
        now_ms: f64,
        events: &mut Vec<Event>,
        build: impl FnOnce(&mut Vec<Event>) -> Vec<HostedRun>,
    ) {
        if self.latest.is_some_and(|latest| id <= latest) {
            return;
        }
        self.latest = Some(id);
        let runs = build(events);
        let mode = if runs.iter().any(|run| run.goal.is_some()) {
            Mode::Stepping
        } else {
            Mode::Idle
        };
        let mut job = Job {
            id,
            runs,
            mode,
            last_progress_ms: now_ms,
            is_done_sent: false,
        };
        job.progress(now_ms, true, events);
        job.settle(now_ms, events);
        self.job = Some(job);
    }
}

fn build(job: JobId, runs: &[NumberedRun], events: &mut Vec<Event>) -> Vec<HostedRun> {
    let checked = runs
        .iter()
        .map(|numbered| (numbered.run, numbered.config.clone().check()));
    checked
        .filter_map(|(run, valid)| match valid {
            Ok(valid) => Some(HostedRun::new(run, &valid)),
            Err(error) => {
                events.push(Event::Refused { job, run, error });
                None
            }
        })
        .collect()
}

fn rebuild(job: JobId, runs: &[ResumedRun], events: &mut Vec<Event>) -> Vec<HostedRun> {
    let checked = runs
        .iter()
        .map(|resumed| (resumed, resumed.numbered.config.clone().check()));
    checked
        .filter_map(|(resumed, valid)| match valid {
            Ok(valid) => Some(HostedRun::resumed(resumed, &valid)),
            Err(error) => {
                events.push(Event::Refused {
                    job,
                    run: resumed.numbered.run,
                    error,
                });
                None
            }
        })
        .collect()
}
