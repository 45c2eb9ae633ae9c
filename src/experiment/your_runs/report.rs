//! A whole text read and reduced to what fits into a message: everything that takes time, for a worker to do.

use super::noise::{NoPairs, NoiseFindings, noise_of};
use super::ridge::Ridge;
use crate::measurements::{BadRow, Column, Counted, Unit, read};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Seed of the resamples. The same text gives the same intervals.
pub const SEED: u64 = 0;

/// What a text says, without its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub unit: Unit,
    /// Which column was taken for what, by its name in the text.
    pub used: Vec<(Column, String)>,
    /// Rows that can be used.
    pub n_rows: u32,
    /// As in [`crate::measurements::Reading`].
    pub bad: Vec<BadRow>,
    pub n_bad: u32,
    pub counted: Counted,
    pub n_blank: u32,
    pub found: Found,
}

/// What the rows are about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Found {
    Nothing,
    Ridge(Ridge),
    Noise(NoiseFindings),
    NoPairs(NoPairs),
}

impl Report {
    /// Reads a text.
    pub fn of(text: &[u8]) -> Self {
        let reading = read(text);
        let found = match noise_of(&reading.rows, reading.unit, SEED) {
            Some(Ok(noise)) => Found::Noise(noise),
            Some(Err(why)) => Found::NoPairs(why),
            None => Ridge::of(&reading.rows, reading.unit).map_or(Found::Nothing, Found::Ridge),
        };
        Self {
            unit: reading.unit,
            used: reading.used,
            n_rows: reading.rows.len() as u32,
            bad: reading.bad,
            n_bad: reading.n_bad,
            counted: reading.counted,
            n_blank: reading.n_blank,
            found,
        }
    }
}
