//! English, the Calculator.

use super::{Calc, ParamText};
use crate::experiment::calculator::notice::CalcNotice;
use crate::params::defs::ParamId as P;
use crate::theory::measured::MeasuredTask;

/// Texts of a control; empty for any other panel's.
pub(super) fn param(id: P) -> ParamText {
    let (label, help, unit) = match id {
        P::Recipe => (
            "Recipe",
            "Where the fields start from. Change anything afterwards.",
            "",
        ),
        P::CalcTab => (
            "Units",
            "Recipes count examples; the laws for language models count tokens. They are kept apart.",
            "",
        ),
        P::RecipeOptimizer => (
            "Optimiser",
            "Decides which rule is customary and which hyper-parameters follow.",
            "",
        ),
        P::RecipeBatch => (
            "Base batch B₀",
            "Total batch of the recipe: all devices and accumulated micro-batches together.",
            "",
        ),
        P::RecipeLr => (
            "Base learning rate η₀",
            "Tuned at the base batch. Every rule inherits its error.",
            "",
        ),
        P::RecipeUnit => (
            "Unit of a batch",
            "What a batch size counts in this recipe.",
            "",
        ),
        P::RecipeWarmup => (
            "Warmup",
            "Length of the warmup at the base batch; it sees the same examples afterwards.",
            "",
        ),
        P::RecipeLength => (
            "Length of the run",
            "At the base batch; the new run processes the same examples.",
            "",
        ),
        P::LengthUnit => ("Lengths in", "What warmup and run are counted in.", ""),
        P::RecipeDecayKind => (
            "Decay",
            "How the rate falls after the warmup: a cosine to zero, or a tenth at ⅓, ⅔ and 8⁄9 of the run, as Goyal's epochs 30, 60 and 80 of 90. The code carries it.",
            "",
        ),
        P::HasData => ("Data set", "Whether its size is known; epochs need it.", ""),
        P::DataSize => ("Data set size N", "Examples in one epoch.", ""),
        P::RecipeMomentum => (
            "Momentum μ",
            "Stays as it is under every rule. In PyTorch's form the effective rate is η/(1 − μ).",
            "",
        ),
        P::RecipeDampening => (
            "Dampening",
            "PyTorch's dampening of the momentum buffer.",
            "",
        ),
        P::RecipeBeta1 => ("β₁", "Decay of Adam's first moment.", ""),
        P::RecipeBeta2 => ("β₂", "Decay of Adam's second moment.", ""),
        P::RecipeEps => (
            "ε",
            "Added to Adam's denominator after the square root.",
            "",
        ),
        P::RecipeDecay => (
            "Weight decay λ",
            "As PyTorch takes it: multiplied by the learning rate at every step.",
            "",
        ),
        P::TotalBatch => (
            "Total batch B",
            "Examples per optimiser step that you want.",
            "",
        ),
        P::MicroBatch => (
            "Per device m",
            "Examples that one device processes at a time. Its memory limits it; that is not guessed here.",
            "",
        ),
        P::Devices => ("Devices n", "Devices per node.", ""),
        P::Nodes => ("Nodes", "Machines that train together.", ""),
        P::AccumSteps => (
            "Accumulation k",
            "Micro-batches whose gradients are added up before one step.",
            "",
        ),
        P::Locked => (
            "Keep",
            "What stays as it is when the others are solved for.",
            "",
        ),
        P::Reduction => (
            "Loss reduction",
            "Whether the loss is the mean or the sum over a batch.",
            "",
        ),
        P::DividesLoss => (
            "Loss ÷ k",
            "Whether your loop divides the loss of a micro-batch by the accumulation.",
            "",
        ),
        P::Uneven => (
            "Uneven micro-batches",
            "Whether micro-batches hold different numbers of tokens.",
            "",
        ),
        P::BatchNorm => ("Batch normalisation", "Whether the network has it.", ""),
        P::CriticalKnowledge => ("B_crit is", "What you know of the critical batch size.", ""),
        P::ExportRule => (
            "Rule in the code",
            "Whose learning rate the code carries; under the square root Adam’s β₁, β₂ and ε follow where they can.",
            "",
        ),
        P::CriticalLow => ("B_crit, least", "In the recipe's unit.", ""),
        P::CriticalHigh => ("B_crit, largest", "In the recipe's unit.", ""),
        P::LlmParams => ("Parameters N", "Without embeddings.", ""),
        P::LlmTokens => ("Training tokens D", "Tokens of the whole run.", "tokens"),
        P::LlmBaseTokens => (
            "Base tokens D₀",
            "The run that is to be made longer or shorter.",
            "tokens",
        ),
        P::LlmCompute => (
            "Compute C",
            "Floating-point operations without embeddings.",
            "FLOPs",
        ),
        P::LlmLoss => ("Loss L", "Nats per token.", "nats"),
        _ => ("", "", ""),
    };
    ParamText { label, help, unit }
}

