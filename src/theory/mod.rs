//! Closed-form mathematics of learning rate and batch size, in f64; no randomness, no state.
//!
//! Conventions: a gradient is the **mean** over its batch. B and every noise scale are in examples (or tokens,
//! if the caller counts tokens throughout). Arguments are bounded types, so no function here returns NaN or an
//! infinity; what may not exist is an `Option`, what may not be built is a `Result`.
//!
//! | symbol | meaning |
//! | --- | --- |
//! | B, B₀ | batch size, base batch size |
//! | η, η₀, ε | learning rate, base learning rate (papers on the noise scale write ε) |
//! | κ | batch ratio B/B₀ |
//! | r | learning rate over the best learning rate at that batch |
//! | G, H, Σ | true gradient, Hessian, covariance of one example's gradient |
//! | B_simple, B_noise | tr(Σ)/\|G\|², tr(HΣ)/(GᵀHG) |
//! | S, E, B_crit | steps, examples to a target, E_min/S_min |
//!
//! Start with [`rules`]: it is the science of the whole project in one page.
#![warn(missing_docs)]

pub mod adam;
pub mod crossings;
pub mod dense;
pub mod heavy_ball;
pub mod interpolation;
pub mod linreg;
pub mod llm;
pub mod mean_field;
pub mod measured;
pub mod noise;
pub mod presets;
pub mod quadratic;
pub mod rules;
pub mod stability;
pub mod surge;
pub mod tradeoff;
pub mod warmup;
