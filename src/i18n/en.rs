//! English.

use super::*;
use crate::params::defs::ParamId as P;
use crate::train::spec::ConfigField as C;

const fn t(label: &'static str, help: &'static str, unit: &'static str) -> ParamText {
    ParamText { label, help, unit }
}

fn param(id: P) -> ParamText {
    match id {
        P::Family => t(
            "Optimiser",
            "SGD stands for plain and momentum SGD. Adam stands for Adam, AdamW and RMSprop, whose step does not grow with the gradient.",
            "",
        ),
        P::BaseBatch => t(
            "Base batch B₀",
            "The batch size of the recipe that works. Every rule starts here.",
            "examples",
        ),
        P::BaseLr => t(
            "Base learning rate η₀",
            "The learning rate that works at the base batch. Every rule inherits its error.",
            "",
        ),
        P::Batch => t(
            "Target batch B",
            "The batch size you want: examples per optimiser step, over all devices and accumulation steps.",
            "examples",
        ),
        P::CriticalBatch => t(
            "Critical batch B_crit",
            "Where doubling the batch stops halving the steps. Here it also stands for the noise scale of the optimum's formula.",
            "examples",
        ),
        P::CriticalKnown => t(
            "B_crit is",
            "If you do not know it, the optimum becomes a band from a quarter to four times the value.",
            "",
        ),
        P::YAxis => t(
            "Vertical axis",
            "The learning rate itself, or its ratio to the base rate or to the reference curve.",
            "",
        ),
        P::Spacing => t(
            "Axes",
            "On logarithmic axes the rules are straight lines: slope 1 is linear, slope ½ the square root.",
            "",
        ),
        P::HiddenCurves => t("Curves", "Which curves are drawn.", ""),
        P::Alpha => t(
            "Exponent α",
            "McCandlish's exponent: 1 for SGD, between ½ and 1 for Adam. ½ is the limit where only the gradient's sign counts.",
            "",
        ),
        P::Beta1 => t("β₁", "Decay of Adam's average of gradients.", ""),
        P::Beta2 => t("β₂", "Decay of Adam's average of squared gradients.", ""),
        P::Eps => t(
            "ε",
            "Added to the denominator after bias correction, as PyTorch does.",
            "",
        ),
        P::SurgeDims => t(
            "Parameters d",
            "How many equal coordinates the sign model has.",
            "",
        ),
        P::SurgeSignal => t(
            "Signal μ/σ",
            "Mean of one coordinate's gradient divided by its standard deviation over examples.",
            "",
        ),
        P::SurgeCorrelation => t(
            "Curvature coupling ρ",
            "Off-diagonal curvature divided by diagonal. With coupling the optimum falls beyond a peak.",
            "",
        ),
        P::Task => t(
            "Task",
            "What is trained. Digits are real handwritten digits; the last two have exact answers to compare with.",
            "",
        ),
        P::Hidden => t("Hidden units", "Units in each hidden layer.", ""),
        P::Activation => t("Activation", "Nonlinearity between the layers.", ""),
        P::Dims => t("Dimensions d", "Number of parameters.", ""),
        P::NoiseStd => t(
            "Label noise σ",
            "Standard deviation of the noise on the regression's targets.",
            "",
        ),
        P::Optimizer => t(
            "Optimiser",
            "Defined exactly as in PyTorch, and tested against it.",
            "",
        ),
        P::Momentum => t(
            "Momentum μ",
            "The buffer adds past gradients with this decay; the effective rate is η/(1 − μ).",
            "",
        ),
        P::Dampening => t(
            "Dampening",
            "The fraction of each new gradient that momentum leaves out, except the first.",
            "",
        ),
        P::WeightDecay => t(
            "Weight decay λ",
            "Added to the gradient; for AdamW taken from the weights directly.",
            "",
        ),
        P::RmsAlpha => t(
            "Smoothing α",
            "Decay of the average of squared gradients.",
            "",
        ),
        P::Centered => t("Centred", "Subtract the squared mean of the gradient.", ""),
        P::Sampling => t(
            "Batches are drawn",
            "Without replacement every example comes once per epoch, in a new order each time. A batch may span two epochs, so B never changes.",
            "",
        ),
        P::NoiseScale => t(
            "Noise scale for the theory lane",
            "B_noise in the optimum's formula. Run once and take the measured value.",
            "examples",
        ),
        P::Lanes => t(
            "Lanes",
            "The base lane trains at B₀ with η₀; all others at B with the rate of their rule.",
            "",
        ),
        P::CustomLr => t(
            "Your learning rate",
            "The rate of your own lane. It can be changed while running; the chart marks where.",
            "",
        ),
        P::WarmupKind => t(
            "Warmup",
            "How the scaled lanes start: gradually from η₀ to their rate, or at η₀ and then at once.",
            "",
        ),
        P::WarmupExamples => t(
            "Warmup length",
            "Examples until the full learning rate.",
            "examples",
        ),
        P::DecayKind => t(
            "Decay",
            "How the rate falls later: cosine to zero, or a tenth at ⅓, ⅔ and 8⁄9 of the budget.",
            "",
        ),
        P::Budget => t("Budget", "Examples that each lane may process.", "examples"),
        P::Target => t(
            "Target loss",
            "Full training loss that counts as arrived. Drag the line in the chart.",
            "",
        ),
        P::StopAtTarget => t(
            "Stop at the target",
            "End a lane when it arrives instead of at the budget.",
            "",
        ),
        P::Seeds => t(
            "Seeds",
            "Runs per lane. With 3 or 5 the chart shows the median and the range.",
            "",
        ),
        P::Seed => t(
            "Seed",
            "Root of all randomness. The same link gives the same digits in every browser.",
            "",
        ),
        P::Speed => t(
            "Speed",
            "Slow motion shows the start; max is as fast as your device trains.",
            "",
        ),
        P::XAxis => t(
            "Horizontal axis",
            "Examples show what data costs, steps what waiting costs, time what your machine makes of both.",
            "",
        ),
        P::LossAxis => t("Logarithmic x", "Spreads the start of training.", ""),
        P::Latency => t(
            "Least time per step",
            "A step takes at least this long however small the batch.",
            "ms",
        ),
        P::SweepMetric => t(
            "Best means",
            "The answers differ. Fewest steps to a target shows the critical batch; the loss after equal examples favours small batches, after equal steps large ones.",
            "",
        ),
        P::SweepTarget => t(
            "Target loss",
            "Full training loss, averaged over the last quarter of a run's steps, that counts as arrived.",
            "",
        ),
        P::SweepBudget => t(
            "Budget",
            "Examples after which a run has missed the target; large batches may take at least 1000 steps.",
            "examples",
        ),
        P::SweepSteps => t("Steps", "Steps of every run.", "steps"),
        P::SweepSeeds => t(
            "Seeds per cell",
            "Each seed has its own initial weights and batches, the same for every learning rate.",
            "",
        ),
        P::LargestBatch => t("Largest batch", "Batch sizes are 1, 2, 4 … up to this.", ""),
        P::LrRange => t(
            "Learning rates",
            "Automatic follows the best learning rate wherever it leads. A fixed range stops at its ends.",
            "",
        ),
        P::LowestLr => t("Lowest", "Rounded to a power of two.", ""),
        P::HighestLr => t("Highest", "Rounded to a power of two.", ""),
        P::Definition => t(
            "Critical batch means",
            "Authors define it differently. Under the fitted curve each is a fixed multiple of B_crit.",
            "",
        ),
        P::Throughput => t(
            "Throughput",
            "Examples per second when the machine is kept busy.",
            "examples/s",
        ),
        P::LabBatch => super::en_noise::BATCH,
        P::LabNoise => super::en_noise::NOISE,
        P::LabRatio => super::en_noise::RATIO,
        P::LabX => super::en_noise::X,
        P::LabY => super::en_noise::Y,
        P::LabFollow => super::en_noise::FOLLOW,
        P::LabLr => super::en_noise::LR,
        P::LabSamples => super::en_noise::SAMPLES,
        P::LabSmall => super::en_noise::SMALL,
        P::LabBig => super::en_noise::BIG,
        P::LabRounds => super::en_noise::ROUNDS,
        P::DigitsOptimizer => super::en_noise::OPTIMIZER,
        P::DigitsLr => super::en_noise::DIGITS_LR,
        P::DigitsPart => super::en_noise::PART,
        P::DigitsParts => super::en_noise::PARTS,
        P::DigitsSteps => super::en_noise::STEPS,
        P::RunsOptimizer => super::en_runs::OPTIMIZER,
        P::AskedBatch => super::en_runs::ASKED_BATCH,
        P::Recipe
        | P::CalcTab
        | P::RecipeOptimizer
        | P::RecipeBatch
        | P::RecipeLr
        | P::RecipeUnit
        | P::RecipeWarmup
        | P::RecipeLength
        | P::LengthUnit
        | P::RecipeDecayKind
        | P::HasData
        | P::DataSize
        | P::RecipeMomentum
        | P::RecipeDampening
        | P::RecipeBeta1
        | P::RecipeBeta2
        | P::RecipeEps
        | P::RecipeDecay
        | P::TotalBatch
        | P::MicroBatch
        | P::Devices
        | P::Nodes
        | P::AccumSteps
        | P::Locked
        | P::Reduction
        | P::DividesLoss
        | P::Uneven
        | P::BatchNorm
        | P::CriticalKnowledge
        | P::ExportRule
        | P::CriticalLow
        | P::CriticalHigh
        | P::LlmParams
        | P::LlmTokens
        | P::LlmBaseTokens
        | P::LlmCompute
        | P::LlmLoss => super::en_calc::param(id),
    }
}

