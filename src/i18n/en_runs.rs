//! English, the panel Your runs.

use super::ParamText;
use super::runs::Runs;
use crate::experiment::sweep::column::Edge;
use crate::experiment::your_runs::curves::NotForCurves;
use crate::experiment::your_runs::{Doubt, Fitted};
use crate::measurements::{Column, Counted, Reason, Unit};
use crate::units::{Grouping, format_sig};

fn number(value: f64) -> String {
    format_sig(value, 6, Grouping::None)
}

const COLUMNS: [&str; 12] = [
    "batch size",
    "learning rate",
    "result",
    "seed",
    "unit",
    "state",
    "smaller batch size",
    "larger batch size",
    "gradient norm of the smaller batch",
    "gradient norm of the larger batch",
    "gradient norm",
    "step",
];

fn column(column: Column) -> &'static str {
    COLUMNS[column as usize]
}

/// So many batch sizes, the first of them by name.
fn at(n: usize, batch: u32) -> String {
    if n == 1 {
        format!("At batch size {batch}")
    } else {
        format!("At {n} batch sizes, {batch} among them,")
    }
}

fn no_part(n: usize) -> &'static str {
    if n == 1 {
        "that batch size takes no part in fits"
    } else {
        "those batch sizes take no part in fits"
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Unstated | Unit::Examples => "examples",
        Unit::Sequences => "sequences",
        Unit::Tokens => "tokens",
    }
}

pub(super) const OPTIMIZER: ParamText = ParamText {
    label: "Optimiser of these runs",
    help: "Decides how the best learning rate bends: ε(B) = ε_max/(1 + B_noise/B)^α with α = 1 for SGD, with or without momentum, and α = 0.75 for Adam and its relatives, the middle of what was measured (arXiv:1812.06162, appendix A.2).",
    unit: "",
};
pub(super) const OPTIMIZERS: &[&str] = &["SGD", "Adam"];
pub(super) const ASKED_BATCH: ParamText = ParamText {
    label: "Batch size you want to use",
    help: "The fitted curve gives a learning rate for it, with an interval. It counts what your batch sizes count.",
    unit: "",
};

