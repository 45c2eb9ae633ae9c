//! The UCI optical handwritten digits: 1,797 images of 8×8 pixels, ten classes.
//!
//! Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
//! 1998, doi 10.24432/C50P49, CC BY 4.0; the part and order that scikit-learn's `load_digits` has.

use std::sync::OnceLock;

use alloc::vec::Vec;

use super::{DataSet, Split};
use crate::train::rng::{Rng, Stream};

const N_EXAMPLES: usize = 1797;
const N_PIXELS: usize = 64;
const N_TRAIN: usize = 1437;
const SPLIT_SEED: u64 = 1;

/// All labels, then all images row by row, one byte each.
static PACKED: &[u8; N_EXAMPLES * (1 + N_PIXELS)] = include_bytes!("digits.bin");

/// 1,437 training and 360 test digits; pixels 0, 1/16, … 1, row by row.
pub fn digits() -> &'static Split {
    static SPLIT: OnceLock<Split> = OnceLock::new();
    SPLIT.get_or_init(|| {
        let (labels, pixels) = PACKED.split_at(N_EXAMPLES);
        let mut order: Vec<u32> = (0..N_EXAMPLES as u32).collect();
        Rng::new(SPLIT_SEED, Stream::Data).shuffle(&mut order);
        let pick = |chosen: &[u32]| {
            let mut features = Vec::with_capacity(chosen.len() * N_PIXELS);
            for &idx in chosen {
                let image = &pixels[idx as usize * N_PIXELS..][..N_PIXELS];
                features.extend(image.iter().map(|&p| f32::from(p) / 16.0));
            }
            let labels = chosen.iter().map(|&idx| labels[idx as usize]).collect();
            DataSet {
                n_features: N_PIXELS,
                n_classes: 10,
                features,
                labels,
            }
        };
        Split {
            train: pick(&order[..N_TRAIN]),
            test: pick(&order[N_TRAIN..]),
        }
    })
}
