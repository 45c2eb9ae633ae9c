//! From the names in a header to which field is what, and what kind of measurement the text holds.

use super::headers::{Form, Meaning, is_per_device, meaning, names_a_run};
use super::reason::{Column, N_COLUMNS, Reason};
use super::{Metric, Unit};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

/// The kinds of [`super::Rows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Runs,
    BestLrs,
    Pairs,
    Norms,
}

/// Where each column stands.
pub(super) struct Layout {
    pub kind: Kind,
    /// Index of the field and its meaning, by [`Column`].
    columns: [Option<(usize, Meaning)>; N_COLUMNS],
}

/// A complaint about a name: its index, or the number of names for one that is missing.
pub(super) type Complaint = (usize, Reason);

impl Layout {
    /// Reads a header. Without a layout the complaints say why.
    pub fn of(names: &[String]) -> (Option<Self>, Vec<Complaint>) {
        let mut complaints = Vec::new();
        let mut columns: [Option<(usize, Meaning)>; N_COLUMNS] = [None; N_COLUMNS];
        for (i, name) in names.iter().enumerate() {
            let Some(found) = meaning(name) else {
                continue;
            };
            let place = &mut columns[found.column as usize];
            match place {
                Some((_, known)) if known.rank < found.rank => {}
                Some((_, known)) if known.rank == found.rank => {
                    complaints.push((i, Reason::DuplicateHeader { name: name.clone() }));
                }
                _ => *place = Some((i, found)),
            }
        }
        let has = |column: Column| columns[column as usize].is_some();
        if columns.iter().all(Option::is_none) {
            let name = names.first().map_or("", String::as_str).to_owned();
            complaints.push((0, Reason::UnknownHeader { name }));
            return (None, complaints);
        }
        let is_best =
            columns[Column::LearningRate as usize].is_some_and(|(_, m)| m.form == Form::Best);
        // A log has steps. A table of runs may have the last step and gradient norm of each, but names the runs.
        let is_run = has(Column::Batch) && has(Column::LearningRate) && has(Column::Result);
        let is_log = has(Column::Step) && !names.iter().any(|name| names_a_run(name));
        let kind = if has(Column::SmallNorm) || has(Column::BigNorm) {
            Kind::Pairs
        } else if has(Column::Norm) && (is_log || !is_run) {
            Kind::Norms
        } else if is_best {
            Kind::BestLrs
        } else {
            Kind::Runs
        };
        let needed: &[Column] = match kind {
            Kind::Runs => &[Column::Batch, Column::LearningRate, Column::Result],
            Kind::BestLrs => &[Column::Batch, Column::LearningRate],
            Kind::Pairs => &[
                Column::SmallBatch,
                Column::SmallNorm,
                Column::BigBatch,
                Column::BigNorm,
            ],
            Kind::Norms => &[Column::Norm],
        };
        let mut is_complete = true;
        for &column in needed.iter().filter(|&&column| !has(column)) {
            let per_device = names.iter().position(|name| is_per_device(name));
            complaints.push(match per_device.filter(|_| column == Column::Batch) {
                Some(i) => {
                    let name = names[i].clone();
                    (i, Reason::PerDevice { name })
                }
                None => (names.len(), Reason::MissingColumn { column }),
            });
            is_complete = false;
        }
        let layout = Self { kind, columns };
        if let (Some((_, batch)), Some((i, result))) =
            (layout.at(Column::Batch), layout.at(Column::Result))
            && result.form == Form::Consumed
            && batch.unit != Unit::Unstated
            && result.unit != batch.unit
        {
            complaints.push((
                i,
                Reason::MixedUnits {
                    found: result.unit,
                    expected: batch.unit,
                },
            ));
            is_complete = false;
        }
        (is_complete.then_some(layout), complaints)
    }

    /// Index of the field and its meaning.
    pub fn at(&self, column: Column) -> Option<(usize, Meaning)> {
        self.columns[column as usize]
    }

    /// What results are.
    pub fn metric(&self) -> Option<Metric> {
        self.at(Column::Result)
            .map(|(_, meaning)| match meaning.form {
                Form::Counts(metric) => metric,
                _ => Metric::Steps,
            })
    }

    /// What batch sizes count, as far as the header says.
    pub fn unit(&self) -> Unit {
        let of = |column| {
            self.at(column)
                .map_or(Unit::Unstated, |(_, meaning)| meaning.unit)
        };
        let units = [Column::Batch, Column::SmallBatch, Column::BigBatch].map(of);
        units
            .into_iter()
            .find(|&unit| unit != Unit::Unstated)
            .unwrap_or(Unit::Unstated)
    }

    /// The columns this kind of measurement reads.
    pub fn used(&self) -> impl Iterator<Item = (Column, usize)> {
        let reads = |column| match self.kind {
            Kind::Runs | Kind::BestLrs => {
                matches!(
                    column,
                    Column::Batch
                        | Column::LearningRate
                        | Column::Result
                        | Column::Seed
                        | Column::Unit
                        | Column::State
                )
            }
            Kind::Pairs => {
                matches!(
                    column,
                    Column::SmallBatch
                        | Column::SmallNorm
                        | Column::BigBatch
                        | Column::BigNorm
                        | Column::Unit
                )
            }
            Kind::Norms => matches!(
                column,
                Column::Batch | Column::Norm | Column::Step | Column::Unit
            ),
        };
        let known = self.columns.iter().flatten();
        known
            .map(|&(i, meaning)| (meaning.column, i))
            .filter(move |&(column, _)| reads(column))
    }
}
