//! Randomness: named, seeded streams over PCG.
//!
//! The generator is PCG XSH RR 64/32 (O'Neill 2014, HMC-CS-2014-0905), small and quick in WebAssembly, which has
//! no 128-bit multiplication. Every consumer draws from a [`Stream`] of its own, so that one more draw for the
//! initial weights does not change the batches. A golden test freezes the outputs: a shared link must give the
//! same run next year. For that reason integers, fractions and shuffles are made here; normals are `rand_distr`'s
//! at a pinned version.

use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng as _;

/// What the numbers are for. Streams of one seed are independent of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Initial weights.
    Init,
    /// Which examples make up a batch.
    Batches,
    /// Generated data sets and the division into training and test examples.
    Data,
    /// Noise that is drawn afresh in every step.
    Noise,
}

impl Stream {
    /// Never renumber: the numbers are part of every result.
    const fn id(self) -> u64 {
        match self {
            Self::Init => 1,
            Self::Batches => 2,
            Self::Data => 3,
            Self::Noise => 4,
        }
    }
}

/// A seeded stream of random numbers.
#[derive(Clone, Debug)]
pub struct Rng {
    pcg: Pcg32,
}

impl Rng {
    /// The stream `stream` of `seed`, from its beginning. Any seed is good, also 0, 1, 2, …
    ///
    /// PCG's 64-bit state is `mix(mix(seed) + id)` and its 63-bit sequence selector `mix` of that, where `mix` is one
    /// output of SplitMix64 (Steele, Lea, Flood 2014). Each `mix` is a bijection, so streams of one seed never
    /// start alike, and neighbouring seeds start far apart.
    pub fn new(seed: u64, stream: Stream) -> Self {
        let state = splitmix64(splitmix64(seed).wrapping_add(stream.id()));
        Self {
            pcg: Pcg32::new(state, splitmix64(state)),
        }
    }

    /// A whole number in 0..n, each equally likely; 0 for n = 0.
    ///
    /// Multiply, take the high half, and reject the few products that would favour some results
    /// (Lemire 2019, arXiv:1805.10941, algorithm 5).
    pub fn below(&mut self, n: u32) -> u32 {
        let mut product = u64::from(self.pcg.next_u32()) * u64::from(n);
        if (product as u32) < n {
            let n_biased = n.wrapping_neg() % n;
            while (product as u32) < n_biased {
                product = u64::from(self.pcg.next_u32()) * u64::from(n);
            }
        }
        (product >> 32) as u32
    }

    /// A standard normal number: mean 0, variance 1.
    pub fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.pcg)
    }

    /// A number in [0, 1), a multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        const ULP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.pcg.next_u64() >> 11) as f64 * ULP
    }

    /// Puts `items` into one of their orders, each equally likely (Fisher and Yates, from the end).
    /// At most 2³² − 1 items.
    pub fn shuffle(&mut self, items: &mut [u32]) {
        for last in (1..items.len()).rev() {
            let chosen = self.below(last as u32 + 1) as usize;
            items.swap(chosen, last);
        }
    }
}

/// One output of SplitMix64 for state `x`.
const fn splitmix64(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
