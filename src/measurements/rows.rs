//! From fields to checked rows.

use super::headers::{self, Form};
use super::layout::{Kind, Layout};
use super::number::{Numbers, Value};
use super::reason::{BadRow, Column, Reason, excerpt};
use super::{Counted, MAX_NAMED, Metric, Norm, NormPair, Reading, Rows, Run, Unit};
use crate::few::sort_few;
use crate::units::{LearningRate, Positive};
use alloc::string::String;
use alloc::vec::Vec;

/// Squared norms up to here; plain norms up to its root.
pub const MAX_NORM_SQ: f64 = 1e60;
/// Seeds and steps up to here are whole numbers in f64: 2⁵³.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// A field: where its text is in [`Record::text`] and where it stands for the reader.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub start: usize,
    pub end: usize,
    pub line: u32,
    pub column: u32,
}

/// One row before it is checked; the same buffers serve all rows.
#[derive(Default)]
pub(super) struct Record {
    pub line: u32,
    pub text: Vec<u8>,
    pub fields: Vec<Field>,
}

impl Record {
    fn get(&self, i: usize) -> (&[u8], Field) {
        let field = self.fields[i];
        (self.text[field.start..field.end].trim_ascii(), field)
    }
}

/// Takes records, gives a [`Reading`].
pub(super) struct Builder {
    layout: Option<Layout>,
    n_names: usize,
    pub numbers: Numbers,
    runs: Vec<Run>,
    pairs: Vec<NormPair>,
    norms: Vec<Norm>,
    reading: Reading,
}

/// A check that failed: the field and why.
type Failure = (Field, Reason);

impl Builder {
    /// The reading of a text without a single row, and why.
    pub fn refused(counted: Counted, line: u32, reason: Reason) -> Reading {
        let bad = Vec::from([BadRow {
            line,
            column: 1,
            reason,
        }]);
        Reading {
            rows: Rows::Nothing,
            unit: Unit::Unstated,
            used: Vec::new(),
            bad,
            n_bad: 1,
            counted,
            n_blank: 0,
        }
    }

    /// For a header; `place` gives line and column of the n-th name.
    pub fn new(names: &[String], counted: Counted, place: impl Fn(usize) -> (u32, u32)) -> Self {
        let (layout, complaints) = Layout::of(names);
        let mut builder = Self {
            numbers: Numbers::default(),
            n_names: names.len(),
            runs: Vec::new(),
            pairs: Vec::new(),
            norms: Vec::new(),
            reading: Reading {
                rows: Rows::Nothing,
                unit: layout.as_ref().map_or(Unit::Unstated, Layout::unit),
                used: layout
                    .iter()
                    .flat_map(Layout::used)
                    .map(|(column, i)| (column, names[i].clone()))
                    .collect(),
                bad: Vec::new(),
                n_bad: 0,
                counted,
                n_blank: 0,
            },
            layout,
        };
        for (i, reason) in complaints {
            let (line, column) = place(i);
            builder.bad(line, column, reason);
        }
        builder
    }

    /// Whether rows can be made at all.
    pub fn has_layout(&self) -> bool {
        self.layout.is_some()
    }

    /// Names a row that cannot be used.
    pub fn bad(&mut self, line: u32, column: u32, reason: Reason) {
        self.reading.n_bad = self.reading.n_bad.saturating_add(1);
        if self.reading.bad.len() < MAX_NAMED {
            self.reading.bad.push(BadRow {
                line,
                column,
                reason,
            });
        }
    }

    /// Checks a record and keeps or names it.
    pub fn push(&mut self, record: &Record) {
        let Some(layout) = self.layout.take() else {
            return;
        };
        if let Err((field, reason)) = self.take(&layout, record) {
            self.bad(field.line, field.column, reason);
        }
        self.layout = Some(layout);
    }

