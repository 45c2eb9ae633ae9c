//! Every gradient against central differences of an independent loss in f64, and the per-example norms against
//! gradients of single examples.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::train::accumulate::MeanGradient;
use critical_batch::train::classifier::Classifier;
use critical_batch::train::data::{DataSet, digits, spirals};
use critical_batch::train::linreg::LinearRegression;
use critical_batch::train::mlp::{Gathering, Mlp};
use critical_batch::train::quadratic::Quadratic;
use critical_batch::train::reduce::sum_sq;
use critical_batch::train::rng::{Rng, Stream};
use critical_batch::train::spec::{Activation, Sampling};
use critical_batch::train::task::Task;

const ACTIVATIONS: [Activation; 2] = [Activation::Relu, Activation::Tanh];

/// The sum of the gradients and of their squared norms.
const SUM: Gathering = Gathering {
    weight: 1.0,
    is_added: false,
    has_norms: true,
};

/// Σ loss over the first `n` examples, written anew in f64 with std's exp and ln.
fn reference_loss(
    widths: &[usize],
    activation: Activation,
    params: &[f64],
    data: &DataSet,
    n: usize,
) -> f64 {
    (0..n)
        .map(|idx| {
            let mut a: Vec<f64> = data.example(idx).iter().map(|x| f64::from(*x)).collect();
            let mut first = 0;
            for (layer, pair) in widths.windows(2).enumerate() {
                let (n_in, n_out) = (pair[0], pair[1]);
                let weight = |i: usize, j: usize| params[first + i * n_out + j];
                let bias = |j: usize| params[first + n_in * n_out + j];
                let z: Vec<f64> = (0..n_out)
                    .map(|j| bias(j) + (0..n_in).map(|i| a[i] * weight(i, j)).sum::<f64>())
                    .collect();
                let is_last = layer + 2 == widths.len();
                a = z
                    .into_iter()
                    .map(|z| match activation {
                        _ if is_last => z,
                        Activation::Relu => z.max(0.0),
                        Activation::Tanh => z.tanh(),
                    })
                    .collect();
                first += (n_in + 1) * n_out;
            }
            a.iter().map(|z| z.exp()).sum::<f64>().ln() - a[usize::from(data.labels[idx])]
        })
        .sum()
}

