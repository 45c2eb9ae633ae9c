//! The optimisers and schedules against PyTorch (`golden/make_golden.py`) and against closed forms.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::train::optim::Optimizer;
use critical_batch::train::rng::{Rng, Stream};
use critical_batch::train::spec::{Decay, OptimizerSpec, Schedule, Warmup};
use serde::Deserialize;

/// Each update rounds θ and about ten intermediate results, each by at most 2⁻²⁴ = 6e-8 of its size. Rounding
/// errors of different steps are independent, so relative to the way a parameter has gone (its first value and
/// the lengths of all its steps) they stay within a few times 1e-7; 2e-6 leaves a margin for cancellation in v − ḡ².
const TOLERANCE: f64 = 2e-6;

#[derive(Deserialize)]
struct Golden {
    batch_size: u64,
    short: Group,
    long: Group,
}

#[derive(Deserialize)]
struct Group {
    theta: Vec<f32>,
    /// [n_steps, n_params]
    gradients: Vec<Vec<f32>>,
    budget_examples: u64,
    kept_steps: Vec<usize>,
    traces: Vec<Trace>,
}

#[derive(Deserialize)]
struct Trace {
    optimizer: OptimizerSpec,
    schedule: Schedule,
    peak_lr: f64,
    /// [n_steps]
    lrs: Vec<f64>,
    /// [n_kept_steps, n_params]
    thetas: Vec<Vec<f64>>,
    /// [n_params]
    path: Vec<f64>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden/optim.json")).unwrap()
}

/// Parameters after every step, [n_steps, n_params], with the learning rates of our own schedule.
fn run(group: &Group, trace: &Trace, batch_size: u64) -> Vec<Vec<f32>> {
    let mut params = group.theta.clone();
    let mut optimizer = Optimizer::new(trace.optimizer, params.len());
    (0_u64..)
        .zip(&group.gradients)
        .map(|(step, gradient)| {
            let lr = trace
                .schedule
                .lr(trace.peak_lr, step * batch_size, group.budget_examples);
            optimizer.step(lr, &mut params, gradient);
            params.clone()
        })
        .collect()
}

#[test]
fn optimizers_under_schedules_follow_pytorch_for_fifty_steps() {
    let golden = golden();
    assert_eq!(
        (golden.short.traces.len(), golden.long.traces.len()),
        (13, 28)
    );
    for group in [&golden.short, &golden.long] {
        for trace in &group.traces {
            let ours = run(group, trace, golden.batch_size);
            assert_eq!(trace.thetas.len(), group.kept_steps.len());
            for (&step, theirs) in group.kept_steps.iter().zip(&trace.thetas) {
                for (i, (&ours, &theirs)) in ours[step - 1].iter().zip(theirs).enumerate() {
                    let error = (f64::from(ours) - theirs).abs();
                    assert!(
                        error <= TOLERANCE * trace.path[i],
                        "{:?}, {:?}: parameter {i} after step {step} is {ours} instead of {theirs}",
                        trace.optimizer,
                        trace.schedule,
                    );
                }
            }
        }
    }
}

#[test]
fn schedules_equal_pytorchs_linear_constant_cosine_and_multistep_schedulers() {
    let golden = golden();
    for trace in &golden.long.traces {
        for (step, &theirs) in (0_u64..).zip(&trace.lrs) {
            let ours = trace.schedule.lr(
                trace.peak_lr,
                step * golden.batch_size,
                golden.long.budget_examples,
            );
            // PyTorch multiplies from step to step, so its own rounding errors add up.
            assert!(
                (ours - theirs).abs() <= 1e-13 * trace.peak_lr,
                "{:?} step {step}: {ours} {theirs}",
                trace.schedule
            );
        }
    }
}

fn sgd(momentum: f64, dampening: f64, nesterov: bool, weight_decay: f64) -> OptimizerSpec {
    OptimizerSpec::Sgd {
        momentum,
        dampening,
        nesterov,
        weight_decay,
    }
}

fn rms_prop(alpha: f64, momentum: f64, centered: bool) -> OptimizerSpec {
    OptimizerSpec::RmsProp {
        alpha,
        eps: 1e-8,
        momentum,
        centered,
        weight_decay: 0.0,
    }
}

fn adam(beta1: f64, beta2: f64, eps: f64, weight_decay: f64) -> OptimizerSpec {
    OptimizerSpec::Adam {
        beta1,
        beta2,
        eps,
        weight_decay,
    }
}

fn adam_w(weight_decay: f64) -> OptimizerSpec {
    OptimizerSpec::AdamW {
        beta1: 0.9,
        beta2: 0.999,
        eps: 1e-8,
        weight_decay,
    }
}

