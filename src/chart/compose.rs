//! From a scene and its layout to what is painted. All decisions are made here (grid, bands, curves, rules), in
//! `signs` (markers) and in `labels` (texts).

use super::geometry::{Point, clip_polygon, clip_polyline, dash, simplify, thin_columns};
use super::layout::{Layout, Rect};
use super::picture::{Mark, Picture, stroke};
use super::place::Obstacles;
use super::scene::{Band, Ink, Marker, Pattern, RuleAt, Scene, Series, Shape};
use super::signs;

/// Points nearer than this to the line through their neighbours are not drawn, CSS pixels at dpr 1.
const INVISIBLE: f64 = 0.08;

/// Composes `scene` for a screen with `dpr` device pixels per CSS pixel.
pub fn compose(scene: &Scene, layout: &Layout, dpr: f64) -> Picture {
    let mut composer = Composer {
        scene,
        layout,
        dpr,
        picture: Picture::default(),
        obstacles: Obstacles::default(),
    };
    composer.tiles();
    composer.grid();
    for band in &scene.bands {
        composer.band(band);
    }
    composer.base_line();
    let ends: Vec<Option<Point>> = scene
        .series
        .iter()
        .map(|series| composer.curve(series))
        .collect();
    composer.rules();
    for marker in &scene.markers {
        composer.sign(marker);
    }
    composer.axis_texts();
    composer.rule_labels();
    composer.point_labels();
    if layout.show_end_labels {
        composer.end_labels(&ends);
    }
    composer.picture
}

pub(super) struct Composer<'a> {
    pub(super) scene: &'a Scene,
    pub(super) layout: &'a Layout,
    dpr: f64,
    pub(super) picture: Picture,
    pub(super) obstacles: Obstacles,
}