    fn take(&mut self, layout: &Layout, record: &Record) -> Result<(), Failure> {
        self.check_length(record)?;
        self.check_unit(layout, record)?;
        let line = record.line;
        match layout.kind {
            Kind::Runs | Kind::BestLrs => {
                let batch = self.batch(layout, record, Column::Batch)?;
                let range = (LearningRate::MIN, LearningRate::MAX);
                let lr = self.positive(layout, record, Column::LearningRate, range)?;
                let result = self.result(layout, record, batch)?;
                let seed = match layout.at(Column::Seed) {
                    Some(_) => self.whole(layout, record, Column::Seed)?,
                    None => 0,
                };
                self.runs.push(Run {
                    line,
                    batch,
                    lr,
                    result,
                    seed,
                });
            }
            Kind::Pairs => {
                let small = self.batch(layout, record, Column::SmallBatch)?;
                let big = self.batch(layout, record, Column::BigBatch)?;
                if small >= big {
                    let (_, field) = field(layout, record, Column::BigBatch);
                    return Err((field, Reason::BatchesNotIncreasing { small, big }));
                }
                let norms = [Column::SmallNorm, Column::BigNorm]
                    .map(|column| self.norm(layout, record, column));
                let [small_sq, big_sq] = norms;
                match (small_sq?, big_sq?) {
                    (Some(small_sq), Some(big_sq)) => {
                        self.pairs.push(NormPair {
                            line,
                            small: (small, small_sq),
                            big: (big, big_sq),
                        });
                    }
                    _ => self.reading.n_blank += 1,
                }
            }
            Kind::Norms => {
                let Some(norm_sq) = self.norm(layout, record, Column::Norm)? else {
                    self.reading.n_blank += 1;
                    return Ok(());
                };
                let step = match layout.at(Column::Step) {
                    Some(_) => self.whole(layout, record, Column::Step)?,
                    None => self.norms.len() as u64,
                };
                let batch = match layout.at(Column::Batch) {
                    Some(_) => Some(self.batch(layout, record, Column::Batch)?),
                    None => None,
                };
                self.norms.push(Norm {
                    line,
                    step,
                    batch,
                    norm_sq,
                });
            }
        }
        Ok(())
    }

