//! Plane geometry in pixels: clipping to a rectangle, dropping points nobody can see, cutting lines into dashes.
//!
//! Everything here takes finite coordinates and returns finite coordinates.

use super::layout::Rect;
use crate::few::sort_few;

/// (x, y) in CSS pixels, y growing downwards.
pub type Point = (f64, f64);

/// A pattern is stretched rather than cut into more dashes than this per line: a noisy curve can be metres long.
const MOST_DASHES: f64 = 1500.0;

/// The part of the segment from `a` to `b` inside `rect`, by Liang and Barsky's parameters; `None` if outside.
pub fn clip_segment(rect: &Rect, a: Point, b: Point) -> Option<(Point, Point)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let edges = [
        (-dx, a.0 - rect.left),
        (dx, rect.right - a.0),
        (-dy, a.1 - rect.top),
        (dy, rect.bottom - a.1),
    ];
    for (speed, room) in edges {
        if speed == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if speed < 0.0 {
            enter = enter.max(room / speed);
        } else {
            leave = leave.min(room / speed);
        }
    }
    if enter > leave {
        return None;
    }
    // Rounding may leave a point a hair outside.
    let hold = |p: Point| {
        (
            p.0.clamp(rect.left, rect.right),
            p.1.clamp(rect.top, rect.bottom),
        )
    };
    let at = |t: f64| hold((a.0 + t * dx, a.1 + t * dy));
    // The end as it is, not a + 1·(b − a), so that the next segment is seen to continue this one.
    Some((at(enter), if leave < 1.0 { at(leave) } else { hold(b) }))
}

/// The pieces of a polyline inside `rect`; where the line leaves, its piece ends exactly on the edge.
pub fn clip_polyline(rect: &Rect, points: &[Point]) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    let mut is_open = false;
    for pair in points.windows(2) {
        let Some((from, to)) = clip_segment(rect, pair[0], pair[1]) else {
            is_open = false;
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if is_open && piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
        is_open = to == pair[1];
    }
    pieces.retain(|piece| length(piece) > 0.0);
    pieces
}

/// The part of a polygon inside `rect`, by Sutherland and Hodgman's four half-planes; empty if outside.
pub fn clip_polygon(rect: &Rect, points: &[Point]) -> Vec<Point> {
    let mut kept = points.to_vec();
    // (coordinate, bound, sign): inside where sign · (coordinate − bound) ≥ 0.
    let planes = [
        (false, rect.left, 1.0),
        (false, rect.right, -1.0),
        (true, rect.top, 1.0),
        (true, rect.bottom, -1.0),
    ];
    for (is_y, bound, sign) in planes {
        let depth = |p: Point| sign * (if is_y { p.1 } else { p.0 } - bound);
        let before = std::mem::take(&mut kept);
        for (i, &b) in before.iter().enumerate() {
            let a = before[(i + before.len() - 1) % before.len()];
            let (da, db) = (depth(a), depth(b));
            if (da < 0.0) != (db < 0.0) {
                let t = da / (da - db);
                let cut = (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
                kept.push(if is_y { (cut.0, bound) } else { (bound, cut.1) });
            }
            if db >= 0.0 {
                kept.push(b);
            }
        }
    }
    kept
}

/// At most four points per column of `column` pixels: the first, the lowest, the highest and the last.
/// That is all a screen can show of a line that goes up and down within one column.
pub fn thin_columns(points: &[Point], column: f64) -> Vec<Point> {
    let of = |p: &Point| (p.0 / column).floor();
    points
        .chunk_by(|a, b| (of(a) - of(b)).abs() < 0.5)
        .flat_map(|group| {
            let by_y = |a: &usize, b: &usize| group[*a].1.total_cmp(&group[*b].1);
            let last = group.len() - 1;
            let mut kept = [
                0,
                (0..group.len()).min_by(by_y).unwrap_or(0),
                (0..group.len()).max_by(by_y).unwrap_or(0),
                last,
            ];
            sort_few(&mut kept, |a, b| a < b);
            let mut kept = kept.to_vec();
            kept.dedup();
            kept.into_iter().map(|i| group[i])
        })
        .collect()
}

/// Drops points that lie within `tolerance` pixels of the line through their neighbours (Ramer, Douglas, Peucker).
pub fn simplify(points: &[Point], tolerance: f64) -> Vec<Point> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut keep = vec![false; points.len()];
    let mut open = vec![(0, points.len() - 1)];
    while let Some((from, to)) = open.pop() {
        keep[from] = true;
        keep[to] = true;
        let farthest = (from + 1..to)
            .map(|i| (i, distance(points[i], points[from], points[to])))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((i, far)) = farthest
            && far > tolerance
        {
            open.push((from, i));
            open.push((i, to));
        }
    }
    points
        .iter()
        .zip(keep)
        .filter_map(|(&p, kept)| kept.then_some(p))
        .collect()
}

/// Distance of `p` from the segment from `a` to `b`.
fn distance(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let squared = dx * dx + dy * dy;
    let t = if squared > 0.0 {
        (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    libm::hypot(p.0 - a.0 - t * dx, p.1 - a.1 - t * dy)
}

/// Length of a polyline in pixels.
pub fn length(points: &[Point]) -> f64 {
    points
        .windows(2)
        .map(|pair| libm::hypot(pair[1].0 - pair[0].0, pair[1].1 - pair[0].1))
        .sum()
}

/// The strokes of a dashed polyline. `pattern` alternates strokes and gaps (pixels, positive; empty means solid) and
/// runs along the curve: a dash goes round corners and does not start anew at each point.
pub fn dash(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let period: f64 = pattern.iter().sum();
    let n_periods = if period > 0.0 {
        length(points) / period
    } else {
        0.0
    };
    if n_periods <= 0.0 {
        return vec![points.to_vec()];
    }
    let stretch = (n_periods * pattern.len() as f64 / 2.0 / MOST_DASHES).max(1.0);
    let mut strokes: Vec<Vec<Point>> = vec![vec![points[0]]];
    let (mut at, mut left) = (0, pattern[0] * stretch);
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let whole = libm::hypot(b.0 - a.0, b.1 - a.1);
        let mut done = 0.0;
        while whole - done > left {
            done += left;
            let t = done / whole;
            let cut = (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
            match strokes.last_mut() {
                Some(stroke) if at % 2 == 0 => stroke.push(cut),
                _ => strokes.push(vec![cut]),
            }
            at = (at + 1) % pattern.len();
            left = pattern[at] * stretch;
        }
        left -= whole - done;
        if at % 2 == 0
            && let Some(stroke) = strokes.last_mut()
        {
            stroke.push(b);
        }
    }
    strokes.retain(|stroke| length(stroke) > 0.0);
    strokes
}