impl Composer<'_> {
    /// Centre of the device pixel row or column nearest to `px` for a line of `width`, so that it is not smeared.
    fn snap(&self, px: f64, width: f64) -> f64 {
        let is_odd = (width * self.dpr).round() as i64 % 2 != 0;
        let device = px * self.dpr;
        (if is_odd {
            device.floor() + 0.5
        } else {
            device.round()
        }) / self.dpr
    }

    /// A straight line across the plot.
    pub(super) fn across(&self, at: RuleAt, width: f64) -> Option<[Point; 2]> {
        let (scene, plot) = (self.scene, &self.layout.plot);
        match at {
            RuleAt::X(x) if scene.x.contains(x) => {
                let x = self.snap(self.layout.x_px(&scene.x, x), width);
                Some([(x, plot.top), (x, plot.bottom)])
            }
            RuleAt::Y(y) if scene.y.contains(y) => {
                let y = self.snap(self.layout.y_px(&scene.y, y), width);
                Some([(plot.left, y), (plot.right, y)])
            }
            _ => None,
        }
    }

    fn tiles(&mut self) {
        let (scene, plot) = (self.scene, &self.layout.plot);
        let across = |v: f64| self.layout.x_px(&scene.x, v).clamp(plot.left, plot.right);
        let down = |v: f64| self.layout.y_px(&scene.y, v).clamp(plot.top, plot.bottom);
        let placed = scene.tiles.iter().map(|tile| {
            let rect = Rect {
                left: across(tile.x.0),
                top: down(tile.y.1),
                right: across(tile.x.1),
                bottom: down(tile.y.0),
            };
            (rect, tile.fill)
        });
        self.picture.tiles = placed.collect();
    }

    fn grid(&mut self) {
        let at_x = self.layout.x_ticks.iter().map(|tick| RuleAt::X(tick.value));
        let at_y = self.layout.y_ticks.iter().map(|tick| RuleAt::Y(tick.value));
        for at in at_x.chain(at_y) {
            if let Some(points) = self.across(at, 1.0) {
                self.picture
                    .ground
                    .push(stroke(points.to_vec(), Ink::Grid, 1.0, 1.0));
            }
        }
    }

    fn base_line(&mut self) {
        let plot = self.layout.plot;
        let y = self.snap(plot.bottom, 1.0);
        self.picture.ground.push(stroke(
            vec![(plot.left, y), (plot.right, y)],
            Ink::Muted,
            1.0,
            1.0,
        ));
    }

    fn band(&mut self, band: &Band) {
        // An edge at infinity is the plot's edge, and so is one without a place on a log axis.
        let edge = |v: f64| {
            if v.is_nan() {
                None
            } else {
                Some(self.layout.y_px(&self.scene.y, v))
            }
        };
        let place = |&(x, low, high): &(f64, f64, f64)| {
            let x = self.scene.x.place(x)?;
            Some((
                self.layout.plot.left + x * self.layout.plot.width(),
                edge(low)?,
                edge(high)?,
            ))
        };
        let placed: Vec<Option<(f64, f64, f64)>> = band.points.iter().map(place).collect();
        let mut areas = Vec::new();
        for run in placed.split(Option::is_none) {
            let run: Vec<(f64, f64, f64)> = run.iter().flatten().copied().collect();
            let side = |points: Vec<Point>| {
                simplify(&thin_columns(&points, 1.0 / self.dpr), INVISIBLE / self.dpr)
            };
            let mut outline = side(run.iter().map(|&(x, low, _)| (x, low)).collect());
            outline.extend(
                side(run.iter().map(|&(x, _, high)| (x, high)).collect())
                    .into_iter()
                    .rev(),
            );
            let points = clip_polygon(&self.layout.plot, &outline);
            if points.len() > 2 {
                areas.push(Mark::Area {
                    points,
                    ink: band.ink,
                    opacity: sane(band.opacity, 0.0, 1.0),
                });
            }
        }
        self.picture.ground.extend(areas);
    }

    /// Draws a series and returns where its visible part ends.
    fn curve(&mut self, series: &Series) -> Option<Point> {
        let (scene, plot) = (self.scene, &self.layout.plot);
        let place = |&(x, y): &Point| {
            let (x, y) = (scene.x.place(x)?, scene.y.place(y)?);
            Some((
                plot.left + x * plot.width(),
                plot.bottom - y * plot.height(),
            ))
        };
        let placed: Vec<Option<Point>> = series.points.iter().map(place).collect();
        let mut end = None;
        for run in placed.split(Option::is_none) {
            let run: Vec<Point> = run.iter().flatten().copied().collect();
            for piece in clip_polyline(plot, &thin_columns(&run, 1.0 / self.dpr)) {
                let piece = simplify(&piece, INVISIBLE / self.dpr);
                end = piece.last().copied().or(end);
                self.draw_line(
                    Layer::Series,
                    &piece,
                    series.pattern,
                    series.ink,
                    series.opacity,
                    series.width,
                );
                self.obstacles.lines.push(piece);
            }
        }
        end
    }

    fn draw_line(
        &mut self,
        layer: Layer,
        points: &[Point],
        pattern: Pattern,
        ink: Ink,
        opacity: f64,
        width: f64,
    ) {
        let (opacity, width) = (sane(opacity, 0.0, 1.0), sane(width, 0.25, 32.0));
        let strokes = dash(points, pattern.dashes())
            .into_iter()
            .map(|points| stroke(points, ink, opacity, width));
        match layer {
            Layer::Series => self.picture.series.extend(strokes),
            Layer::Rules => self.picture.rules.extend(strokes),
        }
    }

    fn rules(&mut self) {
        for rule in &self.scene.rules {
            if let Some(points) = self.across(rule.at, sane(rule.width, 0.25, 32.0)) {
                self.draw_line(
                    Layer::Rules,
                    &points,
                    rule.pattern,
                    rule.ink,
                    1.0,
                    rule.width,
                );
                self.obstacles.lines.push(points.to_vec());
            }
        }
    }

    /// Where a marker stands; those outside the plot are not shown.
    pub(super) fn centre(&self, marker: &Marker) -> Option<Point> {
        let plot = &self.layout.plot;
        if !self.scene.x.contains(marker.x) {
            return None;
        }
        let x = self.layout.x_px(&self.scene.x, marker.x);
        if marker.shape == Shape::TriangleDown {
            return Some((x, plot.top));
        }
        self.scene
            .y
            .contains(marker.y)
            .then(|| (x, self.layout.y_px(&self.scene.y, marker.y)))
    }
    fn sign(&mut self, marker: &Marker) {
        let Some(centre) = self.centre(marker) else {
            return;
        };
        let (marks, extent) = signs::marks(marker, centre);
        self.picture.signs.extend(marks);
        self.obstacles.signs.push(extent);
    }
}

/// Where [`Composer::draw_line`] puts its strokes.
#[derive(Clone, Copy)]
enum Layer {
    Series,
    Rules,
}

/// `value` limited to low..=high; NaN becomes `high`.
pub(super) fn sane(value: f64, low: f64, high: f64) -> f64 {
    if value <= high { value.max(low) } else { high }
}

pub(super) fn inset(rect: &Rect, by: f64) -> Rect {
    Rect {
        left: rect.left + by,
        top: rect.top + by,
        right: rect.right - by,
        bottom: rect.bottom - by,
    }
}
