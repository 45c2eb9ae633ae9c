//! From a scene and its layout to what is painted: strokes, areas, signs and texts in CSS pixels, in painting order.
//! All decisions are made here; drawing the result needs none.

use super::geometry::{Point, clip_polygon, clip_polyline, dash, simplify, thin_columns};
use super::layout::{EDGE, GAP, Layout, Rect, X_TICK_DROP, X_TITLE_DROP};
use super::place::{Obstacles, Wish, find, pull_inside, push_apart, sides_from};
use super::scene::{Band, Ink, Marker, Pattern, RuleAt, Scene, Series, Shape, Side};
use super::text;

/// One stroke or area.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// An open polyline.
    Stroke {
        points: Vec<Point>,
        ink: Ink,
        opacity: f64,
        width: f64,
    },
    /// A filled polygon.
    Area {
        points: Vec<Point>,
        ink: Ink,
        opacity: f64,
    },
    /// A filled rectangle.
    Block { rect: Rect, ink: Ink, opacity: f64 },
    /// A filled disc; with a width, its outline.
    Disc {
        centre: Point,
        radius: f64,
        ink: Ink,
        outline: Option<f64>,
    },
}

/// Which part of a line of text stands at its x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Start,
    Middle,
    End,
}

/// What a text is, which decides its font size and weight; all are [`text::SIZE`] for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRole {
    Tick,
    Title,
    /// The name of a series at its end.
    End,
    /// Beside a sign, a rule or a point.
    Note,
}

/// One line of text, vertically centred on `at`.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub text: String,
    pub at: Point,
    pub align: Align,
    pub ink: Ink,
    pub bold: bool,
    pub role: TextRole,
}

impl Line {
    /// Estimated box of the text.
    pub fn bounds(&self) -> Rect {
        let width = text::width(&self.text, text::SIZE, self.bold);
        let left = match self.align {
            Align::Start => self.at.0,
            Align::Middle => self.at.0 - width / 2.0,
            Align::End => self.at.0 - width,
        };
        Rect {
            left,
            top: self.at.1 - text::LINE / 2.0,
            right: left + width,
            bottom: self.at.1 + text::LINE / 2.0,
        }
    }
}

/// A composed picture; the layers are painted in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Grid, bands, base line.
    pub ground: Vec<Mark>,
    /// Reference lines.
    pub rules: Vec<Mark>,
    /// Curves; never outside the plot.
    pub series: Vec<Mark>,
    /// Signs at points.
    pub signs: Vec<Mark>,
    /// Background behind texts that lines run through.
    pub halos: Vec<Mark>,
    pub texts: Vec<Line>,
}

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

