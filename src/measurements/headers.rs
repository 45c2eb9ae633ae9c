//! What a column means, from its name: our own exports, W&B, TensorBoard, Ray Tune, and what people type.
//!
//! A name is compared without case, spaces and punctuation. W&B writes `run - metric`, Ray and TensorBoard
//! `group/metric`: only the part behind counts, and less than a name without a group. Bracketed units, `batch_size [tokens]`, are read.

use super::reason::Column;
use super::{Metric, Unit};
use alloc::string::String;

/// How the values of a column are to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As they are.
    Plain,
    /// Norms that are squared already.
    Squared,
    /// Learning rates that are the best of their batch size.
    Best,
    /// Results that are steps or a loss.
    Counts(Metric),
    /// Results that are examples or tokens, B times the steps.
    Consumed,
}

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    pub column: Column,
    pub form: Form,
    pub unit: Unit,
    /// Where several columns would do, the one with the lowest rank is meant. Odd for a name out of a group, such as the
    /// learning rate that a schedule has come to beside the one that was set.
    pub rank: u8,
}

const STEPS: Form = Form::Counts(Metric::Steps);
const LOSS: Form = Form::Counts(Metric::Loss);

/// (name without case and punctuation, meaning, form, rank).
#[rustfmt::skip]
const NAMES: &[(&str, Column, Form, u8)] = {
    use Column::{Batch, LearningRate, Norm, Result, Seed, Step};
    use Form::{Best, Consumed, Plain, Squared};
    &[
        ("globalbatchsize", Batch, Plain, 0), ("globalbatch", Batch, Plain, 0),
        ("effectivebatchsize", Batch, Plain, 0), ("effectivebatch", Batch, Plain, 0),
        ("totalbatchsize", Batch, Plain, 0), ("totalbatch", Batch, Plain, 0),
        ("batchsize", Batch, Plain, 1), ("batch", Batch, Plain, 1), ("bs", Batch, Plain, 1), ("b", Batch, Plain, 1),
        ("trainbatchsize", Batch, Plain, 1), ("batches", Batch, Plain, 2),
        ("lr", LearningRate, Plain, 0), ("learningrate", LearningRate, Plain, 0), ("eta", LearningRate, Plain, 0),
        ("η", LearningRate, Plain, 0), ("peaklr", LearningRate, Plain, 0), ("maxlr", LearningRate, Plain, 0),
        ("peaklearningrate", LearningRate, Plain, 0), ("maxlearningrate", LearningRate, Plain, 0),
        ("bestlr", LearningRate, Best, 0), ("bestlearningrate", LearningRate, Best, 0),
        ("optimallr", LearningRate, Best, 0), ("optimallearningrate", LearningRate, Best, 0),
        ("lropt", LearningRate, Best, 0), ("epsopt", LearningRate, Best, 0), ("εopt", LearningRate, Best, 0),
        ("etaopt", LearningRate, Best, 0), ("ηopt", LearningRate, Best, 0),
        ("stepstotarget", Result, STEPS, 0), ("stepstoaccuracy", Result, STEPS, 0), ("stepstoloss", Result, STEPS, 0),
        ("iterationstotarget", Result, STEPS, 0), ("updatestotarget", Result, STEPS, 0),
        ("examplestotarget", Result, Consumed, 1), ("samplestotarget", Result, Consumed, 1),
        ("sequencestotarget", Result, Consumed, 1), ("tokenstotarget", Result, Consumed, 1),
        ("lossatequalexamples", Result, LOSS, 3), ("lossatequalsteps", Result, LOSS, 3),
        ("valloss", Result, LOSS, 4), ("validationloss", Result, LOSS, 4), ("evalloss", Result, LOSS, 4),
        ("testloss", Result, LOSS, 5), ("finalloss", Result, LOSS, 6), ("loss", Result, LOSS, 7),
        ("finaltrainloss", Result, LOSS, 8), ("trainloss", Result, LOSS, 8), ("trainingloss", Result, LOSS, 8),
        // Beside a loss these are the length of the run.
        ("steps", Result, STEPS, 9), ("nsteps", Result, STEPS, 9), ("iterations", Result, STEPS, 9),
        ("seed", Seed, Plain, 0), ("seedindex", Seed, Plain, 0), ("randomseed", Seed, Plain, 0),
        ("state", Column::State, Plain, 0), ("status", Column::State, Plain, 1),
        ("unit", Column::Unit, Plain, 0), ("units", Column::Unit, Plain, 0), ("batchunit", Column::Unit, Plain, 0),
        ("batchgradnormsq", Norm, Squared, 0),
        ("gradnorm", Norm, Plain, 1), ("gradientnorm", Norm, Plain, 1), ("gnorm", Norm, Plain, 1),
        ("globalgradnorm", Norm, Plain, 1), ("gradl2norm", Norm, Plain, 1), ("normgrad", Norm, Plain, 1),
        ("g", Norm, Plain, 2), ("norm", Norm, Plain, 2),
        // TensorBoard does not say of what; a single curve can only be meant as this.
        ("value", Norm, Plain, 3),
        ("step", Step, Plain, 0), ("globalstep", Step, Plain, 1), ("iteration", Step, Plain, 1),
        ("iter", Step, Plain, 1), ("trainingiteration", Step, Plain, 1),
    ]
};