/// Parameters after steps 1, 2 and 5 from (1, −2, 0.5) with the short golden gradients, printed by PyTorch.
#[test]
#[rustfmt::skip]
fn thirteen_hand_readable_traces_are_pytorchs() {
    let rows: [(OptimizerSpec, f64, [[f64; 3]; 3]); 13] = [
        (sgd(0.0, 0.0, false, 0.0), 0.1, [[0.95, -1.9, 0.4999], [0.91, -1.82, 0.5001], [0.91, -1.85, 0.4997]]),
        (sgd(0.0, 0.0, false, 0.01), 0.1, [[0.949, -1.898, 0.4994], [0.908051, -1.816102, 0.4991006],
            [0.905289600244949, -1.8407290804899, 0.497204994702699]]),
        (sgd(0.9, 0.0, false, 0.0), 0.1, [[0.95, -1.9, 0.4999], [0.865, -1.73, 0.50001],
            [0.690985, -1.28777, 0.49972529]]),
        (sgd(0.9, 0.5, false, 0.0), 0.1, [[0.95, -1.9, 0.4999], [0.885, -1.77, 0.49991],
            [0.743115, -1.43913, 0.49965789]]),
        (sgd(0.9, 0.0, true, 0.0), 0.1, [[0.905, -1.81, 0.49981], [0.7885, -1.577, 0.500109],
            [0.6318865, -1.208993, 0.499452761]]),
        (rms_prop(0.99, 0.0, false), 0.01, [[0.900000019999996, -1.90000001, 0.4000099990001],
            [0.837339193816909, -1.83733917890894, 0.489538287370652],
            [0.838841322817439, -1.85444878598905, 0.414736162815051]]),
        (rms_prop(0.9, 0.9, false), 0.01, [[0.968377225398316, -1.96837722439832, 0.468378223366694],
            [0.919530841638256, -1.91953083921878, 0.468489644810714],
            [0.816040323627329, -1.79317098642624, 0.42161605140536]]),
        (rms_prop(0.9, 0.0, true), 0.01, [[0.966666668888889, -1.96666666777778, 0.466667777740742],
            [0.944048298709733, -1.94404829695913, 0.495598228356052],
            [0.943411976423106, -1.94941555919969, 0.470866165153785]]),
        (adam(0.9, 0.999, 1e-8, 0.0), 0.01, [[0.9900000002, -1.9900000001, 0.490000099999],
            [0.980118742377022, -1.9801187421679, 0.493661112118559],
            [0.966181238880878, -1.96191555251795, 0.490325826520566]]),
        (adam(0.9, 0.999, 1e-3, 0.0), 0.01, [[0.99001996007984, -1.99000999000999, 0.495],
            [0.980160479184759, -1.98013963255365, 0.497242785807262],
            [0.966261092542719, -1.96195997310453, 0.494887583894482]]),
        (adam(0.6, 0.996, 5e-9, 0.0), 0.01, [[0.9900000001, -1.99000000005, 0.49000004999975],
            [0.980335115629713, -1.98033511552634, 0.495530694377821],
            [0.971978465913093, -1.97023477281085, 0.490557648183567]]),
        (adam(0.9, 0.999, 1e-8, 0.1), 0.01, [[0.990000000166667, -1.99000000008333, 0.490000001960784],
            [0.980089678896452, -1.98008897358599, 0.480029584622769],
            [0.961235408754272, -1.95835433415273, 0.450150577450216]]),
        (adam_w(0.1), 0.01, [[0.9890000002, -1.9880000001, 0.489500099999],
            [0.978129742376822, -1.9761307421678, 0.49267161201856],
            [0.961274082656504, -1.95202982799979, 0.487864325067699]]),
    ];
    let group = golden().short;
    for (spec, lr, expected) in rows {
        let mut params = group.theta.clone();
        let mut optimizer = Optimizer::new(spec, 3);
        let mut seen = Vec::new();
        for gradient in &group.gradients {
            optimizer.step(lr, &mut params, gradient);
            seen.push(params.clone());
        }
        for (step, theirs) in [0, 1, 4].into_iter().zip(expected) {
            for (&ours, theirs) in seen[step].iter().zip(theirs) {
                // Five steps of f32 at most, and values near 1: five units of rounding, 2⁻²⁴, and the input's.
                assert!((f64::from(ours) - theirs).abs() <= 4e-7 * theirs.abs(), "{spec:?} step {}: {ours} {theirs}", step + 1);
            }
        }
    }
}

/// The parameter after each of `gradients`, from 0.
fn path(spec: OptimizerSpec, lr: f64, gradients: &[f32]) -> Vec<f64> {
    let mut optimizer = Optimizer::new(spec, 1);
    let mut params = [0.0];
    gradients
        .iter()
        .map(|&g| {
            optimizer.step(lr, &mut params, &[g]);
            f64::from(params[0])
        })
        .collect()
}