/// Names of a control's choices.
pub(super) fn choices(id: P) -> &'static [&'static str] {
    match id {
        P::Recipe => &[
            "ImageNet ResNet-50, 256 → 512",
            "ImageNet ResNet-50, 256 → 8192",
            "Transformer, 4096 → 8192",
            "your own",
        ],
        P::CalcTab => &["recipe", "LLMs, in tokens"],
        P::RecipeOptimizer => &["SGD", "Momentum", "Adam", "AdamW"],
        P::RecipeUnit => &["examples", "sequences", "tokens", "as stated in the recipe"],
        P::LengthUnit => &["steps at B₀", "epochs"],
        P::RecipeDecayKind => &["none", "cosine", "steps"],
        P::HasData => &["size unknown", "size known"],
        P::Locked => &["m", "n", "nodes", "k"],
        P::Reduction => &["mean", "sum"],
        P::DividesLoss | P::Uneven | P::BatchNorm => &["no", "yes"],
        P::ExportRule => &["no scaling", "square root", "linear", "noise-scale optimum"],
        P::CriticalKnowledge => &["unknown", "known", "a range"],
        _ => &[],
    }
}

pub(super) const CALC: Calc = Calc {
    question: "I have this recipe and this hardware. What do I type?",
    hint: "Nothing is sent anywhere, and memory is not guessed.",
    recipe: "Recipe",
    hardware: "Hardware",
    assumptions: "Assumptions",
    reset: "Reset to the recipe",
    source: "Source",
    devices_changed: "I changed my GPU count: keep B",
    out_of_memory: "I ran out of memory: accumulate",
    result: "What to type",
    column_rule: "rule",
    column_lr: "η at B",
    column_decay: "λ",
    rest_known: ", between the square root and the smaller of linear and noise-scale optimum",
    rest_unknown: ", between the square root and linear, as B_crit is unknown",
    rest_shrinks: ", from linear to the square root: a smaller batch wants a smaller rate, and linear lowers it most",
    optimum_above: |lr| {
        format!(
            " The noise-scale optimum, {lr}, lies above: beyond B_crit a smaller batch hardly needs a smaller rate."
        )
    },
    usual: [" ◀ usual for SGD", " ◀ usual for Adam"],
    measure_runs: "Measure it on your runs →",
    measure_sweep: "Measure it in Sweep →",
    code_carries: |rule, lr| format!("The code carries η = {lr}, {rule}."),
    code_warmup: |start, steps| format!(" Its warmup rises from {start} in {steps} steps."),
    code_falls_back: " B_crit is unknown, so there is no noise-scale optimum to carry.",
    code_missing: "The factors do not make B, so the rate would belong to another batch. Take one of the offers, or change B.",
    kappa_title: "Adam’s companions under the square root",
    lengths_title: "Steps for the same examples",
    column_what: "what",
    column_base: "at B₀",
    column_new: "at B",
    row_warmup: "warmup steps",
    row_warmup_examples: "warmup, processed",
    row_total: "total steps",
    row_epoch: "steps per epoch",
    costs_title: "Expected cost",
    column_critical: "if B_crit is",
    column_steps: "steps ÷ least, B₀ → B",
    column_examples: "examples ÷ least, B₀ → B",
    notices_title: "Watch out",
    outcomes_title: "Where published runs ended",
    column_batch: "B",
    column_warmup: "warmup",
    column_error: "top-1 error, mean ± std of 5 runs",
    tasks_title: "Where tasks sit",
    tasks_note: "Critical batches and noise scales, each in its own unit. They grow over a run.",
    column_task: "task",
    column_unit: "unit",
    column_critical_early: "B_crit, early",
    column_critical_end: "B_crit, end",
    column_simple_early: "B_simple, early",
    column_simple_average: "B_simple, average",
    absent: "not measured",
    show_on_curves: "Show on Curves",
    llm_title: "Published laws, in tokens",
    llm_note: "Every law was fitted on its own models and data, and they disagree; an independent sweep of 1800 runs did not reproduce Step Law’s exponent of D. None says how to change a recipe: for that use the rules on the other tab, with everything in tokens.",
    column_law: "law",
    column_peak: "peak η",
    column_tokens: "batch, tokens",
    law_deepseek: "DeepSeek, from C",
    law_step: "Step Law, from N and D",
    law_kaplan: "Kaplan, B_crit at loss L",
    lines_title: "Power Lines: when D₀ becomes D",
    lines_optimal: "best batch",
    lines_critical: "critical batch",
    lines_timescale: "AdamW’s timescale B/(ηλD)",
    rules: [
        "no scaling",
        "square root",
        "linear",
        "noise-scale optimum, least B_crit",
        "noise-scale optimum, largest B_crit",
    ],
    preset_notes: [
        "32 images per GPU, momentum 0.9 (Nesterov’s there; the standard form did as well), weight decay 1e-4, 90 epochs with 5 of warmup, a tenth of the rate from 30, 60 and 80 on. B_crit of ImageNet: 1000 early, 15,000 at the end of training.",
        "As in the recipe for 512; the published runs at 8192 are below. B_crit of ImageNet: 1000 early, 15,000 at the end of training.",
        "The article says neither unit nor optimiser settings nor length: β and ε are PyTorch’s, warmup and length round numbers to replace by yours.",
        "Nothing here is published: the fields stay as you left them.",
    ],
    warmups: [
        "none",
        "constant, then the full rate at once",
        "gradual, 5 epochs",
        "not stated",
    ],
    units: ["examples", "tokens", "frames", "as stated"],
    product: |product, batch| format!("m · n · nodes · k = {product}; B = {batch}"),
    offer: |factors, total| format!("{factors} = {total}"),
    batch_line: |base, batch, ratio| format!("{base} → {batch}, κ = {ratio}"),
    suggestion: |low, high| format!("η between {low} and {high}"),
    kappa_fails: |min, max| {
        format!("No valid β₁, β₂: the rule needs κ above {min} and below {max}.")
    },
    half_life: |beta2, life| {
        format!("β₂ = {beta2} keeps its half-life of {life}, at any κ (Marek et al. 2025).")
    },
    at_least: |v| format!("over {v}"),
    between: |low, high| format!("{low} … {high}"),
    grows: |factor, exponent| format!("×{factor} = (D/D₀)^{exponent}"),
    notice,
    task,
};

