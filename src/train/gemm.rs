//! Matrix products of the perceptron: `out = start + A·B` in f32, where A or B may be stored transposed.
//!
//! Both factors are packed into panels of [`ROWS`] and [`COLS`] lanes and multiplied tile by tile. A tile's
//! accumulators, two factors of B and one of A fit into sixteen 128-bit registers.
//! Each element is summed in the order of the inner index, beginning with its start: the result does not
//! depend on the tiling, and is the same bit by bit on every machine (no fused multiply-add is ever formed).
//! Structure of the blocking: Goto and van de Geijn 2008, doi:10.1145/1356052.1356053.

use alloc::vec::Vec;

use crate::train::lanes::{LANES, add_multiple, f32x4, load, n_blocks, set_multiple, splat, store};

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
    left: Vec<f32>,            // [n_inner, ROWS]: the panel of A in use
    right: Vec<f32>,           // [n_panels, n_inner, COLS]: all of B
    edge: [[f32; COLS]; ROWS], // the sums of a tile that reaches beyond `out`
}

impl Gemm {
    /// Buffers for products with at most `max_inner` inner indices and at most `max_right` elements in
    /// B once its columns are rounded up to whole panels (see [`Gemm::packed_len`]).
    pub fn new(max_inner: usize, max_right: usize) -> Self {
        Self {
            left: vec![0.0; max_inner * ROWS],
            right: vec![0.0; max_right],
            edge: [[0.0; COLS]; ROWS],
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
    #[cfg_attr(optimize_speed, optimize(speed))]
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
        // What a tile computes anew is the same again, so the last tiles of a row or column may overlap their
        // neighbours instead of reaching beyond `out`; but not where sums go on from what `out` holds.
        let may_overlap = !matches!(start, Start::Old);
        let first = |panel, size, n: usize| {
            let last = n.saturating_sub(if may_overlap { size } else { 0 });
            last.min(panel * size)
        };
        let right = &mut self.right[..Self::packed_len(n_inner, n_cols)];
        let right = right.as_chunks_mut::<COLS>().0;
        for (panel, packed) in right.chunks_exact_mut(n_inner).enumerate() {
            let first_col = first(panel, COLS, n_cols);
            // Seen from its columns, a plain B is the transposed case: neighbouring lanes are neighbours in memory.
            match b {
                Operand::Plain(b) => pack_neighbours(packed, b, n_cols, first_col),
                Operand::Transposed(b) => pack_strided(packed, b, n_inner, first_col),
            }
        }
        let left = self.left.as_chunks_mut::<ROWS>().0;
        let left = &mut left[..n_inner];
        for panel in 0..n_rows.div_ceil(ROWS) {
            let first_row = first(panel, ROWS, n_rows);
            match a {
                Operand::Plain(a) => pack_strided(left, a, n_inner, first_row),
                Operand::Transposed(a) => pack_neighbours(left, a, n_rows, first_row),
            }
            let out_rows = &mut out[first_row * n_cols..];
            for (panel, right) in right.chunks_exact(n_inner).enumerate() {
                let is_narrow = panel * COLS + LANES >= n_cols;
                if is_narrow && may_overlap && n_cols >= COLS && n_rows >= ROWS {
                    multiply_narrow_tile(left, right, start, out_rows, n_cols);
                    continue;
                }
                let first_col = first(panel, COLS, n_cols);
                multiply_tile(
                    left,
                    right,
                    start,
                    out_rows,
                    n_cols,
                    first_col,
                    &mut self.edge,
                );
            }
        }
    }
}

// Packing is apart from the tiles, so that each loop keeps its few variables in registers. The tiles are inlined: browsers
// unroll the innermost of several nested loops.

/// packed[k, lane] = matrix[k, first + lane] for a matrix [n_inner, n_lanes]; missing lanes become zero.
#[inline(never)]
#[cfg_attr(optimize_speed, optimize(speed))]
fn pack_neighbours<const L: usize>(
    packed: &mut [[f32; L]],
    matrix: &[f32],
    n_lanes: usize,
    first: usize,
) {
    let is_full = first + L <= n_lanes;
    let mut rest = &matrix[first..];
    for target in packed {
        if is_full && let Some(lanes) = rest.first_chunk::<L>() {
            // Not by a loop, which would stay one.
            store(target, 0, load(lanes, 0));
            if L > LANES {
                store(target, 1, load(lanes, 1));
            }
        } else {
            copy_blocks(target, &rest[..n_lanes - first]);
        }
        rest = rest.get(n_lanes..).unwrap_or_default();
    }
}

/// packed[k, lane] = matrix[first + lane, k] for a matrix [n_lanes, n_inner]. Missing lanes repeat the first row of
/// the matrix: what comes of them is not kept.
#[inline(never)]
#[cfg_attr(optimize_speed, optimize(speed))]
fn pack_strided<const L: usize>(
    packed: &mut [[f32; L]],
    matrix: &[f32],
    n_inner: usize,
    first: usize,
) {
    for block in 0..L / LANES {
        let row = |i| {
            let from = (first + block * LANES + i) * n_inner;
            let row = matrix.get(from..from + n_inner);
            row.unwrap_or(&matrix[..n_inner]).as_chunks::<LANES>()
        };
        let [(a, a_rest), (b, b_rest), (c, c_rest), (d, d_rest)] = [row(0), row(1), row(2), row(3)];
        let (squares, rest) = packed.as_chunks_mut::<LANES>();
        for ((((a, b), c), d), square) in a.iter().zip(b).zip(c).zip(d).zip(squares) {
            let (a, b) = (f32x4::new(*a), f32x4::new(*b));
            let (c, d) = (f32x4::new(*c), f32x4::new(*d));
            let [a, b, c, d] = f32x4::transpose([a, b, c, d]);
            store(&mut square[0], block, a);
            store(&mut square[1], block, b);
            store(&mut square[2], block, c);
            store(&mut square[3], block, d);
        }
        let rows = a_rest.iter().zip(b_rest).zip(c_rest).zip(d_rest);
        for ((((a, b), c), d), target) in rows.zip(rest) {
            store(target, block, f32x4::new([*a, *b, *c, *d]));
        }
    }
}

/// Copies the numbers of `source` to `target`, block by block; 0 where `target` is longer.
#[inline(never)]
fn copy_blocks(target: &mut [f32], source: &[f32]) {
    for block in 0..n_blocks(target.len()) {
        store(target, block, load(source, block));
    }
}

/// One tile, the columns from `first_col` on of the first [`ROWS`] rows of `out`: start + left·right. Where `out` has
/// fewer, the tile is summed in `edge`.
#[inline(always)]
fn multiply_tile(
    left: &[[f32; ROWS]],
    right: &[[f32; COLS]],
    start: Start<'_>,
    out: &mut [f32],
    n_cols: usize,
    first_col: usize,
    edge: &mut [[f32; COLS]; ROWS],
) {
    let whole = whole_tile(out, n_cols, first_col);
    let is_whole = whole.is_some();
    let [out0, out1, out2, out3] = match whole {
        Some(tile) => tile,
        None => {
            if let Start::Old = start {
                for (sums, row) in edge.iter_mut().zip(out.chunks(n_cols)) {
                    copy_blocks(sums, &row[first_col..]);
                }
            }
            let [a, b, c, d] = edge;
            [a, b, c, d]
        }
    };
    let mut sums = match start {
        Start::Zero => [[f32x4::ZERO; 2]; ROWS],
        Start::Old => [
            load_pair(out0),
            load_pair(out1),
            load_pair(out2),
            load_pair(out3),
        ],
        Start::Row(row) => {
            let row = &row[first_col..];
            [[load(row, 0), load(row, 1)]; ROWS]
        }
    };
    for (a, b) in left.iter().zip(right) {
        sums = add_outer(sums, *a, b);
    }
    let [sum0, sum1, sum2, sum3] = sums;
    store_pair(out0, sum0);
    store_pair(out1, sum1);
    store_pair(out2, sum2);
    store_pair(out3, sum3);
    if !is_whole {
        for (sums, row) in edge.iter().zip(out.chunks_mut(n_cols)) {
            let end = n_cols.min(first_col + COLS);
            copy_blocks(&mut row[first_col..end], sums);
        }
    }
}

/// As [`multiply_tile`], for the last [`LANES`] columns only, which are the upper half of their panel; not for
/// sums that go on from `out`.
#[inline(always)]
fn multiply_narrow_tile(
    left: &[[f32; ROWS]],
    right: &[[f32; COLS]],
    start: Start<'_>,
    out: &mut [f32],
    n_cols: usize,
) {
    let first_col = n_cols - LANES;
    let begin = match start {
        Start::Row(row) => load(&row[first_col..], 0),
        Start::Zero | Start::Old => f32x4::ZERO,
    };
    let (mut sum0, mut sum1, mut sum2, mut sum3) = (begin, begin, begin, begin);
    for (a, b) in left.iter().zip(right) {
        let b = load(b, 1);
        sum0 += splat(a[0]) * b;
        sum1 += splat(a[1]) * b;
        sum2 += splat(a[2]) * b;
        sum3 += splat(a[3]) * b;
    }
    if let Some([out0, out1, out2, out3]) = whole_tile(out, n_cols, first_col) {
        *out0 = sum0.to_array();
        *out1 = sum1.to_array();
        *out2 = sum2.to_array();
        *out3 = sum3.to_array();
    }
}

/// The accumulators of a tile.
type Sums = [[f32x4; 2]; ROWS];

/// The tile's rows in `out`, if all of them are there in full width.
#[inline(always)]
fn whole_tile<const WIDTH: usize>(
    out_rows: &mut [f32],
    n_cols: usize,
    first_col: usize,
) -> Option<[&mut [f32; WIDTH]; ROWS]> {
    let (a, rest) = out_rows.split_at_mut_checked(n_cols)?;
    let (b, rest) = rest.split_at_mut_checked(n_cols)?;
    let (c, rest) = rest.split_at_mut_checked(n_cols)?;
    let (d, _) = rest.split_at_mut_checked(n_cols)?;
    Some([
        a[first_col..].first_chunk_mut()?,
        b[first_col..].first_chunk_mut()?,
        c[first_col..].first_chunk_mut()?,
        d[first_col..].first_chunk_mut()?,
    ])
}

/// sums + a·b for one column of A and one row of B.
#[inline(always)]
fn add_outer([s0, s1, s2, s3]: Sums, [a0, a1, a2, a3]: [f32; ROWS], b: &[f32; COLS]) -> Sums {
    let b = load_pair(b);
    [
        add_multiples(s0, a0, b),
        add_multiples(s1, a1, b),
        add_multiples(s2, a2, b),
        add_multiples(s3, a3, b),
    ]
}

/// s + a·b, lane by lane.
#[inline(always)]
fn add_multiples(s: [f32x4; 2], a: f32, b: [f32x4; 2]) -> [f32x4; 2] {
    let a = splat(a);
    [s[0] + a * b[0], s[1] + a * b[1]]
}

#[inline(always)]
fn load_pair(row: &[f32; COLS]) -> [f32x4; 2] {
    [load(row, 0), load(row, 1)]
}

#[inline(always)]
fn store_pair(row: &mut [f32; COLS], [low, high]: [f32x4; 2]) {
    store(row, 0, low);
    store(row, 1, high);
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
