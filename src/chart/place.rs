//! Where texts go so that none hides another: names at line ends are pushed apart vertically; every other text tries
//! the sides of its anchor and takes the one that covers least.

use super::geometry::{Point, clip_segment};
use super::layout::Rect;
use super::scene::Side;
use super::text;
use crate::few::sort_few;

/// Positions nearest to `wanted` (centres, any order) at least `gap` apart and within `low..=high`.
///
/// Isotonic regression by pooling neighbours: the result minimises the sum of squared moves.
/// Returns positions for the first texts only if not all fit; the order of the answer is that of `wanted`.
pub fn push_apart(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let n_fit = (((high - low) / gap).floor() as usize).saturating_add(1);
    let wanted = &wanted[..wanted.len().min(n_fit)];
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    sort_few(&mut order, |&a, &b| wanted[a] < wanted[b]);
    // Blocks of (sum, count) whose means must not decrease, in the frame where the gaps are taken out.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (rank, &i) in order.iter().enumerate() {
        blocks.push((wanted[i] - rank as f64 * gap, 1));
        while let [.., (before, n), (after, m)] = blocks[..]
            && before / n as f64 > after / m as f64
        {
            blocks.truncate(blocks.len() - 2);
            blocks.push((before + after, n + m));
        }
    }
    let highest = (high - gap * wanted.len().saturating_sub(1) as f64).max(low);
    let mut placed = vec![0.0; wanted.len()];
    let means = blocks
        .iter()
        .flat_map(|&(sum, n)| std::iter::repeat_n(sum / n as f64, n));
    for ((rank, &i), mean) in order.iter().enumerate().zip(means) {
        placed[i] = mean.clamp(low, highest) + rank as f64 * gap;
    }
    placed
}

/// How much further from its anchor each further attempt is, CSS pixels, and how many attempts there are.
const RING: f64 = text::LINE / 2.0;
const N_RINGS: u8 = 7;

/// A text that looks for its place.
#[derive(Clone, Debug)]
pub struct Wish {
    pub anchor: Point,
    /// Distance kept from the anchor, CSS pixels.
    pub gap: f64,
    /// Sides in order of preference.
    pub sides: Vec<Side>,
    /// Estimated width, CSS pixels.
    pub width: f64,
}

/// What texts should not cover.
#[derive(Clone, Debug, Default)]
pub struct Obstacles {
    /// Texts already placed: never covered.
    pub texts: Vec<Rect>,
    /// Signs.
    pub signs: Vec<Rect>,
    /// Curves and rules.
    pub lines: Vec<Vec<Point>>,
}

/// Where a text was put.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub rect: Rect,
    pub side: Side,
    /// A line runs through the box, so that the text needs a halo.
    pub is_crossed: bool,
}

/// Finds the box for a text inside `bounds`, or `None` when every place covers another text.
pub fn find(wish: &Wish, bounds: &Rect, obstacles: &Obstacles) -> Option<Place> {
    let mut best: Option<(f64, Place)> = None;
    for ring in 0..N_RINGS {
        for (rank, &side) in wish.sides.iter().enumerate() {
            let (rect, moved) = pull_inside(&beside(wish, side, f64::from(ring) * RING), bounds);
            if obstacles.texts.iter().any(|other| other.overlaps(&rect)) {
                continue;
            }
            let covered = obstacles
                .signs
                .iter()
                .filter(|sign| sign.overlaps(&rect))
                .count() as f64;
            let crossed: f64 = obstacles
                .lines
                .iter()
                .map(|line| crossing(line, &rect))
                .sum();
            // A line through the text costs more than the last side; going far from the anchor costs most.
            let cost =
                0.5 * moved + 40.0 * covered + crossed + 4.0 * rank as f64 + 8.0 * f64::from(ring);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                let is_crossed = crossed > 0.0;
                best = Some((
                    cost,
                    Place {
                        rect,
                        side,
                        is_crossed,
                    },
                ));
            }
        }
    }
    best.map(|(_, place)| place)
}

/// Length of `line` inside `place`, plus a charge for touching it at all.
pub fn crossing(line: &[Point], place: &Rect) -> f64 {
    let inside: f64 = line
        .windows(2)
        .filter_map(|pair| clip_segment(place, pair[0], pair[1]))
        .map(|(a, b)| libm::hypot(b.0 - a.0, b.1 - a.1))
        .sum();
    if inside > 0.0 { inside + 24.0 } else { 0.0 }
}

/// The box of the wish's text on one side of its anchor, `extra` pixels further away.
fn beside(wish: &Wish, side: Side, extra: f64) -> Rect {
    let (x, y) = wish.anchor;
    let (near, half) = (wish.gap, text::LINE / 2.0);
    let (left, middle) = match side {
        Side::Left => (x - near - extra - wish.width, y),
        Side::Right => (x + near + extra, y),
        Side::Above => (x - wish.width / 2.0, y - near - half - extra),
        Side::Below => (x - wish.width / 2.0, y + near + half + extra),
        Side::AboveLeft => (x - near - wish.width, y - half - 0.4 * near - extra),
        Side::AboveRight => (x + near, y - half - 0.4 * near - extra),
        Side::BelowLeft => (x - near - wish.width, y + half + 0.4 * near + extra),
        Side::BelowRight => (x + near, y + half + 0.4 * near + extra),
    };
    Rect {
        left,
        top: middle - half,
        right: left + wish.width,
        bottom: middle + half,
    }
}

/// Moves `place` into `bounds` and says how far; a box larger than the bounds is aligned to their left or top.
pub fn pull_inside(place: &Rect, bounds: &Rect) -> (Rect, f64) {
    let dx = (bounds.left - place.left).max((bounds.right - place.right).min(0.0));
    let dy = (bounds.top - place.top).max((bounds.bottom - place.bottom).min(0.0));
    let moved = Rect {
        left: place.left + dx,
        top: place.top + dy,
        right: place.right + dx,
        bottom: place.bottom + dy,
    };
    (moved, dx.abs() + dy.abs())
}

/// `preferred` and then every other side, those beside the anchor's corners first.
pub fn sides_from(preferred: Side) -> Vec<Side> {
    let others = [
        Side::AboveRight,
        Side::AboveLeft,
        Side::BelowRight,
        Side::BelowLeft,
        Side::Right,
        Side::Left,
        Side::Above,
        Side::Below,
    ];
    std::iter::once(preferred)
        .chain(others.into_iter().filter(|&side| side != preferred))
        .collect()
}
