//! Tiles: a map of coloured rectangles below everything else in a plot.
//!
//! On a canvas they are one bitmap, computed here pixel by pixel, because a rectangle at a time is slow; in SVG they
//! are rectangles. A tile without a value is hatched or dotted, so that colour alone never carries meaning.

use super::geometry::Point;
use super::layout::Rect;

/// What a tile shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fill {
    /// A place on the colour scale, 0 (dark) to 1 (bright).
    Value(f64),
    /// Diagonal lines.
    Hatched,
    /// Dots.
    Dotted,
    /// A dotted outline: a place that may be filled later.
    Ghost,
}

/// A rectangle in data coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tile {
    pub x: (f64, f64),
    pub y: (f64, f64),
    pub fill: Fill,
}

/// Anchors of the viridis colour scale, evenly spaced (S. van der Walt and N. Smith 2015, matplotlib; CC0).
const VIRIDIS: [(u8, u8, u8); 9] = [
    (68, 1, 84),
    (71, 44, 122),
    (59, 81, 139),
    (44, 113, 142),
    (33, 144, 141),
    (39, 173, 129),
    (92, 200, 99),
    (170, 220, 50),
    (253, 231, 37),
];

/// Distance between two lines of a hatch, and between two dots, CSS pixels.
pub const PERIOD: f64 = 6.0;
/// Width of a hatch's line and of a dot, CSS pixels.
pub const STROKE: f64 = 1.5;

