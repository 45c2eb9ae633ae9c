//! A total batch as a product of whole numbers: per device × devices × nodes × accumulation.

use alloc::vec::Vec;

/// The factors of a total batch, each at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factors {
    /// m, examples that one device processes at a time.
    pub micro_batch: u64,
    /// Devices per node.
    pub n_devices: u64,
    pub n_nodes: u64,
    /// k, micro-batches whose gradients are added up before a step.
    pub accum_steps: u64,
}

impl Factors {
    /// In the order of `params::calc::FACTOR_NAMES`.
    pub const fn as_array(self) -> [u64; 4] {
        [
            self.micro_batch,
            self.n_devices,
            self.n_nodes,
            self.accum_steps,
        ]
    }

    pub const fn of(factors: [u64; 4]) -> Self {
        Self {
            micro_batch: factors[0],
            n_devices: factors[1],
            n_nodes: factors[2],
            accum_steps: factors[3],
        }
    }

    /// B = m·n·nodes·k, or the largest number there is.
    pub fn total(self) -> u64 {
        self.as_array().into_iter().fold(1, u64::saturating_mul)
    }
}

/// Factors beyond this are no hardware.
pub const MAX_FACTOR: u64 = 1 << 20;

/// Which factors follow when the total changes, the first that can comes first: accumulation costs nothing but time,
/// the batch per device needs memory, devices and nodes need money.
const ORDER: [usize; 4] = [3, 0, 1, 2];

/// Factors with exactly `total`, or else the nearest totals below and above that the free factors can make.
///
/// `locked` is a bit set over the four factors. As few free factors as possible change: first one alone, then two
/// together, then all of them, in the order accumulation, per device, devices, nodes. With everything locked there is one answer, the
/// factors as they are. Never empty; sorted by distance from `total`, nearest first.
pub fn solve(total: u64, now: Factors, locked: u32) -> Vec<Factors> {
    let free: Vec<usize> = ORDER.into_iter().filter(|i| locked >> i & 1 == 0).collect();
    let now = now.as_array();
    if now.into_iter().fold(1, u64::saturating_mul) == total || free.is_empty() {
        return Vec::from([Factors::of(now)]);
    }
    let mut near: Vec<Factors> = Vec::new();
    for (n, &i) in free.iter().enumerate() {
        let rest = product_without(now, &[i]);
        for value in [total / rest, total / rest + 1] {
            push(&mut near, with(now, &[(i, value)]));
        }
        if let Some(exact) = near.iter().find(|f| f.total() == total) {
            return Vec::from([*exact]);
        }
        // Two together: every divisor of what is left for them, the ones that change the second least first.
        for &j in &free[..n] {
            let rest = product_without(now, &[i, j]);
            if total % rest == 0
                && let Some((a, b)) = split(total / rest, now[j])
            {
                return Vec::from([with(now, &[(i, a), (j, b)])]);
            }
        }
    }
    if let Some(exact) = split_all(total, now, &free) {
        return Vec::from([exact]);
    }
    near.retain(|f| f.as_array().into_iter().all(|v| v >= 1 && v <= MAX_FACTOR));
    near.sort_by_key(|f| f.total().abs_diff(total));
    let mut totals: Vec<u64> = Vec::new();
    near.retain(|f| {
        let is_new = !totals.contains(&f.total());
        totals.push(f.total());
        is_new
    });
    near.truncate(4);
    if near.is_empty() {
        near.push(Factors::of(now));
    }
    near
}

fn product_without(factors: [u64; 4], without: &[usize]) -> u64 {
    let kept = factors
        .into_iter()
        .enumerate()
        .filter(|(i, _)| !without.contains(i));
    kept.fold(1, |product, (_, v)| product.saturating_mul(v))
}

fn with(mut factors: [u64; 4], changes: &[(usize, u64)]) -> Factors {
    for &(i, value) in changes {
        factors[i] = value;
    }
    Factors::of(factors)
}

fn push(near: &mut Vec<Factors>, factors: Factors) {
    if factors
        .as_array()
        .into_iter()
        .all(|v| (1..=MAX_FACTOR).contains(&v))
    {
        near.push(factors);
    }
}

/// Exactly `total` from all free factors: each keeps the largest divisor up to what it is now, machines first, and the
/// first in [`ORDER`] takes the rest. `None` when the locked ones do not divide `total`, or the rest is no hardware.
fn split_all(total: u64, now: [u64; 4], free: &[usize]) -> Option<Factors> {
    let locked = product_without(now, free);
    let (&first, others) = free.split_first()?;
    let mut left = (total % locked == 0).then_some(total / locked)?;
    let mut changes = Vec::from([(first, 1)]);
    for &i in others.iter().rev() {
        let value = (1..=now[i].min(left)).rev().find(|v| left % v == 0)?;
        left /= value;
        changes.push((i, value));
    }
    changes[0].1 = left;
    (left <= MAX_FACTOR).then(|| with(now, &changes))
}

/// (a, b) with a·b = product and b at most `now`, as large as can be; `None` when a would be no hardware.
fn split(product: u64, now: u64) -> Option<(u64, u64)> {
    let b = (1..=now.min(product)).rev().find(|b| product % b == 0)?;
    (product / b <= MAX_FACTOR).then_some((product / b, b))
}

/// The same total with fewer examples on a device at a time and so many more windows: m divided and k multiplied by
/// the smallest prime factor of m. `None` when a device holds a single example already.
pub fn accumulate(now: Factors) -> Option<Factors> {
    let m = now.micro_batch;
    let prime = (2..=m).find(|p| m % p == 0)?;
    Some(Factors {
        micro_batch: m / prime,
        accum_steps: now.accum_steps * prime,
        ..now
    })
}
