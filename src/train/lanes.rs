//! Slices of f32 seen as blocks of four lanes, for loops that shall be vector code at every optimisation level.
//!
//! The page is compiled for size, and there the compiler vectorises no loop by itself. Four lanes are one register
//! of wasm simd128, SSE2 and NEON. Additions and multiplications of lanes round like those of single numbers, so
//! results do not depend on the width; fused multiply-adds, which would round otherwise, are never used.
//! The last block of a slice may be incomplete: its missing lanes are read as 0 and not written.

pub use wide::{f32x4, f64x2};

/// Lanes of one block.
pub const LANES: usize = 4;

/// `x` in every lane. `f32x4::splat`, and with it every operator between f32 and f32x4, fills its lanes in a loop that
/// stays a loop in a build for size; this one is a single instruction in every build.
#[inline(always)]
pub fn splat(x: f32) -> f32x4 {
    f32x4::new([x, x, x, x])
}

/// Blocks of a slice with `len` elements, the incomplete one included.
#[inline(always)]
pub const fn n_blocks(len: usize) -> usize {
    len.div_ceil(LANES)
}

/// The block at index `block`; lanes past the end are 0.
#[inline(always)]
pub fn load(values: &[f32], block: usize) -> f32x4 {
    let (full, rest) = values.as_chunks::<LANES>();
    if let Some(lanes) = full.get(block) {
        return f32x4::new(*lanes);
    }
    // Without a call, so that the lanes never pass through memory.
    let rest = if block == full.len() { rest } else { &[] };
    let lane = |i| rest.get(i).copied().unwrap_or(0.0);
    f32x4::new([lane(0), lane(1), lane(2), 0.0])
}

/// Writes the block at index `block`, as far as the slice goes.
#[inline(always)]
pub fn store(values: &mut [f32], block: usize, lanes: f32x4) {
    let (full, rest) = values.as_chunks_mut::<LANES>();
    let is_next = block == full.len();
    if let Some(target) = full.get_mut(block) {
        *target = lanes.to_array();
    } else if is_next {
        let [a, b, c, _] = lanes.to_array();
        store_rest(rest, a, b, c);
    }
}

/// Apart from [`store`], and of single numbers, which unlike vectors are passed in registers.
#[inline(never)]
fn store_rest(rest: &mut [f32], a: f32, b: f32, c: f32) {
    for (value, lane) in rest.iter_mut().zip([a, b, c]) {
        *value = lane;
    }
}

/// 0 in the lanes where `mask` holds, else x, of which NaN and −0 pass unchanged.
#[inline(always)]
pub fn zero_where(mask: f32x4, x: f32x4) -> f32x4 {
    x & !mask
}

/// The lanes that are neither NaN nor infinite, as a mask.
#[inline(always)]
pub fn is_finite(x: f32x4) -> f32x4 {
    x.abs().simd_lt(splat(f32::INFINITY))
}

/// products = factor·values, element by element, over the shorter length.
#[inline(always)]
pub fn set_multiple(products: &mut [f32], factor: f32, values: &[f32]) {
    let ((products, products_rest), (values, values_rest)) = (
        products.as_chunks_mut::<LANES>(),
        values.as_chunks::<LANES>(),
    );
    let lanes = splat(factor);
    for (product, value) in products.iter_mut().zip(values) {
        *product = (lanes * f32x4::new(*value)).to_array();
    }
    for (product, value) in products_rest.iter_mut().zip(values_rest) {
        *product = factor * value;
    }
}

/// sums += factor·values, element by element, over the shorter length.
#[inline(always)]
pub fn add_multiple(sums: &mut [f32], factor: f32, values: &[f32]) {
    let ((sums, sums_rest), (values, values_rest)) =
        (sums.as_chunks_mut::<LANES>(), values.as_chunks::<LANES>());
    let lanes = splat(factor);
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum = (f32x4::new(*sum) + lanes * f32x4::new(*value)).to_array();
    }
    for (sum, value) in sums_rest.iter_mut().zip(values_rest) {
        *sum += factor * value;
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_slices_of_any_length_and_nothing_beyond() {
        for len in 0..14 {
            let values: Vec<f32> = (1..=len).map(|i| i as f32).collect();
            let mut copy = vec![-1.0; len];
            let mut seen = Vec::new();
            // Two blocks more than there are: they read as 0 and are written nowhere.
            for block in 0..n_blocks(len) + 2 {
                let lanes = load(&values, block);
                seen.extend(lanes.to_array());
                store(&mut copy, block, lanes);
            }
            assert_eq!(copy, values);
            assert_eq!(seen[..len], values);
            assert!(seen[len..].iter().all(|x| *x == 0.0));
            add_multiple(&mut copy, 2.0, &values);
            assert!(copy.iter().zip(&values).all(|(x, y)| *x == 3.0 * y));
            set_multiple(&mut copy, 2.0, &values);
            assert!(copy.iter().zip(&values).all(|(x, y)| *x == 2.0 * y));
        }
    }

    #[test]
    fn masks_zero_the_lanes_they_hold_in_and_leave_the_bits_of_the_others() {
        let x = f32x4::new([-2.5, 3.5, f32::NAN, -0.0]);
        let found = zero_where(x.simd_lt(f32x4::ZERO), x).to_array();
        let expected = [0.0, 3.5, f32::NAN, -0.0_f32];
        assert_eq!(found.map(f32::to_bits), expected.map(f32::to_bits));
    }

    #[test]
    fn a_product_is_rounded_before_it_is_added() {
        // (1 + e)² − 1 − 2e is e² if only the sum is rounded, and 0 if the product is rounded first.
        let e = f32::EPSILON;
        let mut sum = [-1.0 - 2.0 * e; 5];
        add_multiple(&mut sum, 1.0 + e, &[1.0 + e; 5]);
        assert_eq!(sum, [0.0; 5]);
    }
}