pub(super) const RUNS: Runs = Runs {
    question: "I trained my own model at a few batch sizes. What is its critical batch, and which learning rate should I use?",
    hint: "Paste a table of your runs: batch size, learning rate, and steps to a target or final loss. Gradient norms at two batch sizes work too.",
    paste: "Your measurements",
    placeholder: "batch_size,lr,seed,steps_to_target\n8,0.05,0,4100\n8,0.1,0,2300",
    drop: "Or drop a file here: CSV, TSV or JSON, also as W&B, TensorBoard and Ray Tune export it.",
    choose: "Choose a file",
    clear: "Clear",
    examples: "Examples",
    example_names: ["Known answer", "Digits, in PyTorch", "MNIST, published"],
    grid: "Type them in",
    grid_help: "One run per row; decimal commas may be used. What is typed here replaces the text above.",
    add_row: "Add a row",
    kept_here: "Everything stays in this browser.",
    kinds: [
        (
            "Runs",
            "Several learning rates at each of four batch sizes or more, to one and the same target. Leave the result empty where a run diverged. A final loss will do as well, but gives the learning rate alone. A few seeds make intervals honest.",
        ),
        (
            "Best learning rates",
            "If you have found them already, one row per batch size; with the steps, if you know them.",
        ),
        (
            "Gradient norms",
            "At two batch sizes of the same step, as many steps as you have: pairs in a row, or one norm per row. They give the noise scale.",
        ),
    ],
    reading: "reading…",
    lost: "The text could not be read: its worker stopped twice or could not be fetched. Try again, or with fewer rows.",
    too_large: |size, most| format!("The file has {size} MB; up to {most} MB are read."),
    rows: |good, bad| format!("{good} rows used, {bad} left out"),
    columns: COLUMNS,
    used: |column, name| format!("{column}: “{name}”"),
    unit,
    bad_title: |n| format!("Left out ({n})"),
    bad_row: |counted, line, column, why| match counted {
        Counted::Fields => format!("Line {line}, column {column}: {why}"),
        Counted::Characters => format!("Line {line}, character {column}: {why}"),
    },
    more_bad: |n| format!("and {n} more"),
    reason: |reason| {
        match reason {
        Reason::Empty => "there is no row of numbers.".to_owned(),
        Reason::NoHeader => "numbers, and nothing says what they are. Put names above: batch_size,lr,steps_to_target".to_owned(),
        Reason::UnknownHeader { name } => format!("no column has a known name; the first is “{name}”. Known are, for instance, batch_size, lr, loss."),
        Reason::MissingColumn { column: c } => format!("a column is missing: {}.", column(*c)),
        Reason::PerDevice { name } => format!("“{name}” is the batch size of one device. A column with the whole batch is needed: per device × devices × accumulation."),
        Reason::DuplicateHeader { name } => format!("“{name}” means the same as a column before; the first is used."),
        Reason::MixedUnits { found, expected } => format!("counts {}, the others count {}. Fits need one unit.", unit(*found), unit(*expected)),
        Reason::UnknownUnit { value } => format!("“{value}” is no unit known here; examples, sequences and tokens are."),
        Reason::TooFewFields { found, expected } => format!("{found} fields instead of {expected}."),
        Reason::TooManyFields { found, expected } => format!("{found} fields instead of {expected}."),
        Reason::UnclosedQuote => "a quote is opened and not closed.".to_owned(),
        Reason::Missing { column: c } => format!("no {}.", column(*c)),
        Reason::NotANumber { column: c, value } => format!("“{value}” is not a number; {} needs one.", column(*c)),
        Reason::AmbiguousComma { column: c, value } => format!("the comma in “{value}” ({}) may separate thousands or decimals. Write it without.", column(*c)),
        Reason::NotText { column: c } => format!("{} holds bytes that are no text. Save the file as UTF-8.", column(*c)),
        Reason::NotWhole { column: c, value } => format!("{} must be a whole number, not {}.", column(*c), number(*value)),
        Reason::NotPositive { column: c, value } => format!("{} must be above 0, not {}.", column(*c), number(*value)),
        Reason::OutOfRange { column: c, value, min, max } => format!("{} {} is outside {} … {}.", column(*c), number(*value), number(*min), number(*max)),
        Reason::BatchesNotIncreasing { small, big } => format!("the larger batch ({big}) must be larger than the smaller one ({small})."),
        Reason::Unfinished { state } => format!("the run is “{state}”, so its loss is not a final one."),
        Reason::RepeatedRun { first_line } => format!("same batch size, learning rate and seed as line {first_line}."),
        Reason::NotJson => "the text stops being JSON here.".to_owned(),
        Reason::NotARow => "a row should be an object, { … }.".to_owned(),
    }
    },
    doubt: |doubt| {
        match doubt {
        Doubt::TooFewBatches { n_usable } => format!("A fit needs the best learning rate at 4 batch sizes or more; here it is known at {n_usable}."),
        Doubt::TooManyBatches { n } => format!("{n} different batch sizes: that column is hardly a batch size. Up to 64 are fitted."),
        Doubt::Untuned => "One learning rate per batch size: untuned, so this measures your learning rate as much as your batch size.".to_owned(),
        Doubt::AtEdge { n, batch, edge } => {
            let (side, way) = match edge {
                Edge::Low => ("smallest", "smaller"),
                Edge::High => ("largest", "larger"),
            };
            format!("{} the best learning rate is the {side} that was tried. Try {way} ones there; {}.", at(*n, *batch), no_part(*n))
        }
        Doubt::WithoutResult { n, batch } => format!("{} a seed has no result at any learning rate; {}.", at(*n, *batch), no_part(*n)),
        Doubt::NotMonotone { what, from, to, factor } => {
            let factor = format_sig(*factor, 2, Grouping::None);
            match what {
                Fitted::Steps => format!("From batch {from} to {to} the steps rise by a factor {factor}; under the model they fall. Was the learning rate tuned at {to}?"),
                Fitted::LearningRate => format!("From batch {from} to {to} the best learning rate falls by a factor {factor}; under the model for SGD it rises. With Adam it may fall."),
            }
        }
        Doubt::Inconclusive(Fitted::Steps) => "Inconclusive: over these batch sizes the steps bend too little to say where.".to_owned(),
        Doubt::Inconclusive(Fitted::LearningRate) => "Over these batch sizes the best learning rate bends too little to give a noise scale.".to_owned(),
        Doubt::NeedsSteps => "Final losses show the best learning rates; a critical batch size needs steps to one and the same target.".to_owned(),
    }
    },
    steps_title: "Best steps per batch size",
    loss_title: "Best loss per batch size",
    lr_title: "Best learning rate per batch size",
    batch_axis: |unit| match unit {
        Unit::Unstated | Unit::Examples => "batch size B (examples)",
        Unit::Sequences => "batch size B (sequences)",
        Unit::Tokens => "batch size B (tokens)",
    },
    steps_axis: "steps to the target",
    loss_axis: "loss",
    chart_description: "The best of every batch size with its spread over seeds, and the fitted curve.",
    legend: [
        "best of its batch size, with its range over seeds",
        "takes no part in the fits",
        "fitted curve",
        "where it bends, 95 % interval",
    ],
    measured: "measured",
    table_caption: "The points of the charts",
    column_own_lr: "η, not tuned",
    column_steps: "steps to the target (range over seeds)",
    column_loss: "loss (range over seeds)",
    column_consumed: |unit| match unit {
        Unit::Unstated | Unit::Examples => "examples to the target",
        Unit::Sequences => "sequences to the target",
        Unit::Tokens => "tokens to the target",
    },
    column_fitted_steps: "fitted steps",
    column_fitted_lr: "fitted η",
    column_seeds: "seeds",
    critical_batch: "Critical batch size B_crit",
    e_min: "E_min",
    exponent: "Exponent p of η* ∝ Bᵖ",
    recommended: |batch, lr, low, high| {
        format!("At batch {batch} use about η = {lr} ({low} … {high}).")
    },
    is_outside: "That batch size lies outside of what you measured; the curve is only carried on.",
    no_recommendation: "No learning rate can be recommended from these measurements.",
    use_in_curves: "Use in Curves",
    for_curves: |critical, n| match n {
        "0" => format!("Curves takes {critical} as its critical batch size."),
        _ => format!(
            "Curves takes {critical} as its critical batch size and shows {n} best learning rates."
        ),
    },
    not_for_curves: |why| match *why {
        NotForCurves::Untuned => {
            "Not for Curves: no best learning rate is known, because none was tuned.".to_owned()
        }
        NotForCurves::Inconclusive => {
            "Not for Curves: neither a critical batch size nor a noise scale is conclusive."
                .to_owned()
        }
        NotForCurves::Tokens => {
            "Not for Curves: these batch sizes count tokens, and those of Curves examples."
                .to_owned()
        }
        NotForCurves::BatchOutOfRange { batch, min, max } => format!(
            "Not for Curves: batch size {} is outside its range {} … {}.",
            number(batch),
            number(min),
            number(max)
        ),
        NotForCurves::LrOutOfRange { lr, min, max } => format!(
            "Not for Curves: learning rate {} is outside its range {} … {}.",
            number(lr),
            number(min),
            number(max)
        ),
    },
    rules: "How far each rule is from the best learning rates, from the base that suits it best:",
    no_scaling: "No scaling",
    theory: "Noise-scale rule, as fitted",
    agrees: |rule, factor| format!("{rule}: within a factor {factor}"),
    noise_scale: "Noise scale B_simple",
    grad_norm_sq: "|G|², corrected",
    raw_norm_sq: "|g|² at the larger batch, raw",
    noise_trace: "tr(Σ)",
    pairs: |n| format!("From {n} pairs of gradient norms; the ratio of their averages."),
    blank: |n| format!("{n} rows have no gradient norm and were passed over."),
    blank_lr: |n| format!("{n} batch sizes have no best learning rate and were passed over."),
    gradient_hidden: "The noise hides the gradient: on average the larger batch shows no more signal than the smaller one explains. More steps or larger batches are needed, and no number is given before.",
    noise_hidden: "No noise shows: the smaller batch's norm is not above the larger one's. Are the columns swapped?",
    unbounded: "no upper bound",
    one_batch_size: "Gradient norms at one batch size only. Such a norm is |G|² + tr(Σ)/B, and nothing tells the two apart; log norms at two batch sizes of the same step.",
    no_common_step: "Gradient norms at several batch sizes, but never two at the same step.",
};