fn choice(id: P, i: usize) -> &'static str {
    let names: &[&str] = match id {
        P::Family => &["SGD", "Adam"],
        P::CriticalKnown => &["unknown", "known"],
        P::YAxis => &["η", "η ÷ base", "η ÷ reference"],
        P::Spacing => &["log", "linear"],
        P::Task => &[
            "Digits: 1,797 real images",
            "Two spirals",
            "Linear regression",
            "Noisy quadratic",
        ],
        P::Activation => &["ReLU", "tanh"],
        P::Optimizer => &["SGD", "Momentum", "Nesterov", "RMSprop", "Adam", "AdamW"],
        P::Sampling => &["with replacement", "without replacement"],
        P::WarmupKind => &["none", "gradual", "constant"],
        P::DecayKind => &["none", "cosine", "steps"],
        P::Seeds | P::SweepSeeds => &["1", "3", "5"],
        P::SweepMetric => &[
            "fewest steps to a target loss",
            "lowest loss at equal examples",
            "lowest loss at equal steps",
        ],
        P::LrRange => &["automatic", "fixed range"],
        P::LargestBatch => crate::params::race::LARGEST_BATCHES,
        P::Definition => &[
            "twice the least steps (McCandlish 2018)",
            "20 % more examples (Zhang 2024)",
            "steps within 10 % of their least",
            "peak of Adam's learning rate (Li 2024)",
        ],
        P::DigitsOptimizer => super::en_noise::OPTIMIZERS,
        P::RunsOptimizer => super::en_runs::OPTIMIZERS,
        P::Speed => &["slow", "×10", "max"],
        P::XAxis => &["examples", "steps", "time"],
        P::StopAtTarget | P::Centered | P::LossAxis => &["off", "on"],
        P::HiddenCurves => EN.curves.rules.as_slice(),
        P::Lanes => EN.race.lanes.as_slice(),
        _ => super::en_calc::choices(id),
    };
    names.get(i).copied().unwrap_or("")
}