fn assert_near(value: f64, expected: f64, relative: f64) {
    assert!(
        (value - expected).abs() <= relative * expected.abs(),
        "{value} instead of {expected}"
    );
}

#[test]
fn dampening_spares_the_first_step() {
    let theta = path(sgd(0.9, 0.5, false, 0.0), 0.1, &[1.0, 1.0]);
    assert_near(theta[0], -0.1, 1e-6);
    // The second step is η(μ·1 + (1 − τ)·1), not η(μ·(1 − τ) + (1 − τ)).
    assert_near(theta[1] - theta[0], -0.1 * (0.9 + 0.5), 1e-6);
}

#[test]
fn momentum_turns_the_learning_rate_into_lr_over_one_minus_momentum() {
    for nesterov in [false, true] {
        let theta = path(sgd(0.9, 0.0, nesterov, 0.0), 1e-3, &[1.0; 300]);
        assert_near(theta[299] - theta[298], -1e-2, 1e-4);
    }
}

#[test]
fn a_new_learning_rate_acts_on_the_whole_momentum_buffer() {
    let mut optimizer = Optimizer::new(sgd(0.5, 0.0, false, 0.0), 1);
    let mut params = [0.0];
    optimizer.step(1.0, &mut params, &[1.0]);
    optimizer.step(0.125, &mut params, &[1.0]);
    assert_eq!(params, [-1.0 - 0.125 * 1.5]);
}

#[test]
fn the_first_step_of_adam_is_lr_whatever_the_gradient() {
    for gradient in [1e-3, -1.0, 1e3] {
        for (spec, lr) in [
            (adam(0.9, 0.999, 1e-8, 0.0), 1e-3),
            (adam(0.5, 0.9, 1e-8, 0.0), 0.1),
            (adam_w(0.1), 1e-3),
        ] {
            assert_near(
                path(spec, lr, &[gradient])[0],
                -lr * f64::from(gradient.signum()),
                2e-5,
            );
        }
    }
}

#[test]
fn the_first_step_of_rms_prop_is_ten_times_lr_because_it_has_no_bias_correction() {
    assert_near(
        path(rms_prop(0.99, 0.0, false), 0.01, &[0.3])[0],
        -0.1,
        1e-5,
    );
    assert_near(
        path(rms_prop(0.96, 0.0, false), 0.01, &[0.3])[0],
        -0.05,
        1e-5,
    );
}

#[test]
fn eps_of_adam_is_added_after_the_bias_correction() {
    // At the first step √v/√(1 − β₂) = |g|, so with ε = |g| the step is lr/2; before the correction it would be
    // lr·√(1 − β₂)/(√(1 − β₂) + 1), a sixteenth of that.
    assert_near(
        path(adam(0.9, 0.999, 0.5, 0.0), 0.01, &[0.5])[0],
        -0.005,
        1e-5,
    );
}

#[test]
fn eps_of_rms_prop_is_added_after_the_root() {
    let spec = OptimizerSpec::RmsProp {
        alpha: 0.75,
        eps: 0.5,
        momentum: 0.0,
        centered: false,
        weight_decay: 0.0,
    };
    assert_near(path(spec, 1.0, &[1.0])[0], -1.0, 1e-6);
}

#[test]
fn decoupled_weight_decay_shrinks_by_lr_times_decay_and_l2_decay_is_normalised_away() {
    let mut params = [2.0];
    Optimizer::new(adam_w(0.1), 1).step(0.01, &mut params, &[0.0]);
    assert_near(f64::from(params[0]), 2.0 * (1.0 - 0.001), 1e-7);
    let mut params = [2.0];
    Optimizer::new(adam(0.9, 0.999, 1e-8, 0.1), 1).step(0.01, &mut params, &[0.0]);
    assert_near(f64::from(params[0]), 2.0 - 0.01, 1e-7);
}

/// For noise of variance σ², m has the variance σ²(1 − β₁)/(1 + β₁) and v tends to σ².
#[test]
fn updates_of_adam_under_pure_noise_have_the_size_that_beta1_leaves() {
    const N: usize = 2048;
    for beta1 in [0.9, 0.5] {
        let mut rng = Rng::new(7, Stream::Noise);
        let mut optimizer = Optimizer::new(adam(beta1, 0.999, 1e-8, 0.0), N);
        let mut gradient = [0.0; N];
        let mut params = [0.0; N];
        let mut sum_sq = 0.0;
        for step in 0..3000 {
            gradient.fill_with(|| rng.normal() as f32);
            params.fill(0.0);
            optimizer.step(1.0, &mut params, &gradient);
            // By then v has settled: 0.999²⁰⁰⁰ = 0.14.
            if step >= 2000 {
                sum_sq += params.iter().map(|&p| f64::from(p).powi(2)).sum::<f64>();
            }
        }
        let rms = (sum_sq / (1000 * N) as f64).sqrt();
        // About 1000·N/19 independent updates: 0.2 % sampling error.
        assert_near(rms, ((1.0 - beta1) / (1.0 + beta1)).sqrt(), 0.01);
    }
}

