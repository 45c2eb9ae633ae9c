//! Published laws for pre-training language models. Batch sizes count **tokens** here and nowhere else, so nothing in
//! this module takes or gives a [`BatchSize`](crate::units::BatchSize) of examples.
//!
//! Symbols: C compute (floating-point operations), N parameters without embeddings, D training tokens, L loss in nats
//! per token. Each law holds for the model families and the range that it was fitted on; an independent sweep of 1800
//! runs did not reproduce Step Law's exponent of D.

use super::presets::Citation;
use crate::units::Positive;

/// DeepSeek LLM 2024.
pub const DEEPSEEK_2024: Citation = Citation {
    authors: Some("DeepSeek-AI"),
    title: "DeepSeek LLM: Scaling Open-Source Language Models with Longtermism",
    year: Some(2024),
    arxiv: Some("2401.02954"),
    place: "learning rate and batch size against compute",
};

/// Step Law, Li et al. 2025.
pub const STEP_LAW_2025: Citation = Citation {
    authors: Some("Li et al."),
    title: "Predictable Scale: Part I, Step Law",
    year: Some(2025),
    arxiv: Some("2503.04715"),
    place: "learning rate and batch size",
};

/// Power Lines, Bergsma et al. 2025.
pub const POWER_LINES_2025: Citation = Citation {
    authors: Some("Bergsma et al."),
    title: "Power Lines: Scaling Laws for Weight Decay and Batch Size in LLM Pre-training",
    year: Some(2025),
    arxiv: Some("2505.13738"),
    place: "exponents",
};

/// Kaplan et al. 2020.
pub const KAPLAN_2020: Citation = Citation {
    authors: Some("Kaplan et al."),
    title: "Scaling Laws for Neural Language Models",
    year: Some(2020),
    arxiv: Some("2001.08361"),
    place: "critical batch size against loss",
};

/// A learning rate and a batch size in tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LlmOptimum {
    /// Peak learning rate.
    pub lr: f64,
    /// Tokens per step.
    pub batch_tokens: f64,
}

/// η = 0.3118·C^−0.1250, B = 0.2920·C^0.3271 tokens; C is non-embedding compute, fitted on 10¹⁷ to 2·10¹⁹.
///
/// Source: DeepSeek LLM 2024 (arXiv:2401.02954).
pub fn deepseek(compute: Positive) -> LlmOptimum {
    LlmOptimum {
        lr: 0.3118 * libm::pow(compute.get(), -0.1250),
        batch_tokens: 0.2920 * libm::pow(compute.get(), 0.3271),
    }
}

/// η = 1.79·N^−0.713·D^0.307, B = 0.58·D^0.571 tokens; the schedule ends at a fixed 10⁻⁵.
///
/// Source: Li et al. 2025 (arXiv:2503.04715).
pub fn step_law(n_params: Positive, tokens: Positive) -> LlmOptimum {
    LlmOptimum {
        lr: 1.79 * libm::pow(n_params.get(), -0.713) * libm::pow(tokens.get(), 0.307),
        batch_tokens: 0.58 * libm::pow(tokens.get(), 0.571),
    }
}

/// B_crit = 2.1·10⁸·L^−4.8 tokens at loss L.
///
/// Source: Kaplan et al. 2020 (arXiv:2001.08361).
pub fn kaplan_critical_tokens(loss: Positive) -> f64 {
    2.1e8 * libm::pow(loss.get(), -4.8)
}

/// By how much batch sizes follow a change of the training tokens from D₀ to D. Only ratios: the paper's prefactors
/// depend on its own tokenizer and sequence length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerLines {
    /// B_opt/B_opt₀ = (D/D₀)^0.383.
    pub optimal_batch: f64,
    /// B_crit/B_crit₀ = (D/D₀)^0.462.
    pub critical_batch: f64,
    /// τ/τ₀ = (D/D₀)^−0.527 at fixed N, for AdamW's timescale τ = B/(ηλD).
    pub timescale: f64,
}

/// See [`PowerLines`]. `ratio` is D/D₀.
///
/// Source: Bergsma et al. 2025 (arXiv:2505.13738).
pub fn power_lines(ratio: Positive) -> PowerLines {
    PowerLines {
        optimal_batch: libm::pow(ratio.get(), 0.383),
        critical_batch: libm::pow(ratio.get(), 0.462),
        timescale: libm::pow(ratio.get(), -0.527),
    }
}
