//! Smoothing for display: an exponential average that runs forwards and backwards, so that nothing is shifted.

use crate::experiment::lane_result::LaneCurve;

/// Half-life of the average in examples: a share of what was processed, because early samples lie close together,
/// and never more than this fraction of the budget.
const SHARE: f64 = 0.15;
const BUDGET_FRACTION: f64 = 1.0 / 60.0;

/// Smooths (examples, value) with weights that halve every half-life, in both directions.
pub fn average(points: &[(f64, f64)], budget: f64) -> Vec<f64> {
    let half_life = |n: f64| (n * SHARE).min(budget * BUDGET_FRACTION).max(1e-9);
    let mut forth: Vec<f64> = points.iter().map(|p| p.1).collect();
    let mut back = forth.clone();
    for i in 1..points.len() {
        let kept = libm::exp2(-(points[i].0 - points[i - 1].0) / half_life(points[i].0));
        forth[i] += kept * (forth[i - 1] - forth[i]);
    }
    for i in (1..points.len()).rev() {
        let kept = libm::exp2(-(points[i].0 - points[i - 1].0) / half_life(points[i].0));
        back[i - 1] += kept * (back[i] - back[i - 1]);
    }
    for (a, b) in forth.iter_mut().zip(back) {
        *a = 0.5 * *a + 0.5 * b;
    }
    forth
}

/// The medians of a curve of positive numbers, smoothed as logarithms. What is not positive passes through.
pub fn medians(curve: &LaneCurve, budget: f64) -> Vec<f64> {
    let logs: Vec<(f64, f64)> = curve
        .points
        .iter()
        .map(|p| (p.n_examples as f64, libm::log(p.median.max(1e-300))))
        .collect();
    average(&logs, budget)
        .into_iter()
        .zip(&curve.points)
        .map(|(log, p)| {
            if p.median > 0.0 {
                libm::exp(log)
            } else {
                p.median
            }
        })
        .collect()
}
