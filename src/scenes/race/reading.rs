//! What the crosshair says at one place of a chart: the value of every lane there.

use super::smooth::{average, medians};
use super::{RaceView, lane_style};
use crate::experiment::lane_result::{LaneCurve, Metric};
use crate::units::format_sig;

/// Which chart is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chart {
    Loss,
    Accuracy,
    Norm,
    Noise,
    Lr,
}

/// Colour token, name and value of every shown lane at `x`: the last recorded position that is not beyond it.
pub fn reading(view: &RaceView, chart: Chart, x: f64) -> Vec<(&'static str, String, String)> {
    view.lanes()
        .filter_map(|(i, lane)| {
            let metric = match chart {
                Chart::Loss => Metric::TrainLoss,
                Chart::Accuracy => Metric::TestAccuracy,
                Chart::Norm => Metric::CorrectedGradNormSq,
                Chart::Noise => Metric::NoiseScale,
                Chart::Lr => Metric::LearningRate,
            };
            let curve = view.record.curve(i, metric);
            // A cursor at a stop means that stop, whatever rounding did to it.
            let reach = x * (1.0 + 1e-9);
            let beyond = |p| view.x(p, lane.batch) > reach;
            let at = curve.points.iter().position(beyond);
            let last = at.unwrap_or(curve.points.len()).checked_sub(1)?;
            let value = value_at(view, chart, &curve, last)?;
            let token = lane_style(lane.kind).0.token();
            Some((token, view.name(lane.kind).to_owned(), value))
        })
        .collect()
}

fn value_at(view: &RaceView, chart: Chart, curve: &LaneCurve, at: usize) -> Option<String> {
    let number = |v: f64| format_sig(v, 3, view.s.grouping);
    let plain = curve.points.get(at)?.median;
    let averaged = || {
        let points: Vec<(f64, f64)> = curve
            .points
            .iter()
            .map(|p| (p.n_examples as f64, p.median))
            .collect();
        average(&points, view.state.budget).get(at).copied()
    };
    match chart {
        Chart::Loss => Some(number(*medians(curve, view.state.budget).get(at)?)),
        Chart::Accuracy => Some(format!(
            "{}\u{a0}%",
            format_sig(100.0 * averaged()?, 3, view.s.grouping)
        )),
        Chart::Norm => averaged().filter(|v| *v > 0.0).map(|v| number(v.sqrt())),
        Chart::Noise | Chart::Lr => Some(number(plain)),
    }
}

/// The places that the arrow keys visit: where the most finely recorded lane has a point.
pub fn visited(view: &RaceView) -> Vec<f64> {
    view.lanes()
        .map(|(i, lane)| {
            let curve = view.record.curve(i, Metric::TrainLoss);
            curve
                .points
                .iter()
                .map(|p| view.x(p, lane.batch))
                .filter(|x| *x > 0.0)
                .collect::<Vec<f64>>()
        })
        .max_by_key(Vec::len)
        .unwrap_or_default()
}
