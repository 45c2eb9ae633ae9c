//! The shapes of markers as strokes and areas.

use super::compose::sane;
use super::geometry::Point;
use super::layout::Rect;
use super::picture::{Mark, stroke};
use super::scene::{Ink, Marker, Shape};

/// The marks of `marker` with its centre at (x, y) CSS pixels, in painting order, and the space they take.
pub(super) fn marks(marker: &Marker, (x, y): Point) -> (Vec<Mark>, Rect) {
    let (r, ink) = (sane(marker.radius, 1.0, 32.0), marker.ink);
    let mut signs = Vec::new();
    let area = |points: Vec<Point>| Mark::Area {
        points,
        ink,
        opacity: 1.0,
    };
    let mut extent = Rect {
        left: x - r,
        top: y - r,
        right: x + r,
        bottom: y + r,
    };
    match marker.shape {
        Shape::Square => signs.push(Mark::Block {
            rect: extent,
            ink,
            opacity: 1.0,
        }),
        Shape::Dot => signs.push(Mark::Disc {
            centre: (x, y),
            radius: r,
            ink,
            outline: None,
        }),
        Shape::Ring => {
            signs.push(Mark::Disc {
                centre: (x, y),
                radius: r,
                ink: Ink::Background,
                outline: None,
            });
            signs.push(Mark::Disc {
                centre: (x, y),
                radius: r,
                ink,
                outline: Some(2.0),
            });
        }
        Shape::Diamond => {
            // The first side is drawn twice, so that the corner where the outline closes is joined, too.
            let corners = vec![
                (x, y - r),
                (x + r, y),
                (x, y + r),
                (x - r, y),
                (x, y - r),
                (x + r, y),
            ];
            signs.push(stroke(corners, ink, 1.0, 2.0));
        }
        Shape::Cross => {
            signs.push(stroke(vec![(x - r, y - r), (x + r, y + r)], ink, 1.0, 3.0));
            signs.push(stroke(vec![(x - r, y + r), (x + r, y - r)], ink, 1.0, 3.0));
        }
        Shape::TriangleDown => {
            signs.push(area(vec![(x - r, y), (x + r, y), (x, y + 1.2 * r)]));
            extent = Rect {
                left: x - r,
                top: y,
                right: x + r,
                bottom: y + 1.2 * r,
            };
        }
        Shape::Flag => {
            signs.push(stroke(vec![(x, y), (x, y - 2.5 * r)], ink, 1.0, 1.5));
            signs.push(area(vec![
                (x, y - 2.5 * r),
                (x + 1.5 * r, y - 1.9 * r),
                (x, y - 1.3 * r),
            ]));
            extent = Rect {
                left: x - 1.0,
                top: y - 2.5 * r,
                right: x + 1.5 * r,
                bottom: y,
            };
        }
        Shape::Tick => signs.push(stroke(vec![(x, y - r), (x, y + r)], ink, 1.0, 2.0)),
    }
    (signs, extent)
}
