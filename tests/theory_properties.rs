//! What must hold for every allowed argument: identities, monotonicity, and that nothing leaves the finite numbers.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use core::num::{NonZeroU16, NonZeroU32};
use critical_batch::theory::adam::{
    AdamBase, beta_same_half_life, half_life, kappa_rule, scale_weight_decay,
};
use critical_batch::theory::crossings as cross;
use critical_batch::theory::dense::{DenseError, SymmetricMatrix};
use critical_batch::theory::interpolation::Interpolation;
use critical_batch::theory::linreg::IsotropicRegression;
use critical_batch::theory::noise::{self, BatchNorm, LocalQuadratic};
use critical_batch::theory::quadratic::NoisyQuadratic;
use critical_batch::theory::rules::{BasePoint, ScalingRule, adascale_gain, optimal_lr, progress};
use critical_batch::theory::surge::SurgeModel;
use critical_batch::theory::tradeoff::{Tradeoff, examples_ratio, steps_ratio};
use critical_batch::theory::{mean_field, stability, warmup};
use critical_batch::units::{
    Alpha, BatchRatio, BatchSize, Beta, Fraction, LearningRate, LrRatio, NoiseScale, Positive,
};
use proptest::prelude::*;

/// Any value of a positive range, every decade alike, and both ends often.
fn log_range(min: f64, max: f64) -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (min.ln()..max.ln()).prop_map(move |x| x.exp().clamp(min, max)),
        1 => Just(min),
        1 => Just(max),
    ]
}

fn batches() -> impl Strategy<Value = BatchSize> {
    log_range(BatchSize::MIN, BatchSize::MAX).prop_map(|x| BatchSize::new(x).unwrap())
}
fn lrs() -> impl Strategy<Value = LearningRate> {
    log_range(LearningRate::MIN, LearningRate::MAX).prop_map(|x| LearningRate::new(x).unwrap())
}
fn scales() -> impl Strategy<Value = NoiseScale> {
    log_range(NoiseScale::MIN, NoiseScale::MAX).prop_map(|x| NoiseScale::new(x).unwrap())
}
fn positives() -> impl Strategy<Value = Positive> {
    log_range(Positive::MIN, Positive::MAX).prop_map(|x| Positive::new(x).unwrap())
}
fn ratios() -> impl Strategy<Value = BatchRatio> {
    log_range(BatchRatio::MIN, BatchRatio::MAX).prop_map(|x| BatchRatio::new(x).unwrap())
}
fn alphas() -> impl Strategy<Value = Alpha> {
    (0.5..=1.0).prop_map(|x| Alpha::new(x).unwrap())
}
/// Uniform, and as near to 1 as the type goes.
fn betas() -> impl Strategy<Value = Beta> {
    prop_oneof![
        (0.0..=Beta::MAX).prop_map(Beta::clamped),
        log_range(1e-9, 1.0).prop_map(|gap| Beta::clamped(1.0 - gap)),
        log_range(1e-30, 1e-3).prop_map(Beta::clamped),
    ]
}
fn fractions() -> impl Strategy<Value = Fraction> {
    prop_oneof![8 => 0.0..=1.0, 1 => Just(0.0), 1 => Just(1.0), 1 => log_range(1e-300, 1e-3)]
        .prop_map(|x| Fraction::new(x).unwrap())
}
fn bases() -> impl Strategy<Value = BasePoint> {
    (batches(), lrs()).prop_map(|(batch, lr)| BasePoint { batch, lr })
}
fn rules() -> impl Strategy<Value = ScalingRule> {
    prop_oneof![
        Just(ScalingRule::Constant),
        Just(ScalingRule::Linear),
        Just(ScalingRule::Sqrt),
        (scales(), alphas())
            .prop_map(|(noise_scale, alpha)| ScalingRule::NoiseScale { noise_scale, alpha }),
    ]
}
fn homogeneous_models() -> impl Strategy<Value = SurgeModel> {
    (
        1_u32..100_000,
        log_range(SurgeModel::SNR_RANGE.0, SurgeModel::SNR_RANGE.1),
        0.0..=1.0,
    )
        .prop_map(|(n_dims, snr, place)| {
            let lowest = if n_dims > 1 {
                (1e-6 - 1.0) / f64::from(n_dims - 1)
            } else {
                -1.0
            };
            let correlation = lowest + (1.0 - lowest) * place;
            SurgeModel::homogeneous(NonZeroU32::new(n_dims).unwrap(), snr, correlation).unwrap()
        })
}
fn general_models() -> impl Strategy<Value = SurgeModel> {
    let dims = 1..6_usize;
    dims.prop_flat_map(|n| {
        (
            proptest::collection::vec((log_range(1e-2, 1.0), any::<bool>()), n),
            proptest::collection::vec(log_range(1e-3, 1e3), n),
            proptest::collection::vec(-1.0..1.0_f64, n * n),
        )
    })
    .prop_map(|(mean, deviation, factor)| {
        let mean: Vec<f64> = mean
            .into_iter()
            .map(|(size, is_negative)| if is_negative { -size } else { size })
            .collect();
        let n = mean.len();
        SurgeModel::new(mean, deviation, gram(n, &factor)).unwrap()
    })
}
/// FFᵀ + I, positive definite.
fn gram(n: usize, factor: &[f64]) -> SymmetricMatrix {
    let entry = |i: usize, j: usize| -> f64 {
        (0..n)
            .map(|k| factor[i.max(j) * n + k] * factor[i.min(j) * n + k])
            .sum()
    };
    let entries = (0..n * n).map(|k| entry(k / n, k % n) + if k / n == k % n { 1.0 } else { 0.0 });
    SymmetricMatrix::new(n, entries.collect()).unwrap()
}

