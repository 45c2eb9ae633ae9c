//! The search for the best learning rate at one batch size and one seed.
//!
//! It starts at a guess and walks the even rungs of the grid (learning rates a factor 2 apart) outwards while the best
//! is at an edge, and two octaves beyond the best on either side, unless a rung there is hopeless. Then the two odd
//! rungs beside the best (a factor √2 away) are run. Runs come in rounds, and a round is decided by the
//! rounds before it alone, so the order in which a pool of workers answers changes nothing.
//!
//! A run that has taken [`HOPELESS`] times the steps of a finished better one is stopped. That cannot change the
//! winner, because the winner is the run with the fewest steps, and a stopped run has taken more than one of its
//! rivals already. For the same reason a finished run slower than that counts as stopped: what a column says does not
//! depend on which of two learning rates was run first.

use super::config::lr_of;
use super::outcome::Outcome;
use crate::train::spec::StopReason;
use crate::worker::protocol::MeasuredRun;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A run is given up at this multiple of the steps of a better one. Above 2, so that the two neighbours of the best,
/// through which a parabola is laid, are rarely lost.
pub const HOPELESS: f64 = 4.0;

/// Rungs on either side of the best that a search looks at: two octaves. Steps are about inversely proportional to a
/// small learning rate, so the next octave would be hopeless.
const AROUND: i32 = 4;
/// How far from its start a search goes while nothing meets the target: seven octaves.
const FAR: i32 = 14;

/// One learning rate of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub rung: i32,
    pub outcome: Outcome,
    pub run: MeasuredRun,
}

impl Cell {
    /// Whether the run was made to reach a target, and did.
    fn has_arrived(&self) -> bool {
        self.run.stop == Some(StopReason::TargetReached)
    }
}

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    first_rung: i32,
    rungs: (i32, i32),
    /// By rising rung.
    cells: Vec<Cell>,
    /// Rungs that are being run.
    waiting: Vec<i32>,
    /// Rungs of a round that was broken off. They come again before anything new, so that a search that was stopped and
    /// goes on runs what it would have run.
    again: Vec<i32>,
}

/// A learning rate to be run, and after how many steps to give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub rung: i32,
    pub max_steps: Option<u64>,
}

/// The best learning rate of a column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Optimum {
    /// The best rung that was run.
    pub rung: i32,
    /// η at the vertex of the parabola through the best and its two neighbours in ln η and ln score; η of the rung
    /// where a neighbour has no score or a hopeless one.
    pub lr: f64,
    /// Score of the best rung.
    pub score: f64,
    /// Where worse learning rates are missing, if they are.
    pub edge: Option<Edge>,
}

/// A side of the searched range at which the best learning rate lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edge {
    Low,
    High,
}

impl Column {
    /// A search from `first_rung`, an even one, within `rungs`.
    pub fn new(first_rung: i32, rungs: (i32, i32)) -> Self {
        Self {
            first_rung,
            rungs,
            cells: Vec::new(),
            waiting: Vec::new(),
            again: Vec::new(),
        }
    }

    /// What was run so far, by rising learning rate; outcomes as they stand after all that is known.
    pub fn cells(&self) -> impl Iterator<Item = (&Cell, Outcome)> {
        let limit = self.best().map(|best| HOPELESS * best.score);
        self.cells.iter().map(move |cell| {
            let is_hopeless = cell.has_arrived()
                && matches!((cell.outcome, limit), (Outcome::Scored(score), Some(limit))
                    if score > limit || cell.run.n_steps as f64 > libm::ceil(limit));
            let outcome = if is_hopeless {
                Outcome::Abandoned
            } else {
                cell.outcome
            };
            (cell, outcome)
        })
    }

