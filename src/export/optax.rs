//! A recipe as a JAX program with Optax.

use super::python::job::{constants, head};
use super::python::{rounded, truth};
use super::recipe::Recipe;
use crate::train::spec::{Decay, OptimizerSpec, Warmup};
use std::fmt::Write;

const MODEL: &str = include_str!("python/optax.py");
const MAIN: &str = include_str!("python/optax_main.py");

const MEAN: &str = "\
def loss_of(params, x, y):
    \"\"\"The mean over the batch; a sum would make the learning rate grow with it.\"\"\"
    return losses_of(params, x, y).mean()


";
const SUM: &str = "\
def loss_of(params, x, y):
    \"\"\"The sum over the batch, which LR is for: BATCH times the mean, which is averaged over micro-batches.\"\"\"
    return BATCH * losses_of(params, x, y).mean()


";

/// A complete program for `jax` and `optax` ≥ 0.2. The optimiser follows PyTorch's definition, put together from
/// Optax's parts; micro-batches are averaged by `optax.MultiSteps`.
pub fn script(recipe: &Recipe) -> String {
    let mut out = head(recipe, "pip install jax optax numpy; python train.py");
    out.push_str("import jax\nimport jax.numpy as jnp\nimport numpy as np\nimport optax\n\n");
    out.push_str(&constants(recipe, false));
    out.push_str(MODEL);
    out.push_str(if recipe.is_summed { SUM } else { MEAN });
    out.push_str(&learning_rate(recipe));
    out.push_str(&optimizer(recipe.optimizer));
    out.push_str(MAIN);
    out
}

/// The schedule of `train/schedule.rs` on traced step counts. Example counts are f32, since they may pass 2³¹.
fn learning_rate(recipe: &Recipe) -> String {
    let mut out = String::from(
        "def learning_rate(step):\n    \"\"\"Learning rate of an optimiser step, counted from 0.\"\"\"\n    \
         n = jnp.asarray(step, jnp.float32) * BATCH  # examples before the step\n",
    );
    let length = recipe.warmup_examples();
    // Writing to a String cannot fail.
    let _ = match recipe.schedule.decay {
        Decay::Constant => writeln!(out, "    lr = LR"),
        Decay::Cosine { final_fraction } => write!(
            out,
            "    # Cosine (Loshchilov and Hutter 2017, arXiv:1608.03983, eq. 5)\n    \
             progress = jnp.clip((n - {length}) / max(BUDGET - {length}, 1), 0.0, 1.0)\n    \
             lr = LR * ({final_fraction:?} + (1 - {final_fraction:?}) * 0.5 * (1 + jnp.cos(jnp.pi * progress)))\n"
        ),
        Decay::Steps { factor } => write!(
            out,
            "    # Goyal's epochs 30, 60 and 80 of 90\n    \
             lr = LR * {factor:?} ** sum((n * d >= float(BUDGET * k)).astype(jnp.float32) for k, d in ((1, 3), (2, 3), (8, 9)))\n"
        ),
    };
    let _ = match recipe.schedule.warmup {
        Warmup::Gradual { start_lr, .. } if length > 0 => write!(
            out,
            "    # Gradual warmup (Goyal et al. 2017, arXiv:1706.02677, section 2.2)\n    \
             return jnp.where(n < {length}, {0} + (LR - {0}) * n / {length}, lr)\n\n\n",
            rounded(start_lr)
        ),
        Warmup::Constant { start_lr, .. } if length > 0 => write!(
            out,
            "    # Constant warmup (Goyal et al. 2017, arXiv:1706.02677, section 2.2)\n    \
             return jnp.where(n < {length}, {}, lr)\n\n\n",
            rounded(start_lr)
        ),
        _ => write!(out, "    return jnp.asarray(lr)\n\n\n"),
    };
    out
}

const DAMPED: &str = "\
def damped_trace(decay, dampening):
    \"\"\"PyTorch's momentum with dampening: b = g at the first step, then decay * b + (1 - dampening) * g.\"\"\"

    def init_fn(params):
        return {\"count\": jnp.zeros([], jnp.int32), \"b\": jax.tree.map(jnp.zeros_like, params)}

    def update_fn(updates, state, params=None):
        gain = jnp.where(state[\"count\"] == 0, 1.0, 1.0 - dampening)
        b = jax.tree.map(lambda g, b: decay * b + gain * g, updates, state[\"b\"])
        return b, {\"count\": state[\"count\"] + 1, \"b\": b}

    return optax.GradientTransformation(init_fn, update_fn)


";

/// The optimiser as a chain: weight decay on the gradient (L2) comes first, AdamW's own after Adam.
fn optimizer(spec: OptimizerSpec) -> String {
    let mut links = Vec::new();
    let mut helper = "";
    let decay = |weight_decay: f64| {
        (weight_decay > 0.0)
            .then(|| format!("optax.add_decayed_weights({})", rounded(weight_decay)))
    };
    let adam = |beta1, beta2, eps| {
        format!(
            "optax.scale_by_adam(b1={}, b2={}, eps={})",
            rounded(beta1),
            rounded(beta2),
            rounded(eps)
        )
    };
    match spec {
        OptimizerSpec::Sgd {
            momentum,
            dampening,
            nesterov,
            weight_decay,
        } => {
            links.extend(decay(weight_decay));
            if momentum > 0.0 && dampening > 0.0 {
                helper = DAMPED;
                links.push(format!(
                    "damped_trace({}, {})",
                    rounded(momentum),
                    rounded(dampening)
                ));
            } else if momentum > 0.0 {
                links.push(format!(
                    "optax.trace(decay={}, nesterov={})",
                    rounded(momentum),
                    truth(nesterov)
                ));
            }
        }
        OptimizerSpec::RmsProp {
            alpha,
            eps,
            momentum,
            centered,
            weight_decay,
        } => {
            links.extend(decay(weight_decay));
            links.push(format!(
                "optax.{}(decay={}, eps={}, eps_in_sqrt=False)",
                if centered {
                    "scale_by_stddev"
                } else {
                    "scale_by_rms"
                },
                rounded(alpha),
                rounded(eps)
            ));
            if momentum > 0.0 {
                links.push(format!("optax.trace(decay={})", rounded(momentum)));
            }
        }
        OptimizerSpec::Adam {
            beta1,
            beta2,
            eps,
            weight_decay,
        } => {
            links.extend(decay(weight_decay));
            links.push(adam(beta1, beta2, eps));
        }
        OptimizerSpec::AdamW {
            beta1,
            beta2,
            eps,
            weight_decay,
        } => {
            links.push(adam(beta1, beta2, eps));
            links.extend(decay(weight_decay));
        }
    }
    links.push("optax.scale_by_learning_rate(learning_rate)".to_owned());
    format!(
        "{helper}def make_optimizer():\n    optimizer = optax.chain(\n        {},\n    )\n    \
         # Averages the gradients of the micro-batches and counts optimiser steps.\n    \
         return optax.MultiSteps(optimizer, every_k_schedule=ACCUMULATION) if ACCUMULATION > 1 else optimizer\n\n\n",
        links.join(",\n        ")
    )
}
