//! The whole contract between the page and its workers.
//!
//! Messages are encoded with postcard and cross as one transferred buffer. Every event carries the job it
//! belongs to; whoever receives one drops it unless that job is still current. The page sends [`Request`]s one
//! by one; a worker answers with [`Reply`]s, each of which says how many requests it had seen by then.

use super::bytes::Bytes;
use crate::experiment::noise_lab::digits::{NoiseConfig, NoisePoint};
use crate::experiment::your_runs::report::Report;
use crate::train::spec::{ConfigError, DecisionGrid, RunConfig, Sample, StopReason, TargetHit};
use alloc::boxed::Box;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Identifies one start of something; never used twice on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JobId(pub u32);

/// How fast playing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pace {
    /// As fast as the machine can.
    Max,
    /// So many examples per second in every run, so that lanes of different batch size stay side by side.
    ExamplesPerSecond(u32),
}

/// A run of a job, numbered by the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberedRun {
    pub run: u32,
    pub config: RunConfig,
}

/// A run of a sweep: trained to its end or its cap, then reported in one piece.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellRun {
    /// Names the cell and the seed; the page's own numbering.
    pub cell: u32,
    /// Without a target of its own.
    pub config: RunConfig,
    /// Full training loss, smoothed as in [`super::measure`], that ends the run.
    pub target: Option<f64>,
    /// Steps after which the run is given up, if it has not ended by then.
    pub max_steps: Option<u64>,
}

/// What came of a [`CellRun`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredRun {
    /// Steps done.
    pub n_steps: u64,
    /// `None` when the run was given up at its cap.
    pub stop: Option<StopReason>,
    /// (step, full training loss) at every recording, from step 0 on; not smoothed.
    pub curve: Vec<(u64, f64)>,
}

/// A learning rate that was changed while a run was on its way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LrChange {
    /// Steps done when the change came; the next step is the first to use it.
    pub step: u64,
    pub lr: f64,
}

/// A run to be built again after its worker was lost, and how much of it the page has seen already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumedRun {
    pub numbered: NumberedRun,
    /// Every change so far, in order of steps.
    pub lr_changes: Vec<LrChange>,
    /// Step of the last update; the run comes back to it without a word.
    pub seen_step: u64,
    /// Samples the page holds; they are not sent again.
    pub n_samples_seen: u64,
    /// Where a [`Request::Step`] was to end that is still under way.
    pub goal_step: Option<u64>,
}

/// From the page to a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Builds the runs and reports their initial samples. Nothing trains yet. Replaces any earlier job.
    Start { job: JobId, runs: Vec<NumberedRun> },
    /// Trains until every run has ended, or until a pause or cancel.
    Play { job: JobId, pace: Pace },
    /// Stops after the current slice; the runs stay. A sweep goes on with `Play`, whatever the pace.
    Pause { job: JobId },
    /// Takes so many steps in every run that has not ended, then pauses. While steps are under way, adds to them.
    Step { job: JobId, n_steps: u64 },
    /// Changes the learning rate of one run from its next step on.
    SetLr { job: JobId, run: u32, lr: f64 },
    /// Builds the runs again and repeats their steps in silence. For a worker that replaces a lost one.
    Resume { job: JobId, runs: Vec<ResumedRun> },
    /// Runs of a sweep, to be measured one after the other behind those sent before. The first request of a job starts
    /// it and replaces any earlier job; it measures at once, until a pause.
    Measure { job: JobId, runs: Vec<CellRun> },
    /// Reads measurements of a reader's own. A job of its own, which replaces any earlier one and ends with its answer.
    Read { job: JobId, text: Bytes },
    /// Measures gradient noise while a network trains, on one worker. Starts at once and replaces any earlier job.
    Noise { job: JobId, config: NoiseConfig },
    /// Forgets the job. No event of it follows.
    Cancel { job: JobId },
}

/// News of one run since its last update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunUpdate {
    pub run: u32,
    pub step: u64,
    pub n_examples: u64,
    /// Samples recorded since the last update, in order.
    pub samples: Vec<Sample>,
    pub target: Option<TargetHit>,
    pub stop: Option<StopReason>,
    /// The latest decision picture, for tasks in the plane.
    pub grid: Option<DecisionGrid>,
}

/// From a worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker can take requests.
    Ready,
    /// At most one every 50 ms while training.
    Progress { job: JobId, updates: Vec<RunUpdate> },
    /// A pause or a number of steps is done, and not every run has ended.
    Paused { job: JobId },
    /// Every run of this worker's share has ended.
    Done { job: JobId },
    /// A run's configuration cannot be trained; the other runs can. In a sweep `run` is the number of the cell.
    Refused {
        job: JobId,
        run: u32,
        error: ConfigError,
    },
    /// A run of a sweep is over.
    Measured {
        job: JobId,
        cell: u32,
        /// Time that the worker spent on it, in milliseconds.
        ms: f64,
        run: MeasuredRun,
    },
    /// A text was read.
    Read { job: JobId, report: Box<Report> },
    /// News of a measurement of gradient noise; at most one every 50 ms.
    Noise {
        job: JobId,
        /// Steps done.
        step: u64,
        /// Points before these. A worker that took a lost one's place tells everything again.
        n_before: u32,
        points: Vec<NoisePoint>,
        /// Set in the last of these events.
        stop: Option<StopReason>,
    },
    /// A learning rate was changed.
    LrSet {
        job: JobId,
        run: u32,
        change: LrChange,
    },
    /// A learning rate was not changed, because the new one is out of range.
    LrRefused {
        job: JobId,
        run: u32,
        error: ConfigError,
    },
    /// The worker is lost (its module failed or it crashed); its job cannot go on.
    Lost { job: JobId },
}

impl Request {
    /// The job this request is about.
    pub fn job(&self) -> JobId {
        match self {
            Request::Start { job, .. }
            | Request::Play { job, .. }
            | Request::Pause { job }
            | Request::Step { job, .. }
            | Request::SetLr { job, .. }
            | Request::Resume { job, .. }
            | Request::Measure { job, .. }
            | Request::Read { job, .. }
            | Request::Noise { job, .. }
            | Request::Cancel { job } => *job,
        }
    }
}

impl Event {
    /// The job this event belongs to; `None` for [`Event::Ready`].
    pub fn job(&self) -> Option<JobId> {
        match self {
            Event::Ready => None,
            Event::Progress { job, .. }
            | Event::Paused { job }
            | Event::Done { job }
            | Event::Refused { job, .. }
            | Event::Measured { job, .. }
            | Event::Read { job, .. }
            | Event::Noise { job, .. }
            | Event::LrSet { job, .. }
            | Event::LrRefused { job, .. }
            | Event::Lost { job } => Some(*job),
        }
    }
}

/// The events of one turn of a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Requests this worker had handled when the events came about. Tells an answer to the last request from
    /// an answer to an earlier one that crossed with it.
    pub n_requests: u64,
    pub events: Vec<Event>,
}

/// Bytes of a message.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_allocvec(message).expect("messages hold only sequences of known length")
}

/// The message in `bytes`; `None` if they are not one.
pub fn decode<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
