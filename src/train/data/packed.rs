//! Unpacks the embedded digits: an adaptive binary arithmetic code, 30 kB where general compressors need 36 to 44.
//!
//! Every symbol (a pixel, 0..=16, or a label) is a few yes-or-no decisions: is it 0, is it 16, then its four bits.
//! The odds of each decision are learnt on the way, separately in every context. Pixels have two contexts, whose
//! odds are averaged: place, class and left neighbour; column and the neighbours left, above and above right.
//! Labels have their predecessor. The mirror image of this file, which packs, is `tests/golden/make_digits.py`.
//! The coder is Martin's range coder (1979); each odds value is nearly the mean of the answers seen so far.

use alloc::vec;
use alloc::vec::Vec;

/// Probabilities are in units of 2⁻¹⁶.
const ONE: u32 = 1 << 16;
/// Keeps every decision possible, whatever was learnt.
const LEAST: u32 = 32;
/// Number of decisions after which old ones begin to be forgotten.
const MEMORY: u32 = 127;

/// What is known of one decision in one context.
#[derive(Clone, Copy)]
struct Odds {
    /// Probability of yes.
    yes: u32,
    n_seen: u32,
}

impl Odds {
    const UNKNOWN: Self = Self {
        yes: ONE / 2,
        n_seen: 0,
    };

    fn learn(&mut self, is_yes: bool) {
        let towards = if is_yes { ONE - self.yes } else { self.yes };
        let change = 2 * towards / (2 * self.n_seen + 3);
        self.yes = if is_yes {
            self.yes + change
        } else {
            self.yes - change
        };
        self.n_seen = (self.n_seen + 1).min(MEMORY);
    }
}

/// The decisions of a symbol: 0 is "zero?", 16 is "sixteen?", 1..=15 the nodes of the tree of four bits.
type Decisions = [Odds; 17];

struct Decoder<'a> {
    bytes: &'a [u8],
    /// Where the coded number lies in the current interval.
    offset: u32,
    range: u32,
}

impl<'a> Decoder<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self {
            bytes,
            offset: 0,
            range: u32::MAX,
        };
        for _ in 0..4 {
            decoder.shift_in();
        }
        decoder
    }

    /// Appends the next byte to the offset; past the end there are zeros.
    fn shift_in(&mut self) {
        let (first, rest) = self
            .bytes
            .split_first()
            .map_or((0, self.bytes), |(&first, rest)| (first, rest));
        self.bytes = rest;
        self.offset = self.offset << 8 | u32::from(first);
    }

    fn decide(&mut self, node: usize, contexts: &mut [&mut Decisions]) -> bool {
        let sum: u32 = contexts.iter().map(|decisions| decisions[node].yes).sum();
        let yes = (sum / contexts.len() as u32).clamp(LEAST, ONE - LEAST);
        let bound = ((u64::from(self.range) * u64::from(yes)) >> 16) as u32;
        let is_yes = self.offset < bound;
        if is_yes {
            self.range = bound;
        } else {
            self.offset -= bound;
            self.range -= bound;
        }
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.shift_in();
        }
        for decisions in contexts {
            decisions[node].learn(is_yes);
        }
        is_yes
    }

    fn symbol(&mut self, contexts: &mut [&mut Decisions]) -> u8 {
        if self.decide(0, contexts) {
            return 0;
        }
        if self.decide(16, contexts) {
            return 16;
        }
        let mut node = 1;
        for _ in 0..4 {
            node = 2 * node + usize::from(self.decide(node, contexts));
        }
        (node - 16) as u8
    }
}

/// Pixels in four levels, fine enough for a context.
fn level(pixel: u8) -> usize {
    match pixel {
        0 => 0,
        1..=6 => 1,
        7..=12 => 2,
        _ => 3,
    }
}

/// The labels, [n_images], and the pixels 0..=16, [n_images, 8, 8], of `n_images` packed images.
pub(super) fn unpack(packed: &[u8], n_images: usize) -> (Vec<u8>, Vec<u8>) {
    let mut decoder = Decoder::new(packed);
    let mut by_label = [[Odds::UNKNOWN; 17]; 17];
    let mut by_place = vec![[Odds::UNKNOWN; 17]; 64 * 17 * 4];
    let mut by_neighbours = vec![[Odds::UNKNOWN; 17]; 8 * 4 * 4 * 4];
    let (mut labels, mut pixels) = (
        Vec::with_capacity(n_images),
        Vec::with_capacity(64 * n_images),
    );
    let mut label = 9;
    for _ in 0..n_images {
        label = decoder.symbol(&mut [&mut by_label[usize::from(label)]]);
        labels.push(label);
        let mut image = [0_u8; 64];
        for i in 0..64 {
            let (row, column) = (i / 8, i % 8);
            let left = if column > 0 { level(image[i - 1]) } else { 0 };
            let up = if row > 0 { level(image[i - 8]) } else { 0 };
            let up_right = if row > 0 && column < 7 {
                level(image[i - 7])
            } else {
                0
            };
            let place = (i * 17 + usize::from(label)) * 4 + left;
            let neighbours = ((column * 4 + left) * 4 + up) * 4 + up_right;
            image[i] = decoder.symbol(&mut [&mut by_place[place], &mut by_neighbours[neighbours]]);
        }
        pixels.extend_from_slice(&image);
    }
    (labels, pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_unpack_to_images_of_the_right_shape() {
        for packed in [
            &[][..],
            &[0xff; 40],
            &[0; 3],
            b"not digits at all, but it must not panic",
        ] {
            let (labels, pixels) = unpack(packed, 20);
            assert_eq!((labels.len(), pixels.len()), (20, 20 * 64));
            assert!(labels.iter().chain(&pixels).all(|&symbol| symbol <= 16));
        }
    }
}
