//! Matrix products of the perceptron: `out = start + A·B` in f32, where A or B may be stored transposed.
//!
//! Both factors are packed into panels of [`ROWS`] and [`COLS`] lanes and multiplied tile by tile. A tile's
//! accumulators, two factors of B and one of A fit into sixteen 128-bit registers.
//! Each element is summed in the order of the inner index, beginning with its start: the result does not
//! depend on the tiling, and is the same bit by bit on every machine (no fused multiply-add is ever formed).
//! Structure of the blocking: Goto and van de Geijn 2008, doi:10.1145/1356052.1356053.

use alloc::vec::Vec;

use crate::train::lanes::{LANES, add_multiple, f32x4, load, set_multiple, splat, store};

/// Rows of `out` that one tile covers.
const ROWS: usize = 4;
/// Columns of `out` that one tile covers: two 128-bit vectors.
const COLS: usize = 8;

/// Columns whose sums a single row keeps in registers.
const WIDE: usize = 16;

/// A factor as it lies in memory, row-major.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'a> {
    /// As the product needs it: A is [n_rows, n_inner], B is [n_inner, n_cols].
    Plain(&'a [f32]),
    /// Transposed: A is stored as [n_inner, n_rows], B as [n_cols, n_inner].
    Transposed(&'a [f32]),
}

/// What the sums of a product begin with.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    Zero,
    /// What `out` holds.
    Old,
    /// One number per column, the same in all rows: [n_cols].
    Row(&'a [f32]),
}

/// Shape of one product: out [n_rows, n_cols] = start + A [n_rows, n_inner] · B [n_inner, n_cols].
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

    /// out = start + A·B. Allocates nothing.
    ///
    /// # Panics
    /// When a slice has another length than `shape` says, or the shape exceeds the buffers' size.
    pub fn product(
        &mut self,
        shape: Shape,
        a: Operand<'_>,
        b: Operand<'_>,
        start: Start<'_>,
        out: &mut [f32],
    ) {
        let Shape {
            n_rows,
            n_inner,
            n_cols,
        } = shape;
        assert_eq!(out.len(), n_rows * n_cols);
        // With few rows the packing of B would cost more than the product itself.
        if let (true, Operand::Plain(b)) = (n_rows < ROWS || n_inner < ROWS, b) {
            return product_by_rows(shape, a, b, start, out);
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
                multiply_tile(left, packed, start, out_rows, n_cols, panel * COLS);
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
    let is_full = first + L <= n_lanes;
    let mut rest = &matrix[first..];
    for target in panel {
        if is_full && let Some(lanes) = rest.first_chunk::<L>() {
            *target = *lanes;
        } else {
            let row = &rest[..n_lanes - first];
            for block in 0..L / LANES {
                store(target, block, load(row, block));
            }
        }
        rest = rest.get(n_lanes..).unwrap_or_default();
    }
}

/// packed[k, lane] = matrix[first + lane, k] for a matrix [n_lanes, n_inner]; missing lanes become zero.
fn pack_strided<const L: usize>(packed: &mut [f32], matrix: &[f32], n_inner: usize, first: usize) {
    for block in 0..L / LANES {
        let from = (first + block * LANES) * n_inner;
        let (a, rest) = row_and_rest(matrix.get(from..).unwrap_or_default(), n_inner);
        let (b, rest) = row_and_rest(rest, n_inner);
        let (c, rest) = row_and_rest(rest, n_inner);
        let (d, _) = row_and_rest(rest, n_inner);
        for (i, target) in packed.chunks_mut(LANES * L).enumerate() {
            let [a, b, c, d] = f32x4::transpose([load(a, i), load(b, i), load(c, i), load(d, i)]);
            // The last target may be shorter; what lies beyond it is not written.
            store(target, block, a);
            store(target, L / LANES + block, b);
            store(target, 2 * (L / LANES) + block, c);
            store(target, 3 * (L / LANES) + block, d);
        }
    }
}

/// The first `len` numbers and the rest; fewer where there are fewer.
#[inline(always)]
fn row_and_rest(rows: &[f32], len: usize) -> (&[f32], &[f32]) {
    rows.split_at(len.min(rows.len()))
}

/// One tile: the columns from `first_col` on of up to [`ROWS`] rows of `out`.
fn multiply_tile(
    left: &[f32],
    right: &[f32],
    start: Start<'_>,
    out_rows: &mut [f32],
    n_cols: usize,
    first_col: usize,
) {
    // Rows that the last panel does not have are empty.
    let (out0, rest) = split_row(out_rows, n_cols);
    let (out1, rest) = split_row(rest, n_cols);
    let (out2, out3) = split_row(rest, n_cols);
    // Variables of their own, not an array: they stay in registers even where no loop is unrolled.
    let zero = [f32x4::ZERO; 2];
    let (mut row0, mut row1, mut row2, mut row3) = (zero, zero, zero, zero);
    match start {
        Start::Zero => {}
        Start::Old => {
            row0 = load_pair(out0, first_col);
            row1 = load_pair(out1, first_col);
            row2 = load_pair(out2, first_col);
            row3 = load_pair(out3, first_col);
        }
        Start::Row(row) => {
            row0 = load_pair(row, first_col);
            (row1, row2, row3) = (row0, row0, row0);
        }
    }
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
    store_pair(out0, first_col, row0);
    store_pair(out1, first_col, row1);
    store_pair(out2, first_col, row2);
    store_pair(out3, first_col, row3);
}

/// The first `n_cols` numbers and the rest; fewer where there are fewer.
#[inline(always)]
fn split_row(rows: &mut [f32], n_cols: usize) -> (&mut [f32], &mut [f32]) {
    let middle = n_cols.min(rows.len());
    rows.split_at_mut(middle)
}

/// The [`COLS`] numbers of `row` from `first` on, a whole number of blocks; 0 past the end.
#[inline(always)]
fn load_pair(row: &[f32], first: usize) -> [f32x4; 2] {
    if let Some([low, high, ..]) = row.get(first..).map(|row| row.as_chunks().0) {
        [f32x4::new(*low), f32x4::new(*high)]
    } else {
        [load(row, first / LANES), load(row, first / LANES + 1)]
    }
}

/// Writes [`COLS`] numbers of `row` from `first` on, a whole number of blocks, as far as the row goes.
#[inline(always)]
fn store_pair(row: &mut [f32], first: usize, [low, high]: [f32x4; 2]) {
    let pair = row.get_mut(first..).map(|row| row.as_chunks_mut().0);
    if let Some([target_low, target_high, ..]) = pair {
        *target_low = low.to_array();
        *target_high = high.to_array();
    } else {
        store(row, first / LANES, low);
        store(row, first / LANES + 1, high);
    }
}

/// s + a·b, lane by lane.
#[inline(always)]
fn add_multiples(s: [f32x4; 2], a: f32, b: [f32x4; 2]) -> [f32x4; 2] {
    let a = splat(a);
    [s[0] + a * b[0], s[1] + a * b[1]]
}

/// The same product without packing: each row of `out` gathers multiples of the rows of B.
fn product_by_rows(shape: Shape, a: Operand<'_>, b: &[f32], start: Start<'_>, out: &mut [f32]) {
    let Shape {
        n_rows,
        n_inner,
        n_cols,
    } = shape;
    for (i, row) in out.chunks_exact_mut(n_cols).enumerate() {
        match a {
            Operand::Plain(a) => {
                match start {
                    Start::Zero => row.fill(0.0),
                    Start::Old => {}
                    Start::Row(start) => row.copy_from_slice(start),
                }
                let factors = &a[i * n_inner..][..n_inner];
                let (wide, rest) = row.as_chunks_mut::<WIDE>();
                let n_wide = wide.len() * WIDE;
                for (group, sums) in wide.iter_mut().enumerate() {
                    add_multiples_of_rows(sums, factors, b, n_cols, group * WIDE);
                }
                if !rest.is_empty() {
                    for (factor, row) in factors.iter().zip(b.chunks_exact(n_cols)) {
                        add_multiple(rest, *factor, &row[n_wide..]);
                    }
                }
            }
            Operand::Transposed(a) => {
                for k in 0..n_inner {
                    let values = &b[k * n_cols..][..n_cols];
                    let factor = a[k * n_rows + i];
                    match start {
                        Start::Zero if k == 0 => set_multiple(row, factor, values),
                        Start::Row(start) if k == 0 => {
                            row.copy_from_slice(start);
                            add_multiple(row, factor, values);
                        }
                        _ => add_multiple(row, factor, values),
                    }
                }
            }
        }
    }
}

/// sums += Σₖ factorₖ · (the columns from `first` on of row k of B), with the sums in registers.
fn add_multiples_of_rows(
    sums: &mut [f32; WIDE],
    factors: &[f32],
    b: &[f32],
    n_cols: usize,
    first: usize,
) {
    let (sums, _) = sums.as_chunks_mut::<LANES>();
    let [out0, out1, out2, out3] = sums else {
        return;
    };
    let (mut s0, mut s1) = (f32x4::new(*out0), f32x4::new(*out1));
    let (mut s2, mut s3) = (f32x4::new(*out2), f32x4::new(*out3));
    let mut rows = &b[first..];
    for factor in factors {
        if let [b0, b1, b2, b3, ..] = rows.as_chunks::<LANES>().0 {
            let factor = splat(*factor);
            s0 += factor * f32x4::new(*b0);
            s1 += factor * f32x4::new(*b1);
            s2 += factor * f32x4::new(*b2);
            s3 += factor * f32x4::new(*b3);
        }
        rows = rows.get(n_cols..).unwrap_or_default();
    }
    *out0 = s0.to_array();
    *out1 = s1.to_array();
    *out2 = s2.to_array();
    *out3 = s3.to_array();
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
                            gemm.product(shape, left, right, Start::Old, &mut out);
                            assert_eq!(out, expected, "{shape:?} {left:?} {right:?}");
                            let row = &start[..n_cols];
                            out = row.repeat(n_rows);
                            gemm.product(shape, left, right, Start::Old, &mut out);
                            let from_row = out.clone();
                            gemm.product(shape, left, right, Start::Row(row), &mut out);
                            assert_eq!(out, from_row, "{shape:?} {left:?} {right:?}");
                            out.fill(0.0);
                            gemm.product(shape, left, right, Start::Old, &mut out);
                            let from_zero = out.clone();
                            gemm.product(shape, left, right, Start::Zero, &mut out);
                            assert_eq!(out, from_zero, "{shape:?} {left:?} {right:?}");
                        }
                    }
                }
            }
        }
    }
}
