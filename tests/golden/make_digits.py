"""Packs the UCI optical handwritten digits into src/train/data/digits.bin.

Data: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998,
doi 10.24432/C50P49, CC BY 4.0; the 1,797 images and their order are those of scikit-learn's load_digits.

    pip install scikit-learn==1.9.1 numpy==2.4.6
    python tests/golden/make_digits.py

The format is an adaptive binary arithmetic code, the mirror of src/train/data/packed.rs; see there for the model.
Sizes in bytes of other simple formats (with labels), as they are / Brotli 11 / gzip 9:
one byte per pixel 116805 / 39353 / 44239, the same by columns 116805 / 36057 / 44316,
five bits per pixel 73677 / 42370 / 46253, fifteen base-17 digits per eight bytes 63141 / 57806 / 59017.
"""

import pathlib

import numpy as np
from sklearn.datasets import load_digits

ONE = 1 << 16


class Encoder:
    """Arithmetic coder with a low end of unlimited precision, so that carries need no care."""

    def __init__(self):
        self.low, self.range, self.n_bytes = 0, 0xFFFFFFFF, 4

    def bit(self, bit, odds):
        p = min(max(sum(o[0] for o in odds) // len(odds), 32), ONE - 32)
        bound = self.range * p >> 16
        if bit:
            self.range = bound
        else:
            self.low += bound
            self.range -= bound
        while self.range < 1 << 24:
            self.low, self.range, self.n_bytes = self.low << 8, self.range << 8, self.n_bytes + 1
        for o in odds:
            towards = ONE - o[0] if bit else o[0]
            change = 2 * towards // (2 * o[1] + 3)
            o[0] += change if bit else -change
            o[1] = min(o[1] + 1, 127)

    def symbol(self, value, tables):
        """value in 0..=16; tables: one list of 17 odds per model."""
        self.bit(value == 0, [t[0] for t in tables])
        if value == 0:
            return
        self.bit(value == 16, [t[16] for t in tables])
        if value == 16:
            return
        node = 1
        for shift in (3, 2, 1, 0):
            bit = value >> shift & 1
            self.bit(bit, [t[node] for t in tables])
            node = 2 * node + bit

    def finish(self):
        # The decoder reads zeros past the end, so trailing zeros need not be stored:
        # take the number of the final interval that has the most of them.
        for n_zeros in range(31, -1, -1):
            end = (self.low + (1 << n_zeros) - 1) >> n_zeros << n_zeros
            if end < self.low + self.range:
                return end.to_bytes(self.n_bytes, "big").rstrip(b"\0")


def fresh(n_contexts):
    return [[[ONE // 2, 0] for _ in range(17)] for _ in range(n_contexts)]


def level(pixel):
    return 0 if pixel == 0 else 1 if pixel <= 6 else 2 if pixel <= 12 else 3


def pack(labels, images):
    encoder = Encoder()
    by_label, by_place, by_neighbours = fresh(10), fresh(64 * 10 * 4), fresh(8 * 4 * 4 * 4)
    previous = 9
    for label, image in zip(labels, images):
        encoder.symbol(label, [by_label[previous]])
        previous = label
        for i in range(64):
            row, column = divmod(i, 8)
            left = level(image[i - 1]) if column > 0 else 0
            up = level(image[i - 8]) if row > 0 else 0
            up_right = level(image[i - 7]) if row > 0 and column < 7 else 0
            place = (i * 10 + label) * 4 + left
            neighbours = ((column * 4 + left) * 4 + up) * 4 + up_right
            encoder.symbol(image[i], [by_place[place], by_neighbours[neighbours]])
    return encoder.finish()


def fnv1a(data):
    h = 0xCBF29CE484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001B3 % (1 << 64)
    return h


if __name__ == "__main__":
    digits = load_digits()
    labels = [int(label) for label in digits.target]
    images = digits.data.astype(np.uint8).tolist()
    packed = pack(labels, images)
    path = pathlib.Path(__file__).parents[2] / "src/train/data/digits.bin"
    path.write_bytes(packed)
    everything = bytes(labels) + bytes(p for image in images for p in image)
    print(f"{len(packed)} bytes, class counts {np.bincount(labels).tolist()}, pixel sum {sum(map(sum, images))}")
    print(f"FNV-1a of all labels, then all pixels: {fnv1a(everything):#018x}")
    print(f"first image {images[0]}, label {labels[0]}")
