//! English, the Noise panel.

use super::{Noise, ParamText};

const fn t(label: &'static str, help: &'static str, unit: &'static str) -> ParamText {
    ParamText { label, help, unit }
}

pub(super) const BATCH: ParamText = t(
    "Batch B",
    "Examples whose gradients are averaged for one step. Four times as many halve the fan.",
    "examples",
);
pub(super) const NOISE: ParamText = t(
    "Noise σ",
    "How much single examples disagree. Their gradients have the covariance σ²H.",
    "",
);
pub(super) const RATIO: ParamText = t(
    "Curvature ratio κ",
    "The steep direction's curvature divided by the flat one's; the steep one's is 1.",
    "",
);
pub(super) const X: ParamText = t("Position w₁", "Position along the flat direction.", "");
pub(super) const Y: ParamText = t("Position w₂", "Position along the steep direction.", "");
pub(super) const FOLLOW: ParamText = t(
    "Progress of training",
    "How far the point has gone downhill from where you put it, with small steps. The gradient shrinks, the noise stays.",
    "%",
);
pub(super) const LR: ParamText = t(
    "Your learning rate",
    "The ◆ on the parabola. Beyond twice the best one the loss is expected to rise.",
    "",
);
pub(super) const SAMPLES: ParamText = t(
    "Batches drawn K",
    "How many batch gradients the fan shows.",
    "",
);
pub(super) const SMALL: ParamText = t(
    "Small batch",
    "The smaller of the two batch sizes whose gradient norms are compared.",
    "examples",
);
pub(super) const BIG: ParamText = t(
    "Large batch",
    "The larger one. The estimate needs a signal that its noise does not drown.",
    "examples",
);
pub(super) const ROUNDS: ParamText = t(
    "Rounds",
    "How often was drawn; each round adds 64 pairs of batches to the estimate.",
    "",
);
pub(super) const OPTIMIZER: ParamText = t(
    "Optimiser",
    "Plain SGD, or Adam with PyTorch's defaults besides the learning rate.",
    "",
);
pub(super) const DIGITS_LR: ParamText = t(
    "Learning rate η",
    "Constant over the run. Measure with a well-tuned one: far too small a rate inflates the noise scale.",
    "",
);
pub(super) const PART: ParamText = t(
    "Per-device batch m",
    "Examples in each part of a batch; the norms of the parts are the small ones.",
    "examples",
);
pub(super) const PARTS: ParamText = t(
    "Parts n",
    "Parts per batch, as from n devices or n accumulation steps. B = n·m.",
    "",
);
pub(super) const STEPS: ParamText = t("Steps", "Length of the run.", "steps");

pub(super) const OPTIMIZERS: &[&str] = &["SGD", "Adam"];

