//! What the page has heard of a race so far: the samples of every run, and what they add up to per lane.

use super::digest::{Digest, digest_runs};
use super::lane_result::{LaneCurve, LaneResult, LaneStatus, Metric, SeedRun};
use super::lane_set::LaneKind;
use super::race_state::RacePlan;
use crate::train::spec::{ConfigError, DecisionGrid, Sample, StopReason, TargetHit};
use crate::worker::protocol::{Event, LrChange, RunUpdate};
use alloc::vec::Vec;

/// One run.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RunRecord {
    pub step: u64,
    pub n_examples: u64,
    pub samples: Vec<Sample>,
    pub stop: Option<StopReason>,
    /// In order of steps.
    pub lr_changes: Vec<LrChange>,
    /// Why it cannot be trained.
    pub refused: Option<ConfigError>,
    /// The latest decision picture, for tasks in the plane.
    pub grid: Option<DecisionGrid>,
}

/// All runs of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct RaceRecord {
    pub plan: RacePlan,
    /// By run number.
    pub runs: Vec<RunRecord>,
}

/// How a lane stands, as the table says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Ready,
    Running,
    /// By so many seeds; the median seed among them.
    Reached {
        n_seeds: u32,
    },
    /// Ended without the median seed arriving; so many seeds did.
    Missed {
        n_seeds: u32,
    },
    Diverged {
        step: u64,
        n_seeds: u32,
    },
    Refused,
}

impl Standing {
    /// Name for tests.
    pub const fn key(self) -> &'static str {
        match self {
            Standing::Ready => "ready",
            Standing::Running => "running",
            Standing::Reached { .. } => "reached",
            Standing::Missed { .. } => "missed",
            Standing::Diverged { .. } => "diverged",
            Standing::Refused => "refused",
        }
    }
}

impl RunRecord {
    /// The first sample at or below `target`. Runs look for it in the same way, so it may be looked up later.
    pub fn target_hit(&self, target: f64) -> Option<TargetHit> {
        let hit = self.samples.iter().find(|s| s.train_loss <= target)?;
        Some(TargetHit {
            step: hit.step,
            n_examples: hit.n_examples,
        })
    }

    fn update(&mut self, update: RunUpdate) {
        self.step = update.step;
        self.n_examples = update.n_examples;
        self.samples.extend(update.samples);
        self.stop = update.stop;
        if update.grid.is_some() {
            self.grid = update.grid;
        }
    }
}

impl RaceRecord {
    /// Nothing heard yet.
    pub fn new(plan: RacePlan) -> Self {
        Self {
            runs: plan.runs.iter().map(|_| RunRecord::default()).collect(),
            plan,
        }
    }

    /// Takes in what an event says about runs; events about other things change nothing.
    pub fn take(&mut self, event: Event) {
        match event {
            Event::Progress { updates, .. } => {
                for update in updates {
                    if let Some(run) = self.runs.get_mut(update.run as usize) {
                        run.update(update);
                    }
                }
            }
            Event::LrSet { run, change, .. } => {
                if let Some(run) = self.runs.get_mut(run as usize) {
                    run.lr_changes.push(change);
                }
            }
            Event::Refused { run, error, .. } => {
                if let Some(run) = self.runs.get_mut(run as usize) {
                    run.refused = Some(error);
                }
            }
            Event::Ready
            | Event::Measured { .. }
            | Event::Read { .. }
            | Event::Noise { .. }
            | Event::Paused { .. }
            | Event::Done { .. }
            | Event::LrRefused { .. }
            | Event::Lost { .. } => {}
        }
    }

    /// Whether any step was taken.
    pub fn has_steps(&self) -> bool {
        self.runs.iter().any(|run| run.step > 0)
    }

    /// The runs of one lane, in seed order.
    pub fn seeds(&self, lane_idx: usize) -> &[RunRecord] {
        self.runs
            .get(self.plan.runs_of(lane_idx))
            .unwrap_or_default()
    }

    fn seed_runs(&self, lane_idx: usize, target: f64) -> Vec<SeedRun<'_>> {
        self.seeds(lane_idx)
            .iter()
            .map(|run| SeedRun {
                step: run.step,
                n_examples: run.n_examples,
                samples: &run.samples,
                target: run.target_hit(target),
                stop: run.stop,
            })
            .collect()
    }

    /// Median and range of `metric` over the lane's seeds.
    pub fn curve(&self, lane_idx: usize, metric: Metric) -> LaneCurve {
        LaneCurve::over_seeds(&self.seed_runs(lane_idx, 0.0), metric)
    }

    /// The lane's row; `target` is a full training loss.
    pub fn result(&self, lane_idx: usize, target: f64) -> LaneResult {
        let kind = self
            .plan
            .lanes
            .get(lane_idx)
            .map_or(LaneKind::Base, |lane| lane.kind);
        LaneResult::of(kind, &self.seed_runs(lane_idx, target))
    }

    /// Rows of all lanes.
    pub fn results(&self, target: f64) -> Vec<LaneResult> {
        (0..self.plan.lanes.len())
            .map(|lane_idx| self.result(lane_idx, target))
            .collect()
    }

    /// How a lane stands, given its row.
    pub fn standing(&self, lane_idx: usize, result: &LaneResult) -> Standing {
        let seeds = self.seeds(lane_idx);
        if seeds.iter().any(|run| run.refused.is_some()) {
            return Standing::Refused;
        }
        if let LaneStatus::Diverged { step, n_seeds } = result.status {
            return Standing::Diverged { step, n_seeds };
        }
        if seeds.iter().all(|run| run.step == 0) && result.status != LaneStatus::Ended {
            return Standing::Ready;
        }
        let n_seeds = result.n_reached;
        if result.target.is_some() {
            Standing::Reached { n_seeds }
        } else if result.status == LaneStatus::Ended {
            Standing::Missed { n_seeds }
        } else {
            Standing::Running
        }
    }

    /// Median over the seeds of the last test accuracy.
    pub fn accuracy(&self, lane_idx: usize) -> Option<f64> {
        let mut values: Vec<f64> = self
            .seeds(lane_idx)
            .iter()
            .filter_map(|run| run.samples.last()?.test_accuracy)
            .collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    }

    /// Median of every exact B_simple of the race, in examples; `None` before the first step.
    pub fn measured_noise_scale(&self) -> Option<f64> {
        if !self.has_steps() {
            return None;
        }
        // Where a run diverges, neither gradient nor noise say anything about the task.
        let sane = |run: &&RunRecord| !matches!(run.stop, Some(StopReason::Diverged { .. }));
        let samples = self.runs.iter().filter(sane).flat_map(|run| &run.samples);
        let mut scales: Vec<f64> = samples
            .filter_map(|sample| sample.noise?.noise_scale)
            .collect();
        scales.sort_by(f64::total_cmp);
        scales.get(scales.len() / 2).copied()
    }

    /// Largest step count of the lanes at the target batch, or of the base where it is alone.
    pub fn target_step(&self) -> u64 {
        let steps = |is_base: bool| {
            (0..self.plan.lanes.len())
                .filter(|i| (self.plan.lanes[*i].kind == LaneKind::Base) == is_base)
                .flat_map(|i| self.seeds(i))
                .map(|run| run.step)
                .max()
        };
        steps(false).or(steps(true)).unwrap_or(0)
    }

    /// Digest over every number of every run.
    pub fn digest(&self) -> Digest {
        digest_runs(
            self.plan
                .runs
                .iter()
                .zip(&self.runs)
                .map(|(numbered, run)| (numbered.run, run.samples.as_slice())),
        )
    }
}
