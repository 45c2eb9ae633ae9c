//! English, the panel Your runs.

use super::runs::Runs;
use crate::experiment::sweep::column::Edge;
use crate::experiment::your_runs::{Doubt, Fitted};
use crate::measurements::{Column, Counted, Reason, Unit};
use crate::units::{Grouping, format_sig};

fn number(value: f64) -> String {
    format_sig(value, 6, Grouping::None)
}

const COLUMNS: [&str; 11] = [
    "batch size",
    "learning rate",
    "result",
    "seed",
    "unit",
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

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Unstated | Unit::Examples => "examples",
        Unit::Sequences => "sequences",
        Unit::Tokens => "tokens",
    }
}

pub(super) const RUNS: Runs = Runs {
    question: "I trained my own model at a few batch sizes. What is its critical batch, and which learning rate should I use?",
    hint: "Paste a table of your runs: batch size, learning rate, and steps to a target or final loss. Gradient norms at two batch sizes work too.",
    paste: "Your measurements",
    placeholder: "batch_size,lr,seed,steps_to_target\n8,0.05,0,4100\n8,0.1,0,2300",
    drop: "Or drop a file here: CSV, TSV or JSON, also as W&B, TensorBoard and Ray Tune export it.",
    choose: "Choose a file",
    clear: "Clear",
    examples: "Examples",
    example_names: [
        "Known answer",
        "Digits, this site's sweep",
        "MNIST, published",
    ],
    grid: "Type them in",
    grid_help: "One run per row; decimal commas may be used. What is typed here replaces the text above.",
    add_row: "Add a row",
    optimizer: "Optimiser of these runs",
    optimizers: ["SGD", "Adam"],
    optimizer_help: "Decides the slope that the fit of the learning rates takes at small batches: 1 for SGD, 0.75 for Adam, the middle of what was found (arXiv:1812.06162, appendix A.2).",
    asked_batch: "Batch size you want to use",
    kept_here: "Everything stays in this browser.",
    reading: "reading…",
    lost: "The text could not be read: its worker stopped twice. Try again, or with fewer rows.",
    too_large: |size, most| format!("The file has {size} MB; up to {most} MB are read."),
    rows: |good, bad| format!("{good} rows used, {bad} left out"),
    columns: COLUMNS,
    used: |column, name| format!("{column}: “{name}”"),
    used_title: "Columns",
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
            format!("At {n} batch sizes, {batch} among them, the best learning rate is the {side} that was tried. Try {way} ones there; such batch sizes take no part in fits.")
        }
        Doubt::WithoutResult { n, batch } => format!("At {n} batch sizes, {batch} among them, a seed has no result at any learning rate; such batch sizes take no part in fits."),
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
    steps_axis: "steps to the target",
    loss_axis: "loss",
    chart_description: "The best of every batch size with its spread over seeds, and the fitted curve.",
    critical_batch: "Critical batch size B_crit",
    exponent: "Exponent p of η* ∝ Bᵖ",
    recommended: |batch, lr, low, high| {
        format!("At batch {batch} use about η = {lr} ({low} … {high}).")
    },
    is_outside: "That batch size lies outside of what you measured; the curve is only carried on.",
    no_recommendation: "No learning rate can be recommended from these measurements.",
    no_scaling: "No scaling",
    theory: "Noise-scale rule, as fitted",
    agrees: |rule, factor| format!("{rule}: within a factor {factor}"),
    noise_scale: "Noise scale B_simple",
    grad_norm_sq: "|G|², corrected",
    raw_norm_sq: "|g|² at the larger batch, raw",
    noise_trace: "tr(Σ)",
    pairs: |n| format!("From {n} pairs of gradient norms; the ratio of their averages."),
    blank: |n| format!("{n} rows have no gradient norm and were passed over."),
    gradient_hidden: "The noise hides the gradient: on average the larger batch shows no more signal than the smaller one explains. More steps or larger batches are needed, and no number is given before.",
    noise_hidden: "No noise shows: the smaller batch's norm is not above the larger one's. Are the columns swapped?",
    unbounded: "no upper bound",
    one_batch_size: "Gradient norms at one batch size only. Such a norm is |G|² + tr(Σ)/B, and nothing tells the two apart; log norms at two batch sizes of the same step.",
    no_common_step: "Gradient norms at several batch sizes, but never two at the same step.",
};
