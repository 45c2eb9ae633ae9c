"""Prints the first numbers of every random stream and the division of the digits, from a second implementation.

    pip install scikit-learn==1.9.1 numpy==2.4.6
    python tests/golden/make_streams.py

The values stand in the tests of src/train/rng.rs and in tests/data_sets.rs. Algorithms: SplitMix64, PCG XSH RR 64/32,
Lemire's bounded integers, Fisher-Yates from the end; how they are put together is described in src/train/rng.rs.
Normal numbers are not covered: they are rand_distr's, and the tests check their moments.
"""

import numpy as np
from sklearn.datasets import load_digits

MASK = (1 << 64) - 1


def splitmix64(x):
    z = (x + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class Rng:
    IDS = {"Init": 1, "Batches": 2, "Data": 3, "Noise": 4}

    def __init__(self, seed, stream):
        state = splitmix64((splitmix64(seed) + self.IDS[stream]) & MASK)
        self.increment = (splitmix64(state) << 1 | 1) & MASK
        self.state = (state + self.increment) & MASK
        self.advance()

    def advance(self):
        self.state = (self.state * 6364136223846793005 + self.increment) & MASK

    def u32(self):
        state = self.state
        self.advance()
        shifted, turn = ((state >> 18 ^ state) >> 27) & 0xFFFFFFFF, state >> 59
        return (shifted >> turn | shifted << (-turn & 31)) & 0xFFFFFFFF

    def u64(self):
        low = self.u32()
        return low | self.u32() << 32

    def below(self, n):
        product = self.u32() * n
        while product % (1 << 32) < (1 << 32) % n:
            product = self.u32() * n
        return product >> 32

    def uniform(self):
        return (self.u64() >> 11) / 2**53

    def shuffle(self, items):
        for last in range(len(items) - 1, 0, -1):
            chosen = self.below(last + 1)
            items[chosen], items[last] = items[last], items[chosen]
        return items


if __name__ == "__main__":
    for stream in Rng.IDS:
        for seed in (0, 1):
            whole, fractions = Rng(seed, stream), Rng(seed, stream)
            print(stream, seed, [whole.below(1000) for _ in range(6)], [fractions.uniform() for _ in range(2)])
    print("shuffle", Rng(42, "Batches").shuffle(list(range(8))))

    digits = load_digits()
    order = Rng(1, "Data").shuffle(list(range(1797)))
    for name, rows in (("train", order[:1437]), ("test", order[1437:])):
        labels, pixels = digits.target[rows], digits.data[rows].astype(int)
        print(name, "rows", rows[:4], "labels", labels[:8].tolist(), "class counts", np.bincount(labels).tolist())
        print("pixel sum", pixels.sum(), "first image", pixels[0].tolist())
        if 0 in rows:
            print("row 0 is at", rows.index(0))
