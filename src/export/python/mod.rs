//! What the generated Python files share: numbers, comments, optimisers and the text of the experiment.

pub(super) mod job;

use crate::train::spec::OptimizerSpec;
use crate::units::{Grouping, format_sig, round_sig};

/// The experiment itself: random streams, network, batches and one run, as in `train/`.
pub(super) const CORE: &str = include_str!("core.py");
/// The race around it.
pub(super) const RACE: &str = include_str!("race.py");
/// The sweep around it.
pub(super) const RAY: &str = include_str!("ray.py");

/// A number that Python and JSON read back as the same value, such as `0.3`, `1e-8` or `1.0`. The value is finite.
pub(super) fn number(value: f64) -> String {
    format!("{value:?}")
}

/// A number without the last bits that a product of decimals carries: 0.3 for 0.1·3. 15 digits are all that count.
pub(super) fn rounded(value: f64) -> String {
    number(round_sig(value, 15))
}

/// A number as the page shows it, with four significant digits.
pub(super) fn shown(value: f64) -> String {
    format_sig(value, 4, Grouping::None)
}

/// Text that fits into one line: without line breaks and other control characters.
pub(super) fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A string literal of Python or JSON.
pub(super) fn quoted(text: &str) -> String {
    let escaped = one_line(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// True or False.
pub(super) fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// The class of an optimiser in `torch.optim` and its arguments but `params` and `lr`.
///
/// Definitions are PyTorch's (see `train/optim.rs`). PyTorch refuses Nesterov's variant without momentum, where it is
/// plain SGD.
pub(super) fn torch_optimizer(spec: OptimizerSpec) -> (&'static str, String) {
    match spec {
        OptimizerSpec::Sgd {
            momentum,
            dampening,
            nesterov,
            weight_decay,
        } => (
            "SGD",
            format!(
                "momentum={}, dampening={}, nesterov={}, weight_decay={}",
                rounded(momentum),
                rounded(dampening),
                truth(nesterov && momentum > 0.0),
                rounded(weight_decay)
            ),
        ),
        OptimizerSpec::RmsProp {
            alpha,
            eps,
            momentum,
            centered,
            weight_decay,
        } => (
            "RMSprop",
            format!(
                "alpha={}, eps={}, momentum={}, centered={}, weight_decay={}",
                rounded(alpha),
                rounded(eps),
                rounded(momentum),
                truth(centered),
                rounded(weight_decay)
            ),
        ),
        OptimizerSpec::Adam {
            beta1,
            beta2,
            eps,
            weight_decay,
        } => ("Adam", betas(beta1, beta2, eps, weight_decay)),
        OptimizerSpec::AdamW {
            beta1,
            beta2,
            eps,
            weight_decay,
        } => ("AdamW", betas(beta1, beta2, eps, weight_decay)),
    }
}

fn betas(beta1: f64, beta2: f64, eps: f64, weight_decay: f64) -> String {
    format!(
        "betas=({}, {}), eps={}, weight_decay={}",
        rounded(beta1),
        rounded(beta2),
        rounded(eps),
        rounded(weight_decay)
    )
}

/// A function of Python that makes the optimiser.
pub(super) fn make_optimizer(spec: OptimizerSpec, parameters: &str, lr: &str) -> String {
    let (class, arguments) = torch_optimizer(spec);
    format!(
        "def make_optimizer({parameters}):\n    return torch.optim.{class}(params, lr={lr}, {arguments})\n\n\n"
    )
}
