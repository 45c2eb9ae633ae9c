//! The numbers that follow from the measurements.

use crate::experiment::sweep::fit::Interval;
use crate::experiment::your_runs::RunFindings;
use crate::experiment::your_runs::noise::NoiseFindings;
use crate::i18n::Strings;
use crate::units::format_sig;

/// Name of a fact for tests, its label, its text, its plain value.
pub type Fact = (&'static str, String, String, f64);

fn number(s: &Strings, value: f64) -> String {
    format_sig(value, 3, s.grouping)
}

/// Of runs: what the fits say.
pub fn run_facts(found: &RunFindings, s: &Strings) -> Vec<Fact> {
    let unit = (s.runs.unit)(found.unit);
    // The end of what a fit searches bounds nothing; such an interval spans far more than is conclusive.
    let between = |i: &Interval| {
        let [value, low, high] = [i.fit.batch, i.low, i.high].map(|v| number(s, v));
        format!("{} {unit}", (s.sweep.value_between)(&value, &low, &high))
    };
    let mut facts = Vec::new();
    let mut push = |key, label: &str, text: String, value| {
        facts.push((key, label.to_owned(), text, value));
    };
    if let Some(i) = found.critical_batch() {
        let least = i.fit.scale * i.fit.batch;
        push("b-crit", s.runs.critical_batch, between(&i), i.fit.batch);
        push("s-min", s.sweep.s_min, number(s, i.fit.scale), i.fit.scale);
        push(
            "e-min",
            s.runs.e_min,
            format!("{} {unit}", number(s, least)),
            least,
        );
    }
    if let Some(i) = found.noise_scale() {
        push("b-noise", s.sweep.noise_scale, between(&i), i.fit.batch);
        push(
            "lr-max",
            s.sweep.best_lr_limit,
            number(s, i.fit.scale),
            i.fit.scale,
        );
    }
    if let Some(exponent) = found.exponent {
        push(
            "exponent",
            s.runs.exponent,
            format!("{exponent:.2}"),
            exponent,
        );
    }
    facts
}

/// Of gradient norms.
pub fn noise_facts(noise: &NoiseFindings, s: &Strings) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut push = |key, label: &str, text: String, value| {
        facts.push((key, label.to_owned(), text, value));
    };
    if let Some(scale) = noise.noise_scale {
        let text = match noise.interval {
            Some((low, high)) => {
                let high = high.map_or(s.runs.unbounded.to_owned(), |high| number(s, high));
                (s.sweep.value_between)(&number(s, scale), &number(s, low), &high)
            }
            None => number(s, scale),
        };
        let text = format!("{text} {}", (s.runs.unit)(noise.unit));
        push("b-simple", s.runs.noise_scale, text, scale);
        for (key, label, value) in [
            ("grad-norm", s.runs.grad_norm_sq, noise.grad_norm_sq),
            ("trace", s.runs.noise_trace, noise.noise_trace),
        ] {
            push(key, label, number(s, value), value);
        }
    }
    let raw = noise.raw_norm_sq;
    push("raw-norm", s.runs.raw_norm_sq, number(s, raw), raw);
    facts
}