fn above(factor: &str, is_above: bool) -> String {
    format!("{factor}× {}", if is_above { "above" } else { "below" })
}

pub(super) static EN: Strings = Strings {
    tag: "en",
    grouping: Grouping::Thin,
    colon: ": ",
    param,
    choice,
    shell: Shell {
        tagline: "learning rate × batch size",
        skip_to_content: "Skip to content",
        panels: [
            "Curves",
            "Race",
            "Sweep",
            "Noise",
            "Calculator",
            "Your runs",
            "About",
        ],
        navigation: "Panels",
        learn: "Learn",
        article: "Article",
        other_language: "中文",
        switch_language: "Switch to Chinese",
        theme: "Theme",
        themes: ["automatic", "light", "dark"],
        copy_failed: "The browser refused the clipboard. The text is selected: copy it with your keyboard or menu.",
        keys: "Keys",
        keys_title: "Keyboard",
        key_list: &[
            ("Space", "run or pause what trains"),
            (".", "one step"),
            ("Shift + .", "25 steps"),
            ("E", "run to the end"),
            ("R", "reset"),
            ("C", "cancel the sweep or the measurement"),
            ("1 … 7", "panels"),
            ("T", "table"),
            ("S", "share"),
            ("L", "language"),
            ("D", "theme"),
            (
                "← →",
                "walk along a focused chart, or move a focused handle",
            ),
            ("Esc", "close, or undo a drag"),
        ],
        keys_off: "Single keys act",
        close: "Close",
        footer: "Everything is computed in your browser; nothing is sent anywhere.",
        sources: "Sources and licences",
        open_saved: "Open a saved file",
        open_saved_help: "Opens a JSON, CSV or SVG file that this page saved, with every setting. Dropping it on the page does the same.",
        fetching: "Fetching this panel…",
        not_fetched: "This panel could not be fetched: the network or the host did not answer. Everything that is open goes on working.",
        fetch_again: "Try again",
        reload: "Reload",
        offline: [
            "",
            "Works offline",
            "No network; everything here works without one",
            "A newer version is here: close every tab of this site, then open it again",
        ],
    },
    control: Control {
        less: |label| format!("Less: {label}"),
        more: |label| format!("More: {label}"),
        help: |label| format!("Help: {label}"),
        slider: |label| format!("{label}, slider"),
        invalid: |text, min, max| format!("“{text}” is not a number from {min} to {max}."),
        invalid_integer: |text, min, max| {
            format!("“{text}” is not a whole number from {min} to {max}.")
        },
        times_base: |value, ratio| format!("{value}, {ratio} times base"),
        advanced: "More settings",
        reset: "Reset",
    },
    chart: Chart {
        table: "Table",
        hide_table: "Hide table",
        png: "PNG",
        svg: "SVG",
        csv: "CSV",
        json: "JSON",
        download: "Download",
        legend: "Show or hide curves",
        batch_axis: "batch size B (examples)",
        keyboard_hint: "Arrow keys walk along the chart.",
    },
    curves: Curves {
        question: "I change the batch size. What happens to the learning rate?",
        hint: "Drag the base ■, the target ▼ or the critical batch ┆ in the picture.",
        chart_title: "Learning rate against batch size",
        chart_title_over_base: "Learning rate ÷ base rate, against batch size",
        chart_title_over_reference: "Learning rate ÷ reference, against batch size",
        rules: [
            "no scaling",
            "square root",
            "linear",
            "noise-scale optimum",
            "sign model (surge)",
        ],
        short_rules: ["none", "√", "linear", "optimum", "surge"],
        theory_adam: |alpha| format!("Adam optimum, α = {alpha}"),
        base_label: |batch, lr| format!("base {batch}, {lr}"),
        critical_label: |batch| format!("B_crit {batch}"),
        critical_handle: "Critical batch",
        target_handle: "Target batch",
        base_batch_handle: "Base batch",
        base_lr_handle: "Base learning rate",
        meets_again: "√ is right again",
        meets_again_at: |batch| format!("The square root meets the optimum again at {batch}."),
        leaves_band: |batch| format!("linear is 10 % too high from {batch}"),
        slope: |value| format!("slope {value}"),
        table_caption: "Learning rate of each rule at the target batch",
        column_rule: "rule",
        column_lr: |batch| format!("η at {batch}"),
        column_ratio: "÷ optimum",
        column_ratio_adam: "÷ √ rule",
        column_verdict: "against it",
        agrees: "within 10 %",
        too_small: "too small",
        overshoots: "overshoots",
        reference: "reference",
        sentence: |batch, linear, linear_above, sqrt, sqrt_above| {
            format!(
                "At {batch} the linear rule is {} the noise-scale optimum and the square root {}.",
                above(linear, linear_above),
                above(sqrt, sqrt_above)
            )
        },
        sentence_adam: |batch, linear, linear_above, theory, theory_above| {
            format!(
                "At {batch} the linear rule is {} the square-root rule and the saturating optimum {}.",
                above(linear, linear_above),
                above(theory, theory_above)
            )
        },
        no_change: "No change: target and base are the same batch, so all rules agree.",
        shrinking: "You are shrinking the batch; the rules apply in reverse.",
        base_above_critical: "The base is already above the critical batch: the optimum is nearly flat from here on.",
        unknown_band: "B_crit is unknown: the band shows the optimum for a quarter to four times the value, and ratios are ranges.",
        illustrative: "illustrative",
        unknown: "unknown",
        cost_title: "What this batch costs",
        cost_summary: |steps, examples| format!("steps ×{steps}, examples ×{examples}"),
        steps: "steps",
        examples: "examples",
        both_double: "×2 at B_crit",
        zones: ["almost free", "trade-off", "mostly waste"],
        cost_axis: "batch size B",
        presets: "Published recipes",
        presets_help: "Sets base, target and, where the source knows it, the critical batch.",
        preset_choose: "Choose a recipe…",
        preset_names: [
            "ImageNet 256 → 512",
            "ImageNet 256 → 8192",
            "Transformer 4096 → 8192",
            "First screen",
        ],
        preset_notes: [
            "ResNet-50, Goyal et al. 2017: η = 0.1 · B/256. Linear scaling is safe here; ImageNet's critical batch was measured as 1,000 early and 15,000 late in training.",
            "ResNet-50, Goyal et al. 2017: linear scaling to 3.2 with gradual warmup ended at 23.74 % error against 23.60 % at 256; the square root at 26.22 %; no scaling at 41.67 %.",
            "From the article 学习率和BatchSize的关系: 1e-4 becomes 1.4e-4 by the square root. It does not say whether the batch counts tokens or sequences, nor where the critical batch is.",
            "Illustrative values.",
        ],
        why: "Why these curves? Assumptions and sources",
        assumptions: &[
            (
                "No scaling",
                "Keeps η. Each example then moves the weights B/B₀ times less.",
                "Goyal et al. 2017, arXiv:1706.02677, table 2",
            ),
            (
                "Linear",
                "η ∝ B. Keeps the displacement per example, as long as the gradient hardly changes over the steps that are merged, and B is far below the noise scale.",
                "Krizhevsky 2014, arXiv:1404.5997; Goyal et al. 2017, arXiv:1706.02677",
            ),
            (
                "Square root",
                "η ∝ √B. Keeps the noise of one step. For Adam it holds where noise dominates the gradient, if β₁, β₂ and ε are scaled too.",
                "Krizhevsky 2014; Malladi et al. 2022, arXiv:2205.10287",
            ),
            (
                "Noise-scale optimum",
                "η = ε_max/(1 + B_noise/B), through the base point. The best single step on a quadratic: slope 1 far below B_noise, exactly ½ at it, flat beyond. Greedy, fixed curvature, says nothing about generalisation. We set B_noise = B_crit; measured values differ up to tenfold.",
                "McCandlish et al. 2018, arXiv:1812.06162, eq. 2.6",
            ),
            (
                "Adam optimum",
                "The same with an exponent α between ½ and 1. α = ½ is the limit where only the sign of the gradient counts.",
                "McCandlish et al. 2018, appendix A.2",
            ),
            (
                "Sign model (surge)",
                "Exact optimum for sign updates with equal, independent Gaussian coordinates. With coupled curvature it falls beyond a peak; without it does not.",
                "Li et al. 2024, arXiv:2405.14578, eq. 9",
            ),
            (
                "Cost",
                "S = S_min(1 + B_crit/B), E = E_min(1 + B/B_crit), if the learning rate is the best one at every batch.",
                "McCandlish et al. 2018, eq. 2.11",
            ),
        ],
        adam_title: "Adam at the target batch",
        adam_suggestion: "The square-root rule belongs to these values (κ = B/B₀):",
        adam_invalid: |kappa, least, most| {
            format!(
                "The rule does not apply at κ = {kappa}: it needs κ above {least}, where β₁ or β₂ would become 1, and below {most}, where one would fall to 0."
            )
        },
        surge_title: "Sign model (surge)",
        surge_help: "Draws the optimum of sign updates with equal, independent coordinates. With coupled curvature it falls beyond a peak.",
        surge_peak: |batch| format!("Its optimum peaks at B = {batch} and falls beyond."),
        surge_no_peak: "With these values its optimum never falls.",
        live: |batch, linear, sqrt, theory| {
            format!("At batch {batch}: linear {linear}, square root {sqrt}, optimum {theory}.")
        },
        chart_description: "Learning rate of every rule against batch size.",
        cost_description: "Steps and examples to a fixed loss against batch size, as multiples of their minimum.",
        column_batch: "batch",
        controls: "Values",
    },
    race: Race {
        question: "If I really train with each rule, who gets there?",
        hint: "Each lane is one scaling rule, trained here and now from the same initial weights.",
        lanes: [
            "base",
            "no scaling",
            "square root",
            "linear",
            "noise-scale optimum",
            "yours",
        ],
        short_lanes: ["base", "none", "√", "linear", "optimum", "yours"],
        play: "Run",
        pause: "Pause",
        resume: "Resume",
        step: "Step",
        step_many: "×25",
        to_end: "To the end",
        reset: "Reset",
        transport: "Playing",
        idle: "ready",
        running: "running",
        paused: "paused",
        paused_hidden: "paused while the tab was hidden",
        done: |seconds| format!("finished · {seconds} s"),
        starting: "starting",
        on_page: "This browser gives the page no worker, so it trains here in small slices; the digits are the same.",
        lost: "The worker stopped unexpectedly or could not be fetched. Reset and run again; the same seed gives the same digits.",
        refused: |field, value, min, max| {
            format!("{field} {value} cannot be trained: allowed is {min} to {max}.")
        },
        config_fields: |field| match field {
            C::LearningRate => "Learning rate",
            C::BatchSize => "Batch size",
            C::Budget => "Budget",
            C::TargetLoss => "Target loss",
            C::HiddenUnits => "Hidden units",
            C::Dimensions => "Dimensions",
            C::NoiseStd => "Label noise",
            C::Momentum => "Momentum",
            C::Dampening => "Dampening",
            C::Beta1 => "β₁",
            C::Beta2 => "β₂",
            C::Eps => "ε",
            C::WeightDecay => "Weight decay",
            C::Alpha => "Smoothing α",
            C::WarmupExamples => "Warmup length",
            C::StartLr => "Warmup's first rate",
            C::DecayFactor => "Decay factor",
            C::FinalFraction => "Final fraction",
        },
        loss_title: "Training loss",
        loss_title_exact: "Expected loss (exact)",
        accuracy_title: "Test accuracy",
        norm_title: "Gradient norm",
        noise_title: "Noise scale B_simple",
        lr_title: "Learning rate η(t)",
        loss_note: "Loss over the whole training set. Bold: smoothed; faint: as it was.",
        norm_note: "Fine lines: norm of the batch gradient as it is, which noise inflates by √(tr Σ/B), so it grows when the batch shrinks. Bold lines: the noise taken out.",
        noise_note: "tr(Σ)/|G|², exact over all training examples. It grows as training proceeds.",
        series_test: "test",
        target_label: |loss| format!("target loss {loss}"),
        target_handle: "Target loss",
        custom_handle: "Your learning rate",
        budget_handle: "Budget",
        diverged_at: |lane, step| format!("{lane}: diverged at step {step}"),
        axes: [
            "examples processed",
            "optimiser steps",
            "simulated time (s)",
        ],
        column_lane: "lane",
        column_batch: "B",
        column_lr: "η",
        column_steps: "steps",
        column_examples: "examples",
        column_loss: "loss",
        column_accuracy: "accuracy",
        column_target: |loss| format!("≤ {loss} at (examples)"),
        column_status: "status",
        table_caption: "Result of every lane",
        status_ready: "ready",
        status_running: "running",
        status_reached: "reached",
        status_missed: "not within budget",
        status_diverged: |step| format!("diverged at step {step}"),
        status_some: |reached, all| format!("reached by {reached} of {all}"),
        status_some_diverged: |diverged, all| format!("{diverged} of {all} diverged"),
        one_seed: "One seed: the order could be luck. Three seeds tell more.",
        winner: |lane, examples| {
            format!(
                "First to the target on every seed: {lane}, at a median of {examples} examples."
            )
        },
        no_winner: "No lane reached the target on every seed first.",
        all_diverged: "Every lane diverged.",
        quarter_all: "Try a quarter of the base learning rate",
        stability: |lane, product, limit| {
            format!(
                "{lane}: η·λ_max = {product} is not below the limit {limit}, so it is not expected to converge."
            )
        },
        batch_above_data: |batch, n| {
            format!(
                "B = {batch} is more than the {n} training examples: every batch repeats some of them."
            )
        },
        noise_exact: |value| format!("B_noise = {value} at the start, exact"),
        noise_measured: |value| format!("B_simple ≈ {value} in this run (median)"),
        noise_unmeasured: "B_simple: measured when it runs",
        use_noise: "Use it",
        network: |shape| format!("perceptron {shape}, softmax cross-entropy"),
        digest: "digest",
        digest_help: "Six digits over every number of the run. Readers with the same link get the same six.",
        new_seed: "New seed",
        take_from_curves: "Take B₀, η₀ and B from Curves",
        boundary_title: "Decision boundaries",
        boundary_note: "Which side of the plane each lane gives to which spiral, so far.",
        boundary_lost: "✕ Diverged: its network gives no numbers any more.",
        boundary_alt: |lane| format!("Decision boundary of {lane}"),
        lr_changed: |lr, step| format!("η set to {lr} at step {step}"),
        section_lanes: "Lanes",
        section_schedule: "Schedule, budget, seeds",
        section_time: "Simulated time",
        empty: "Press Run. Nothing trains until you ask.",
        announce_start: "The race has started.",
        announce_reached: |lane, examples| {
            format!("{lane} reached the target after {examples} examples.")
        },
        announce_diverged: |lane, step| format!("{lane} diverged at step {step}."),
        announce_done: |seconds| format!("The race is finished after {seconds} seconds."),
        chart_description: "Loss of every lane while it trains.",
        no_lanes: "No lane is switched on.",
        epochs: |n| format!("{n} epochs"),
        same_batches: "Lanes with the same B see the same batches.",
        warmup_label: "warmup",
        failed: "stopped",
        steps_done: |n| format!("step {n}"),
        status_refused: "cannot be trained",
        defaults: "All defaults",
    },
    sweep: super::en_sweep::SWEEP,
    runs: super::en_runs::RUNS,
    noise: super::en_noise::NOISE_PANEL,
    calc: super::en_calc::CALC,
    share: super::en_share::SHARE,
    frame: super::en_share::FRAME,
    code: Code {
        help: "Every file names its rule and its link. Files of every format, with every optimiser, warmup and decay, were run in the libraries themselves (tests/exports in the source); yours differs from those in its numbers. The two programs repeat what this page trains, with the same data, weights and batches.",
        title: "Code for your training job",
        format: "Format",
        formats: [
            "this race as a PyTorch program",
            "this sweep as a Ray Tune program",
            "PyTorch, one process",
            "PyTorch, torchrun (DDP)",
            "Hugging Face TrainingArguments",
            "DeepSpeed JSON",
            "Optax (JAX)",
        ],
        lane: "Lane",
        copy: "Copy",
        copied: "Code copied",
        save: "Save",
        unavailable: "This program exists for the digits only; choose that task, or another format.",
        fetching: "Fetching this program…",
        not_fetched: "This program could not be fetched: the network or the host did not answer.",
        best_cell: "best measured",
    },
    about: About {
        title: "About Critical Batch",
        paragraphs: &[
            "How do learning rate and batch size belong together? Two rules are quoted everywhere, the linear and the square root. Both are tangents to one curve, and which one fits depends on where you are against the critical batch size.",
            "This page shows the formulas, lets you drag them, and trains real networks with every rule in your browser, so that you need not take our word for it.",
            "Theory, fit and measurement never look the same: lines are formulas, dots are measured. We never say which rule to use; we say which one agrees with which model, within what factor, and let you measure.",
        ],
        sources_title: "Sources",
        glossary_title: "Words",
        glossary: &[
            (
                "batch size B",
                "Examples per optimiser step, over all devices and accumulation steps.",
            ),
            (
                "learning rate η",
                "What the optimiser multiplies its direction with.",
            ),
            (
                "scaling rule",
                "A formula that turns a learning rate that works at one batch size into one for another.",
            ),
            (
                "critical batch size B_crit",
                "Where the time saved by a larger batch begins to cost as much in data: twice the least steps and twice the least examples. Measured from steps.",
            ),
            (
                "gradient noise scale B_noise, B_simple",
                "Batch size at which noise and signal of the gradient are equal. Measured from gradients. B_simple ignores curvature. Near the critical batch in theory; up to ten times off in practice.",
            ),
            ("step", "One update of the parameters."),
            ("epoch", "One pass over the training set."),
            ("warmup", "Starting with a smaller learning rate."),
            (
                "diverged",
                "The loss left the finite numbers or stayed above ten times its start.",
            ),
        ],
        licence_title: "Licence and data",
        licence: "The program is free under the MIT licence or the Apache licence 2.0, as you choose.",
        data: "Digits: Optical Recognition of Handwritten Digits by E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, doi.org/10.24432/C50P49, CC BY 4.0; the 1,797 images of its test part, packed, otherwise unchanged.",
        reading: "In Chinese, Su Jianlin's series on this question (kexue.fm 10542 and the following) is the best further reading.",
        notices: "Licences of everything that the download contains",
        offline_title: "Without a network",
        offline: "After the first visit this browser keeps the whole site, about two megabytes, and opens it without a network; browsers offer to install it like a program. A tab keeps the version that it was opened with until the last tab is closed. Nothing is kept when the page stands inside another one.",
    },
    notice: NoticeText {
        title: "Please note",
        dismiss: "Dismiss",
        clamped: |key, given, used, min, max| {
            format!("{key} = {given} is outside {min} to {max}; {used} is used.")
        },
        unreadable: |key, given| {
            format!("{key} = “{given}” could not be read; the default is used.")
        },
        unknown_panel: |given| format!("There is no panel “{given}”; this is the first one."),
        other_version: |given| format!("The link is of version {given}; what is known was read."),
        too_long: "The link is too long; its end was left out.",
        unknown_control: |key, given| format!("{key} = {given}: this panel has no such control."),
        unknown_file: |name| {
            format!("“{name}” is not a file that this page saved: no setting was changed.")
        },
    },
};
