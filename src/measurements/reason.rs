//! Why a row cannot be used, and where it stands.

use super::Unit;
use alloc::borrow::ToOwned;
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    Batch,
    LearningRate,
    /// Steps or examples to a target, or a loss.
    Result,
    Seed,
    /// The word that says what batch sizes count.
    Unit,
    /// Whether the run came to its end, as W&B says it.
    State,
    SmallBatch,
    BigBatch,
    SmallNorm,
    BigNorm,
    Norm,
    Step,
}

/// One more than the last of [`Column`].
pub const N_COLUMNS: usize = Column::Step as usize + 1;

/// A row that is left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BadRow {
    /// Line of the text, from 1; a row over several lines counts where it begins.
    pub line: u32,
    /// From 1; see [`super::Counted`].
    pub column: u32,
    pub reason: Reason,
}

/// Why. Texts are what the field holds, at most 40 characters of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reason {
    /// There is no row at all.
    Empty,
    /// The first row holds numbers: nothing says what they are.
    NoHeader,
    /// No name in the header is known; this is the first.
    UnknownHeader { name: String },
    /// The header lacks a column without which nothing can be concluded.
    MissingColumn { column: Column },
    /// Batch sizes of one device; the optimiser's step sees those of all devices and accumulated ones.
    PerDevice { name: String },
    /// A second column of the same meaning; the first is used.
    DuplicateHeader { name: String },
    /// Batch sizes in one unit, results or other rows in another.
    MixedUnits { found: Unit, expected: Unit },
    /// What the unit column holds is none of examples, sequences and tokens.
    UnknownUnit { value: String },
    /// The row ends too early.
    TooFewFields { found: u32, expected: u32 },
    /// The row goes on too long.
    TooManyFields { found: u32, expected: u32 },
    /// A quoted field does not end.
    UnclosedQuote,
    /// A field that is needed is empty.
    Missing { column: Column },
    /// Not a number, or one beyond 10³⁰⁸.
    NotANumber { column: Column, value: String },
    /// A decimal comma where other numbers have a point, or a comma that may separate thousands.
    AmbiguousComma { column: Column, value: String },
    /// The bytes are no text.
    NotText { column: Column },
    /// Must be a whole number.
    NotWhole { column: Column, value: f64 },
    /// Must be above 0.
    NotPositive { column: Column, value: f64 },
    OutOfRange {
        column: Column,
        value: f64,
        min: f64,
        max: f64,
    },
    /// The second batch of a pair must be the larger one.
    BatchesNotIncreasing { small: u32, big: u32 },
    /// A loss of a run that has not come to its end.
    Unfinished { state: String },
    /// Batch size, learning rate and seed were there before.
    RepeatedRun { first_line: u32 },
    /// The text stops being JSON.
    NotJson,
    /// A JSON value where a row (an object) should be, or a list inside a row.
    NotARow,
}

/// A field's text for a [`Reason`].
pub(super) fn excerpt(field: &[u8]) -> String {
    const MAX_CHARS: usize = 40;
    // Four bytes hold a character at most.
    let head = &field[..field.len().min(4 * MAX_CHARS)];
    let text = String::from_utf8_lossy(head);
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.into_owned(),
    }
}
