//! The whole contract between the page and its workers.
//!
//! Messages are encoded with postcard and cross as one transferred buffer. Every event carries the job it
//! belongs to; whoever receives one drops it unless that job is still current.

use crate::train::spec::{ConfigError, DecisionGrid, RunConfig, Sample, StopReason, TargetHit};
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

/// From the page to a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Builds the runs and reports their initial samples. Nothing trains yet. Replaces any earlier job.
    Start { job: JobId, runs: Vec<NumberedRun> },
    /// Trains until every run has ended, or until a pause or cancel.
    Play { job: JobId, pace: Pace },
    /// Stops after the current slice; the runs stay.
    Pause { job: JobId },
    /// Takes so many steps in every run that has not ended, then pauses.
    Step { job: JobId, n_steps: u64 },
    /// Changes the learning rate of one run from its next step on.
    SetLr { job: JobId, run: u32, lr: f64 },
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
    /// A pause or a number of steps is done.
    Paused { job: JobId },
    /// Every run of this worker's share has ended.
    Done { job: JobId },
    /// A run's configuration cannot be trained.
    Refused { job: JobId, run: u32, error: ConfigError },
    /// The worker is lost (its module failed or it crashed); its job cannot go on.
    Lost { job: JobId },
}