    /// The cell of a rung, if it was run.
    pub fn cell(&self, rung: i32) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.rung == rung)
    }

    /// Rungs under way.
    pub fn waiting(&self) -> &[i32] {
        &self.waiting
    }

    /// Whether the search is over.
    pub fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.again.is_empty() && self.next_rungs().is_empty()
    }

    /// Allows another range. What was run stays.
    pub fn set_range(&mut self, rungs: (i32, i32)) {
        self.rungs = rungs;
    }

    /// The next round, which from now on is under way; nothing while one is, or when the search is over.
    pub fn take_round(&mut self) -> Vec<Wanted> {
        if !self.waiting.is_empty() {
            return Vec::new();
        }
        self.waiting = match core::mem::take(&mut self.again) {
            again if again.is_empty() => self.next_rungs(),
            again => again,
        };
        // Only steps to a target can be outdone on the way; a final loss is known at the end.
        let max_steps = self
            .best()
            .filter(|_| self.cells.iter().any(|cell| cell.has_arrived()))
            .map(|best| libm::ceil(HOPELESS * best.score) as u64);
        let wanted = |&rung: &i32| Wanted { rung, max_steps };
        self.waiting.iter().map(wanted).collect()
    }

    /// Gives runs that were under way back, to be taken again.
    pub fn forget_round(&mut self) {
        self.again.append(&mut self.waiting);
    }

    /// Takes a run that was under way; any other is ignored.
    pub fn take(&mut self, rung: i32, outcome: Outcome, run: MeasuredRun) {
        let Some(i) = self.waiting.iter().position(|&waiting| waiting == rung) else {
            return;
        };
        self.waiting.remove(i);
        let at = self
            .cells
            .iter()
            .take_while(|cell| cell.rung < rung)
            .count();
        self.cells.insert(at, Cell { rung, outcome, run });
    }

    /// The best learning rate so far; of equal scores the smaller.
    pub fn best(&self) -> Option<Optimum> {
        let least = self.cells.iter().filter_map(|cell| cell.outcome.score());
        let limit = HOPELESS * least.reduce(f64::min)?;
        let cell = |i: usize| {
            let cell = &self.cells[i];
            // Hopeless runs do not shape the parabola, whether they were stopped or came to an end before the better one.
            let is_hopeless = |score: &f64| cell.has_arrived() && *score > limit;
            let score = cell.outcome.score().filter(|score| !is_hopeless(score));
            (f64::from(cell.rung), score)
        };
        let lowest = lowest(self.cells.len(), cell, 1.0)?;
        let rung = self.cells[lowest.idx].rung;
        Some(Optimum {
            rung,
            lr: lr_of(rung) * libm::exp2(lowest.offset / 2.0),
            score: lowest.score,
            edge: lowest.edge,
        })
    }

    fn next_rungs(&self) -> Vec<i32> {
        let coarse = || self.cells.iter().filter(|cell| cell.rung & 1 == 0);
        let (Some(lowest), Some(highest)) = (coarse().next(), coarse().next_back()) else {
            return Vec::from([self.first_rung]);
        };
        let coarse_best = coarse()
            .filter_map(|cell| Some((cell.rung, cell.outcome.score()?)))
            .reduce(|a, b| if b.1 < a.1 { b } else { a });
        // Every learning rate starts at the same loss.
        if lowest.outcome == Outcome::StartedBelow {
            return Vec::new();
        }
        let is_diverged = |cell: &Cell| matches!(cell.outcome, Outcome::Diverged { .. });
        let (goes_down, goes_up) = match coarse_best {
            Some((best, _)) => (
                lowest.outcome.score().is_some() && best - lowest.rung < AROUND,
                highest.outcome.score().is_some() && highest.rung - best < AROUND,
            ),
            // Nothing has a score yet: smaller rates where all diverge, and both sides where some only take too long.
            None => (
                self.first_rung - lowest.rung < FAR,
                highest.rung - self.first_rung < FAR && !is_diverged(highest),
            ),
        };
        let mut rungs = Vec::new();
        if goes_down && lowest.rung - 2 >= self.rungs.0 {
            rungs.push(lowest.rung - 2);
        }
        if goes_up && highest.rung + 2 <= self.rungs.1 {
            rungs.push(highest.rung + 2);
        }
        if let (true, Some((best, _))) = (rungs.is_empty(), coarse_best) {
            let fine = [best - 1, best + 1];
            rungs.extend(fine.into_iter().filter(|&rung| {
                (self.rungs.0..=self.rungs.1).contains(&rung) && self.cell(rung).is_none()
            }));
        }
        rungs
    }
}

/// The least of a row of scores; see [`lowest`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lowest {
    pub idx: usize,
    pub score: f64,
    /// From the place of the least score to the vertex of the parabola through it and its two neighbours in ln score;
    /// 0 where a neighbour has no score or lies too far away.
    pub offset: f64,
    /// Where worse ones are missing, if they are.
    pub edge: Option<Edge>,
}

/// The least score among `n` places; of equal ones the first. `None` if none has a score.
///
/// `at` gives the place on a logarithmic axis, rising, and the score, positive, if there is one. Neighbours further than
/// `reach` do not shape the parabola.
pub fn lowest(n: usize, at: impl Fn(usize) -> (f64, Option<f64>), reach: f64) -> Option<Lowest> {
    let mut best: Option<(usize, f64)> = None;
    for i in 0..n {
        if let Some(score) = at(i).1
            && best.is_none_or(|(_, least)| score < least)
        {
            best = Some((i, score));
        }
    }
    let (idx, score) = best?;
    let edge = match (idx == 0, idx + 1 == n) {
        (true, _) => Some(Edge::Low),
        (_, true) => Some(Edge::High),
        _ => None,
    };
    let beside = |i: usize| {
        let (place, score_there) = at(i);
        let distance = (place - at(idx).0).abs();
        let height = libm::log(score_there? / score);
        (distance <= reach).then_some((distance, height))
    };
    let offset = match edge {
        None => match (beside(idx - 1), beside(idx + 1)) {
            (Some(below), Some(above)) => vertex(below, above),
            _ => 0.0,
        },
        Some(_) => 0.0,
    };
    Some(Lowest {
        idx,
        score,
        offset,
        edge,
    })
}

/// Where the parabola through (−a, l), (0, 0), (b, r) is lowest, given (a, l) and (b, r), not beyond the middle of either
/// side; neither l nor r may lie below 0.
///
/// ```text
/// x = (l·b² − r·a²)/(2·(l·b + r·a))
/// ```
fn vertex((a, l): (f64, f64), (b, r): (f64, f64)) -> f64 {
    let bend = l * b + r * a;
    if bend > 0.0 && bend.is_finite() {
        ((l * b * b - r * a * a) / (2.0 * bend)).clamp(-0.5 * a, 0.5 * b)
    } else {
        0.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_vertex_is_exact_for_parabolas_on_any_spacing() {
        let places = [-3.0, -1.0, 0.5, 1.0, 4.0];
        for best in [-0.6, 0.3, 0.7, 0.9] {
            let at = |i: usize| {
                let x: f64 = places[i];
                (x, Some(libm::exp(0.2 * (x - best) * (x - best))))
            };
            let found = lowest(places.len(), at, 10.0).unwrap();
            let vertex = places[found.idx] + found.offset;
            assert!((vertex - best).abs() < 1e-9, "{best}: {found:?}");
            let near = lowest(places.len(), at, 0.1).unwrap();
            assert!(near.offset.abs() < 1e-12, "neighbours out of reach");
        }
    }
}
