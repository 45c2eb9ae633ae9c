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
    /// Resampling of what was measured.
    Bootstrap,
    /// Pairs of batches that estimate a noise scale.
    Pairs,
}

impl Stream {
    /// Never renumber: the numbers are part of every result.
    const fn id(self) -> u64 {
        match self {
            Self::Init => 1,
            Self::Batches => 2,
            Self::Data => 3,
            Self::Noise => 4,
            Self::Bootstrap => 5,
            Self::Pairs => 6,
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

#[cfg(test)]
#[allow(clippy::float_cmp, clippy::excessive_precision)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn splitmix64_gives_its_published_first_output() {
        assert_eq!(splitmix64(0), 0xe220_a839_7b1d_cdaf);
    }

    /// Stream and seed; the first whole numbers below 1000; fractions; normals.
    type Row = (Stream, u64, [u32; 6], [f64; 2], [f64; 3]);

    /// Whole numbers and fractions were printed by a second implementation, `tests/golden/make_streams.py`.
    #[test]
    fn streams_are_frozen() {
        let rows: [Row; 8] = [
            (
                Stream::Init,
                0,
                [952, 995, 960, 842, 467, 902],
                [0.9955777039174899, 0.8421104259231447],
                [1.7986528664721972, 0.48799471731448224, 0.7872958321703488],
            ),
            (
                Stream::Init,
                1,
                [201, 340, 484, 85, 834, 59],
                [0.34070633449634147, 0.08537531771808693],
                [
                    -0.5564281544524885,
                    -1.1118744364111333,
                    -2.1524080394397624,
                ],
            ),
            (
                Stream::Batches,
                0,
                [785, 90, 388, 924, 0, 643],
                [0.09074951819733523, 0.9245203201166604],
                [-0.5734923920998571, 1.223637561607482, 0.9052995790844252],
            ),
            (
                Stream::Batches,
                1,
                [377, 767, 688, 15, 236, 588],
                [0.7671639487095951, 0.015115729693379265],
                [0.7020452348538666, -1.0844894185134766, 0.3164297033417393],
            ),
            (
                Stream::Data,
                0,
                [577, 639, 389, 612, 19, 855],
                [0.639616659278431, 0.6127689593447805],
                [0.5504494849571232, 0.35241550798335813, 0.9767452659357563],
            ),
            (
                Stream::Data,
                1,
                [4, 973, 496, 427, 980, 64],
                [0.9736208028636102, 0.4270144602042071],
                [1.133997627406453, -0.30853719530434326, -0.3556178566279619],
            ),
            (
                Stream::Noise,
                0,
                [983, 227, 856, 722, 505, 984],
                [0.22790248808064417, 0.7220462031793511],
                [-0.6816914593139407, 0.8269078790633029, 1.5215536641158292],
            ),
            (
                Stream::Noise,
                1,
                [669, 332, 797, 282, 280, 288],
                [0.33292499526152597, 0.2826111227732858],
                [-0.23831989185264885, -0.5019863303193, -0.6521235808550282],
            ),
        ];
        for (stream, seed, whole, fractions, normals) in rows {
            let mut rng = Rng::new(seed, stream);
            assert_eq!(
                [(); 6].map(|()| rng.below(1000)),
                whole,
                "{stream:?} {seed}"
            );
            let mut rng = Rng::new(seed, stream);
            assert_eq!(
                [(); 2].map(|()| rng.uniform()),
                fractions,
                "{stream:?} {seed}"
            );
            let mut rng = Rng::new(seed, stream);
            assert_eq!([(); 3].map(|()| rng.normal()), normals, "{stream:?} {seed}");
        }
    }

    #[test]
    fn shuffles_are_frozen() {
        let mut items = [0, 1, 2, 3, 4, 5, 6, 7];
        Rng::new(42, Stream::Batches).shuffle(&mut items);
        assert_eq!(items, [7, 0, 4, 1, 2, 6, 5, 3]);
    }

    #[test]
    fn whole_numbers_are_equally_likely_for_any_bound() {
        // Without rejection the multiples of 3 below 3·2³⁰ would come up half of the time.
        const N: u32 = 30_000;
        let mut rng = Rng::new(3, Stream::Batches);
        let n_multiples = (0..N)
            .filter(|_| rng.below(3 << 30).is_multiple_of(3))
            .count();
        // Three and a half standard deviations of a binomial with p = 1/3.
        assert!(n_multiples.abs_diff(N as usize / 3) < 286, "{n_multiples}");
        for n in [1, 2, 7] {
            assert!((0..1000).map(|_| rng.below(n)).max() == Some(n - 1));
        }
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn normals_have_mean_0_variance_1_and_no_excess() {
        const N: usize = 100_000;
        let mut rng = Rng::new(5, Stream::Noise);
        let draws: Vec<f64> = (0..N).map(|_| rng.normal()).collect();
        let moment = |k: i32| draws.iter().map(|x| x.powi(k)).sum::<f64>() / N as f64;
        // Standard errors: 1/√N, √(2/N), √(96/N).
        assert!(moment(1).abs() < 0.012, "{}", moment(1));
        assert!((moment(2) - 1.0).abs() < 0.018, "{}", moment(2));
        assert!((moment(4) - 3.0).abs() < 0.12, "{}", moment(4));
    }
}