fn close(got: f64, expected: f64, tolerance: f64) -> bool {
    (got - expected).abs() <= tolerance * expected.abs().max(f64::MIN_POSITIVE)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_rule_returns_the_base_at_the_base(rule in rules(), base in bases()) {
        prop_assert_eq!(rule.scale_lr(base, base.batch), base.lr.get());
    }

    #[test]
    fn rules_are_positive_finite_and_never_fall(
        rule in rules(), base in bases(), one in batches(), other in batches(),
    ) {
        let (small, big) = if one <= other { (one, other) } else { (other, one) };
        let (low, high) = (rule.scale_lr(base, small), rule.scale_lr(base, big));
        prop_assert!(low > 0.0 && high.is_finite());
        prop_assert!(low <= high * (1.0 + 1e-14), "{low} {high}");
    }

    #[test]
    fn rules_are_ordered_by_their_exponents(base in bases(), batch in batches(), scale in scales()) {
        let theory = ScalingRule::noise_scale_sgd(scale);
        let none = ScalingRule::Constant.scale_lr(base, batch);
        let between = theory.scale_lr(base, batch);
        let linear = ScalingRule::Linear.scale_lr(base, batch);
        let (low, high) = if batch >= base.batch { (none, linear) } else { (linear, none) };
        prop_assert!(low * (1.0 - 1e-14) <= between && between <= high * (1.0 + 1e-14));
    }

    #[test]
    fn local_exponent_is_the_slope_of_the_logarithm(
        rule in rules(), base in bases(), batch in log_range(2.0, 5e11),
    ) {
        let at = |b: f64| rule.scale_lr(base, BatchSize::new(b).unwrap()).ln();
        let slope = (at(batch * 1e-4_f64.exp()) - at(batch * (-1e-4_f64).exp())) / 2e-4;
        prop_assert!((slope - rule.local_exponent(BatchSize::new(batch).unwrap())).abs() < 1e-6);
    }

    #[test]
    fn anchored_rule_is_the_quotient_of_the_unanchored(
        base in bases(), batch in batches(), scale in scales(), alpha in alphas(), eps in lrs(),
    ) {
        let rule = ScalingRule::NoiseScale { noise_scale: scale, alpha };
        let quotient = optimal_lr(eps, scale, alpha, batch) / optimal_lr(eps, scale, alpha, base.batch);
        prop_assert!(close(rule.scale_lr(base, batch), base.lr.get() * quotient, 1e-12));
    }

    #[test]
    fn adascale_is_the_noise_scale_rule(
        noise in log_range(1e-5, 1e5), signal in log_range(1e-5, 1e5),
        base in log_range(1.0, 1e4), batch in log_range(1.0, 1e6),
    ) {
        let (base, batch) = (BatchSize::new(base).unwrap(), BatchSize::new(batch).unwrap());
        let gain = adascale_gain(
            Positive::new(noise).unwrap(), Positive::new(signal).unwrap(), BatchRatio::between(base, batch),
        );
        // tr(Σ) = σ²·B₀, so B_simple = B₀σ²/μ².
        prop_assume!((NoiseScale::MIN..=NoiseScale::MAX).contains(&(base.get() * noise / signal)));
        let scale = NoiseScale::new(base.get() * noise / signal).unwrap();
        prop_assert!(close(gain, ScalingRule::noise_scale_sgd(scale).scale_factor(base, batch), 1e-12));
    }

    #[test]
    fn adascale_gain_is_between_one_and_the_ratio(
        noise in positives(), signal in positives(), ratio in ratios(),
    ) {
        let gain = adascale_gain(noise, signal, ratio);
        let (low, high) = (ratio.get().min(1.0), ratio.get().max(1.0));
        prop_assert!(gain >= low * (1.0 - 1e-14) && gain <= high * (1.0 + 1e-14));
    }

    #[test]
    fn ratios_of_rules_are_never_clamped_and_progress_is_finite(
        rule in rules(), reference in rules(), base in batches(), batch in batches(), any in 0.0..=LrRatio::MAX,
    ) {
        let ratio = rule.lr_ratio(reference, base, batch);
        let direct = rule.scale_factor(base, batch) / reference.scale_factor(base, batch);
        prop_assert_eq!(ratio.get(), direct);
        prop_assert!(progress(ratio) <= 1.0 && progress(ratio).is_finite());
        prop_assert!(progress(LrRatio::new(any).unwrap()).is_finite());
    }

    #[test]
    fn crossings_lie_where_the_rules_say(base in log_range(1e3, 1e6), scale in log_range(1e3, 1e6)) {
        let (b0, bn) = (BatchSize::new(base).unwrap(), NoiseScale::new(scale).unwrap());
        let theory = ScalingRule::noise_scale_sgd(bn);
        let ratio = |rule: ScalingRule, batch: f64| rule.lr_ratio(theory, b0, BatchSize::new(batch).unwrap()).get();
        let linear = cross::linear_zero_progress(b0, bn);
        let sqrt = cross::sqrt_zero_progress(b0, bn);
        let none = cross::constant_zero_progress(b0, bn);
        prop_assert!(linear.below_base.is_none() && none.above_base.is_none());
        for (rule, batch) in [
            (ScalingRule::Linear, linear.above_base),
            (ScalingRule::Sqrt, sqrt.above_base),
            (ScalingRule::Sqrt, sqrt.below_base),
            (ScalingRule::Constant, none.below_base),
        ] {
            let batch = batch.unwrap();
            if batch >= BatchSize::MIN {
                prop_assert!(close(ratio(rule, batch), 2.0, 1e-9), "{rule:?} at {batch}");
            }
        }
        prop_assert!(sqrt.below_base.unwrap() < base && sqrt.above_base.unwrap() > base);
        let band = cross::linear_leaves_band(b0, bn, Fraction::new(0.1).unwrap());
        prop_assert!(close(ratio(ScalingRule::Linear, band), 1.1, 1e-9));
        let again = cross::sqrt_meets_theory(b0, bn);
        prop_assert!(close(ratio(ScalingRule::Sqrt, again), 1.0, 1e-9));
        let worst = cross::sqrt_worst_undershoot(b0, bn);
        prop_assert!(close(ratio(ScalingRule::Sqrt, worst.batch), worst.lr_ratio, 1e-9));
        prop_assert!(ratio(ScalingRule::Sqrt, worst.batch * 1.1) > worst.lr_ratio);
        prop_assert!(ratio(ScalingRule::Sqrt, worst.batch / 1.1) > worst.lr_ratio);
    }

    #[test]
    fn linear_and_root_tie_above_the_base_iff_the_noise_scale_is_over_three_times_it(
        base in log_range(1e3, 1e6), excess in log_range(1e-2, 1e3), shortage in 0.0..1.0,
    ) {
        let b0 = BatchSize::new(base).unwrap();
        let progress_of = |rule: ScalingRule, bn: NoiseScale, batch: f64| {
            progress(rule.lr_ratio(ScalingRule::noise_scale_sgd(bn), b0, BatchSize::new(batch).unwrap()))
        };
        let bn = NoiseScale::new(base * (3.0 + excess)).unwrap();
        let tie = cross::rules_tie(b0, bn).unwrap();
        prop_assert!(tie > base);
        let (linear, sqrt) = (ScalingRule::Linear, ScalingRule::Sqrt);
        prop_assert!((progress_of(linear, bn, tie) - progress_of(sqrt, bn, tie)).abs() < 1e-9);
        let (before, beyond) = ((base * tie).sqrt(), tie * 1.01);
        prop_assert!(progress_of(linear, bn, before) >= progress_of(sqrt, bn, before));
        prop_assert!(progress_of(linear, bn, beyond) < progress_of(sqrt, bn, beyond));

        let low = NoiseScale::new(base * 3.0 * (1.0 - 0.999 * shortage)).unwrap();
        prop_assert!(cross::rules_tie(b0, low).is_none());
        for growth in [1.1, 2.0, 30.0] {
            prop_assert!(progress_of(linear, low, base * growth) < progress_of(sqrt, low, base * growth));
        }
    }

    #[test]
    fn root_rule_stops_at_four_bases_and_three_noise_scales_under_the_sign_rule(
        base in log_range(1.0, 1e6), scale in log_range(1.0, 1e6),
    ) {
        let (b0, bs) = (BatchSize::new(base).unwrap(), NoiseScale::new(scale).unwrap());
        let sign = ScalingRule::NoiseScale { noise_scale: bs, alpha: Alpha::new(0.5).unwrap() };
        let batch = BatchSize::new(cross::sign_sqrt_zero_progress(b0, bs)).unwrap();
        prop_assert!(progress(ScalingRule::Sqrt.lr_ratio(sign, b0, batch)).abs() < 1e-9);
    }

    #[test]
    fn crossings_are_finite_everywhere(base in batches(), scale in scales(), band in fractions()) {
        let worst = cross::sqrt_worst_undershoot(base, scale);
        prop_assert!(worst.lr_ratio > 0.0 && worst.lr_ratio <= 1.0 + 1e-15 && worst.batch.is_finite());
        let zeros = [
            cross::constant_zero_progress(base, scale),
            cross::linear_zero_progress(base, scale),
            cross::sqrt_zero_progress(base, scale),
        ];
        let mut numbers: Vec<f64> = zeros.iter().flat_map(|z| [z.below_base, z.above_base]).flatten().collect();
        numbers.push(cross::linear_leaves_band(base, scale, band));
        numbers.push(cross::sqrt_meets_theory(base, scale));
        numbers.push(cross::sign_sqrt_zero_progress(base, scale));
        numbers.extend(cross::rules_tie(base, scale));
        prop_assert!(numbers.iter().all(|x| x.is_finite() && *x > 0.0), "{numbers:?}");
    }

    #[test]
    fn steps_and_examples_lie_on_the_hyperbola(batch in batches(), critical in scales(), steps in positives()) {
        let tradeoff = Tradeoff { min_steps: steps, critical_batch: critical };
        let (s, e) = (steps_ratio(batch, critical), examples_ratio(batch, critical));
        prop_assert!(s.is_finite() && e.is_finite() && s >= 1.0 && e >= 1.0);
        prop_assert!(close(tradeoff.steps(batch), steps.get() * s, 1e-14));
        prop_assert!(close(tradeoff.examples(batch), batch.get() * tradeoff.steps(batch), 1e-12));
        // s·e = s + e is the same curve, and does not subtract 1 from numbers near it.
        prop_assert!(close(s * e, s + e, 1e-12));
        if (1e-6..1e6).contains(&(batch.get() / critical.get())) {
            prop_assert!(close((s - 1.0) * (e - 1.0), 1.0, 1e-8));
        }
    }

    #[test]
    fn kappa_rule_gives_decay_coefficients_or_says_which_fail(
        lr in lrs(), beta1 in betas(), beta2 in betas(), eps in positives(), ratio in ratios(),
    ) {
        let base = AdamBase { lr, beta1, beta2, eps };
        let kappa = ratio.get();
        match kappa_rule(base, ratio) {
            Ok(scaled) => {
                prop_assert!(scaled.lr.is_finite() && scaled.lr > 0.0 && scaled.eps.is_finite() && scaled.eps > 0.0);
                prop_assert!(close(scaled.lr * scaled.eps, lr.get() * eps.get(), 1e-12));
                for (old, new) in [(beta1, scaled.beta1), (beta2, scaled.beta2)] {
                    prop_assert!(((1.0 - new.get()) - kappa * (1.0 - old.get())).abs() < 1e-9);
                    prop_assert!(kappa * (1.0 - old.get()) < 1.0 || kappa <= 1.0);
                }
            }
            Err(error) => {
                prop_assert!(error.beta1.is_some() || error.beta2.is_some());
                prop_assert!(error.limits.max >= 1.0 && error.limits.max.is_finite() && error.limits.min > 0.0);
                prop_assert!(kappa >= error.limits.max * (1.0 - 1e-9) || kappa <= error.limits.min * (1.0 + 1e-6));
                for (beta, limits) in [(beta1, error.beta1), (beta2, error.beta2)] {
                    if let Some(limits) = limits {
                        prop_assert!(close(limits.max, 1.0 / (1.0 - beta.get()), 1e-12));
                        prop_assert!(kappa >= limits.max * (1.0 - 1e-9) || kappa <= limits.min * (1.0 + 1e-6));
                    }
                }
            }
        }
        prop_assert_eq!(kappa_rule(base, BatchRatio::new(1.0).unwrap()).unwrap().beta1, beta1);
        prop_assert!(scale_weight_decay(eps, ratio).is_finite());
    }

    #[test]
    fn half_life_stays_when_beta_follows_the_batch(
        beta in 0.5..0.999_f64, batch in log_range(1.0, 1e6), kappa in log_range(1e-3, 30.0),
    ) {
        let (batch, ratio) = (BatchSize::new(batch).unwrap(), BatchRatio::new(kappa).unwrap());
        let beta = Beta::new(beta).unwrap();
        let scaled = beta_same_half_life(beta, ratio);
        let new_batch = BatchSize::clamped(batch.get() * kappa);
        prop_assume!(scaled.get() > 1e-9 && batch.get() * kappa >= 1.0);
        prop_assert!(close(half_life(scaled, new_batch), half_life(beta, batch), 1e-8));
    }

    #[test]
    fn decay_coefficients_never_leave_the_finite_numbers(
        beta in betas(), ratio in ratios(), batch in batches(), scale in scales(), coupling in positives(), lr in lrs(),
    ) {
        let numbers = [
            beta_same_half_life(beta, ratio).get(),
            half_life(beta, batch),
            mean_field::momentum_batch_gain(beta),
            mean_field::adam_noise_update_rms(beta),
            mean_field::adam_optimal_lr(beta, scale, batch),
            mean_field::adam_peak(beta, scale).unwrap_or(0.0),
            mean_field::sign_optimal_lr(coupling, scale, batch),
            mean_field::sign_peak(coupling, scale).unwrap_or(0.0),
            stability::gradient_descent(coupling),
            stability::heavy_ball(coupling, beta),
            stability::averaged_momentum(coupling, beta),
            stability::nesterov(coupling, beta),
            stability::adam_preconditioned_curvature(lr, beta),
            stability::stochastic_edge(lr, beta).small_batch,
            stability::stochastic_edge(lr, beta).large_batch,
            stability::usable_ceiling(coupling, coupling, beta),
            warmup::untuned_steps(beta),
        ];
        prop_assert!(numbers.iter().all(|x| x.is_finite() && *x >= 0.0), "{numbers:?}");
    }

    #[test]
    fn mean_field_rates_are_highest_at_their_peaks(
        beta in 0.4..0.99_f64, coupling in 1.1..1e3_f64, scale in log_range(1e3, 1e6), factor in log_range(1.01, 1e3),
    ) {
        let (beta, coupling) = (Beta::new(beta).unwrap(), Positive::new(coupling).unwrap());
        let scale = NoiseScale::new(scale).unwrap();
        let adam = |b: f64| mean_field::adam_optimal_lr(beta, scale, BatchSize::clamped(b));
        let sign = |b: f64| mean_field::sign_optimal_lr(coupling, scale, BatchSize::clamped(b));
        let adam_peak = mean_field::adam_peak(beta, scale).unwrap();
        let sign_peak = mean_field::sign_peak(coupling, scale).unwrap();
        prop_assume!(adam_peak / factor >= 1.0 && sign_peak / factor >= 1.0);
        for away in [factor, 1.0 / factor] {
            prop_assert!(adam(adam_peak) > adam(adam_peak * away));
            prop_assert!(sign(sign_peak) > sign(sign_peak * away));
        }
    }

    #[test]
    fn surge_models_are_positive_and_finite(
        model in prop_oneof![homogeneous_models(), general_models()], batch in batches(), base in bases(),
    ) {
        let numbers = [
            model.optimal_lr(batch), model.improvement(batch), model.lr_limit(), model.scale_lr(base, batch),
            model.small_batch_bound(), model.peak_batch_small_b().unwrap_or(1.0),
            model.peak_lr_small_b().unwrap_or(1.0),
        ];
        prop_assert!(numbers.iter().all(|x| x.is_finite() && *x > 0.0), "{numbers:?}");
        prop_assert!(model.local_exponent(batch).is_finite());
        prop_assert!(close(model.scale_lr(base, base.batch), base.lr.get(), 1e-15));
    }

    #[test]
    fn surge_exponent_is_the_slope_of_the_logarithm(
        model in prop_oneof![homogeneous_models(), general_models()], batch in log_range(2.0, 1e9),
    ) {
        let at = |b: f64| model.optimal_lr(BatchSize::new(b).unwrap()).ln();
        let h = 1e-5_f64;
        let slope = (at(batch * h.exp()) - at(batch * (-h).exp())) / (2.0 * h);
        let exact = model.local_exponent(BatchSize::new(batch).unwrap());
        prop_assert!((slope - exact).abs() < 1e-5 * (1.0 + exact.abs()), "{slope} {exact}");
    }

    #[test]
    fn surge_ends_at_its_limit(model in general_models()) {
        let last = model.optimal_lr(BatchSize::new(BatchSize::MAX).unwrap());
        prop_assert!(close(last, model.lr_limit(), 1e-9), "{last} {}", model.lr_limit());
    }

    #[test]
    fn surge_starts_as_a_square_root(n_dims in 1_u32..1000, rho in 0.0..=1.0, batch in 1.0..1e3_f64) {
        let model = SurgeModel::homogeneous(NonZeroU32::new(n_dims).unwrap(), 1e-6, rho).unwrap();
        let exponent = model.local_exponent(BatchSize::new(batch).unwrap());
        prop_assert!((exponent - 0.5).abs() < 1e-5, "{exponent}");
    }

    #[test]
    fn homogeneous_surge_equals_the_general_one(
        n in 1..12_usize, snr in log_range(1e-3, 10.0), place in 0.0..0.99_f64, batch in batches(),
    ) {
        let lowest = if n > 1 { -0.9 / (n as f64 - 1.0) } else { 0.0 };
        let rho = lowest + (1.0 - lowest) * place;
        let entries = (0..n * n).map(|k| if k / n == k % n { 1.0 } else { rho }).collect();
        let hessian = SymmetricMatrix::new(n, entries).unwrap();
        let general = SurgeModel::new(vec![snr; n], vec![1.0; n], hessian).unwrap();
        let short = SurgeModel::homogeneous(NonZeroU32::new(n as u32).unwrap(), snr, rho).unwrap();
        prop_assert!(close(short.optimal_lr(batch), general.optimal_lr(batch), 1e-9));
        prop_assert!(close(short.improvement(batch) * n as f64, general.improvement(batch), 1e-9));
        prop_assert!((short.local_exponent(batch) - general.local_exponent(batch)).abs() < 1e-9);
    }

    #[test]
    fn best_one_step_rate_beats_its_neighbours(
        n in 1..6_usize, gradient in proptest::collection::vec(-1.0..1.0_f64, 6),
        factor in proptest::collection::vec(-1.0..1.0_f64, 36), noise in proptest::collection::vec(-1.0..1.0_f64, 36),
        batch in batches(),
    ) {
        let mut gradient = gradient[..n].to_vec();
        gradient[0] += 2.0;
        let local = LocalQuadratic::new(&gradient, &gram(n, &factor[..n * n]), &gram(n, &noise[..n * n])).unwrap();
        let best = local.optimal_lr(batch);
        let gain = |eps: f64| local.improvement_at(LearningRate::new(eps).unwrap(), batch);
        prop_assert!(close(gain(best), local.improvement(batch), 1e-9));
        prop_assert!(gain(best) > gain(best * 1.01) && gain(best) > gain(best * 0.99));
        prop_assert!(gain(2.0 * best).abs() < 1e-9 * local.improvement(batch));
        // f(r) is the share of the best gain at r times the best rate.
        let share = progress(LrRatio::new(1.7).unwrap());
        prop_assert!(close(gain(1.7 * best), share * local.improvement(batch), 1e-9));
        // With H a multiple of the identity B_noise is B_simple.
        let identity = SymmetricMatrix::from_diagonal(&vec![3.0; n]).unwrap();
        let round = LocalQuadratic::new(&gradient, &identity, &gram(n, &noise[..n * n])).unwrap();
        prop_assert!(close(round.noise_scale(), round.simple_noise_scale(), 1e-12));
    }

    #[test]
    fn two_batch_estimate_inverts_the_expected_norms(
        signal in log_range(1e-6, 1e6), trace in log_range(1e-6, 1e6), b1 in log_range(1.0, 1e4), factor in log_range(2.0, 1e4),
    ) {
        let (g2, s) = (Positive::new(signal).unwrap(), Positive::new(trace).unwrap());
        let norm = |batch: f64| {
            let batch = BatchSize::new(batch).unwrap();
            BatchNorm { batch, norm_sq: noise::expected_batch_norm_sq(g2, s, batch) }
        };
        let estimate = noise::two_batch_estimate(norm(b1), norm(b1 * factor)).unwrap();
        let size = signal + trace;
        prop_assert!((estimate.grad_norm_sq - signal).abs() < 1e-12 * size);
        prop_assert!((estimate.noise_trace - trace).abs() < 1e-11 * size * b1 * factor);
    }

    #[test]
    fn two_batch_estimate_is_finite_or_an_error(
        b1 in batches(), b2 in batches(), n1 in log_range(1e-300, 1e100), n2 in log_range(1e-300, 1e100),
    ) {
        let (small, big) = (BatchNorm { batch: b1, norm_sq: n1 }, BatchNorm { batch: b2, norm_sq: n2 });
        if let Ok(estimate) = noise::two_batch_estimate(small, big) {
            prop_assert!(b1 < b2);
            prop_assert!(estimate.grad_norm_sq.is_finite() && estimate.noise_trace.is_finite());
            if let Ok(scale) = estimate.noise_scale() {
                prop_assert!(scale > 0.0 && scale.is_finite());
            }
        }
    }

    #[test]
    fn temperature_and_data_noise_vanish_at_the_full_batch(
        lr in lrs(), n in batches(), batch in batches(), momentum in betas(),
    ) {
        let g = noise::sgd_temperature(lr, n, batch, momentum);
        let factor = noise::finite_data_noise(batch, n);
        prop_assert_eq!(g.is_some(), batch <= n);
        prop_assert_eq!(factor.is_some(), batch <= n);
        prop_assert!(g.is_none_or(|g| g.is_finite() && g >= 0.0));
        prop_assert!(factor.is_none_or(|f| (0.0..=1.0).contains(&f)));
        prop_assert_eq!(noise::sgd_temperature(lr, n, n, momentum), Some(0.0));
    }

    #[test]
    fn regression_is_finite_and_its_best_rate_is_best(
        d in 1_u32..100_000, sigma in prop_oneof![Just(0.0), log_range(1e-6, 1e6)],
        dist in positives(), batch in batches(), lr in lrs(), steps in any::<u64>(), share in fractions(),
    ) {
        let problem = IsotropicRegression::new(NonZeroU32::new(d).unwrap(), sigma).unwrap();
        let numbers = [
            problem.noise_trace(dist), problem.noise_scale(dist), problem.optimal_lr(dist, batch),
            problem.next_dist_sq(dist, lr, batch), problem.stability_limit(batch),
            problem.floor(lr, batch).unwrap_or(0.0), problem.dist_sq_at(dist, lr, batch, steps).unwrap_or(0.0),
            problem.steps_to_shrink(share, batch).unwrap_or(0.0),
        ];
        prop_assert!(numbers.iter().all(|x| x.is_finite() && *x >= 0.0), "{numbers:?}");
        let best = problem.optimal_lr(dist, batch);
        if best > 1e-9 {
            let next = |eta: f64| problem.next_dist_sq(dist, LearningRate::new(eta).unwrap(), batch);
            prop_assert!(next(best) <= next(best * 1.5) * (1.0 + 1e-12) && next(best) <= next(best / 1.5) * (1.0 + 1e-12));
        }
    }

    #[test]
    fn interpolation_contracts_fastest_at_its_best_rate(
        beta in 1.0..1e3_f64, top in 0.1..1.0_f64, low in log_range(1e-4, 1.0), m in log_range(1.0, 1e6),
    ) {
        let pos = |x: f64| Positive::new(x).unwrap();
        let low = low * top;
        let problem = Interpolation::new(pos(beta), pos(top), pos(low)).unwrap();
        let batch = BatchSize::new(m).unwrap();
        let slowest = |eta: f64| {
            // The factor is a convex parabola in λ, so it is largest at an end of the spectrum.
            let at = |lambda: f64| problem.contraction(pos(lambda), pos(eta), batch);
            at(low).max(at(top))
        };
        let best = problem.optimal_lr(batch);
        prop_assert!(slowest(best) < 1.0);
        prop_assert!(slowest(best) <= slowest(best * 1.001) + 1e-12, "above");
        prop_assert!(slowest(best) <= slowest(best / 1.001) + 1e-12, "below");
        prop_assert!(problem.convex_lr(batch) <= best * (1.0 + 1e-12));
    }

    #[test]
    fn warmups_rise_from_start_to_full(a in lrs(), b in lrs(), n in 0_u64..1_000_000, step in any::<u64>(), width in positives()) {
        let (start, full) = if a <= b { (a, b) } else { (b, a) };
        let now = warmup::gradual(start, full, step % (n + 2), n);
        let next = warmup::gradual(start, full, step % (n + 2) + 1, n);
        prop_assert!(now >= start.get() && now <= next && next <= full.get() * (1.0 + 1e-15));
        prop_assert_eq!(warmup::gradual(start, full, n, n), full.get());
        prop_assert!(warmup::from_zero(full, step, n) <= full.get());
        prop_assert!(warmup::noam(width, step, n).is_finite() && warmup::noam(width, step, n) > 0.0);
    }
}