    fn check_length(&self, record: &Record) -> Result<(), Failure> {
        let (found, expected) = (record.fields.len(), self.n_names);
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

    fn check_unit(&mut self, layout: &Layout, record: &Record) -> Result<(), Failure> {
        let Some((i, _)) = layout.at(Column::Unit) else {
            return Ok(());
        };
        let (text, field) = record.get(i);
        if text.is_empty() {
            return Ok(());
        }
        let word = core::str::from_utf8(text).ok();
        let Some(found) = word.and_then(headers::unit) else {
            return Err((
                field,
                Reason::UnknownUnit {
                    value: excerpt(text),
                },
            ));
        };
        match self.reading.unit {
            Unit::Unstated => self.reading.unit = found,
            expected if expected != found => {
                return Err((field, Reason::MixedUnits { found, expected }));
            }
            _ => {}
        }
        Ok(())
    }

    /// The number in a field; `None` where it is blank.
    fn number(
        &mut self,
        layout: &Layout,
        record: &Record,
        column: Column,
    ) -> Result<Option<f64>, Failure> {
        let (text, field) = field(layout, record, column);
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
    fn needed(&mut self, layout: &Layout, record: &Record, column: Column) -> Result<f64, Failure> {
        if let Some(value) = self.number(layout, record, column)? {
            return Ok(value);
        }
        let (text, field) = field(layout, record, column);
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

    fn positive(
        &mut self,
        layout: &Layout,
        record: &Record,
        column: Column,
        (min, max): (f64, f64),
    ) -> Result<f64, Failure> {
        let value = self.needed(layout, record, column)?;
        check_positive(column, value, (min, max))
            .map_err(|reason| (field(layout, record, column).1, reason))?;
        Ok(value)
    }

    fn batch(&mut self, layout: &Layout, record: &Record, column: Column) -> Result<u32, Failure> {
        let value = self.positive(layout, record, column, (1.0, f64::from(u32::MAX)))?;
        if !is_whole(value) {
            return Err((
                field(layout, record, column).1,
                Reason::NotWhole { column, value },
            ));
        }
        Ok(value as u32)
    }

    fn whole(&mut self, layout: &Layout, record: &Record, column: Column) -> Result<u64, Failure> {
        let value = self.needed(layout, record, column)?;
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
        Err((field(layout, record, column).1, reason))
    }

    fn result(
        &mut self,
        layout: &Layout,
        record: &Record,
        batch: u32,
    ) -> Result<Option<f64>, Failure> {
        let column = Column::Result;
        let Some((_, meaning)) = layout.at(column) else {
            return Ok(None);
        };
        let Some(value) = self.number(layout, record, column)? else {
            return Ok(None);
        };
        check_positive(column, value, (Positive::MIN, Positive::MAX))
            .map_err(|reason| (field(layout, record, column).1, reason))?;
        Ok(Some(match meaning.form {
            Form::Consumed => value / f64::from(batch),
            _ => value,
        }))
    }

    /// |g|²; `None` where it is blank.
    fn norm(
        &mut self,
        layout: &Layout,
        record: &Record,
        column: Column,
    ) -> Result<Option<f64>, Failure> {
        let Some(value) = self.number(layout, record, column)? else {
            return Ok(None);
        };
        let is_squared = layout
            .at(column)
            .is_some_and(|(_, meaning)| meaning.form == Form::Squared);
        let max = if is_squared {
            MAX_NORM_SQ
        } else {
            libm::sqrt(MAX_NORM_SQ)
        };
        let reason = if !(0.0..=max).contains(&value) {
            Reason::OutOfRange {
                column,
                value,
                min: 0.0,
                max,
            }
        } else {
            return Ok(Some(if is_squared { value } else { value * value }));
        };
        Err((field(layout, record, column).1, reason))
    }

    /// What was read.
    pub fn finish(mut self) -> Reading {
        if let Some(layout) = self.layout.take() {
            let (kind, metric) = (layout.kind, layout.metric());
            self.number_seeds(layout.at(Column::Seed).is_some());
            self.reading.rows = match kind {
                _ if self.runs.is_empty() && self.pairs.is_empty() && self.norms.is_empty() => {
                    Rows::Nothing
                }
                Kind::Runs => Rows::Runs {
                    metric: metric.unwrap_or(Metric::Loss),
                    runs: self.runs,
                },
                Kind::BestLrs => Rows::BestLrs {
                    metric,
                    runs: self.runs,
                },
                Kind::Pairs => Rows::Pairs(self.pairs),
                Kind::Norms => Rows::Norms(self.norms),
            };
        }
        let is_silent = self.reading.n_bad == 0 && self.reading.n_blank == 0;
        if is_silent && self.reading.rows.is_empty() {
            self.reading.bad.push(BadRow {
                line: 1,
                column: 1,
                reason: Reason::Empty,
            });
            self.reading.n_bad = 1;
        }
        // Nearly sorted already: only repeated runs come late.
        sort_few(&mut self.reading.bad, |a, b| {
            (a.line, a.column) < (b.line, b.column)
        });
        self.reading
    }

    /// Sorts runs; numbers those that have no seeds, or names those that have the same as one before.
    fn number_seeds(&mut self, has_seeds: bool) {
        let mut runs = core::mem::take(&mut self.runs);
        runs.sort_unstable_by(|a, b| {
            let order = a.batch.cmp(&b.batch).then(a.lr.total_cmp(&b.lr));
            order.then(a.seed.cmp(&b.seed)).then(a.line.cmp(&b.line))
        });
        let is_same = |a: &Run, b: &Run| a.batch == b.batch && a.lr.to_bits() == b.lr.to_bits();
        let mut kept: Vec<Run> = Vec::with_capacity(runs.len());
        for mut run in runs {
            if let Some(last) = kept.last().filter(|last| is_same(last, &run)) {
                if !has_seeds {
                    run.seed = last.seed + 1;
                } else if run.seed == last.seed {
                    let first_line = last.line;
                    self.bad(run.line, 1, Reason::RepeatedRun { first_line });
                    continue;
                }
            }
            kept.push(run);
        }
        self.runs = kept;
    }
}

fn field<'a>(layout: &Layout, record: &'a Record, column: Column) -> (&'a [u8], Field) {
    let (i, _) = layout
        .at(column)
        .expect("a layout has the columns its kind reads");
    record.get(i)
}

fn is_whole(value: f64) -> bool {
    libm::floor(value).to_bits() == value.to_bits()
}

fn check_positive(column: Column, value: f64, (min, max): (f64, f64)) -> Result<(), Reason> {
    if value <= 0.0 {
        Err(Reason::NotPositive { column, value })
    } else if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(Reason::OutOfRange {
            column,
            value,
            min,
            max,
        })
    }
}
