//! Measured best learning rates as a link carries them, for the chart of Curves.
//!
//! `1:0.06:0.05:0.08,2:0.12:0.1:0.15`: batch size, best learning rate, lowest and highest over the seeds, point by
//! point. By value, because Curves cannot measure them again.

use super::curves::MAX_BATCH;
use super::url::shortest;
use crate::units::{LearningRate, parse_number, round_sig};

/// Key in links.
pub const KEY: &str = "pts";
/// Digits that are kept: more than a search among powers of √2 knows.
const DIGITS: usize = 4;
/// More than a sweep has batch sizes; as many as a fit of a reader's own runs takes.
const MOST: usize = 64;

/// A measured best learning rate with its range over seeds; `low` ≤ `lr` ≤ `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasuredPoint {
    /// In examples.
    pub batch: f64,
    pub lr: f64,
    pub low: f64,
    pub high: f64,
}

impl MeasuredPoint {
    /// The point with the digits that links keep, so that a screen and its link agree.
    pub fn rounded(self) -> Self {
        let round = |v| round_sig(v, DIGITS);
        Self {
            batch: self.batch,
            lr: round(self.lr),
            low: round(self.low),
            high: round(self.high),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split(':').map(parse_number);
        let mut next = || numbers.next().flatten();
        let point = Self {
            batch: next()?,
            lr: next()?,
            low: next()?,
            high: next()?,
        };
        let is_lr = |v: f64| LearningRate::new(v).is_ok();
        let is_batch = (1.0..=MAX_BATCH).contains(&point.batch);
        let is_sorted = point.low <= point.lr && point.lr <= point.high;
        let is_whole = numbers.next().is_none() && is_batch && is_sorted;
        (is_whole && is_lr(point.low) && is_lr(point.high)).then_some(point)
    }
}

/// Reads the value of the key; `None` when any part of it is no point.
pub fn read(text: &str) -> Option<Vec<MeasuredPoint>> {
    let points: Option<Vec<_>> = text.split(',').map(MeasuredPoint::read).collect();
    points.filter(|points| points.len() <= MOST)
}

/// Writes the value of the key.
pub fn write(points: &[MeasuredPoint]) -> String {
    let texts: Vec<String> = points
        .iter()
        .take(MOST)
        .map(|p| [p.batch, p.lr, p.low, p.high].map(shortest).join(":"))
        .collect();
    texts.join(",")
}
