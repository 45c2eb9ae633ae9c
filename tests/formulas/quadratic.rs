//! The noisy quadratic: losses, best rates and steps to the target.

use super::*;
use critical_batch::theory::quadratic::{NoisyQuadratic, averaging_factor, log_grid};
use critical_batch::theory::rules::optimal_lr;
use critical_batch::theory::tradeoff::Tradeoff;

#[test]
fn losses_of_the_four_dimensional_quadratic() {
    let problem = NoisyQuadratic::harmonic(n16(4));
    let run = |batch: f64| problem.sgd(lr(0.1), b(batch), frac(0.0)).unwrap();
    let ball = |m: f64| problem.heavy_ball(lr(0.1), beta(m), b(16.0)).unwrap();
    check(
        "Zhang 2019, exact recursion, computed",
        &[
            ("B 16, 0", run(16.0).loss_at(0), "1.04166666667"),
            ("B 16, 1", run(16.0).loss_at(1), "0.905638744213"),
            ("B 16, 10", run(16.0).loss_at(10), "0.312725119599"),
            ("B 16, 100", run(16.0).loss_at(100), "0.00435657743264"),
            ("B 16, 1000", run(16.0).loss_at(1000), "0.00337124953059"),
            ("B 16, steady", run(16.0).steady_loss(), "0.00337124953059"),
            ("B 1, 1", run(1.0).loss_at(1), "0.912311921296"),
            ("B 1, 10", run(1.0).loss_at(10), "0.348376677408"),
            ("B 1, 100", run(1.0).loss_at(100), "0.0548783564644"),
            ("B 1, steady", run(1.0).steady_loss(), "0.0539399924894"),
            ("m .9, 1", ball(0.9).loss_at(1), "0.905638744213"),
            ("m .9, 10", ball(0.9).loss_at(10), "0.223316134061"),
            ("m .9, 100", ball(0.9).loss_at(100), "0.0331664545453"),
            ("m .9, steady", ball(0.9).steady_loss(), "0.033150507948"),
            ("m .5, 1", ball(0.5).loss_at(1), "0.905638744213"),
            ("m .5, 10", ball(0.5).loss_at(10), "0.132144330162"),
            ("m .5, 100", ball(0.5).loss_at(100), "0.00666564012411"),
            ("m .5, steady", ball(0.5).steady_loss(), "0.0066629275841"),
        ],
    );
}

#[test]
fn best_rates_of_the_sixteen_dimensional_quadratic() {
    let problem = NoisyQuadratic::harmonic(n16(16));
    check(
        "Zhang 2019, computed",
        &[("L(0)", problem.initial_loss(), "1.6903644966")],
    );
    let grid = log_grid(lr(1e-4), lr(1.9), n16(400));
    let steps = [3436, 1722, 865, 436, 222, 115, 61, 35, 23, 17, 14, 13, 13];
    for (octave, expected) in steps.into_iter().enumerate() {
        let best = problem
            .best_sgd(b(f64::from(1 << octave)), frac(0.0), pos(0.01), &grid)
            .unwrap();
        assert_eq!(best.steps, expected, "B = 2^{octave}");
        let printed = match octave {
            0 => "0.00988",
            4 => "0.1457",
            7 => "0.841",
            _ => continue,
        };
        check(
            "Zhang 2019, computed",
            &[(format!("lr* at 2^{octave}"), best.lr.get(), printed)],
        );
    }
}

/// The paper's problem, with its published code's 100 bins.
fn paper_quadratic() -> NoisyQuadratic {
    NoisyQuadratic::harmonic_in_bins(n16(10_000), n16(100))
}