/// The colour at `share` of the scale; shares outside 0…1 count as the nearest end.
pub fn viridis(share: f64) -> (u8, u8, u8) {
    let at = if share > 0.0 { share.min(1.0) } else { 0.0 } * (VIRIDIS.len() - 1) as f64;
    let i = (at as usize).min(VIRIDIS.len() - 2);
    let (a, b) = (VIRIDIS[i], VIRIDIS[i + 1]);
    let mix =
        |a: u8, b: u8| (f64::from(a) + (at - i as f64) * (f64::from(b) - f64::from(a)) + 0.5) as u8;
    (mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

/// From the edge of a tile to its outline, CSS pixels.
const INSET: f64 = 2.0;

/// Tiles with their places in the picture, CSS pixels.
pub type Placed = Vec<(Rect, Fill)>;

/// A bitmap of RGBA bytes, row by row from the top.
#[derive(Clone, Debug, PartialEq)]
pub struct Bitmap {
    pub width: usize,
    pub height: usize,
    pub bytes: Vec<u8>,
}

/// Paints tiles into a bitmap of the plot, `dpr` pixels per CSS pixel. `pattern` is the colour of hatches and dots;
/// where there is no tile the bitmap is `ground`.
pub fn bitmap(
    tiles: &[(Rect, Fill)],
    plot: &Rect,
    dpr: f64,
    pattern: (u8, u8, u8),
    ground: (u8, u8, u8),
) -> Bitmap {
    let pixels = |length: f64| (length * dpr).round().max(0.0) as usize;
    let (width, height) = (pixels(plot.width()), pixels(plot.height()));
    let opaque = |(r, g, b): (u8, u8, u8)| [r, g, b, 255];
    let mut bytes = opaque(ground).repeat(width * height);
    for (rect, fill) in tiles {
        let left = pixels(rect.left - plot.left).min(width);
        let right = pixels(rect.right - plot.left).min(width);
        let top = pixels(rect.top - plot.top).min(height);
        let bottom = pixels(rect.bottom - plot.top).min(height);
        for y in top..bottom {
            let row = &mut bytes[4 * (y * width + left.min(right))..4 * (y * width + right)];
            match fill {
                Fill::Value(share) => {
                    let colour = opaque(viridis(*share));
                    row.chunks_exact_mut(4)
                        .for_each(|pixel| pixel.copy_from_slice(&colour));
                }
                Fill::Ghost => {
                    let inset = pixels(INSET);
                    if y < top + inset || y + inset >= bottom || 2 * inset >= right - left {
                        continue;
                    }
                    let inner = &mut row[4 * inset..4 * (right - left - inset)];
                    let is_edge = y == top + inset || y + inset + 1 == bottom;
                    let n = inner.len() / 4;
                    for (i, pixel) in inner.chunks_exact_mut(4).enumerate() {
                        let (x, y) = ((left + i) as f64 / dpr, y as f64 / dpr);
                        // Fine dots: it is less than any tile that was run.
                        if (is_edge || i == 0 || i + 1 == n) && is_inked(Fill::Hatched, x, y) {
                            pixel.copy_from_slice(&opaque(pattern));
                        }
                    }
                }
                Fill::Hatched | Fill::Dotted => {
                    for (i, pixel) in row.chunks_exact_mut(4).enumerate() {
                        let (x, y) = ((left + i) as f64 / dpr, y as f64 / dpr);
                        if is_inked(*fill, x, y) {
                            pixel.copy_from_slice(&opaque(pattern));
                        }
                    }
                }
            }
        }
    }
    Bitmap {
        width,
        height,
        bytes,
    }
}

/// The strokes of a pattern, for pictures of shapes: diagonals, or a stroke as short as it is wide for every dot.
pub fn pattern_lines(rect: &Rect, fill: Fill) -> Vec<[Point; 2]> {
    let steps = |from: f64, to: f64| {
        let n = ((to - from) / PERIOD).max(0.0) as usize;
        (0..=n).map(move |i| from + (i as f64 + 0.5) * PERIOD)
    };
    match fill {
        Fill::Value(_) => Vec::new(),
        Fill::Ghost => {
            let (left, right) = (rect.left + INSET, rect.right - INSET);
            let (top, bottom) = (rect.top + INSET, rect.bottom - INSET);
            let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
            (0..4).map(|i| [corners[i], corners[(i + 1) % 4]]).collect()
        }
        Fill::Hatched => steps(rect.left + rect.top, rect.right + rect.bottom)
            .filter_map(|sum| {
                // Where x + y is this sum, from the lower left to the upper right.
                let left = rect.left.max(sum - rect.bottom);
                let right = rect.right.min(sum - rect.top);
                (left < right).then_some([(left, sum - left), (right, sum - right)])
            })
            .collect(),
        Fill::Dotted => steps(rect.top, rect.bottom)
            .filter(|y| *y < rect.bottom)
            .flat_map(|y| {
                steps(rect.left, rect.right)
                    .filter(|x| x + STROKE < rect.right)
                    .map(move |x| [(x, y), (x + STROKE, y)])
            })
            .collect(),
    }
}

/// Whether a pattern has ink at a place of the plot, CSS pixels from its top left corner.
fn is_inked(fill: Fill, x: f64, y: f64) -> bool {
    let phase = |v: f64| v - PERIOD * (v / PERIOD).floor();
    match fill {
        Fill::Value(_) | Fill::Ghost => true,
        Fill::Hatched => phase(x + y) < STROKE,
        Fill::Dotted => phase(x) < STROKE && phase(y) < STROKE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_runs_from_dark_to_bright() {
        assert_eq!(viridis(0.0), (68, 1, 84));
        assert_eq!(viridis(1.0), (253, 231, 37));
        assert_eq!(viridis(0.5), (33, 144, 141));
        assert_eq!(viridis(f64::NAN), viridis(0.0));
        assert_eq!(viridis(7.0), viridis(1.0));
        let light = |share| {
            let (r, g, b) = viridis(share);
            0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)
        };
        for i in 0..100 {
            let share = f64::from(i) / 100.0;
            assert!(light(share) <= light(share + 0.01) + 1.0, "{share}");
        }
    }

    #[test]
    fn a_bitmap_holds_every_tile_at_its_place() {
        let rect = |left, top, right, bottom| Rect {
            left,
            top,
            right,
            bottom,
        };
        let plot = rect(10.0, 20.0, 34.0, 32.0);
        let tiles = [
            (rect(10.0, 20.0, 22.0, 32.0), Fill::Value(1.0)),
            (rect(22.0, 20.0, 34.0, 32.0), Fill::Hatched),
        ];
        let map = bitmap(&tiles, &plot, 2.0, (1, 2, 3), (9, 9, 9));
        assert_eq!(
            (map.width, map.height, map.bytes.len()),
            (48, 24, 48 * 24 * 4)
        );
        let at = |x: usize, y: usize| &map.bytes[4 * (y * 48 + x)..][..4];
        assert_eq!(at(0, 0), [253, 231, 37, 255]);
        assert_eq!(at(23, 23), [253, 231, 37, 255]);
        let inked = (24..48).filter(|&x| at(x, 5) == [1, 2, 3, 255]).count();
        assert!(
            (4..=8).contains(&inked),
            "a quarter of a hatched row has ink: {inked}"
        );
        assert!((24..48).all(|x| at(x, 5) == [1, 2, 3, 255] || at(x, 5) == [9, 9, 9, 255]));
        // An outline has ink along its edge and none inside.
        let ghost = [(rect(10.0, 20.0, 34.0, 32.0), Fill::Ghost)];
        let map = bitmap(&ghost, &plot, 2.0, (1, 2, 3), (9, 9, 9));
        let n_inked = |y: usize| {
            let row = map.bytes[4 * y * 48..4 * (y + 1) * 48].chunks(4);
            row.filter(|pixel| *pixel == [1, 2, 3, 255]).count()
        };
        assert!((6..20).contains(&n_inked(4)), "{}", n_inked(4));
        assert!((5..19).all(|y| n_inked(y) <= 2));
        assert_eq!(n_inked(0) + n_inked(3), 0);
        // A tile outside the plot is no reason to panic.
        bitmap(
            &[(rect(-50.0, 0.0, 500.0, 900.0), Fill::Dotted)],
            &plot,
            1.0,
            (0, 0, 0),
            (9, 9, 9),
        );
    }
}
