//! Texts of a picture: ticks and titles at fixed places, notes and names of series where they cover least.

use super::compose::{Composer, inset, sane};
use super::geometry::Point;
use super::layout::{EDGE, GAP, Rect, X_TICK_DROP, X_TITLE_DROP};
use super::picture::{Align, Line, Mark, TextRole};
use super::place::{Wish, find, pull_inside, push_apart, sides_from};
use super::scene::{Ink, RuleAt, Side};
use super::text;

impl Composer<'_> {
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
        // In a picture too low for both, ticks win over names.
        if role == TextRole::End
            && self
                .obstacles
                .texts
                .iter()
                .any(|other| other.overlaps(&moved))
        {
            return;
        }
        self.obstacles.texts.push(moved);
        self.picture.texts.push(line);
    }

    pub(super) fn axis_texts(&mut self) {
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

    pub(super) fn rule_labels(&mut self) {
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

    pub(super) fn point_labels(&mut self) {
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
    pub(super) fn end_labels(&mut self, ends: &[Option<Point>]) {
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

/// Texts are one line; line breaks and other control characters become spaces.
fn single_line(content: &str) -> String {
    content
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}
