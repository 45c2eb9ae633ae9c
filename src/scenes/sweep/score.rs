//! The best result of every batch size, with the fitted hyperbola and the critical batch on it.

use super::{SweepView, defined_batch};
use crate::chart::scene::Scene;
use crate::scenes::best::{Best, best_scene};
use crate::units::format_sig;

/// Steps, or the loss, of the best learning rate against the batch size.
pub fn score_scene(view: &SweepView) -> Scene {
    let s = &view.s.sweep;
    let interval = view.findings.steps.and_then(Result::ok);
    let bend = interval
        .filter(|i| !i.is_inconclusive())
        .and_then(|interval| {
            let batch = defined_batch(view.state, interval.fit.batch)?;
            let scale = batch / interval.fit.batch;
            let name = s.critical_names[view.state.definition.min(3)];
            let label = format!("{name} {}", format_sig(batch, 2, view.s.grouping));
            Some((interval.low * scale, batch, interval.high * scale, label))
        });
    best_scene(Best {
        ridge: &view.findings.ridge,
        of: |point| point.score,
        batches: view.batches(),
        x_title: view.s.chart.batch_axis,
        y_title: s.score_axes[view.metric() as usize],
        fit: interval.map(|i| (i.fit, s.fitted, i.is_inconclusive())),
        bend,
    })
}
