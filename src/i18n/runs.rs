//! What each language says in the panel Your runs.

use crate::experiment::your_runs::Doubt;
use crate::experiment::your_runs::curves::NotForCurves;
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
    pub kept_here: &'static str,
    /// What can be pasted: name, and what to know of it. The columns stand in the panel.
    pub kinds: [(&'static str, &'static str); 3],
    pub reading: &'static str,
    pub lost: &'static str,
    /// (size in MB, largest in MB)
    pub too_large: fn(&str, &str) -> String,
    /// (rows that are used, rows that are not)
    pub rows: fn(&str, &str) -> String,
    /// Columns by `Column`.
    pub columns: [&'static str; 12],
    /// (column, its name in the text)
    pub used: fn(&str, &str) -> String,
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
    /// What batch sizes count.
    pub batch_axis: fn(Unit) -> &'static str,
    pub steps_axis: &'static str,
    pub loss_axis: &'static str,
    pub chart_description: &'static str,
    /// Best, best that takes no part in the fits, fitted curve, interval of its bend.
    pub legend: [&'static str; 4],
    pub measured: &'static str,
    pub table_caption: &'static str,
    pub column_own_lr: &'static str,
    pub column_steps: &'static str,
    pub column_loss: &'static str,
    /// Examples or tokens to the target.
    pub column_consumed: fn(Unit) -> &'static str,
    pub column_fitted_steps: &'static str,
    pub column_fitted_lr: &'static str,
    pub column_seeds: &'static str,
    pub critical_batch: &'static str,
    pub e_min: &'static str,
    pub exponent: &'static str,
    /// (batch size, learning rate, low, high)
    pub recommended: fn(&str, &str, &str, &str) -> String,
    pub is_outside: &'static str,
    pub no_recommendation: &'static str,
    pub use_in_curves: &'static str,
    /// (critical batch size, number of points) that Curves would show.
    pub for_curves: fn(&str, &str) -> String,
    pub not_for_curves: fn(&NotForCurves) -> String,
    /// Above the list of how far the rules are off.
    pub rules: &'static str,
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
    /// Batch sizes without a best learning rate.
    pub blank_lr: fn(&str) -> String,
    pub gradient_hidden: &'static str,
    pub noise_hidden: &'static str,
    pub unbounded: &'static str,
    pub one_batch_size: &'static str,
    pub no_common_step: &'static str,
}
