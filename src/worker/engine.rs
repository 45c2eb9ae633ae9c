//! The work of a worker without the worker: takes requests, trains in slices, answers with events.
//!
//! Holds one job: a race, its part of a sweep, or a measurement of gradient noise. Time comes in as a function, so the same engine runs in a worker, on the page where workers cannot
//! start, and in tests. Runs are advanced in small chunks, always the one with the fewest examples first, so lanes of
//! different batch size stay side by side. How the work is cut into chunks and slices never changes a result: a run
//! depends on its configuration and its learning-rate changes alone.

use super::hosted::HostedRun;
use super::job::{Job, Mode};
use super::measure_job::MeasureJob;
use super::noise_job::NoiseJob;
use super::protocol::{Event, JobId, NumberedRun, Reply, Request, ResumedRun};
use super::steady::Steady;
use crate::experiment::your_runs::report::Report;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// See the module.
pub struct Engine {
    now_ms: Box<dyn Fn() -> f64>,
    work: Option<Work>,
    /// The highest job started; older ones are not taken up again.
    latest: Option<JobId>,
    n_requests: u64,
}

/// What an engine is busy with.
enum Work {
    Race(Job),
    Sweep(Box<MeasureJob>),
    Noise(Box<NoiseJob>),
}

impl Work {
    fn id(&self) -> JobId {
        match self {
            Work::Race(job) => job.id,
            Work::Sweep(job) => job.id,
            Work::Noise(job) => job.id,
        }
    }

    fn has_work(&self) -> bool {
        match self {
            Work::Race(job) => job.has_work(),
            Work::Sweep(job) => job.has_work(),
            Work::Noise(job) => job.has_work(),
        }
    }
}

impl Engine {
    /// An engine without a job. `now_ms` is any clock in milliseconds, also one that is set back now and then.
    pub fn new(now_ms: impl Fn() -> f64 + 'static) -> Self {
        let steady = Steady::new();
        Self {
            now_ms: Box::new(move || steady.at(now_ms())),
            work: None,
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
            Request::Measure { job, runs } => {
                if self.is_newer(job) {
                    self.latest = Some(job);
                    self.work = Some(Work::Sweep(Box::new(MeasureJob::new(job, now_ms))));
                }
                if let Some(Work::Sweep(sweep)) = &mut self.work
                    && sweep.id == job
                {
                    sweep.add(runs);
                }
            }
            Request::Read { job, text } => {
                if self.is_newer(job) {
                    self.latest = Some(job);
                    self.work = None;
                    let report = Box::new(Report::of(&text.0));
                    events.push(Event::Read { job, report });
                }
            }
            Request::Noise { job, config } => {
                if self.is_newer(job) {
                    self.latest = Some(job);
                    self.work = match NoiseJob::new(job, config, now_ms) {
                        Ok(noise) => Some(Work::Noise(Box::new(noise))),
                        Err(error) => {
                            events.push(Event::Refused { job, run: 0, error });
                            None
                        }
                    };
                }
            }
            other => match self.work.as_mut().filter(|work| work.id() == other.job()) {
                None => {}
                Some(_) if matches!(other, Request::Cancel { .. }) => self.work = None,
                Some(Work::Race(job)) => job.handle(other, now_ms, &mut events),
                Some(Work::Sweep(job)) => job.set_paused(matches!(other, Request::Pause { .. })),
                Some(Work::Noise(job)) => job.set_paused(matches!(other, Request::Pause { .. })),
            },
        }
        events
    }

    /// Trains for about `slice_ms`, the overrun being a fraction of it, and returns what there is to tell.
    pub fn work(&mut self, slice_ms: f64) -> Vec<Event> {
        let mut events = Vec::new();
        match &mut self.work {
            Some(Work::Race(job)) => job.work(slice_ms, &*self.now_ms, &mut events),
            Some(Work::Sweep(job)) => job.work(slice_ms, &*self.now_ms, &mut events),
            Some(Work::Noise(job)) => job.work(slice_ms, &*self.now_ms, &mut events),
            None => {}
        }
        events
    }

    /// Whether [`Engine::work`] has anything to do, now or later.
    pub fn has_work(&self) -> bool {
        self.work.as_ref().is_some_and(Work::has_work)
    }

    /// How long the next slice may wait, in milliseconds: 0 for at once, `None` for until the next request.
    pub fn next_work_ms(&self) -> Option<f64> {
        match self.work.as_ref().filter(|work| work.has_work())? {
            Work::Race(job) => Some(job.wait_ms((self.now_ms)())),
            Work::Sweep(_) | Work::Noise(_) => Some(0.0),
        }
    }

    /// `events` as a message, with the number of requests handled so far.
    pub fn reply(&self, events: Vec<Event>) -> Reply {
        Reply {
            n_requests: self.n_requests,
            events,
        }
    }

    fn is_newer(&self, id: JobId) -> bool {
        self.latest.is_none_or(|latest| id > latest)
    }

    fn start(
        &mut self,
        id: JobId,
        now_ms: f64,
        events: &mut Vec<Event>,
        build: impl FnOnce(&mut Vec<Event>) -> Vec<HostedRun>,
    ) {
        if !self.is_newer(id) {
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
        self.work = Some(Work::Race(job));
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
