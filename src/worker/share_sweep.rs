//! What the page remembers of a sweep: which runs are with which worker. A run has no history worth keeping: a lost
//! worker's runs are simply measured again, with the same digits.

use super::protocol::{CellRun, JobId};
use alloc::vec::Vec;

#[derive(Clone, Debug)]
pub(super) struct SharedSweep {
    pub(super) id: JobId,
    /// One per seat.
    pub(super) shares: Vec<SweepShare>,
    pub(super) is_paused: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct SweepShare {
    /// Sent and not answered, in the order sent.
    pub(super) runs: Vec<CellRun>,
    pub(super) is_replaced: bool,
    /// Whether the present worker has heard of the job.
    pub(super) is_started: bool,
}

impl SharedSweep {
    pub(super) fn new(id: JobId, n_seats: usize) -> Self {
        Self {
            id,
            shares: (0..n_seats).map(|_| SweepShare::default()).collect(),
            is_paused: false,
        }
    }

    /// Deals runs one by one to the least busy of the first `n_active` seats; what each of these gets.
    pub(super) fn deal(&mut self, runs: Vec<CellRun>, n_active: usize) -> Vec<Vec<CellRun>> {
        let mut dealt: Vec<Vec<CellRun>> = self.shares.iter().map(|_| Vec::new()).collect();
        for run in runs {
            let active = self.shares.iter().take(n_active.max(1)).enumerate();
            if let Some((seat, _)) = active.min_by_key(|(_, share)| share.runs.len()) {
                self.shares[seat].runs.push(run.clone());
                dealt[seat].push(run);
            }
        }
        dealt
    }

    /// A run was answered; whether anybody had asked this seat for it.
    pub(super) fn answered(&mut self, seat: usize, cell: u32) -> bool {
        let Some(share) = self.shares.get_mut(seat) else {
            return false;
        };
        let n_before = share.runs.len();
        share.runs.retain(|run| run.cell != cell);
        share.runs.len() < n_before
    }

    /// Whether a seat owes an answer.
    pub(super) fn is_busy(&self, seat: usize) -> bool {
        !self.is_paused
            && self
                .shares
                .get(seat)
                .is_some_and(|share| !share.runs.is_empty())
    }

    /// Everything moves to one seat.
    pub(super) fn collapse(&mut self) {
        let runs = self
            .shares
            .iter_mut()
            .flat_map(|share| share.runs.drain(..))
            .collect();
        self.shares = Vec::from([SweepShare {
            runs,
            is_replaced: false,
            is_started: false,
        }]);
    }
}
