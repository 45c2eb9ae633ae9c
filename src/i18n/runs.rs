//! What each language says in the panel Your runs.

use crate::experiment::your_runs::Doubt;
use crate::measurements::{Counted, Reason, Unit};

/// The panel Your runs.
pub struct Runs {
    pub question: &'static str,
    pub hint: &'static str,
    pub paste: &'static str,
    pub placeholder: &'static str,
    pub drop: &'static str,
    pub choose: &'static str,
    pub clear: &'static str,
    pub examples: &'static str,
    /// Synthetic, Digits, MNIST.
    pub example_names: [&'static str; 3],
    pub grid: &'static str,
    pub grid_help: &'static str,
    pub add_row: &'static str,
    pub optimizer: &'static str,
    /// SGD, Adam.
    pub optimizers: [&'static str; 2],
    pub optimizer_help: &'static str,
    pub asked_batch: &'static str,
    pub kept_here: &'static str,
    pub reading: &'static str,
    pub lost: &'static str,
    /// (size in MB, largest in MB)
    pub too_large: fn(&str, &str) -> String,
    /// (rows that are used, rows that are not)
    pub rows: fn(&str, &str) -> String,
    /// Columns by `Column`.
    pub columns: [&'static str; 11],
    /// (column, its name in the text)
    pub used: fn(&str, &str) -> String,
    pub used_title: &'static str,
    pub unit: fn(Unit) -> &'static str,
    /// How many rows are left out.
    pub bad_title: fn(&str) -> String,
    /// (line, column, reason)
    pub bad_row: fn(Counted, &str, &str, &str) -> String,
    /// How many more there are.
    pub more_bad: fn(&str) -> String,
    pub reason: fn(&Reason) -> String,
    pub doubt: fn(&Doubt) -> String,
    pub steps_title: &'static str,
    pub loss_title: &'static str,
    pub lr_title: &'static str,
    pub steps_axis: &'static str,
    pub loss_axis: &'static str,
    pub chart_description: &'static str,
    pub critical_batch: &'static str,
    pub exponent: &'static str,
    /// (batch size, learning rate, low, high)
    pub recommended: fn(&str, &str, &str, &str) -> String,
    pub is_outside: &'static str,
    pub no_recommendation: &'static str,
    pub no_scaling: &'static str,
    pub theory: &'static str,
    /// (rule, factor)
    pub agrees: fn(&str, &str) -> String,
    pub noise_scale: &'static str,
    pub grad_norm_sq: &'static str,
    pub raw_norm_sq: &'static str,
    pub noise_trace: &'static str,
    /// Pairs that were averaged.
    pub pairs: fn(&str) -> String,
    /// Rows of a log without a norm.
    pub blank: fn(&str) -> String,
    pub gradient_hidden: &'static str,
    pub noise_hidden: &'static str,
    pub unbounded: &'static str,
    pub one_batch_size: &'static str,
    pub no_common_step: &'static str,
}
