//! Published and independently computed numbers the formulas must reproduce, to every printed digit.
//!
//! "computed" marks numbers from independent NumPy and SciPy evaluations of the cited formula.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use core::num::{NonZeroU16, NonZeroU32};
use critical_batch::theory::dense::SymmetricMatrix;
use critical_batch::units::{
    Alpha, BatchRatio, BatchSize, Beta, Fraction, LearningRate, NoiseScale, Positive,
};

#[path = "formulas/adam.rs"]
mod adam;
#[path = "formulas/llm.rs"]
mod llm;
#[path = "formulas/noise.rs"]
mod noise;
#[path = "formulas/quadratic.rs"]
mod quadratic;
#[path = "formulas/recipes.rs"]
mod recipes;
#[path = "formulas/regression.rs"]
mod regression;
#[path = "formulas/rules.rs"]
mod rules;

fn b(value: f64) -> BatchSize {
    BatchSize::new(value).unwrap()
}
fn lr(value: f64) -> LearningRate {
    LearningRate::new(value).unwrap()
}
fn scale(value: f64) -> NoiseScale {
    NoiseScale::new(value).unwrap()
}
fn pos(value: f64) -> Positive {
    Positive::new(value).unwrap()
}
fn beta(value: f64) -> Beta {
    Beta::new(value).unwrap()
}
fn frac(value: f64) -> Fraction {
    Fraction::new(value).unwrap()
}
fn ratio(value: f64) -> BatchRatio {
    BatchRatio::new(value).unwrap()
}
fn alpha(value: f64) -> Alpha {
    Alpha::new(value).unwrap()
}
fn n16(value: u16) -> NonZeroU16 {
    NonZeroU16::new(value).unwrap()
}
fn n32(value: u32) -> NonZeroU32 {
    NonZeroU32::new(value).unwrap()
}

/// Half a unit of the last printed digit; a trailing `=` says that the source's number is exact.
fn half_digit(printed: &str) -> f64 {
    if printed.ends_with('=') {
        return 0.0;
    }
    let (mantissa, exponent) = printed.split_once('e').unwrap_or((printed, "0"));
    let decimals = mantissa
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len()) as i32;
    0.5 * 10_f64.powi(exponent.parse::<i32>().unwrap() - decimals)
}

/// Every row (what, computed here, printed in the source) must agree to the printed digits.
fn check<S: AsRef<str>>(source: &str, rows: &[(S, f64, &str)]) {
    assert!(!rows.is_empty(), "{source}: no rows");
    for (what, got, printed) in rows {
        let expected: f64 = printed.trim_end_matches('=').parse().unwrap();
        // The last factor forgives printed values that end in an exact half.
        let tolerance = half_digit(printed) * 1.000_001 + expected.abs() * 1e-13;
        assert!(
            (got - expected).abs() <= tolerance,
            "{source}: {}: got {got}, printed {printed}",
            what.as_ref()
        );
    }
}

/// μ, σ and H of a small problem with every coupling different.
fn three_dims() -> (Vec<f64>, Vec<f64>, SymmetricMatrix) {
    let hessian =
        SymmetricMatrix::new(3, vec![2.0, -0.6, 0.2, -0.6, 1.0, -0.1, 0.2, -0.1, 0.5]).unwrap();
    (vec![0.1, -0.05, 0.02], vec![1.0, 0.8, 0.5], hessian)
}
