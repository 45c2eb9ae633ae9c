//! Six hexadecimal digits that stand for every recorded number of a set of runs.
//!
//! Two readers who see the same digits saw the same training, bit for bit. FNV-1a with 64 bits (Fowler, Noll,
//! Vo) over run numbers and samples, folded to 24 bits. It compares; it does not protect.

use crate::train::spec::{NoiseProbe, Sample};
use core::fmt;

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// A digest under way. Runs are pushed in the order of their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(FNV_OFFSET)
    }
}

impl Digest {
    /// Adds one run: its number, how many samples it has, and every field of every sample.
    pub fn push_run(&mut self, run: u32, samples: &[Sample]) {
        self.word(u64::from(run));
        self.word(samples.len() as u64);
        for sample in samples {
            self.sample(sample);
        }
    }

    /// Adds one number.
    pub fn push(&mut self, word: u64) {
        self.word(word);
    }

    /// The 24 bits that are shown.
    pub fn short(self) -> u32 {
        ((self.0 ^ (self.0 >> 24) ^ (self.0 >> 48)) & 0x00ff_ffff) as u32
    }

    fn sample(&mut self, sample: &Sample) {
        // Taken apart by name, so that a new field cannot be forgotten here.
        let Sample {
            step,
            n_examples,
            lr,
            batch_loss,
            train_loss,
            test_loss,
            test_accuracy,
            batch_grad_norm_sq,
            corrected_grad_norm_sq,
            noise,
        } = *sample;
        self.word(step);
        self.word(n_examples);
        self.word(lr.to_bits());
        self.optional(batch_loss);
        self.word(train_loss.to_bits());
        self.optional(test_loss);
        self.optional(test_accuracy);
        self.optional(batch_grad_norm_sq);
        self.optional(corrected_grad_norm_sq);
        match noise {
            None => self.byte(0),
            Some(NoiseProbe {
                grad_norm_sq,
                noise_trace,
                noise_scale,
            }) => {
                self.byte(1);
                self.word(grad_norm_sq.to_bits());
                self.word(noise_trace.to_bits());
                self.optional(noise_scale);
            }
        }
    }

    fn optional(&mut self, value: Option<f64>) {
        match value {
            None => self.byte(0),
            Some(value) => {
                self.byte(1);
                self.word(value.to_bits());
            }
        }
    }

    fn word(&mut self, word: u64) {
        for byte in word.to_le_bytes() {
            self.byte(byte);
        }
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(FNV_PRIME);
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06x}", self.short())
    }
}

/// Digest of all runs, in the order given.
pub fn digest_runs<'a>(runs: impl IntoIterator<Item = (u32, &'a [Sample])>) -> Digest {
    let mut digest = Digest::default();
    for (run, samples) in runs {
        digest.push_run(run, samples);
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(step: u64) -> Sample {
        Sample {
            step,
            n_examples: 4 * step,
            lr: 0.1,
            batch_loss: Some(2.25),
            train_loss: 2.5,
            test_loss: None,
            test_accuracy: Some(0.5),
            batch_grad_norm_sq: Some(1.0),
            corrected_grad_norm_sq: None,
            noise: Some(NoiseProbe {
                grad_norm_sq: 1.0,
                noise_trace: 3.0,
                noise_scale: Some(3.0),
            }),
        }
    }

    fn flip(value: f64) -> f64 {
        f64::from_bits(value.to_bits() ^ 1)
    }

    #[test]
    fn one_bit_anywhere_changes_the_digest() {
        let before = [sample(0), sample(1)];
        let digest = digest_runs([(0, &before[..])]);
        let edits: [fn(&mut Sample); 13] = [
            |s| s.step ^= 1,
            |s| s.n_examples ^= 1,
            |s| s.lr = flip(s.lr),
            |s| s.batch_loss = s.batch_loss.map(flip),
            |s| s.batch_loss = None,
            |s| s.train_loss = flip(s.train_loss),
            |s| s.test_loss = Some(0.0),
            |s| s.test_accuracy = s.test_accuracy.map(flip),
            |s| s.batch_grad_norm_sq = s.batch_grad_norm_sq.map(flip),
            |s| s.corrected_grad_norm_sq = Some(0.0),
            |s| s.noise = None,
            |s| {
                s.noise = s.noise.map(|n| NoiseProbe {
                    noise_trace: flip(n.noise_trace),
                    ..n
                })
            },
            |s| {
                s.noise = s.noise.map(|n| NoiseProbe {
                    noise_scale: None,
                    ..n
                })
            },
        ];
        for (i, edit) in edits.into_iter().enumerate() {
            for at in 0..before.len() {
                let mut after = before;
                edit(&mut after[at]);
                assert_ne!(
                    digest_runs([(0, &after[..])]).short(),
                    digest.short(),
                    "edit {i} of sample {at}"
                );
            }
        }
    }

    #[test]
    fn order_numbers_and_lengths_count() {
        let (a, b) = ([sample(0)], [sample(1)]);
        let of = |runs: &[(u32, &[Sample])]| digest_runs(runs.iter().copied()).short();
        let plain = of(&[(0, &a), (1, &b)]);
        assert_eq!(plain, of(&[(0, &a), (1, &b)]));
        assert_ne!(plain, of(&[(1, &b), (0, &a)]));
        assert_ne!(plain, of(&[(0, &b), (1, &a)]));
        assert_ne!(plain, of(&[(0, &a), (2, &b)]));
        assert_ne!(of(&[(0, &a), (1, &[])]), of(&[(0, &[]), (1, &a)]));
    }

    #[test]
    fn it_is_fnv_1a_and_prints_six_digits() {
        let mut digest = Digest::default();
        digest.byte(b'a');
        // The authors' published test vector for the string "a".
        assert_eq!(digest.0, 0xaf63_dc4c_8601_ec8c);
        assert_eq!(Digest(0).to_string(), "000000");
        assert_eq!(Digest(0xab).to_string(), "0000ab");
    }
}