/// The three networks of the tests: one and two hidden layers, and wide enough for several tiles.
fn networks() -> [(Vec<usize>, &'static DataSet); 3] {
    [
        (vec![64, 7, 10], &digits().train),
        (vec![2, 9, 9, 2], &spirals().train),
        (vec![2, 33, 5, 2], &spirals().test),
    ]
}

#[test]
fn perceptron_gradients_match_central_differences() {
    for (widths, data) in networks() {
        for activation in ACTIVATIONS {
            let n = 23;
            let mut mlp = Mlp::new(&widths, activation);
            let mut params = mlp.init(&mut Rng::new(3, Stream::Init));
            // Larger weights than at the start, so that no class is near one half and tanh is bent.
            params.iter_mut().for_each(|p| *p *= 2.0);
            let mut grad = vec![0.0; mlp.n_params()];
            let sums = mlp.gradient(
                &params,
                &data.features[..n * widths[0]],
                &data.labels[..n],
                SUM,
                &mut grad,
            );
            let mut exact: Vec<f64> = params.iter().map(|p| f64::from(*p)).collect();
            let loss = reference_loss(&widths, activation, &exact, data, n);
            assert!(
                (sums.loss / loss - 1.0).abs() < 1e-6,
                "{widths:?} {activation:?}"
            );
            let largest = grad.iter().fold(0.0_f32, |m, g| m.max(g.abs()));
            assert!(largest > 0.1);
            for idx in 0..params.len() {
                let (centre, h) = (exact[idx], 1e-6);
                exact[idx] = centre + h;
                let above = reference_loss(&widths, activation, &exact, data, n);
                exact[idx] = centre - h;
                let below = reference_loss(&widths, activation, &exact, data, n);
                exact[idx] = centre;
                let (expected, found) = ((above - below) / (2.0 * h), f64::from(grad[idx]));
                assert!(
                    (found - expected).abs() < 3e-6 * f64::from(largest),
                    "{widths:?} {activation:?} parameter {idx}: {found} but {expected}"
                );
            }
        }
    }
}

#[test]
fn losses_stay_exact_where_the_network_is_sure() {
    // One layer 1 → 2 with weights ∓w: the loss of input 1, class 1 is ln(1 + exp(−2w)).
    let mut mlp = Mlp::new(&[1, 2], Activation::Relu);
    for w in [0.5_f32, 5.0, 12.0, 25.0, 1e4, 1e30] {
        let params = [-w, w, 0.0, 0.0];
        let twice = 2.0 * f64::from(w);
        let expected = (-twice).exp().ln_1p();
        let mut grad = [0.0; 4];
        let right = mlp.gradient(&params, &[1.0], &[1], SUM, &mut grad);
        assert!(
            (right.loss - expected).abs() <= 1e-6 * expected,
            "{w}: {} but {expected}",
            right.loss
        );
        let p_wrong = 1.0 / (1.0 + twice.exp());
        assert!((f64::from(grad[0]) - p_wrong).abs() <= 1e-6 * p_wrong);
        assert!((f64::from(grad[1]) + p_wrong).abs() <= 1e-6 * p_wrong);
        let wrong = mlp.evaluate(&params, &[1.0], &[0]);
        assert!((wrong.loss / (twice + expected) - 1.0).abs() < 1e-6);
        assert_eq!((right.n_correct, wrong.n_correct), (1, 0));
    }
    for bad in [f32::NAN, f32::INFINITY] {
        assert!(
            !mlp.evaluate(&[bad, 0.0, 0.0, 0.0], &[1.0], &[1])
                .loss
                .is_finite()
        );
        assert!(
            !mlp.evaluate(&[0.0, bad, 0.0, 0.0], &[1.0], &[1])
                .loss
                .is_finite()
        );
    }
}

#[test]
fn per_example_norms_are_those_of_single_example_gradients() {
    for (widths, data) in networks() {
        for activation in ACTIVATIONS {
            let n = 300; // more than a chunk
            let n = n.min(data.n_examples());
            let mut mlp = Mlp::new(&widths, activation);
            let params = mlp.init(&mut Rng::new(4, Stream::Init));
            let mut sum_of_norms = 0.0;
            for idx in 0..n {
                let mut grad = vec![0.0; mlp.n_params()];
                let one = mlp.gradient(
                    &params,
                    data.example(idx),
                    &data.labels[idx..=idx],
                    SUM,
                    &mut grad,
                );
                let norm_sq = sum_sq(&grad);
                assert!(
                    (one.grad_norm_sq / norm_sq - 1.0).abs() < 1e-5,
                    "{widths:?} {activation:?} {idx}"
                );
                sum_of_norms += norm_sq;
            }
            let mut grad = vec![0.0; mlp.n_params()];
            let all = mlp.gradient(
                &params,
                &data.features[..n * widths[0]],
                &data.labels[..n],
                SUM,
                &mut grad,
            );
            assert!((all.grad_norm_sq / sum_of_norms - 1.0).abs() < 1e-5);
        }
    }
}

#[test]
fn probes_agree_with_every_example_taken_alone() {
    for (split, hidden) in [(digits(), vec![8]), (spirals(), vec![6, 6])] {
        let mut task = Classifier::new(
            split,
            &hidden,
            Activation::Relu,
            32,
            Sampling::WithoutReplacement,
            5,
        );
        let params = task.init();
        let n_examples = split.train.n_examples();
        let n_params = Task::n_params(&task);
        let (mut mean, mut mean_norm_sq) = (vec![0.0_f64; n_params], 0.0);
        let mut grad = vec![0.0; n_params];
        for idx in 0..n_examples {
            task.mean_gradient(&params, &[idx as u32], &mut grad);
            mean_norm_sq += sum_sq(&grad) / n_examples as f64;
            for (mean, g) in mean.iter_mut().zip(&grad) {
                *mean += f64::from(*g) / n_examples as f64;
            }
        }
        let norm_sq: f64 = mean.iter().map(|g| g * g).sum();
        let trace = mean_norm_sq - norm_sq;
        let probe = task.probe(&params);
        assert!((probe.grad_norm_sq / norm_sq - 1.0).abs() < 1e-5);
        assert!((probe.noise_trace / trace - 1.0).abs() < 1e-5);
        assert!((probe.noise_scale.unwrap() * norm_sq / trace - 1.0).abs() < 1e-5);
    }
}

#[test]
fn regression_gradients_match_central_differences() {
    // A clone draws the same examples, and central differences of a quadratic are exact for any h.
    for (n_dims, noise_std, batch_size) in [(1, 0.0, 1), (7, 0.5, 5), (20, 2.0, 64)] {
        let task = LinearRegression::new(n_dims, noise_std, batch_size, 6);
        let mut rng = Rng::new(7, Stream::Init);
        let params: Vec<f32> = (0..n_dims).map(|_| rng.normal() as f32).collect();
        let mut grad = vec![0.0; n_dims as usize];
        task.clone().batch_gradient(&params, &mut grad);
        for idx in 0..params.len() {
            let h = 0.5;
            let loss_at = |shift: f32| {
                let mut moved = params.clone();
                moved[idx] += shift;
                task.clone()
                    .batch_gradient(&moved, &mut vec![0.0; n_dims as usize])
                    .loss
            };
            let expected = (loss_at(h) - loss_at(-h)) / (2.0 * f64::from(h));
            assert!(
                (f64::from(grad[idx]) - expected).abs() < 1e-5,
                "{n_dims} {idx}"
            );
        }
    }
}

#[test]
fn quadratic_gradients_match_central_differences() {
    let mut task = Quadratic::new(12, 4, 8);
    let mut rng = Rng::new(9, Stream::Init);
    let params: Vec<f32> = (0..12).map(|_| rng.normal() as f32).collect();
    // The noise does not depend on θ: the difference to the gradient at 0, which is all noise, is the true one.
    let (mut noise, mut grad) = (vec![0.0; 12], vec![0.0; 12]);
    task.clone().batch_gradient(&[0.0; 12], &mut noise);
    task.clone().batch_gradient(&params, &mut grad);
    for idx in 0..params.len() {
        let mut loss_at = |shift: f32| {
            let mut moved = params.clone();
            moved[idx] += shift;
            task.evaluate(&moved).train_loss
        };
        let expected = loss_at(0.5) - loss_at(-0.5);
        let found = f64::from(grad[idx]) - f64::from(noise[idx]);
        assert!(
            (found - expected).abs() < 1e-6,
            "{idx}: {found} but {expected}"
        );
        assert!(noise[idx] != 0.0);
    }
}