fn notice(notice: CalcNotice, n: fn(f64) -> String) -> String {
    use CalcNotice as N;
    match notice {
        N::NoChange => "B equals B₀: every rule gives η₀.".to_owned(),
        N::FactorsDiffer { product, batch } => format!("The factors make {}, not B = {}. Take one of the offers, or change B.", n(product), n(batch)),
        N::SumReduction { ratio } => format!("A summed loss grows with B by itself, here ×{}: the rates for SGD above are divided by that, so η₀ unchanged is the linear rule. Adam divides the factor out, up to ε. DDP averages over devices, so there a sum grows with m·k only.", n(ratio)),
        N::LossNotDivided { accum_steps } => format!("Divide the loss of each micro-batch by {k}: otherwise the gradient is {k} times too long, as if η were.", k = n(accum_steps)),
        N::UnevenMicroBatches => "Weight micro-batches by their tokens, Σ nⱼgⱼ ÷ Σ nⱼ: the mean of their means is not the mean over tokens.".to_owned(),
        N::BatchNormSeesMicroBatch { micro_batch } => format!("Batch normalisation sees the {} examples of one device, not B. Keep m when comparing, or the loss itself changes.", n(micro_batch)),
        N::DdpAverages { n_devices } => format!("DDP averages the gradients of the {} devices by itself: with a mean loss divide by the accumulation alone, not by their number.", n(n_devices)),
        N::LastPartialBatch { left, accum_steps, .. } if accum_steps <= 1.0 => format!("The last batch of an epoch has {} examples. Step it as it is or drop it, but do not carry it over.", n(left)),
        N::LastPartialBatch { left, n_full, accum_steps } => format!("The last batch of an epoch has {} examples, so its accumulation window ends early: {} of {} micro-batches are full. Step what there is, divided by what it holds, or drop it and zero the gradients; do not carry it into the next epoch.", n(left), n(n_full), n(accum_steps)),
        N::BatchAboveData { batch, data_size } => format!("B = {} exceeds the {} examples of the data set: one step per epoch, without noise.", n(batch), n(data_size)),
        N::SmallBatch { batch } => format!("B = {} is small: lower η rather than accumulate, which on one device only costs time. Keep β₂’s half-life.", n(batch)),
        N::KappaBeyondAdam { ratio, min, max, is_first } => format!(
            "κ = {}, but the square-root rule of Adam applies only for κ above {} and below {}: {} would {}. Change the batch in smaller steps, or keep β₁ and use β₂’s half-life.",
            n(ratio), n(min), n(max), if is_first { "β₁" } else { "β₂" }, if ratio < 1.0 { "become 1" } else { "fall to 0" }
        ),
        N::FixedDampening { dampening } => format!("Dampening {} shrinks every gradient by the same factor at every batch; the effective rate is η(1 − τ)/(1 − μ).", n(dampening)),
        N::CriticalUnknown => "B_crit is unknown, so nobody can say where the rules stop. Measure it in Sweep, or on your own runs.".to_owned(),
        N::PublishedOutside { lr, error_percent } => format!(
            "The published runs at this B did best at η = {} ({} % error), outside this interval: with warmup and 90 epochs the curve of one step is a guide, not a limit.",
            n(lr), n(error_percent)
        ),
        N::BeyondCritical { batch, critical } => format!("B = {} is beyond B_crit = {}: steps hardly fall any more, examples grow.", n(batch), n(critical)),
    }
}

const fn task(task: MeasuredTask) -> &'static str {
    use MeasuredTask as T;
    match task {
        T::Mnist => "MNIST, SGD",
        T::Svhn => "SVHN, SGD",
        T::Cifar10 => "CIFAR10, momentum",
        T::ImageNet => "ImageNet, momentum",
        T::SvhnAutoencoder => "SVHN autoencoder",
        T::SvhnVae => "SVHN variational autoencoder",
        T::BillionWord => "Billion Word, LSTM",
        T::Atari => "Atari, A2C",
        T::Dota1v1 => "Dota, 1 against 1",
        T::Dota5v5 => "Dota, 5 against 5",
    }
}
