//! The fields of one row as checked values.

use super::Unit;
use super::headers::{self, Form};
use super::layout::Layout;
use super::number::{Numbers, Value};
use super::reason::{Column, Reason, excerpt};
use super::rows::{Field, Record};
use crate::units::{LearningRate, Positive};

/// Squared norms up to here; plain norms up to its root.
const MAX_NORM_SQ: f64 = 1e60;
/// Seeds and steps up to here are whole numbers in f64: 2⁵³.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// A check that failed: the field and why.
pub(super) type Failure = (Field, Reason);

/// One row, what its columns mean, and how its numbers are written.
pub(super) struct Fields<'a> {
    pub layout: &'a Layout,
    pub record: &'a Record,
    pub numbers: &'a mut Numbers,
}

impl<'a> Fields<'a> {
    fn get(&self, column: Column) -> (&'a [u8], Field) {
        let (i, _) = self
            .layout
            .at(column)
            .expect("a layout has the columns its kind reads");
        self.record.get(i)
    }

    /// A complaint about the field of a column.
    pub fn failure(&self, column: Column, reason: Reason) -> Failure {
        (self.get(column).1, reason)
    }

    /// Whether there are as many fields as names.
    pub fn check_length(&self, n_names: usize) -> Result<(), Failure> {
        let record = self.record;
        let (found, expected) = (record.fields.len(), n_names);
        let at = |column: usize| Field {
            start: 0,
            end: 0,
            line: record.line,
            column: column as u32 + 1,
        };
        // Spreadsheets end rows with empty fields.
        if (expected..found).any(|i| !record.get(i).0.is_empty()) {
            let reason = Reason::TooManyFields {
                found: found as u32,
                expected: expected as u32,
            };
            return Err((at(expected), reason));
        }
        if found < expected {
            let reason = Reason::TooFewFields {
                found: found as u32,
                expected: expected as u32,
            };
            return Err((at(found), reason));
        }
        Ok(())
    }

    /// What the unit column says; `None` without one, or where it is empty.
    pub fn unit(&self) -> Result<Option<(Unit, Field)>, Failure> {
        let Some((i, _)) = self.layout.at(Column::Unit) else {
            return Ok(None);
        };
        let (text, field) = self.record.get(i);
        if text.is_empty() {
            return Ok(None);
        }
        let word = core::str::from_utf8(text).ok();
        match word.and_then(headers::unit) {
            Some(found) => Ok(Some((found, field))),
            None => Err((
                field,
                Reason::UnknownUnit {
                    value: excerpt(text),
                },
            )),
        }
    }

    /// Whether a field holds nothing, or a word for it.
    pub fn is_blank(&mut self, column: Column) -> bool {
        matches!(self.number(column), Ok(None))
    }

    /// The state of a run that has not come to its end; `None` for any other, and without such a column.
    pub fn unfinished(&self) -> Option<(Field, Reason)> {
        const WORDS: [&str; 8] = [
            "crashed",
            "failed",
            "killed",
            "running",
            "pending",
            "preempted",
            "error",
            "paused",
        ];
        let (i, _) = self.layout.at(Column::State)?;
        let (text, field) = self.record.get(i);
        let word = core::str::from_utf8(text).ok()?;
        let is_open = WORDS.iter().any(|w| w.eq_ignore_ascii_case(word));
        is_open.then(|| {
            let state = excerpt(text);
            (field, Reason::Unfinished { state })
        })
    }

    /// The number in a field; `None` where it is blank.
    fn number(&mut self, column: Column) -> Result<Option<f64>, Failure> {
        let (text, field) = self.get(column);
        let is_batch = matches!(
            column,
            Column::Batch | Column::SmallBatch | Column::BigBatch
        );
        let reason = match self.numbers.read(text, is_batch) {
            Value::Number(value) => return Ok(Some(value)),
            Value::Blank => return Ok(None),
            Value::Ambiguous => Reason::AmbiguousComma {
                column,
                value: excerpt(text),
            },
            Value::Other => Reason::NotANumber {
                column,
                value: excerpt(text),
            },
            Value::NotText => Reason::NotText { column },
        };
        Err((field, reason))
    }

