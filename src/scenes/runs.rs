//! The charts of the panel Your runs: the best result and the best learning rate of every batch size.

use super::best::{Best, best_scene};
use crate::chart::scene::Scene;
use crate::experiment::sweep::fit::Resampled;
use crate::experiment::your_runs::RunFindings;
use crate::i18n::Strings;
use crate::measurements::Metric;
use crate::units::format_sig;

/// Steps or loss with S(B), or, if `is_lr`, learning rates with ε(B).
pub fn runs_scene(found: &RunFindings, s: &Strings, is_lr: bool) -> Scene {
    let fit = if is_lr { &found.lr } else { &found.steps };
    let fit = fit.as_ref().and_then(|fit| fit.as_ref().ok());
    let interval = fit.map(Resampled::interval);
    let name = if is_lr {
        s.sweep.noise_scale
    } else {
        s.runs.critical_batch
    };
    let bend = interval.filter(|i| !i.is_inconclusive()).map(|i| {
        let label = format!("{name} {}", format_sig(i.fit.batch, 2, s.grouping));
        (i.low, i.fit.batch, i.high, label)
    });
    let at = |i: Option<usize>| {
        let point = i.and_then(|i| found.ridge.get(i));
        point.map_or(1.0, |p| f64::from(p.batch))
    };
    best_scene(Best {
        ridge: &found.ridge,
        of: if is_lr { |p| p.lr } else { |p| p.score },
        batches: (at(Some(0)), at(found.ridge.len().checked_sub(1))),
        x_title: s.chart.batch_axis,
        y_title: match found.metric {
            _ if is_lr => s.sweep.lr_axis,
            Some(Metric::Loss) => s.runs.loss_axis,
            _ => s.runs.steps_axis,
        },
        fit: interval.map(|i| (i.fit, s.sweep.fitted, i.is_inconclusive())),
        bend,
    })
}

/// An empty chart, for the moment in which measurements go.
pub fn no_runs(s: &Strings) -> Scene {
    best_scene(Best {
        ridge: &[],
        of: |point| point.lr,
        batches: (1.0, 1024.0),
        x_title: s.chart.batch_axis,
        y_title: s.sweep.lr_axis,
        fit: None,
        bend: None,
    })
}
