//! The optical handwritten digits: 1,797 images of 8×8 pixels, ten classes.
//!
//! Data: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998,
//! doi 10.24432/C50P49, licence CC BY 4.0; the images and their order are those of scikit-learn's `load_digits`.
//! Each pixel counts the dark points, 0 to 16, in a 4×4 cell of the scan.
//!
//! The division is a seeded shuffle, the first 1,437 for training and the other 360, one fifth, for testing.
//! In the original order the last fifth is harder than the rest: multinomial logistic regression classifies 90 % of it
//! correctly, but 97 % of a random fifth, presumably because other people wrote it. Dividing there would mix two
//! questions, how well a network has learnt and how well it copes with strange hands. Here only the first is
//! asked, and training and test loss can be compared.

use std::sync::OnceLock;

use alloc::vec::Vec;

use super::packed::unpack;
use super::{DataSet, Split};
use crate::train::rng::{Rng, Stream};

const N_EXAMPLES: usize = 1797;
const N_PIXELS: usize = 64;
const N_TRAIN: usize = 1437;
const SPLIT_SEED: u64 = 1;

static PACKED: &[u8] = include_bytes!("digits.bin");

/// 1,437 training and 360 test digits; features are the pixels row by row from the top left, 0 (white), 1/16, … 1.
pub fn digits() -> &'static Split {
    static SPLIT: OnceLock<Split> = OnceLock::new();
    SPLIT.get_or_init(|| {
        let (labels, pixels) = unpack(PACKED, N_EXAMPLES);
        let mut order: Vec<u32> = (0..N_EXAMPLES as u32).collect();
        Rng::new(SPLIT_SEED, Stream::Data).shuffle(&mut order);
        let pick = |chosen: &[u32]| {
            let mut features = Vec::with_capacity(chosen.len() * N_PIXELS);
            for &idx in chosen {
                let image = &pixels[idx as usize * N_PIXELS..][..N_PIXELS];
                features.extend(image.iter().map(|&pixel| f32::from(pixel) / 16.0));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a, 64 bits.
    fn checksum(bytes: impl Iterator<Item = u8>) -> u64 {
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    #[test]
    fn the_packed_digits_are_those_of_scikit_learn() {
        let (labels, pixels) = unpack(PACKED, N_EXAMPLES);
        let first_image: [u8; 64] = [
            0, 0, 5, 13, 9, 1, 0, 0, //
            0, 0, 13, 15, 10, 15, 5, 0, //
            0, 3, 15, 2, 0, 11, 8, 0, //
            0, 4, 12, 0, 0, 8, 8, 0, //
            0, 5, 8, 0, 0, 9, 8, 0, //
            0, 4, 11, 0, 1, 12, 7, 0, //
            0, 2, 14, 5, 10, 12, 0, 0, //
            0, 0, 6, 13, 10, 0, 0, 0,
        ];
        assert_eq!(&pixels[..64], &first_image);
        assert_eq!(
            &labels[..20],
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        );
        assert_eq!(pixels.iter().map(|&p| u64::from(p)).sum::<u64>(), 561_718);
        // Printed by make_digits.py from scikit-learn's arrays.
        assert_eq!(
            checksum(labels.into_iter().chain(pixels)),
            0x6a5c_f7c9_786b_a501
        );
    }
}
