//! A file of runs whose critical batch size is known.

use critical_batch::theory::rules::{optimal_lr, progress};
use critical_batch::theory::tradeoff::Tradeoff;
use critical_batch::train::rng::{Rng, Stream};
use critical_batch::units::{
    Alpha, BatchSize, LearningRate, LrRatio, NoiseScale, Positive, round_sig,
};

/// B_crit and B_noise, in examples.
pub const CRITICAL_BATCH: f64 = 96.0;

/// Steps to a target on the local quadratic model with B_crit = B_noise = 96: a run at r times the best learning rate
/// comes forward by r(2 − r) of the best, and not at all from r = 2 on (McCandlish et al. 2018, arXiv:1812.06162,
/// eqs. 2.5 to 2.7 and 2.11). Steps scatter by 5 %, drawn with `seed`.
pub fn text(seed: u64) -> String {
    let noise_scale = NoiseScale::clamped(CRITICAL_BATCH);
    let tradeoff = Tradeoff {
        min_steps: Positive::clamped(250.0),
        critical_batch: noise_scale,
    };
    let mut rng = Rng::new(seed, Stream::Noise);
    let mut out = String::from(
        "# Synthetic: S(B) = 250 (1 + 96/B) steps at the best learning rate 0.4/(1 + 96/B), so B_crit = 96.\n\
         # Steps scatter by 5 %. Runs that diverged have no steps. Written by examples/make_runs.rs.\n\
         batch_size [examples],lr,seed,steps_to_target\n",
    );
    for octave in 2..=11 {
        let batch = BatchSize::clamped(f64::from(1 << octave));
        let best = optimal_lr(
            LearningRate::clamped(0.4),
            noise_scale,
            Alpha::clamped(1.0),
            batch,
        );
        // Rungs a factor √2 apart, as a search that starts near the best would try them.
        let middle = libm::round(2.0 * libm::log2(best)) as i32;
        for rung in middle - 4..=middle + 3 {
            let lr = round_sig(libm::exp2(0.5 * f64::from(rung)), 4);
            let forward = progress(LrRatio::clamped(lr / best));
            for seed in 0..3 {
                let scatter = libm::exp(0.05 * rng.normal());
                let steps = (tradeoff.steps(batch) / forward * scatter).round();
                let steps = if forward > 0.0 {
                    steps.to_string()
                } else {
                    String::new()
                };
                out.push_str(&format!("{},{lr},{seed},{steps}\n", batch.get()));
            }
        }
    }
    out
}
