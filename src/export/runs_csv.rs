//! The best of every batch size of a reader's own runs as comma-separated values, with all digits.

use crate::experiment::sweep::fit::Interval;
use crate::experiment::your_runs::{Fitted, RunFindings};
use crate::measurements::{Metric, Unit};
use std::fmt::Write;

/// One row per batch size that the charts show; the link, α and what was fitted as comments.
///
/// The panel reads its own table: a best learning rate that lies at the edge of what was tried, or that some seeds do
/// not have, only bounds the best, so its cell is empty and the range beside it is not; learning rates that were never
/// tuned stand under `lr`, as in the reader's own table.
pub fn runs(found: &RunFindings, alpha: f64, link: &str) -> String {
    let link: String = link.chars().filter(|c| !c.is_control()).collect();
    let (unit, unit_name) = match found.unit {
        Unit::Unstated => ("", "examples"),
        Unit::Examples => (" [examples]", "examples"),
        Unit::Sequences => (" [sequences]", "sequences"),
        Unit::Tokens => (" [tokens]", "tokens"),
    };
    let is_untuned = found.is_untuned();
    let lr = if is_untuned { "lr" } else { "best_lr" };
    let mut out = format!("# {link}\n# alpha {alpha}\n");
    push_interval(&mut out, "critical_batch", unit, found.critical_batch());
    push_interval(&mut out, "noise_scale", unit, found.noise_scale());
    // Writing to a String cannot fail.
    let _ = write!(out, "batch_size{unit},{lr},{lr}_low,{lr}_high");
    let _ = match found.metric {
        Some(Metric::Steps) => write!(
            out,
            ",steps_to_target,steps_to_target_low,steps_to_target_high,{unit_name}_to_target{unit},fitted_steps"
        ),
        Some(Metric::Loss) => write!(out, ",loss,loss_low,loss_high"),
        None => Ok(()),
    };
    out.push_str(",fitted_lr,n_seeds,n_seeds_without_result,n_seeds_at_edge\n");
    let fitted = |what, batch: f64| {
        (found.fit(what)).map_or(String::new(), |fit| fit.fit.at(batch).to_string())
    };
    for point in &found.ridge {
        let batch = f64::from(point.batch);
        let best = if point.is_usable() || is_untuned {
            point.lr.mean.to_string()
        } else {
            String::new()
        };
        let (lr, score) = (point.lr, point.score);
        let _ = write!(out, "{batch},{best},{},{}", lr.low, lr.high);
        if found.metric.is_some() {
            let _ = write!(out, ",{},{},{}", score.mean, score.low, score.high);
        }
        if found.metric == Some(Metric::Steps) {
            let fitted = fitted(Fitted::Steps, batch);
            let _ = write!(out, ",{},{fitted}", score.mean * batch);
        }
        let _ = writeln!(
            out,
            ",{},{},{},{}",
            fitted(Fitted::LearningRate, batch),
            point.optima.len(),
            point.n_censored,
            point.n_unbracketed
        );
    }
    out
}

/// `# critical_batch [examples] 95.3, 95 % interval 85.1 to 107`
fn push_interval(out: &mut String, name: &str, unit: &str, interval: Option<Interval>) {
    if let Some(i) = interval {
        let doubt = if i.is_inconclusive() {
            ", inconclusive"
        } else {
            ""
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "# {name}{unit} {}, 95 % interval {} to {}{doubt}",
            i.fit.batch, i.low, i.high
        );
    }
}