struct Composer<'a> {
    scene: &'a Scene,
    layout: &'a Layout,
    dpr: f64,
    picture: Picture,
    obstacles: Obstacles,
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
    fn across(&self, at: RuleAt, width: f64) -> Option<[Point; 2]> {
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
    fn centre(&self, marker: &Marker) -> Option<Point> {
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
        let Some((x, y)) = self.centre(marker) else {
            return;
        };
        let (r, ink) = (sane(marker.radius, 1.0, 32.0), marker.ink);
        let signs = &mut self.picture.signs;
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
        self.obstacles.signs.push(extent);
    }

    /// Puts a text where its centre and alignment say, moved so that nothing is cut off by the picture's edge.
    fn fixed(
        &mut self,
        content: &str,
        at: Point,
        align: Align,
        ink: Ink,
        bold: bool,
        role: TextRole,
    ) {
        let room = self.layout.width - 2.0 * EDGE;
        let content = text::fit(&single_line(content), text::SIZE, bold, room);
        if content.is_empty() {
            return;
        }
        let mut line = Line {
            text: content,
            at,
            align,
            ink,
            bold,
            role,
        };
        let bounds = inset(&self.layout.picture(), EDGE);
        let place = line.bounds();
        let (moved, _) = pull_inside(&place, &bounds);
        line.at = (at.0 + moved.left - place.left, at.1 + moved.top - place.top);
        self.obstacles.texts.push(moved);
        self.picture.texts.push(line);
    }

    fn axis_texts(&mut self) {
        let (layout, scene) = (self.layout, self.scene);
        let plot = layout.plot;
        for tick in &layout.x_ticks {
            let x = layout.x_px(&scene.x, tick.value);
            self.fixed(
                &tick.label,
                (x, plot.bottom + X_TICK_DROP),
                Align::Middle,
                Ink::Muted,
                false,
                TextRole::Tick,
            );
        }
        for tick in &layout.y_ticks {
            let y = layout.y_px(&scene.y, tick.value);
            self.fixed(
                &tick.label,
                (plot.left - GAP, y),
                Align::End,
                Ink::Muted,
                false,
                TextRole::Tick,
            );
        }
        let below = ((plot.left + plot.right) / 2.0, plot.bottom + X_TITLE_DROP);
        self.fixed(
            &scene.x.label,
            below,
            Align::Middle,
            Ink::Muted,
            false,
            TextRole::Title,
        );
        let above = (EDGE, plot.top - 18.0);
        self.fixed(
            &scene.y.label,
            above,
            Align::Start,
            Ink::Muted,
            false,
            TextRole::Title,
        );
    }

    /// Looks for a place for a note; without one that keeps clear of all other texts the note is left out.
    fn note(&mut self, content: &str, ink: Ink, bold: bool, role: TextRole, wish: Wish) {
        // Notes may reach over the plot's left edge, where only tick labels are in their way.
        let bounds = Rect {
            left: EDGE,
            ..inset(&self.layout.plot, 3.0)
        };
        let content = text::fit(&single_line(content), text::SIZE, bold, bounds.width());
        let width = text::width(&content, text::SIZE, bold);
        if content.is_empty() || bounds.height() < text::LINE {
            return;
        }
        let Some(place) = find(&Wish { width, ..wish }, &bounds, &self.obstacles) else {
            return;
        };
        let rect = place.rect;
        // Estimates are wide: the edge towards the anchor is the one that has to be right.
        let (x, align) = match place.side {
            Side::Left | Side::AboveLeft | Side::BelowLeft => (rect.right, Align::End),
            Side::Right | Side::AboveRight | Side::BelowRight => (rect.left, Align::Start),
            Side::Above | Side::Below => ((rect.left + rect.right) / 2.0, Align::Middle),
        };
        if place.is_crossed {
            let halo = Mark::Block {
                rect,
                ink: Ink::Background,
                opacity: 0.85,
            };
            self.picture.halos.push(halo);
        }
        self.obstacles.texts.push(rect);
        let at = (x, (rect.top + rect.bottom) / 2.0);
        self.picture.texts.push(Line {
            text: content,
            at,
            align,
            ink,
            bold,
            role,
        });
    }

    fn rule_labels(&mut self) {
        for rule in &self.scene.rules {
            let (Some(label), Some([from, _])) = (&rule.label, self.across(rule.at, rule.width))
            else {
                continue;
            };
            // Status colours are made for text; those of series are not.
            let ink = if matches!(rule.ink, Ink::Ok | Ink::Danger | Ink::Muted) {
                rule.ink
            } else {
                Ink::Text
            };
            let (anchor, sides, bold) = match rule.at {
                RuleAt::X(_) => ((from.0, from.1 + 10.0), vec![Side::Left, Side::Right], true),
                RuleAt::Y(_) => (
                    (from.0, from.1),
                    vec![Side::AboveRight, Side::BelowRight],
                    false,
                ),
            };
            self.note(
                label,
                ink,
                bold,
                TextRole::Note,
                Wish {
                    anchor,
                    gap: 6.0,
                    sides,
                    width: 0.0,
                },
            );
        }
    }

    fn point_labels(&mut self) {
        let scene = self.scene;
        for marker in &scene.markers {
            let (Some(label), Some(anchor)) = (&marker.label, self.centre(marker)) else {
                continue;
            };
            let gap = sane(marker.radius, 1.0, 32.0) + 4.0;
            let wish = Wish {
                anchor,
                gap,
                sides: sides_from(label.side),
                width: 0.0,
            };
            self.note(&label.text, label.ink, label.bold, TextRole::Note, wish);
        }
        for (x, y, label) in &scene.labels {
            if scene.x.contains(*x) && scene.y.contains(*y) {
                let anchor = (
                    self.layout.x_px(&scene.x, *x),
                    self.layout.y_px(&scene.y, *y),
                );
                let wish = Wish {
                    anchor,
                    gap: 4.0,
                    sides: sides_from(label.side),
                    width: 0.0,
                };
                self.note(&label.text, label.ink, label.bold, TextRole::Note, wish);
            }
        }
    }

    /// Names of series: beside the plot for those that reach its right edge, inside for the others.
    fn end_labels(&mut self, ends: &[Option<Point>]) {
        let (scene, plot) = (self.scene, self.layout.plot);
        let named = scene
            .series
            .iter()
            .zip(ends)
            .filter_map(|(s, end)| Some((s.end_label.as_deref()?, (*end)?)));
        let (outside, inside): (Vec<_>, Vec<_>) =
            named.partition(|(_, end)| end.0 >= plot.right - 2.0);

        let wanted: Vec<f64> = outside.iter().map(|(_, end)| end.1).collect();
        let column = plot.right + GAP;
        let room = self.layout.width - EDGE - column;
        for (y, (name, _)) in push_apart(&wanted, text::LINE + 1.0, plot.top, plot.bottom)
            .iter()
            .zip(&outside)
        {
            let name = text::fit(name, text::SIZE, true, room);
            self.fixed(
                &name,
                (column, *y),
                Align::Start,
                Ink::Text,
                true,
                TextRole::End,
            );
        }
        for (name, end) in inside {
            let sides = if end.1 <= plot.top + 1.0 {
                vec![Side::BelowRight, Side::BelowLeft, Side::Right, Side::Left]
            } else {
                let beside = [Side::Right, Side::AboveRight, Side::BelowRight];
                beside
                    .into_iter()
                    .chain([Side::Above, Side::Below, Side::AboveLeft, Side::BelowLeft])
                    .collect()
            };
            self.note(
                name,
                Ink::Text,
                true,
                TextRole::End,
                Wish {
                    anchor: end,
                    gap: 7.0,
                    sides,
                    width: 0.0,
                },
            );
        }
    }
}

/// Where [`Composer::draw_line`] puts its strokes.
#[derive(Clone, Copy)]
enum Layer {
    Series,
    Rules,
}

fn stroke(points: Vec<Point>, ink: Ink, opacity: f64, width: f64) -> Mark {
    Mark::Stroke {
        points,
        ink,
        opacity,
        width,
    }
}

/// `value` limited to low..=high; NaN becomes `high`.
fn sane(value: f64, low: f64, high: f64) -> f64 {
    if value <= high { value.max(low) } else { high }
}

fn inset(rect: &Rect, by: f64) -> Rect {
    Rect {
        left: rect.left + by,
        top: rect.top + by,
        right: rect.right - by,
        bottom: rect.bottom - by,
    }
}

/// Texts are one line; line breaks and other control characters become spaces.
fn single_line(content: &str) -> String {
    content
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}