pub(super) const NOISE_PANEL: Noise = Noise {
    question: "Why is there a critical batch at all?",
    hint: "Drag the point, or change the batch: the fan of batch gradients shrinks, and the best step stops growing.",
    pictures: "Picture",
    fan_tab: "Fan",
    fan_title: "Steps that batches would take",
    fan_note: |k| format!("{k} batches · bold: the true gradient · dashed: one standard deviation"),
    fan_description: "Contours of a loss with two parameters, the point w, and a fan of batch gradients.",
    fan_radius: |radius, share| format!("fan radius {radius} = {share} |G|"),
    fan_radius_bare: |radius| format!("fan radius {radius}"),
    minimum: "minimum",
    handle_x: "Point w, along w₁",
    handle_y: "Point w, along w₂",
    parabola_title: "Expected change of the loss",
    parabola_tab: "Parabola",
    parabola_description: "Expected change of the loss in one step against the learning rate.",
    lr_axis: "learning rate η",
    handle_lr: "Your learning rate",
    best: |lr| format!("● best {lr}"),
    yours: |lr, share| format!("◆ yours {lr}: {share} % of the best progress"),
    yours_rises: |lr| format!("◆ yours {lr}: the loss is expected to rise"),
    best_title: "Best learning rate for each batch",
    best_description: "Best learning rate against the batch size.",
    best_name: "best η",
    slope_name: "slope",
    regimes: ["noise-dominated", "curvature-dominated"],
    slope: |slope, regime| format!("slope {slope} here: {regime}"),
    radius_mark: "fan radius = |G| here",
    exact_simple: "B_simple = tr(Σ)/|G|²",
    exact_noise: "B_noise = tr(HΣ)/GᵀHG",
    estimated_pairs: "B_simple estimated",
    pairs: |n| format!("from {n} pairs"),
    hidden: "The signal is below the noise: average more samples.",
    no_noise: "No noise is visible in these samples.",
    unbounded: "Pure noise: B_noise is unbounded.",
    quiet: "No noise: any batch gives the same step.",
    not_increasing: |small, big| {
        format!("The large batch, {big}, must be larger than the small one, {small}.")
    },
    sample_again: "Sample again",
    follow: "Follow training",
    follow_stop: "Stop",
    use_in_curves: "Use B_noise in Curves",
    why_curves: "Curves takes B_noise for B_crit. One is read from the gradients at one point, the other from the steps of a whole run; they may differ tenfold.",
    use_estimate: "Use this B_simple in Curves",
    why_estimate: "Curves takes it for B_crit, with this run's batch and learning rate as the base. The critical batch measured from steps may differ tenfold.",
    section_point: "Point w",
    section_estimator: "Estimator",
    digits_title: "The same on real digits, while a network trains",
    digits_hint: "A training job sees only its batches. Two batch sizes, the devices' and the whole, are enough to estimate B_simple; here every example's gradient tells the truth beside it.",
    ready: |batch, steps| format!("B = {batch}, {steps} steps"),
    running: |step, steps| format!("step {step} of {steps}"),
    done: |steps| format!("finished · {steps} steps"),
    announce_done: "The measurement is finished.",
    scale_title: "Noise scale B_simple",
    single_step: "exact, one step",
    scale_note: "The estimate averages some 100 steps, and so does the exact average. The band holds 95 % of resampled blocks of steps; a gap means that the noise hides the signal.",
    sign_note: "B_ℓ1 = ‖σ‖₁²/‖G‖₁², the noise scale of sign descent, which Adam resembles.",
    scale_description: "Noise scale over the steps, estimated and exact.",
    norm_title: "Squared gradient norm",
    norm_note: "The raw norm contains tr(Σ)/B. It changes with the batch although the gradient stays, so it says little about the signal.",
    norm_description: "Squared gradient norm over the steps, raw, corrected and exact.",
    raw: "raw",
    corrected: "corrected",
    exact_average: "exact average",
    estimated: "estimated",
    raw_factor: |factor| format!("{factor}× the exact average"),
    raw_name: "Raw |g_B|²",
    scale_name: "Latest B_simple, estimated",
    exact_name: "Latest B_simple, exact average",
    sign_name: "B_ℓ1 at the last checkpoint",
    after_warm_up: "The first estimate comes after 100 steps.",
    step_column: "step",
    table_caption: "Exact and estimated at the checkpoints",
    why: "What is assumed",
    assumptions: &[
        (
            "One step",
            "E[ΔL] = −η|G|² + ½η²(GᵀHG + tr(HΣ)/B): greedy, second order, exact on this quadratic. It says nothing about generalisation.",
            "McCandlish et al. 2018, arXiv:1812.06162, section 2.2",
        ),
        (
            "Two batches",
            "|G|² and tr(Σ) are estimated without bias from two norms; their averages are divided, never the single ratios. Measure before clipping and weight decay.",
            "McCandlish et al. 2018, arXiv:1812.06162, appendix A.1",
        ),
        (
            "B_simple or B_noise",
            "Both agree when every direction has the same curvature. In networks only B_simple is cheap, and it may miss the critical batch by a factor of ten.",
            "McCandlish et al. 2018, arXiv:1812.06162, table 1",
        ),
        (
            "Adam",
            "For steps by the gradient's sign the 1-norms take the place of the 2-norms.",
            "Naganuma et al. 2026, arXiv:2602.03001",
        ),
    ],
};
