//! What the Calculator says to type, as comma-separated values with all digits.

use crate::experiment::calculator::{Calculation, RuleKind};
use crate::params::calc::CalcState;
use std::fmt::Write;

/// Names of the rules in files, in the order of [`RuleKind`].
const RULES: [&str; 5] = [
    "none",
    "sqrt",
    "linear",
    "noise_scale_low",
    "noise_scale_high",
];

/// Names of the units in files, in the order of [`CalcState::unit`].
const UNITS: [&str; 4] = ["examples", "sequences", "tokens", "as stated"];

/// One row per rule of the table; cells are empty where the optimiser has no such number, or the rule no valid one. The
/// link as a comment.
pub fn calculation(state: &CalcState, result: &Calculation, link: &str) -> String {
    let link: String = link.chars().filter(|c| !c.is_control()).collect();
    let unit = UNITS[state.unit.min(UNITS.len() - 1)];
    let mut out = format!(
        "# {link}\nrule,batch_size [{unit}],lr,weight_decay,beta1,beta2,eps,warmup_steps,total_steps\n"
    );
    for row in &result.rules {
        let companions = match (row.kind, result.kappa) {
            (_, None) | (RuleKind::Sqrt, Some(Err(_))) => None,
            (RuleKind::Sqrt, Some(Ok(a))) => Some([a.beta1.get(), a.beta2.get(), a.eps]),
            (_, Some(_)) => Some([state.beta1, state.beta2, state.eps]),
        };
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{},{},{},{}",
            RULES[row.kind as usize], state.batch, row.lr, row.weight_decay
        );
        for i in 0..3 {
            let _ = match companions {
                Some(all) => write!(out, ",{}", all[i]),
                None => write!(out, ","),
            };
        }
        let after = result.after;
        let _ = writeln!(out, ",{},{}", after.warmup_steps, after.total_steps);
    }
    out
}
