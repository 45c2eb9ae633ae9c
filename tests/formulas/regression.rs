//! Least squares: isotropic with noise, and interpolating.

use super::*;
use critical_batch::theory::interpolation::Interpolation;
use critical_batch::theory::linreg::IsotropicRegression;
use rand_distr::{Distribution, StandardNormal};

#[test]
fn isotropic_regression_without_label_noise() {
    let problem = IsotropicRegression::new(n32(20), 0.0).unwrap();
    for (batch, rate, steps) in [
        (1.0, "0.04545455", "148.49"),
        (4.0, "0.16=", "39.62"),
        (16.0, "0.43243243", "12.196"),
        (21.0, "0.5=", "9.966"),
        (64.0, "0.75294118", "4.941"),
        (256.0, "0.92418773", "2.678"),
    ] {
        let optimum = problem.optimal_lr(pos(1.0), b(batch));
        check(
            "closed form, computed",
            &[
                (format!("η*({batch})"), optimum, rate),
                (
                    format!("S({batch})"),
                    problem.steps_to_shrink(frac(1e-3), b(batch)).unwrap(),
                    steps,
                ),
            ],
        );
        assert!((problem.stability_limit(b(batch)) - 2.0 * optimum).abs() < 1e-12);
    }
    check(
        "B_noise = d + 1",
        &[("d = 20", problem.noise_scale(pos(1e-9)), "21.000000")],
    );
}

#[test]
fn isotropic_regression_with_label_noise() {
    let problem = IsotropicRegression::new(n32(20), 0.5).unwrap();
    check(
        "closed form, Monte-Carlo checked",
        &[("tr Σ", problem.noise_trace(pos(1.0)), "26.000000")],
    );
    // Twenty thousand samples of the per-example gradient x(xᵀδ − e) at |δ| = 1.
    let mut rng = rand_pcg::Pcg64Mcg::new(7);
    let n = 20_000;
    let mut total = 0.0;
    for _ in 0..n {
        let x: Vec<f64> = (0..20).map(|_| StandardNormal.sample(&mut rng)).collect();
        let e: f64 = StandardNormal.sample(&mut rng);
        let residual = x[0] - 0.5 * e;
        total += x.iter().map(|v| (v * residual).powi(2)).sum::<f64>();
    }
    let trace = total / f64::from(n) - 1.0;
    // E|g|² has a standard deviation of about 42 per sample here.
    assert!((trace - 26.0).abs() < 1.3, "{trace}");

    let (rate, batch) = (lr(0.1), b(4.0));
    let mut dist = 1.0;
    for step in 0..50 {
        let closed = problem.dist_sq_at(pos(1.0), rate, batch, step).unwrap();
        assert!((closed - dist).abs() < 1e-12, "step {step}");
        dist = problem.next_dist_sq(pos(dist), rate, batch);
    }
    let floor = problem.floor(rate, batch).unwrap();
    assert!((problem.next_dist_sq(pos(floor), rate, batch) - floor).abs() < 1e-15);
    assert_eq!(
        problem.floor(lr(problem.stability_limit(batch) * 1.000_001), batch),
        None
    );
    assert_eq!(problem.steps_to_shrink(frac(0.5), batch), None);
    assert!(IsotropicRegression::new(n32(1), f64::NAN).is_err());
}

#[test]
fn interpolating_least_squares_saturates_at_m_star() {
    let problem = Interpolation::new(pos(3.0), pos(1.0), pos(0.01)).unwrap();
    for (m, printed) in [
        (1.0, "0.33333333"),
        (2.0, "0.66445183"),
        (3.0, "0.99337748"),
        (4.0, "1.320132"),
        (5.0, "1.4204545"),
        (16.0, "1.7630854"),
        (1024.0, "1.9763952"),
    ] {
        check(
            "Ma 2018, computed",
            &[(format!("m = {m}"), problem.optimal_lr(b(m)), printed)],
        );
    }
    check(
        "Ma 2018, computed",
        &[
            ("m*", problem.saturation_batch().unwrap(), "4.0303"),
            ("m* in short", problem.saturation_batch_approx(), "4.000000"),
            ("convex bound at 2", problem.convex_lr(b(2.0)), "0.500000"),
        ],
    );
    assert_eq!(
        Interpolation::new(pos(3.0), pos(1.0), pos(1.0))
            .unwrap()
            .saturation_batch(),
        None
    );
    assert!(Interpolation::new(pos(0.5), pos(1.0), pos(0.1)).is_err());
}