/// E θ², E v², E θv of heavy ball, one exact step (x = αh, n = α²c/B).
fn moments_after([t, v, c]: [f64; 3], x: f64, m: f64, n: f64) -> [f64; 3] {
    [
        (1.0 - x) * (1.0 - x) * t + m * m * v + 2.0 * (1.0 - x) * m * c + n,
        x * x * t + m * m * v - 2.0 * x * m * c + n,
        -(1.0 - x) * x * t + m * m * v + (1.0 - 2.0 * x) * m * c + n,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quadratic_closed_forms_follow_the_recursion(
        n in 1_u16..6, place in 0.001..0.999_f64, m in prop_oneof![Just(0.0), 0.0..0.999_f64, log_range(1e-20, 1e-3)],
        batch in log_range(1.0, 1e4), p in 0.0..0.9_f64,
    ) {
        let problem = NoisyQuadratic::harmonic(NonZeroU16::new(n).unwrap());
        let (b, beta) = (BatchSize::new(batch).unwrap(), Beta::new(m).unwrap());
        let curvature = |i: u16| 1.0 / f64::from(i);

        let ball_lr = place * 2.0 * (1.0 + m);
        let ball = problem.heavy_ball(LearningRate::new(ball_lr).unwrap(), beta, b).unwrap();
        let mut moments: Vec<[f64; 3]> = vec![[1.0, 0.0, 0.0]; n.into()];
        let sgd_lr = place * 2.0;
        let sgd = problem.sgd(LearningRate::new(sgd_lr).unwrap(), b, Fraction::new(p).unwrap()).unwrap();
        let mut spread = vec![1.0; n.into()];
        for step in 0..60 {
            let loss: f64 = (1..=n).map(|i| 0.5 * curvature(i) * moments[usize::from(i) - 1][0]).sum();
            prop_assert!((ball.loss_at(step) - loss).abs() < 1e-9 * (1.0 + loss + ball.steady_loss()), "ball {step}: {} {loss}", ball.loss_at(step));
            let loss: f64 = (1..=n).map(|i| 0.5 * curvature(i) * spread[usize::from(i) - 1]).sum();
            prop_assert!((sgd.loss_at(step) - loss).abs() < 1e-10 * (1.0 + loss + sgd.steady_loss()), "sgd {step}");
            for i in 1..=n {
                let (h, k) = (curvature(i), usize::from(i) - 1);
                moments[k] = moments_after(moments[k], ball_lr * h, m, ball_lr * ball_lr * h / batch);
                let (x, kick) = (sgd_lr * h.powf(1.0 - p), sgd_lr * h.powf(-p));
                spread[k] = (1.0 - x) * (1.0 - x) * spread[k] + kick * kick * h / batch;
            }
        }
    }

    #[test]
    fn without_momentum_heavy_ball_is_sgd(n in 1_u16..50, place in 0.001..0.999_f64, batch in batches(), step in 0_u64..100_000) {
        let problem = NoisyQuadratic::harmonic(NonZeroU16::new(n).unwrap());
        let lr = LearningRate::new(2.0 * place).unwrap();
        let sgd = problem.sgd(lr, batch, Fraction::new(0.0).unwrap()).unwrap();
        let ball = problem.heavy_ball(lr, Beta::new(0.0).unwrap(), batch).unwrap();
        prop_assert!((sgd.loss_at(step) - ball.loss_at(step)).abs() <= 1e-10 * (1.0 + sgd.steady_loss()));
    }

    #[test]
    fn quadratic_is_finite_or_unstable(
        n in 1_u16..200, lr in prop_oneof![lrs(), (0.0..4.0_f64).prop_map(LearningRate::clamped)],
        m in betas(), batch in batches(), p in fractions(), step in any::<u64>(), target in positives(),
    ) {
        let problem = NoisyQuadratic::harmonic(NonZeroU16::new(n).unwrap());
        match problem.sgd(lr, batch, p) {
            Ok(run) => {
                prop_assert!(run.loss_at(step).is_finite() && run.loss_at(step) >= 0.0 && run.steady_loss().is_finite());
                if let Some(steps) = run.steps_to(target) {
                    prop_assert!(run.loss_at(steps) < target.get());
                    prop_assert!(steps == 0 || run.loss_at(steps - 1) >= target.get());
                }
            }
            Err(unstable) => prop_assert!(lr.get() >= unstable.max_lr * (1.0 - 1e-12)),
        }
        match problem.heavy_ball(lr, m, batch) {
            Ok(run) => {
                prop_assert!(run.loss_at(step).is_finite() && run.steady_loss().is_finite());
                if let Some(steps) = run.steps_to(target) {
                    prop_assert!(run.loss_at(steps) < target.get());
                    prop_assert!(steps == 0 || run.loss_at(steps - 1) >= target.get());
                }
            }
            Err(unstable) => prop_assert!(lr.get() >= unstable.max_lr * (1.0 - 1e-12)),
        }
    }
}

#[test]
fn heavy_ball_closed_form_holds_over_many_steps() {
    let problem = NoisyQuadratic::harmonic(NonZeroU16::new(3).unwrap());
    for m in [0.9, 0.99999] {
        // (1 − √m)² is where the steepest direction turns from creeping to swinging; three rates on either side.
        let critical = (1.0 - f64::sqrt(m)) * (1.0 - f64::sqrt(m));
        for lr in [
            0.3 * critical,
            0.999_999 * critical,
            critical,
            1.000_001 * critical,
            0.1,
            1.9 * (1.0 + m),
        ] {
            let Ok(lr) = LearningRate::new(lr) else {
                continue;
            };
            let run = problem
                .heavy_ball(lr, Beta::new(m).unwrap(), BatchSize::new(1e6).unwrap())
                .unwrap();
            let mut moments = [[1.0, 0.0, 0.0]; 3];
            for step in 0..200_000_u64 {
                if step.is_power_of_two() {
                    let loss: f64 = (0..3).map(|k| 0.5 / (k + 1) as f64 * moments[k][0]).sum();
                    let got = run.loss_at(step);
                    assert!(
                        (got - loss).abs() < 1e-8 * loss,
                        "m {m}, lr {lr:?}, step {step}: {got} {loss}"
                    );
                }
                for (k, moment) in moments.iter_mut().enumerate() {
                    let h = 1.0 / (k + 1) as f64;
                    *moment =
                        moments_after(*moment, lr.get() * h, m, lr.get() * lr.get() * h / 1e6);
                }
            }
        }
    }
}

#[test]
fn matrices_and_models_refuse_what_they_cannot_use() {
    use DenseError as E;
    let identity = SymmetricMatrix::from_diagonal(&[1.0, 1.0]).unwrap();
    let saddle = SymmetricMatrix::new(2, vec![1.0, 2.0, 2.0, 1.0]).unwrap();
    assert_eq!(SymmetricMatrix::new(2, vec![1.0; 3]), Err(E::Shape));
    assert_eq!(SymmetricMatrix::new(0, vec![]), Err(E::Shape));
    assert_eq!(SymmetricMatrix::new(1, vec![f64::NAN]), Err(E::Entry));
    assert_eq!(SymmetricMatrix::new(1, vec![1e13]), Err(E::Entry));
    assert_eq!(
        SymmetricMatrix::new(2, vec![1.0, 0.5, 0.4, 1.0]),
        Err(E::NotSymmetric)
    );
    for (gradient, hessian, covariance, error) in [
        (vec![1.0], &identity, &identity, E::Shape),
        (vec![0.0, 0.0], &identity, &identity, E::NoGradient),
        (vec![f64::INFINITY, 0.0], &identity, &identity, E::Entry),
        (vec![1.0, 1.0], &saddle, &identity, E::HessianNotPositive),
    ] {
        assert_eq!(
            LocalQuadratic::new(&gradient, hessian, covariance),
            Err(error)
        );
    }
    let negative = SymmetricMatrix::from_diagonal(&[1.0, -0.1]).unwrap();
    assert_eq!(
        LocalQuadratic::new(&[1.0, 1.0], &identity, &negative),
        Err(E::CovarianceNegative)
    );
    for (mean, deviation, hessian, error) in [
        (vec![1.0], vec![1.0], identity.clone(), E::Shape),
        (
            vec![1.0, 0.0],
            vec![1.0, 0.0],
            identity.clone(),
            E::DeviationNotPositive,
        ),
        (
            vec![0.0, 0.0],
            vec![1.0, 1.0],
            identity.clone(),
            E::NoGradient,
        ),
        (
            vec![1.0, 0.0],
            vec![1.0, 1.0],
            saddle.clone(),
            E::HessianNotPositive,
        ),
    ] {
        assert_eq!(SurgeModel::new(mean, deviation, hessian), Err(error));
    }
    let three = NonZeroU32::new(3).unwrap();
    for (snr, rho, error) in [
        (0.0, 0.5, E::Entry),
        (f64::NAN, 0.5, E::Entry),
        (0.1, f64::NAN, E::Entry),
        (0.1, 1.1, E::HessianNotPositive),
        (0.1, -0.5, E::HessianNotPositive),
    ] {
        assert_eq!(
            SurgeModel::homogeneous(three, snr, rho),
            Err(error),
            "{snr} {rho}"
        );
    }
}
