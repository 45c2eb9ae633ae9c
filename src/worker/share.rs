//! What the page remembers of a job: each worker's share of the runs, how far they are, what is owed to whom.

use super::protocol::{Event, JobId, LrChange, NumberedRun, Pace, Request, ResumedRun, RunUpdate};
use crate::few::sort_few;
use alloc::vec::Vec;

#[derive(Clone, Debug)]
pub(super) struct SharedJob {
    pub(super) id: JobId,
    /// One per seat; empty for seats without runs.
    pub(super) shares: Vec<Share>,
    pub(super) is_done_sent: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Share {
    pub(super) runs: Vec<SeenRun>,
    pub(super) state: ShareState,
    /// Number, among the requests sent to the worker, of the last one that a `Paused` can answer.
    pub(super) last_control: u64,
    pub(super) is_replaced: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShareState {
    Idle,
    Playing(Pace),
    Stepping,
    Pausing,
    Done,
}

impl ShareState {
    pub(super) fn is_busy(self) -> bool {
        !matches!(self, ShareState::Idle | ShareState::Done)
    }
}

/// A run as far as the page has seen it.
#[derive(Clone, Debug)]
pub(super) struct SeenRun {
    pub(super) numbered: NumberedRun,
    pub(super) lr_changes: Vec<LrChange>,
    /// The last learning rate asked for and not yet confirmed.
    pub(super) pending_lr: Option<f64>,
    pub(super) step: u64,
    pub(super) n_samples: u64,
    pub(super) goal: Option<u64>,
    pub(super) has_ended: bool,
}

impl SharedJob {
    pub(super) fn is_busy(&self) -> bool {
        self.shares.iter().any(|share| share.state.is_busy())
    }

    pub(super) fn find(&mut self, run: u32) -> Option<(usize, &mut SeenRun)> {
        self.shares
            .iter_mut()
            .enumerate()
            .find_map(|(worker, share)| {
                share
                    .runs
                    .iter_mut()
                    .find(|seen| seen.numbered.run == run && !seen.has_ended)
                    .map(|seen| (worker, seen))
            })
    }

    pub(super) fn receive(
        &mut self,
        worker: usize,
        n_requests: u64,
        event: Event,
        heard: &mut Vec<Event>,
    ) {
        let Some(share) = self.shares.get_mut(worker) else {
            return;
        };
        match &event {
            Event::Progress { updates, .. } => {
                updates.iter().for_each(|update| share.note_update(update));
                if !updates.is_empty() {
                    heard.push(event);
                }
            }
            Event::Refused { run, .. } => {
                share.runs.retain(|seen| seen.numbered.run != *run);
                heard.push(event);
            }
            Event::LrSet { run, change, .. } => {
                if let Some((_, seen)) = self.find(*run) {
                    seen.lr_changes.push(*change);
                    seen.pending_lr = seen
                        .pending_lr
                        .filter(|lr| lr.to_bits() != change.lr.to_bits());
                }
                heard.push(event);
            }
            Event::LrRefused { run, .. } => {
                if let Some((_, seen)) = self.find(*run) {
                    seen.pending_lr = None;
                }
                heard.push(event);
            }
            Event::Paused { .. } => {
                // An answer to an earlier request, which a later one has overtaken, ends nothing.
                if n_requests >= share.last_control && share.state.is_busy() {
                    share.rest(ShareState::Idle);
                    self.rest_if_all_do(heard);
                }
            }
            Event::Done { .. } => {
                if share.state != ShareState::Done {
                    share.rest(ShareState::Done);
                    self.rest_if_all_do(heard);
                }
            }
            Event::Ready
            | Event::Measured { .. }
            | Event::Noise { .. }
            | Event::Read { .. }
            | Event::Lost { .. } => {}
        }
    }

    pub(super) fn rest_if_all_do(&mut self, heard: &mut Vec<Event>) {
        if self
            .shares
            .iter()
            .all(|share| share.state == ShareState::Done)
        {
            heard.extend(self.take_done());
        } else if !self.is_busy() {
            heard.push(Event::Paused { job: self.id });
        }
    }

    /// `Done`, the first time that every share is.
    pub(super) fn take_done(&mut self) -> Option<Event> {
        let is_done = self
            .shares
            .iter()
            .all(|share| share.state == ShareState::Done);
        (is_done && !core::mem::replace(&mut self.is_done_sent, true))
            .then_some(Event::Done { job: self.id })
    }

    pub(super) fn collapse(&mut self) {
        let shares = core::mem::take(&mut self.shares);
        let state = shares
            .iter()
            .map(|share| share.state)
            .find(|state| state.is_busy())
            .or_else(|| {
                shares
                    .iter()
                    .map(|share| share.state)
                    .find(|state| *state == ShareState::Idle)
            });
        let mut runs: Vec<SeenRun> = shares.into_iter().flat_map(|share| share.runs).collect();
        sort_few(&mut runs, |a, b| a.numbered.run < b.numbered.run);
        let state = state.unwrap_or(ShareState::Done);
        self.shares = [Share {
            runs,
            state,
            last_control: 0,
            is_replaced: false,
        }]
        .into();
    }
}

impl Share {
    pub(super) fn new(runs: Vec<NumberedRun>) -> Self {
        let state = if runs.is_empty() {
            ShareState::Done
        } else {
            ShareState::Idle
        };
        Self {
            runs: runs.into_iter().map(SeenRun::new).collect(),
            state,
            last_control: 0,
            is_replaced: false,
        }
    }

    pub(super) fn note_control(&mut self, request: &Request) {
        match request {
            Request::Step { n_steps, .. } => {
                for run in self.runs.iter_mut().filter(|run| !run.has_ended) {
                    run.goal = Some(run.goal.unwrap_or(run.step).saturating_add(*n_steps));
                }
                self.state = ShareState::Stepping;
            }
            Request::Play { pace, .. } => self.rest(ShareState::Playing(*pace)),
            _ => self.rest(ShareState::Pausing),
        }
    }

    /// Enters `state`, with no steps left to take.
    pub(super) fn rest(&mut self, state: ShareState) {
        self.state = state;
        self.runs.iter_mut().for_each(|run| run.goal = None);
    }

    pub(super) fn note_update(&mut self, update: &RunUpdate) {
        if let Some(seen) = self
            .runs
            .iter_mut()
            .find(|seen| seen.numbered.run == update.run)
        {
            seen.step = update.step;
            seen.n_samples += update.samples.len() as u64;
            seen.has_ended = update.stop.is_some();
        }
    }
}

impl SeenRun {
    pub(super) fn new(numbered: NumberedRun) -> Self {
        Self {
            numbered,
            lr_changes: Vec::new(),
            pending_lr: None,
            step: 0,
            n_samples: 0,
            goal: None,
            has_ended: false,
        }
    }

    pub(super) fn resume(&self) -> ResumedRun {
        ResumedRun {
            numbered: self.numbered.clone(),
            lr_changes: self.lr_changes.clone(),
            seen_step: self.step,
            n_samples_seen: self.n_samples,
            goal_step: self.goal,
        }
    }
}