#[test]
fn parameters_without_gradient_stay_where_they_are() {
    for centered in [false, true] {
        for momentum in [0.0, 0.9] {
            let rms = OptimizerSpec::RmsProp {
                alpha: 0.99,
                eps: 0.0,
                momentum,
                centered,
                weight_decay: 0.0,
            };
            assert_eq!(path(rms, 0.1, &[0.0; 5]), [0.0; 5]);
        }
    }
    assert_eq!(path(adam(0.9, 0.999, 0.0, 0.0), 0.1, &[0.0; 5]), [0.0; 5]);
}

#[test]
fn centering_survives_the_rounding_of_a_constant_gradient() {
    // v − ḡ² tends to 0 and, rounded, falls below for some of these gradients.
    for numerator in 1..100_u8 {
        let theta = path(
            rms_prop(0.9, 0.0, true),
            1e-3,
            &[f32::from(numerator) / 100.0; 500],
        );
        assert!(theta.iter().all(|p| p.is_finite()), "{numerator}");
    }
}

#[test]
fn gradual_warmup_reproduces_goyals_ramp() {
    const BATCH_SIZE: u64 = 8192;
    // Five epochs of ImageNet are 780 steps of 8192 (Goyal et al. 2017, arXiv:1706.02677, section 2.2).
    let schedule = Schedule {
        warmup: Warmup::Gradual {
            start_lr: 0.1,
            n_examples: 780 * BATCH_SIZE,
        },
        decay: Decay::Constant,
    };
    for (step, expected) in [
        (0, 0.1),
        (1, 0.103_974_358_97),
        (390, 1.65),
        (780, 3.2),
        (10_000, 3.2),
    ] {
        let lr = schedule.lr(0.1 * 32.0, step * BATCH_SIZE, 90 * 1_281_167);
        assert_near(lr, expected, 1e-10);
    }
}

#[test]
fn steps_come_at_epochs_thirty_sixty_and_eighty_of_ninety_also_after_a_warmup() {
    let steps = |warmup| Schedule {
        warmup,
        decay: Decay::Steps { factor: 0.1 },
    };
    let five_epochs = Warmup::Gradual {
        start_lr: 0.1,
        n_examples: 5000,
    };
    for schedule in [steps(Warmup::None), steps(five_epochs)] {
        for (n_examples, expected) in [
            (5000, 3.2),
            (29_999, 3.2),
            (30_000, 0.32),
            (59_999, 0.32),
            (60_000, 0.032),
            (80_000, 0.0032),
            (95_000, 0.0032),
        ] {
            assert_near(schedule.lr(3.2, n_examples, 90_000), expected, 1e-12);
        }
    }
    let half_the_run = Warmup::Constant {
        start_lr: 0.1,
        n_examples: 45_000,
    };
    assert_eq!(steps(half_the_run).lr(3.2, 44_999, 90_000), 0.1);
    assert_near(steps(half_the_run).lr(3.2, 45_000, 90_000), 0.32, 1e-12);
}

#[test]
fn the_cosine_runs_from_the_end_of_the_warmup_to_the_end_of_the_budget() {
    let warmup = Warmup::Gradual {
        start_lr: 0.0,
        n_examples: 200,
    };
    let schedule = Schedule {
        warmup,
        decay: Decay::Cosine {
            final_fraction: 0.1,
        },
    };
    for (n_examples, expected) in [
        (0, 0.0),
        (100, 0.5),
        (200, 1.0),
        (600, 0.55),
        (1000, 0.1),
        (5000, 0.1),
    ] {
        assert!(
            (schedule.lr(1.0, n_examples, 1000) - expected).abs() <= 1e-12,
            "{n_examples}"
        );
    }
}

#[test]
fn every_schedule_is_finite_at_the_extremes() {
    let ends = [0, 1, 2, u64::MAX - 1, u64::MAX];
    for length in ends {
        for warmup in [
            Warmup::None,
            Warmup::Gradual {
                start_lr: 0.0,
                n_examples: length,
            },
            Warmup::Constant {
                start_lr: 1e-6,
                n_examples: length,
            },
        ] {
            for decay in [
                Decay::Constant,
                Decay::Cosine {
                    final_fraction: 0.0,
                },
                Decay::Steps { factor: 0.1 },
            ] {
                for n_examples in ends {
                    for budget in ends {
                        let lr = Schedule { warmup, decay }.lr(1.0, n_examples, budget);
                        assert!(
                            (0.0..=1.0).contains(&lr),
                            "{warmup:?} {decay:?} {n_examples} {budget}: {lr}"
                        );
                    }
                }
            }
        }
    }
}