/// Endings of a norm that is squared.
const SQUARED: [&str; 4] = ["2", "sq", "squared", "square"];

/// What a name means; `None` for names that are not known. Of a name with parts, `val/loss`, the last two are tried
/// before the last alone.
pub fn meaning(name: &str) -> Option<Meaning> {
    let (name, unit) = without_unit(name.trim());
    let name = name.rsplit_once(" - ").map_or(name, |split| split.1);
    // W&B adds the least and the greatest of what it has averaged.
    if name.ends_with("__MIN") || name.ends_with("__MAX") {
        return None;
    }
    let mut parts = name.rsplit(['/', '.', ':']);
    let last = letters(parts.next()?);
    let Some(group) = parts.next() else {
        return meaning_of(last, unit);
    };
    let whole = [letters(group).as_str(), &last].concat();
    meaning_of(whole, unit).or_else(|| {
        let meaning = meaning_of(last, unit)?;
        let rank = meaning.rank + 1;
        Some(Meaning { rank, ..meaning })
    })
}

/// Whether a name says that its rows are whole runs and not the steps of one.
pub fn names_a_run(name: &str) -> bool {
    const NAMES: [&str; 6] = ["name", "runid", "trialid", "state", "created", "runtime"];
    NAMES.contains(&letters(name).as_str())
}

/// Whether a name says that batch sizes are those of one device.
pub fn is_per_device(name: &str) -> bool {
    let word = letters(name);
    word.contains("batch")
        && ["perdevice", "pergpu", "micro"]
            .iter()
            .any(|w| word.contains(w))
}

/// What a word without punctuation means, given the unit that stood behind it.
fn meaning_of(mut word: String, mut unit: Unit) -> Option<Meaning> {
    for (ending, of) in UNITS {
        if let Some(rest) = word
            .strip_suffix(ending)
            .filter(|r| r.ends_with("batch") || r.ends_with("batchsize"))
        {
            unit = of;
            word.truncate(rest.len());
        }
    }
    for (ending, of) in UNITS {
        if word
            .strip_prefix(ending)
            .is_some_and(|r| matches!(r, "perbatch" | "perstep"))
        {
            return Some(Meaning {
                column: Column::Batch,
                form: Form::Plain,
                unit: of,
                rank: 2,
            });
        }
        if word.strip_suffix("totarget") == Some(ending) {
            unit = of;
        }
    }
    let (word, size) = match (
        take_out(&word, &["small"]),
        take_out(&word, &["big", "large"]),
    ) {
        (Some(rest), None) => (rest, Some(false)),
        (None, Some(rest)) => (rest, Some(true)),
        _ => (word, None),
    };
    let known = |word: &str| NAMES.iter().find(|n| n.0 == word);
    let squared = || {
        let base = SQUARED.iter().find_map(|end| word.strip_suffix(end))?;
        let (_, column, _, rank) = known(base).filter(|n| n.1 == Column::Norm)?;
        Some((*column, Form::Squared, *rank))
    };
    let (column, form, rank) = known(&word).map(|n| (n.1, n.2, n.3)).or_else(squared)?;
    let rank = 2 * rank;
    let column = match (size, column) {
        (None, column) => column,
        (Some(false), Column::Batch) => Column::SmallBatch,
        (Some(true), Column::Batch) => Column::BigBatch,
        (Some(false), Column::Norm) => Column::SmallNorm,
        (Some(true), Column::Norm) => Column::BigNorm,
        _ => return None,
    };
    Some(Meaning {
        column,
        form,
        unit,
        rank,
    })
}

/// Words for units as they stand in names, in brackets, and in a column of their own.
const UNITS: [(&str, Unit); 10] = [
    ("examples", Unit::Examples),
    ("samples", Unit::Examples),
    ("images", Unit::Examples),
    ("example", Unit::Examples),
    ("sequences", Unit::Sequences),
    ("sequence", Unit::Sequences),
    ("seqs", Unit::Sequences),
    ("tokens", Unit::Tokens),
    ("token", Unit::Tokens),
    ("toks", Unit::Tokens),
];

/// The unit that a word names.
pub fn unit(text: &str) -> Option<Unit> {
    let word = letters(text);
    UNITS.iter().find(|u| u.0 == word).map(|u| u.1)
}

/// A name without the unit in its brackets, and that unit.
fn without_unit(name: &str) -> (&str, Unit) {
    match name.split_once(['[', '(']) {
        Some((before, rest)) => {
            let inside = rest.trim_end_matches([']', ')']);
            (before, unit(inside).unwrap_or(Unit::Unstated))
        }
        None => (name, Unit::Unstated),
    }
}

/// Letters and digits in lower case, raised digits as plain ones.
fn letters(text: &str) -> String {
    let plain = text.chars().map(|c| if c == '²' { '2' } else { c });
    plain
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// `word` without the first of `parts` that is in it.
fn take_out(word: &str, parts: &[&str]) -> Option<String> {
    let (before, after) = parts.iter().find_map(|part| word.split_once(part))?;
    Some([before, after].concat())
}
