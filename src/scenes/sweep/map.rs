//! The map: tiles for cells, the ridge of the best learning rates with whiskers, the rules through the anchor, and the
//! fitted optimum.

use super::cells::{CellState, best_mean, lr_rows, state_at};
use super::{SweepView, rule_lr};
use crate::chart::scale::{Spacing, TickFormat};
use crate::chart::scene::{Ink, Marker, Pattern, Scene, Series, Shape};
use crate::chart::tiles::{Fill, Tile};
use crate::experiment::sweep::column::HOPELESS;
use crate::experiment::sweep::config::lr_of;
use crate::scenes::axis;
use crate::theory::rules::ScalingRule;

/// Half the width of a column, as a factor.
const HALF: f64 = core::f64::consts::SQRT_2;
/// Rows shown around the starts of the searches while nothing was run: four octaves either way.
const GHOST_ROWS: i32 = 8;

/// Octaves around the start of a search that it looks at in any case.
const GHOST_OCTAVES: i32 = 2;

/// The map as far as it is known; before the first run, where the searches will start.
pub fn map_scene(view: &SweepView) -> Scene {
    let record = view.record;
    let config = record.config();
    let mut tiles = Vec::new();
    let (mut low, mut high) = (i32::MAX, i32::MIN);
    for batch_idx in 0..config.n_batches {
        let columns = record.columns_of(batch_idx);
        let batch = f64::from(config.batch(batch_idx));
        let rows = lr_rows(columns);
        let best = best_mean(columns, &rows);
        for (i, &rung) in rows.iter().enumerate() {
            // A tile reaches halfway to its neighbours; beyond the last row as far as on its inner side.
            let below = i.checked_sub(1).and_then(|j| rows.get(j)).map(|r| rung - r);
            let above = rows.get(i + 1).map(|r| r - rung);
            let half = |gap: Option<i32>| f64::from(gap.unwrap_or(2)) / 2.0;
            let edge = |offset: f64| libm::exp2((f64::from(rung) + offset) / 2.0);
            let fill = match state_at(columns, rung, best) {
                Some(CellState::Scored { ratio }) => {
                    Fill::Value(1.0 - libm::log(ratio) / libm::log(HOPELESS))
                }
                Some(CellState::Diverged) => Fill::Hatched,
                Some(CellState::Missed) | None => Fill::Dotted,
            };
            tiles.push(Tile {
                x: (batch / HALF, batch * HALF),
                y: (edge(-half(below)), edge(half(above))),
                fill,
            });
        }
        let start = config.first_rung(batch_idx);
        if record.n_done() == 0 {
            let ghost = |octave: i32| {
                let edge = |half: i32| lr_of(start + 2 * octave + half);
                Tile {
                    x: (batch / HALF, batch * HALF),
                    y: (edge(-1), edge(1)),
                    fill: Fill::Ghost,
                }
            };
            tiles.extend((-GHOST_OCTAVES..=GHOST_OCTAVES).map(ghost));
        }
        let (from, to) = (rows.first().copied(), rows.last().copied());
        low = low.min(from.unwrap_or(start - GHOST_ROWS));
        high = high.max(to.unwrap_or(start + GHOST_ROWS));
    }
    let (first, last) = view.batches();
    let x = axis(
        Spacing::Log2,
        first / HALF,
        last * HALF,
        view.s.chart.batch_axis,
        TickFormat::Short,
    );
    let y = axis(
        Spacing::Log10,
        lr_of(low - 1),
        lr_of(high + 1),
        view.s.sweep.lr_axis,
        TickFormat::Plain,
    );
    let mut scene = Scene::new(x, y);
    scene.tiles = tiles;
    rules(view, &mut scene);
    ridge(view, &mut scene);
    scene
}

/// A line over the map, with an edge in the ground's colour so that it stands out from every tile.
fn push_line(
    scene: &mut Scene,
    points: Vec<(f64, f64)>,
    ink: Ink,
    pattern: Pattern,
    name: Option<&str>,
) {
    let line = |points: Vec<(f64, f64)>, ink, pattern, width, end_label| Series {
        points,
        ink,
        pattern,
        width,
        opacity: 1.0,
        end_label,
    };
    scene.series.push(line(
        points.clone(),
        Ink::Background,
        Pattern::Solid,
        5.0,
        None,
    ));
    scene
        .series
        .push(line(points, ink, pattern, 2.0, name.map(str::to_owned)));
}

fn rules(view: &SweepView, scene: &mut Scene) {
    let (first, last) = view.batches();
    let names = [view.s.sweep.linear, view.s.sweep.sqrt];
    let styles = [(Ink::Linear, Pattern::Solid), (Ink::Sqrt, Pattern::Dash)];
    for ((rule, name), (ink, pattern)) in [ScalingRule::Linear, ScalingRule::Sqrt]
        .into_iter()
        .zip(names)
        .zip(styles)
    {
        let at = |batch: f64| (batch, rule_lr(view.state, rule, batch));
        let points = [first / HALF, last * HALF].map(|b| b.max(1.0)).map(at);
        push_line(scene, points.to_vec(), ink, pattern, Some(name));
    }
    if let Ok(interval) = view.findings.lr
        && !interval.is_inconclusive()
    {
        let n = 64;
        let at = |i: usize| {
            let share = i as f64 / n as f64;
            let batch = libm::exp2(share * libm::log2(last / first)) * first;
            (batch, interval.fit.at(batch))
        };
        let name = view.s.sweep.legend_fit;
        push_line(
            scene,
            (0..=n).map(at).collect(),
            Ink::Theory,
            Pattern::DashDot,
            Some(name),
        );
    }
}

fn ridge(view: &SweepView, scene: &mut Scene) {
    for point in &view.findings.ridge {
        let batch = f64::from(point.batch);
        if point.lr.high > point.lr.low {
            let whisker = vec![(batch, point.lr.low), (batch, point.lr.high)];
            for (ink, width) in [(Ink::Background, 4.0), (Ink::Text, 1.5)] {
                scene.series.push(Series {
                    points: whisker.clone(),
                    ink,
                    pattern: Pattern::Solid,
                    width,
                    opacity: 1.0,
                    end_label: None,
                });
            }
        }
        scene.markers.push(Marker {
            x: batch,
            y: point.lr.mean,
            // What takes no part in fits is hollow.
            shape: if point.is_usable() {
                Shape::Dot
            } else {
                Shape::Ring
            },
            ink: Ink::Text,
            radius: 4.5,
            label: None,
        });
    }
}
