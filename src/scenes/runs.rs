//! The charts of the panel Your runs: the best result and the best learning rate of every batch size.

use super::best::{Best, best_scene};
use crate::chart::scene::Scene;
use crate::experiment::sweep::fit::Resampled;
use crate::experiment::sweep::ridge::{RidgePoint, Spread};
use crate::experiment::your_runs::{Fitted, RunFindings};
use crate::i18n::Strings;
use crate::measurements::Metric;
use crate::units::{format_count, format_sig};

/// The quantity of a chart: the score under S(B), or the learning rate under ε(B).
const fn quantity(what: Fitted) -> fn(&RidgePoint) -> Spread {
    match what {
        Fitted::Steps => |point| point.score,
        Fitted::LearningRate => |point| point.lr,
    }
}

/// Steps or loss with S(B), or learning rates with ε(B).
pub fn runs_scene(found: &RunFindings, s: &Strings, what: Fitted) -> Scene {
    let interval = found.fit(what).map(Resampled::interval);
    let name = match what {
        Fitted::Steps => s.runs.critical_batch,
        Fitted::LearningRate => s.sweep.noise_scale,
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
        of: quantity(what),
        batches: (at(Some(0)), at(found.ridge.len().checked_sub(1))),
        x_title: (s.runs.batch_axis)(found.unit),
        y_title: match (what, found.metric) {
            (Fitted::LearningRate, _) => s.sweep.lr_axis,
            (Fitted::Steps, Some(Metric::Loss)) => s.runs.loss_axis,
            (Fitted::Steps, _) => s.runs.steps_axis,
        },
        fit: interval.map(|i| (i.fit, s.sweep.fitted, i.is_inconclusive())),
        bend,
    })
}

/// An empty chart, for the moment in which measurements go.
pub fn no_runs(s: &Strings) -> Scene {
    best_scene(Best {
        ridge: &[],
        of: quantity(Fitted::LearningRate),
        batches: (1.0, 1024.0),
        x_title: s.chart.batch_axis,
        y_title: s.sweep.lr_axis,
        fit: None,
        bend: None,
    })
}

/// A spread in words: the mean alone where seeds do not differ.
pub fn spread_text(spread: Spread, s: &Strings) -> String {
    let number = |v: f64| format_sig(v, 3, s.grouping);
    if spread.low < spread.high {
        (s.sweep.value_between)(
            &number(spread.mean),
            &number(spread.low),
            &number(spread.high),
        )
    } else {
        number(spread.mean)
    }
}

/// A heading, and colour token, name and value of every row.
pub type Readout = (String, Vec<(&'static str, String, String)>);

/// What the crosshair says near a batch size: what was measured and fitted at the nearest measured one. `None` without any.
pub fn runs_reading(found: &RunFindings, s: &Strings, what: Fitted, batch: f64) -> Option<Readout> {
    let distance = |p: &RidgePoint| libm::log(f64::from(p.batch) / batch).abs();
    let nearest =
        (found.ridge.iter()).reduce(|a, b| if distance(b) < distance(a) { b } else { a })?;
    let mut rows = Vec::from([(
        "text",
        s.runs.measured.to_owned(),
        spread_text(quantity(what)(nearest), s),
    )]);
    if let Some(fit) = found.fit(what) {
        let fitted = fit.fit.at(f64::from(nearest.batch));
        let text = format_sig(fitted, 3, s.grouping);
        rows.push(("theory", s.sweep.fitted.to_owned(), text));
    }
    let count = format_count(u64::from(nearest.batch), s.grouping);
    let head = format!("B = {count} {}", (s.runs.unit)(found.unit));
    Some((head, rows))
}
