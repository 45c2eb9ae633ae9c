//! Matrix products of the perceptron: `out += A·B` in f32, where A or B may be stored transposed.
//!
//! Both factors are packed into panels of [`ROWS`] and [`COLS`] lanes and multiplied tile by tile. A tile's
//! accumulators, two factors of B and one of A fit into sixteen 128-bit registers.
//! Each element is summed in the order of the inner index, starting from its old value: the result does not
//! depend on the tiling, and is the same bit by bit on every machine (no fused multiply-add is ever formed).
//! Structure of the blocking: Goto and van de Geijn 2008, doi:10.1145/1356052.1356053.

use alloc::vec::Vec;

use crate::train::lanes::{LANES, add_multiple, f32x4, load, splat, store};

/// Rows of `out` that one tile covers.
const ROWS: usize = 4;
/// Columns of `out` that one tile covers: two 128-bit vectors.
const COLS: usize = 8;

/// A factor as it lies in memory, row-major.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'a> {
    /// As the product needs it: A is [n_rows, n_inner], B is [n_inner, n_cols].
    Plain(&'a [f32]),
    /// Transposed: A is stored as [n_inner, n_rows], B as [n_cols, n_inner].
    Transposed(&'a [f32]),
}

/// Shape of one product: out [n_rows, n_cols] += A [n_rows, n_inner] · B [n_inner, n_cols].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub n_rows: usize,
    pub n_inner: usize,
    pub n_cols: usize,
}

/// Packing buffers, reused by every product.
#[derive(Clone, Debug)]
pub struct Gemm {
    left: Vec<f32>,  // [n_inner, ROWS]: the panel of A in use
    right: Vec<f32>, // [n_panels, n_inner, COLS]: all of B
}

impl Gemm {
    /// Buffers for products with at most `max_inner` inner indices and at most `max_right` elements in
    /// B once its columns are rounded up to whole panels (see [`Gemm::packed_len`]).
    pub fn new(max_inner: usize, max_right: usize) -> Self {
        Self {
            left: vec![0.0; max_inner * ROWS],
            right: vec![0.0; max_right],
        }
    }

    /// Elements that B [n_inner, n_cols] takes once packed.
    pub const fn packed_len(n_inner: usize, n_cols: usize) -> usize {
        n_inner * n_cols.next_multiple_of(COLS)
    }

    /// out += A·B. Allocates nothing.
    ///
    /// # Panics
    /// When a slice has another length than `shape` says, or the shape exceeds the buffers' size.
    pub fn add_product(&mut self, shape: Shape, a: Operand<'_>, b: Operand<'_>, out: &mut [f32]) {
        let Shape {
            n_rows,
            n_inner,
            n_cols,
        } = shape;
        assert_eq!(out.len(), n_rows * n_cols);
        if n_rows == 0 || n_inner == 0 || n_cols == 0 {
            return;
        }
        // With few rows the packing of B would cost more than the product itself.
        if let (true, Operand::Plain(b)) = (n_rows < ROWS || n_inner < ROWS, b) {
            return add_product_by_rows(shape, a, b, out);
        }
        let right = &mut self.right[..Self::packed_len(n_inner, n_cols)];
        for (panel, packed) in right.chunks_exact_mut(n_inner * COLS).enumerate() {
            // Seen from its columns, a plain B is the transposed case: neighbouring lanes are neighbours in memory.
            match b {
                Operand::Plain(b) => pack_neighbours::<COLS>(packed, b, n_cols, panel * COLS),
                Operand::Transposed(b) => pack_strided::<COLS>(packed, b, n_inner, panel * COLS),
            }
        }
        let left = &mut self.left[..n_inner * ROWS];
        for (panel, out_rows) in out.chunks_mut(ROWS * n_cols).enumerate() {
            match a {
                Operand::Plain(a) => pack_strided::<ROWS>(left, a, n_inner, panel * ROWS),
                Operand::Transposed(a) => pack_neighbours::<ROWS>(left, a, n_rows, panel * ROWS),
            }
            for (panel, packed) in right.chunks_exact(n_inner * COLS).enumerate() {
                multiply_tile(left, packed, out_rows, n_cols, panel * COLS);
            }
        }
    }
}

/// packed[k, lane] = matrix[k, first + lane] for a matrix [n_inner, n_lanes]; missing lanes become zero.
fn pack_neighbours<const L: usize>(
    packed: &mut [f32],
    matrix: &[f32],
    n_lanes: usize,
    first: usize,
) {
    let panel = packed.as_chunks_mut::<L>().0;
    for (target, row) in panel.iter_mut().zip(matrix.chunks_exact(n_lanes)) {
        for block in 0..L / LANES {
            store(target, block, load(row, first / LANES + block));
        }
    }
}

