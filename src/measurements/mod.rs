//! Measurements of a reader's own training runs, from text: what is pasted, dropped or typed becomes checked rows.
//!
//! Any bytes are read. Tables with commas, tabs, semicolons, pipes or spaces go through the crate `csv-core`, JSON
//! through `json-event-parser`; both hand over one row at a time, so that memory beside the rows themselves does not
//! grow. What a column means is read from its name ([`headers`]). A row that cannot be used is named by line and column
//! with a [`Reason`]; all others are kept.
//!
//! Knows nothing of sweeps, fits or formulas: `experiment::your_runs` makes findings of what is read here.

mod decode;
pub mod examples;
mod fields;
pub mod headers;
mod json;
mod layout;
mod number;
pub mod reason;
mod rows;
mod table;

use alloc::string::String;
use alloc::vec::Vec;
pub use reason::{BadRow, Column, Reason};
use serde::{Deserialize, Serialize};

/// What batch sizes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// The text does not say.
    Unstated,
    Examples,
    Sequences,
    Tokens,
}

/// What tells how good a run was; lower is better for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Metric {
    /// Optimiser steps until a target was met. Examples or tokens to the target are divided by the batch size.
    Steps,
    /// A final loss.
    Loss,
}

/// One training run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Line of the text, from 1.
    pub line: u32,
    /// Batch size, at least 1.
    pub batch: u32,
    /// Learning rate, 1e-12 to 1e6.
    pub lr: f64,
    /// Steps or loss, 1e-30 to 1e30; `None` where the target was not met, the run diverged, or nothing was measured.
    pub result: Option<f64>,
    /// As in the text; without such a column, how many runs of the same batch size and learning rate stand before it.
    pub seed: u64,
}

/// Squared norms of two gradients at the same parameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NormPair {
    /// Line of the text, from 1.
    pub line: u32,
    /// The smaller batch size and |g|² of its gradient, 0 to 1e60.
    pub small: (u32, f64),
    /// The larger one.
    pub big: (u32, f64),
}

/// The squared norm of one gradient.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Norm {
    /// Line of the text, from 1.
    pub line: u32,
    /// Step of the run; the number of the row where the text has no steps.
    pub step: u64,
    /// Batch size, where the text has it.
    pub batch: Option<u32>,
    /// |g|², 0 to 1e60.
    pub norm_sq: f64,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Rows {
    /// Nothing that can be used.
    Nothing,
    /// Runs at several batch sizes and learning rates, sorted by batch size, learning rate and seed.
    Runs { metric: Metric, runs: Vec<Run> },
    /// The best learning rate of each batch size, found elsewhere; sorted as runs. Results where the text has them.
    BestLrs {
        metric: Option<Metric>,
        runs: Vec<Run>,
    },
    /// Pairs of gradient norms, in the order of the text.
    Pairs(Vec<NormPair>),
    /// Gradient norms, in the order of the text.
    Norms(Vec<Norm>),
}

impl Rows {
    /// How many rows.
    pub fn len(&self) -> usize {
        match self {
            Rows::Nothing => 0,
            Rows::Runs { runs, .. } | Rows::BestLrs { runs, .. } => runs.len(),
            Rows::Pairs(pairs) => pairs.len(),
            Rows::Norms(norms) => norms.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What columns in [`BadRow`] count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counted {
    /// Fields of a table's row.
    Fields,
    /// Characters of a line: fields of JSON have no order.
    Characters,
}

/// What a text says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub rows: Rows,
    pub unit: Unit,
    /// Which column was taken for what, by its name in the text.
    pub used: Vec<(Column, String)>,
    /// By rising line; the first [`MAX_NAMED`].
    pub bad: Vec<BadRow>,
    /// All of them.
    pub n_bad: u32,
    /// What [`BadRow::column`] counts.
    pub counted: Counted,
    /// Rows without what they are about: norms that a log leaves out because they were not due at a step, batch sizes
    /// whose best learning rate is not known.
    pub n_blank: u32,
}

/// Bad rows beyond so many are counted and not named.
pub const MAX_NAMED: usize = 1000;

/// Reads a text. Total: any bytes give a reading, in time proportional to their number.
pub fn read(bytes: &[u8]) -> Reading {
    let text = decode::decode(bytes);
    let text = &*text;
    match text.trim_ascii_start().first() {
        Some(b'[' | b'{') => json::read(text),
        _ => table::read(text),
    }
}
