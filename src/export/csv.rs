//! Comma-separated values: one row per point, a header with units, the link as a comment.

use crate::experiment::curves::Curves;
use crate::params::curves::{CURVE_NAMES, CurvesState};
use crate::units::BatchSize;
use std::fmt::Write;

/// The curves at `batches` (examples), with every digit.
pub fn curves(state: &CurvesState, batches: &[f64], link: &str) -> String {
    let curves = Curves::new(state);
    let mut out = format!("# {}\nbatch_size [examples]", one_line(link));
    for row in curves.rows(curves.target) {
        // Writing to a String cannot fail.
        let _ = write!(out, ",lr_{}", CURVE_NAMES[row.curve as usize]);
    }
    out.push_str(",steps_over_min,examples_over_min\n");
    for b in batches {
        let batch = BatchSize::clamped(*b);
        let _ = write!(out, "{b}");
        for row in curves.rows(batch) {
            let _ = write!(out, ",{}", row.lr);
        }
        let (steps, examples) = curves.cost(batch);
        let _ = writeln!(out, ",{steps},{examples}");
    }
    out
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