    /// The number in a field that must not be blank.
    fn needed(&mut self, column: Column) -> Result<f64, Failure> {
        if let Some(value) = self.number(column)? {
            return Ok(value);
        }
        let (text, field) = self.get(column);
        let reason = if text.is_empty() {
            Reason::Missing { column }
        } else {
            Reason::NotANumber {
                column,
                value: excerpt(text),
            }
        };
        Err((field, reason))
    }

    /// A number from `min` to `max`, both positive.
    fn positive(&mut self, column: Column, min: f64, max: f64) -> Result<f64, Failure> {
        let value = self.needed(column)?;
        self.check_positive(column, value, min, max)
    }

    fn check_positive(
        &self,
        column: Column,
        value: f64,
        min: f64,
        max: f64,
    ) -> Result<f64, Failure> {
        let reason = if value <= 0.0 {
            Reason::NotPositive { column, value }
        } else if !(min..=max).contains(&value) {
            Reason::OutOfRange {
                column,
                value,
                min,
                max,
            }
        } else {
            return Ok(value);
        };
        Err(self.failure(column, reason))
    }

    /// A batch size: a whole number from 1 on.
    pub fn batch(&mut self, column: Column) -> Result<u32, Failure> {
        let value = self.positive(column, 1.0, f64::from(u32::MAX))?;
        if !is_whole(value) {
            return Err(self.failure(column, Reason::NotWhole { column, value }));
        }
        Ok(value as u32)
    }

    /// A learning rate.
    pub fn lr(&mut self) -> Result<f64, Failure> {
        self.positive(Column::LearningRate, LearningRate::MIN, LearningRate::MAX)
    }

    /// A whole number from 0 on.
    pub fn whole(&mut self, column: Column) -> Result<u64, Failure> {
        let value = self.needed(column)?;
        let reason = if !(0.0..=MAX_WHOLE).contains(&value) {
            Reason::OutOfRange {
                column,
                value,
                min: 0.0,
                max: MAX_WHOLE,
            }
        } else if !is_whole(value) {
            Reason::NotWhole { column, value }
        } else {
            return Ok(value as u64);
        };
        Err(self.failure(column, reason))
    }

    /// Steps or loss of a run at batch size `batch`; `None` where there is none.
    pub fn result(&mut self, batch: u32) -> Result<Option<f64>, Failure> {
        let column = Column::Result;
        let Some((_, meaning)) = self.layout.at(column) else {
            return Ok(None);
        };
        let Some(value) = self.number(column)? else {
            return Ok(None);
        };
        let value = self.check_positive(column, value, Positive::MIN, Positive::MAX)?;
        Ok(Some(match meaning.form {
            Form::Consumed => value / f64::from(batch),
            _ => value,
        }))
    }

    /// |g|²; `None` where it is blank.
    pub fn norm(&mut self, column: Column) -> Result<Option<f64>, Failure> {
        let Some(value) = self.number(column)? else {
            return Ok(None);
        };
        let is_squared =
            (self.layout.at(column)).is_some_and(|(_, meaning)| meaning.form == Form::Squared);
        let max = if is_squared {
            MAX_NORM_SQ
        } else {
            libm::sqrt(MAX_NORM_SQ)
        };
        if (0.0..=max).contains(&value) {
            return Ok(Some(if is_squared { value } else { value * value }));
        }
        let reason = Reason::OutOfRange {
            column,
            value,
            min: 0.0,
            max,
        };
        Err(self.failure(column, reason))
    }
}

fn is_whole(value: f64) -> bool {
    libm::floor(value).to_bits() == value.to_bits()
}