/// packed[k, lane] = matrix[first + lane, k] for a matrix [n_lanes, n_inner]; missing lanes become zero.
fn pack_strided<const L: usize>(packed: &mut [f32], matrix: &[f32], n_inner: usize, first: usize) {
    let row = |lane: usize| {
        let from = (first + lane) * n_inner;
        matrix.get(from..from + n_inner).unwrap_or_default()
    };
    for block in 0..L / LANES {
        let lane = block * LANES;
        let rows = [row(lane), row(lane + 1), row(lane + 2), row(lane + 3)];
        let value = |i: usize, k| rows[i].get(k).copied().unwrap_or(0.0);
        for (k, target) in packed.as_chunks_mut::<L>().0.iter_mut().enumerate() {
            let lanes = [value(0, k), value(1, k), value(2, k), value(3, k)];
            store(target, block, f32x4::new(lanes));
        }
    }
}

/// Adds one tile's product to the columns from `first_col` on of up to [`ROWS`] rows of `out`.
fn multiply_tile(
    left: &[f32],
    right: &[f32],
    out_rows: &mut [f32],
    n_cols: usize,
    first_col: usize,
) {
    let block = first_col / LANES;
    let mut tile = [[f32x4::ZERO; 2]; ROWS];
    for (sums, row) in tile.iter_mut().zip(out_rows.chunks_exact(n_cols)) {
        *sums = [load(row, block), load(row, block + 1)];
    }
    // Variables of their own, not an array: they stay in registers even where no loop is unrolled.
    let [mut row0, mut row1, mut row2, mut row3] = tile;
    let pairs = left
        .as_chunks::<ROWS>()
        .0
        .iter()
        .zip(right.as_chunks::<COLS>().0);
    for (a, b) in pairs {
        let b = [load(b, 0), load(b, 1)];
        row0 = add_multiples(row0, a[0], b);
        row1 = add_multiples(row1, a[1], b);
        row2 = add_multiples(row2, a[2], b);
        row3 = add_multiples(row3, a[3], b);
    }
    tile = [row0, row1, row2, row3];
    for (sums, row) in tile.iter().zip(out_rows.chunks_exact_mut(n_cols)) {
        store(row, block, sums[0]);
        store(row, block + 1, sums[1]);
    }
}

/// s + a·b, lane by lane.
#[inline(always)]
fn add_multiples(s: [f32x4; 2], a: f32, b: [f32x4; 2]) -> [f32x4; 2] {
    let a = splat(a);
    [s[0] + a * b[0], s[1] + a * b[1]]
}

/// The same product without packing: each row of `out` gathers multiples of the rows of B.
fn add_product_by_rows(shape: Shape, a: Operand<'_>, b: &[f32], out: &mut [f32]) {
    let Shape {
        n_rows,
        n_inner,
        n_cols,
    } = shape;
    for (i, row) in out.chunks_exact_mut(n_cols).enumerate() {
        for k in 0..n_inner {
            let factor = match a {
                Operand::Plain(a) => a[i * n_inner + k],
                Operand::Transposed(a) => a[k * n_rows + i],
            };
            add_multiple(row, factor, &b[k * n_cols..][..n_cols]);
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;
    use crate::train::rng::{Rng, Stream};

    /// Values with full mantissas, so that a changed order of summation changes the bits.
    fn values(n: usize, seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed, Stream::Data);
        (0..n).map(|_| rng.normal() as f32).collect()
    }

    fn transposed(matrix: &[f32], n_cols: usize) -> Vec<f32> {
        (0..n_cols)
            .flat_map(|j| matrix.iter().skip(j).step_by(n_cols).copied())
            .collect()
    }

    #[test]
    fn every_shape_and_layout_gives_the_bits_of_the_plain_triple_loop() {
        for n_rows in [1, 2, 3, 4, 5, 8, 31] {
            for n_inner in [1, 2, 3, 4, 7, 64] {
                for n_cols in [1, 2, 7, 8, 9, 10, 32] {
                    let (a, b) = (values(n_rows * n_inner, 1), values(n_inner * n_cols, 2));
                    let start = values(n_rows * n_cols, 3);
                    let mut expected = start.clone();
                    for i in 0..n_rows {
                        for j in 0..n_cols {
                            for k in 0..n_inner {
                                expected[i * n_cols + j] += a[i * n_inner + k] * b[k * n_cols + j];
                            }
                        }
                    }
                    let (at, bt) = (transposed(&a, n_inner), transposed(&b, n_cols));
                    let shape = Shape {
                        n_rows,
                        n_inner,
                        n_cols,
                    };
                    let mut gemm = Gemm::new(n_inner, Gemm::packed_len(n_inner, n_cols));
                    for left in [Operand::Plain(&a), Operand::Transposed(&at)] {
                        for right in [Operand::Plain(&b), Operand::Transposed(&bt)] {
                            let mut out = start.clone();
                            gemm.add_product(shape, left, right, &mut out);
                            assert_eq!(out, expected, "{shape:?} {left:?} {right:?}");
                        }
                    }
                }
            }
        }
    }
}
