//! From records to a reading: which rows are kept, which are named, and what the kept ones make up.

use super::fields::{Failure, Fields};
use super::layout::{Kind, Layout};
use super::number::Numbers;
use super::reason::{BadRow, Column, Reason};
use super::{Counted, MAX_NAMED, Metric, Norm, NormPair, Reading, Rows, Run, Unit};
use crate::few::sort_few;
use alloc::string::String;
use alloc::vec::Vec;

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
    /// Text without space around it, and where it stands.
    pub fn get(&self, i: usize) -> (&[u8], Field) {
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
        let mut fields = Fields {
            layout,
            record,
            numbers: &mut self.numbers,
        };
        fields.check_length(self.n_names)?;
        if let Some((found, field)) = fields.unit()? {
            match self.reading.unit {
                Unit::Unstated => self.reading.unit = found,
                expected if expected != found => {
                    return Err((field, Reason::MixedUnits { found, expected }));
                }
                _ => {}
            }
        }
        let line = record.line;
        match layout.kind {
            Kind::Runs | Kind::BestLrs => {
                let batch = fields.batch(Column::Batch)?;
                // In a table of best learning rates a blank says that there is none.
                if layout.kind == Kind::BestLrs && fields.is_blank(Column::LearningRate) {
                    self.reading.n_blank += 1;
                    return Ok(());
                }
                let lr = fields.lr()?;
                let result = fields.result(batch)?;
                // Steps to a target were counted when it was met; a loss is only final at the end.
                if result.is_some()
                    && layout.metric() == Some(Metric::Loss)
                    && let Some(failure) = fields.unfinished()
                {
                    return Err(failure);
                }
                let seed = match layout.at(Column::Seed) {
                    Some(_) => fields.whole(Column::Seed)?,
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
                let small = fields.batch(Column::SmallBatch)?;
                let big = fields.batch(Column::BigBatch)?;
                if small >= big {
                    let reason = Reason::BatchesNotIncreasing { small, big };
                    return Err(fields.failure(Column::BigBatch, reason));
                }
                let norms = [Column::SmallNorm, Column::BigNorm].map(|column| fields.norm(column));
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
                let Some(norm_sq) = fields.norm(Column::Norm)? else {
                    self.reading.n_blank += 1;
                    return Ok(());
                };
                let step = match layout.at(Column::Step) {
                    Some(_) => fields.whole(Column::Step)?,
                    None => self.norms.len() as u64,
                };
                let batch = match layout.at(Column::Batch) {
                    Some(_) => Some(fields.batch(Column::Batch)?),
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