#[test]
fn steps_and_rates_of_the_paper_quadratic() {
    let problem = paper_quadratic();
    assert_eq!(problem.n_dims(), 10_000.0);
    let grid = log_grid(lr(1e-5), lr(10_f64.sqrt()), n16(1000));
    let best: Vec<_> = (2..22)
        .map(|octave| f64::from(1 << octave))
        .map(|batch| {
            (
                batch,
                problem
                    .best_sgd(b(batch), frac(0.0), pos(0.01), &grid)
                    .unwrap(),
            )
        })
        .collect();
    for (batch, steps, rate) in [
        (4.0, 1_501_264, "0.014098"),
        (16.0, 376_691, "0.056137"),
        (64.0, 95_633, "0.220721"),
        (128.0, 48_915, "0.426707"),
        (256.0, 25_815, "0.804277"),
        (512.0, 14_960, "1.30201"),
        (1024.0, 10_602, "1.65661"),
        (2048.0, 8_887, "1.78753"),
        (4096.0, 8_082, "1.85682"),
        (16_384.0, 7_385, "1.92879"),
        (65_536.0, 7_125, "1.97832"),
        (2_097_152.0, 6_968, "1.97832"),
    ] {
        let (_, found) = best.iter().find(|(at, _)| *at == batch).unwrap();
        assert_eq!(found.steps, steps, "B = {batch}");
        check(
            "Zhang 2019, figure setup, computed",
            &[(format!("lr* at {batch}"), found.lr.get(), rate)],
        );
    }
    let slope = (best[4].1.lr.get() / best[0].1.lr.get()).ln() / 16_f64.ln();
    check("computed", &[("slope of lr* up to 64", slope, "0.992")]);

    // The published fits are least squares in the logarithm: their residual, and no better neighbour.
    let rms = |model: &dyn Fn(f64) -> f64, of: &dyn Fn(usize) -> f64| -> f64 {
        let sum: f64 = (0..best.len())
            .map(|i| (model(best[i].0) / of(i)).ln().powi(2))
            .sum();
        (sum / best.len() as f64).sqrt()
    };
    let steps = |s_min: f64, critical: f64| {
        let model = move |batch: f64| {
            Tradeoff {
                min_steps: pos(s_min),
                critical_batch: scale(critical),
            }
            .steps(b(batch))
        };
        rms(&model, &|i| best[i].1.steps as f64)
    };
    let rates = |eps_max: f64, noise: f64| {
        let model = move |batch: f64| optimal_lr(lr(eps_max), scale(noise), alpha(1.0), b(batch));
        rms(&model, &|i| best[i].1.lr.get())
    };
    check(
        "computed",
        &[
            ("steps", steps(6819.5, 813.0), "0.066"),
            ("rates", rates(2.07, 526.0), "0.095"),
        ],
    );
    for (u, v) in [(1.01, 1.0), (0.99, 1.0), (1.0, 1.01), (1.0, 0.99)] {
        assert!(
            steps(6819.5 * u, 813.0 * v) > steps(6819.5, 813.0),
            "steps {u} {v}"
        );
        assert!(
            rates(2.07 * u, 526.0 * v) > rates(2.07, 526.0),
            "rates {u} {v}"
        );
    }
}

#[test]
fn preconditioning_helps_the_paper_quadratic_at_every_batch() {
    let problem = paper_quadratic();
    let grid = log_grid(lr(1e-5), lr(10_f64.sqrt()), n16(400));
    for (power, steps) in [
        (0.25, [590_162, 36_972, 2_412, 814, 755]),
        (0.5, [345_117, 21_574, 1_354, 107, 86]),
        (0.75, [260_334, 16_278, 1_018, 64, 11]),
    ] {
        for (octave, expected) in [2, 6, 10, 14, 18].into_iter().zip(steps) {
            let batch = b(f64::from(1 << octave));
            let best = problem
                .best_sgd(batch, frac(power), pos(0.01), &grid)
                .unwrap();
            assert_eq!(best.steps, expected, "p = {power}, B = 2^{octave}");
        }
    }
    check(
        "Zhang 2019, computed",
        &[(
            "bound at 4",
            problem.preconditioned_steps_bound(b(4.0), pos(0.01)),
            "125000=",
        )],
    );
}

#[test]
fn momentum_extends_perfect_scaling_of_the_paper_quadratic() {
    let problem = paper_quadratic();
    let lrs = log_grid(lr(1e-8), lr(10.0), n16(100));
    let mut momenta = vec![beta(0.0)];
    momenta.extend((0..19).map(|i| beta(1.0 - 10_f64.powf(-5.0 + 5.0 * f64::from(i) / 19.0))));
    for (octave, steps) in [
        (2, 1_333_443),
        (6, 83_187),
        (8, 20_970),
        (10, 5_204),
        (12, 1_281),
        (14, 348),
        (16, 209),
        (20, 179),
    ] {
        let best = problem
            .best_heavy_ball(b(f64::from(1 << octave)), pos(0.01), &lrs, &momenta)
            .unwrap();
        assert_eq!(best.steps, steps, "B = 2^{octave}");
    }
}

#[test]
fn averaged_iterates_have_the_published_steady_state() {
    for (x, decay) in [(0.1, 0.5), (0.5, 0.9), (1.0, 0.99), (0.01, 0.9)] {
        // Second moments of θ ← (1 − x)θ + ξ and its average, to convergence.
        let (mut own, mut both, mut average) = (0.0, 0.0, 0.0);
        for _ in 0..20_000 {
            let new_own = (1.0 - x) * (1.0 - x) * own + 1.0;
            let kept = (1.0 - x) * both;
            average = decay * decay * average
                + 2.0 * decay * (1.0 - decay) * kept
                + (1.0 - decay) * (1.0 - decay) * new_own;
            both = decay * kept + (1.0 - decay) * new_own;
            own = new_own;
        }
        let got = averaging_factor(frac(x), frac(decay));
        assert!(
            (got - average / own).abs() < 1e-12,
            "{x} {decay}: {got} {}",
            average / own
        );
    }
}
