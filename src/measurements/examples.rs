//! Three files to try, as they would be pasted. Each says in its own comments where it comes from.

/// Runs with a known answer: S(B) = 250·(1 + 96/B) and ε(B) = 0.4/(1 + 96/B), with noise; `examples/make_runs.rs`
/// writes them.
pub const SYNTHETIC: &str = include_str!("examples/synthetic.csv");
/// Digits trained in PyTorch by the Ray Tune program that the Sweep panel hands over, for real;
/// `tests/exports/README.md` says how, and `tests/digits_example.rs` compares it with our own trainer.
pub const DIGITS: &str = include_str!("examples/digits.csv");
/// Best learning rates of a perceptron on MNIST after 100 steps, published by T. Ushakova.
pub const MNIST: &str = include_str!("examples/mnist.csv");
