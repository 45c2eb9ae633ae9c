//! The finite data sets: real digits and generated spirals, each with a fixed division into training and test.

mod digits;
mod packed;
mod spirals;

pub use digits::digits;
pub use spirals::spirals;

use alloc::vec::Vec;

/// Examples with their classes.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSet {
    /// Numbers per example.
    pub n_features: usize,
    pub n_classes: usize,
    /// [n_examples, n_features], row-major.
    pub features: Vec<f32>,
    /// [n_examples], each below `n_classes`.
    pub labels: Vec<u8>,
}

impl DataSet {
    /// Number of examples.
    pub fn n_examples(&self) -> usize {
        self.labels.len()
    }

    /// The features of example `idx`, [n_features]. Panics past the end.
    pub fn example(&self, idx: usize) -> &[f32] {
        &self.features[idx * self.n_features..(idx + 1) * self.n_features]
    }
}

/// A data set divided into examples to learn from and examples to judge by.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    pub train: DataSet,
    pub test: DataSet,
}
