//! What the charts of the Race panel show.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::chart::palette::{Palette, Theme};
use critical_batch::chart::scene::{Ink, Pattern, RuleAt, Scene, Shape};
use critical_batch::chart::svg::to_svg;
use critical_batch::experiment::lane_set::LaneKind;
use critical_batch::experiment::race_record::RaceRecord;
use critical_batch::experiment::race_state::RacePlan;
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::race::{OptimizerKind, RaceState, TaskKind, XAxis};
use critical_batch::scenes::race::{
    Chart, RaceView, TEST_BIT, accuracy_scene, lane_style, loss_range, loss_scene, lr_scene,
    noise_scene, norm_scene, reading, visited, x_domain,
};
use critical_batch::worker::engine::Engine;
use critical_batch::worker::protocol::{JobId, Pace, Request};

/// Regression with a linear lane that diverges.
fn state() -> RaceState {
    RaceState {
        n_dims: 6.0,
        budget: 4000.0,
        base_lr: 0.5,
        batch: 16.0,
        noise_scale: 8.0,
        target_loss: 0.3,
        lanes: 0b11_1111,
        ..RaceState::for_task(TaskKind::LinearRegression, OptimizerKind::Sgd)
    }
}

/// Trains; `n_steps` of `None` means to the end. The custom lane gets another learning rate on the way.
fn record(state: &RaceState, n_steps: Option<u64>) -> RaceRecord {
    let plan = RacePlan::of(state);
    let job = JobId(1);
    let mut engine = Engine::new(|| 0.0);
    let runs = plan.runs.clone();
    let custom = plan.lanes.iter().position(|l| l.kind == LaneKind::Custom);
    let mut record = RaceRecord::new(plan);
    let take = |events: Vec<_>, record: &mut RaceRecord| {
        events.into_iter().for_each(|event| record.take(event));
    };
    take(engine.handle(Request::Start { job, runs }), &mut record);
    let mut requests = vec![Request::Step {
        job,
        n_steps: n_steps.unwrap_or(20),
    }];
    if n_steps.is_none() {
        requests.extend(custom.map(|lane| Request::SetLr {
            job,
            run: record.plan.runs_of(lane).start as u32,
            lr: 0.05,
        }));
        requests.push(Request::Play {
            job,
            pace: Pace::Max,
        });
    }
    for request in requests {
        take(engine.handle(request), &mut record);
        while engine.has_work() {
            take(engine.work(1.0), &mut record);
        }
    }
    record
}

fn view<'a>(state: &'a RaceState, record: &'a RaceRecord) -> RaceView<'a> {
    RaceView {
        state,
        record,
        hidden: TEST_BIT,
        x_max: None,
        s: strings(Lang::En),
        is_narrow: false,
    }
}

fn loss(view: &RaceView) -> Scene {
    loss_scene(view, loss_range(view))
}

fn all_scenes(view: &RaceView) -> Vec<Scene> {
    vec![
        loss(view),
        accuracy_scene(view),
        norm_scene(view),
        noise_scene(view),
        lr_scene(view),
    ]
}

#[test]
fn nothing_in_a_picture_is_not_a_number() {
    let palette = Palette::from_css(include_str!("../style/tokens.css"), Theme::Light);
    for task in [
        TaskKind::Digits,
        TaskKind::Spirals,
        TaskKind::LinearRegression,
        TaskKind::Quadratic,
    ] {
        for x_axis in [XAxis::Examples, XAxis::Steps, XAxis::Time] {
            for is_log_x in [true, false] {
                for n_steps in [0, 1, 30] {
                    let state = RaceState {
                        lanes: 0b11_1111,
                        n_hidden: 6.0,
                        n_dims: 6.0,
                        budget: 640.0,
                        base_lr: 1.0,
                        x_axis,
                        is_log_x,
                        warmup: 1,
                        ..RaceState::for_task(task, OptimizerKind::Sgd)
                    };
                    let record = record(&state, Some(n_steps));
                    let view = view(&state, &record);
                    for scene in all_scenes(&view) {
                        for series in &scene.series {
                            for (x, y) in &series.points {
                                assert!(x.is_finite() && y.is_finite(), "{task:?} {x_axis:?}");
                            }
                        }
                        assert!(
                            scene
                                .markers
                                .iter()
                                .all(|m| m.x.is_finite() && m.y.is_finite())
                        );
                        let svg = to_svg(&scene, 600.0, 300.0, &palette, None);
                        assert!(!svg.contains("NaN") && !svg.contains("inf"));
                    }
                }
            }
        }
    }
}

#[test]
fn lanes_look_like_the_rules_of_the_curves() {
    use critical_batch::experiment::curves::Curve;
    use critical_batch::scenes::curves::curve_style;
    for (lane, curve) in [
        (LaneKind::NoScaling, Curve::NoScaling),
        (LaneKind::Sqrt, Curve::Sqrt),
        (LaneKind::Linear, Curve::Linear),
        (LaneKind::Theory, Curve::Theory),
    ] {
        assert_eq!(lane_style(lane), curve_style(curve));
    }
    let mut styles: Vec<_> = LaneKind::ALL.map(lane_style).to_vec();
    styles.dedup();
    assert_eq!(styles.len(), 6);
}

#[test]
fn the_smoothed_line_lies_over_the_raw_one() {
    let state = state();
    let record = record(&state, None);
    let scene = loss(&view(&state, &record));
    for kind in LaneKind::ALL {
        let (ink, pattern) = lane_style(kind);
        let of_lane: Vec<_> = scene.series.iter().filter(|s| s.ink == ink).collect();
        assert_eq!(of_lane.len(), 2, "{kind:?}");
        let (raw, smooth) = (of_lane[0], of_lane[1]);
        assert!(raw.opacity < 0.5 && raw.width < smooth.width && raw.pattern == Pattern::Solid);
        assert_eq!((smooth.pattern, smooth.width), (pattern, 2.0));
        assert_eq!(raw.points.len(), smooth.points.len());
        // Smoothing shortens the way up and down, and shifts nothing.
        let way = |points: &[(f64, f64)]| -> f64 {
            points
                .windows(2)
                .map(|w| (w[1].1.ln() - w[0].1.ln()).abs())
                .sum()
        };
        assert!(way(&smooth.points) <= way(&raw.points) * (1.0 + 1e-9));
        assert!(
            raw.points
                .iter()
                .zip(&smooth.points)
                .all(|(a, b)| a.0 == b.0)
        );
    }
}

#[test]
fn a_constant_stays_as_it_is_when_smoothed() {
    let mut state = state();
    state.base_lr = 1e-6;
    state.custom_lr = 1e-6;
    let record = record(&state, Some(40));
    let scene = loss(&view(&state, &record));
    for series in &scene.series {
        for (_, y) in &series.points {
            assert!((y - series.points[0].1).abs() < 1e-3 * y);
        }
    }
}

#[test]
fn several_seeds_make_a_band_around_the_median() {
    let one = state();
    let of_one = record(&one, None);
    assert!(loss(&view(&one, &of_one)).bands.is_empty());
    let three = RaceState {
        seeds: 1,
        ..state()
    };
    let of_three = record(&three, None);
    let scene = loss(&view(&three, &of_three));
    assert_eq!(scene.bands.len(), 6);
    let base = &scene.bands[0];
    assert_eq!(base.ink, Ink::Text);
    let raw = &scene.series[0];
    for ((x, low, high), (raw_x, median)) in base.points.iter().zip(&raw.points) {
        assert_eq!(x, raw_x);
        assert!(low <= median && median <= high);
    }
    assert!(base.points.iter().any(|(_, low, high)| low < high));
}

#[test]
fn a_diverged_lane_ends_in_a_cross_that_says_where() {
    let state = state();
    let record = record(&state, None);
    let scene = loss(&view(&state, &record));
    let crosses: Vec<_> = scene
        .markers
        .iter()
        .filter(|m| m.shape == Shape::Cross)
        .collect();
    assert_eq!(crosses.len(), 1);
    let label = &crosses[0].label.as_ref().unwrap().text;
    assert!(
        label.contains("linear") && label.contains("diverged at step"),
        "{label}"
    );
    assert!(scene.x.contains(crosses[0].x) && scene.y.contains(crosses[0].y));
    // Others have names at their ends; it has not.
    let named: Vec<_> = scene
        .series
        .iter()
        .filter_map(|s| s.end_label.as_deref())
        .collect();
    assert_eq!(named.len(), 5);
    assert!(!named.contains(&"linear"));
}

#[test]
fn flags_stand_where_the_target_was_met_and_follow_it() {
    let mut state = state();
    let record = record(&state, None);
    for target in [0.3, 0.25] {
        state.target_loss = target;
        let scene = loss(&view(&state, &record));
        let flags: Vec<_> = scene
            .markers
            .iter()
            .filter(|m| m.shape == Shape::Flag)
            .collect();
        assert!(!flags.is_empty());
        for flag in flags {
            let i = LaneKind::ALL
                .iter()
                .position(|k| lane_style(*k).0 == flag.ink)
                .unwrap();
            let hit = record.runs[i].target_hit(target).unwrap();
            assert_eq!((flag.x, flag.y), (hit.n_examples as f64, target));
        }
        assert!(scene.rules.iter().any(|r| r.at == RuleAt::Y(target)));
        assert!(scene.y.contains(target));
    }
}

#[test]
fn a_changed_learning_rate_leaves_a_mark() {
    let state = state();
    let record = record(&state, None);
    let view = view(&state, &record);
    for scene in [loss(&view), lr_scene(&view)] {
        let ticks: Vec<_> = scene
            .markers
            .iter()
            .filter(|m| m.shape == Shape::Tick && m.ink == Ink::Custom)
            .collect();
        assert_eq!(ticks.len(), 1);
        assert_eq!(ticks[0].x, 20.0 * 16.0);
    }
}

#[test]
fn the_axis_begins_with_the_first_step_and_ends_with_the_budget() {
    let lanes = RacePlan::of(&state()).lanes;
    for (x_axis, first, last) in [
        (XAxis::Examples, 4.0, 4000.0),
        (XAxis::Steps, 1.0, 1000.0),
        (XAxis::Time, 0.001, 1.0),
    ] {
        let log = RaceState { x_axis, ..state() };
        let (min, max) = x_domain(&log, &lanes);
        assert!(
            (min - first).abs() < 1e-12 && (max - last).abs() < 1e-9,
            "{x_axis:?}"
        );
        let linear = RaceState {
            is_log_x: false,
            ..log
        };
        assert_eq!(x_domain(&linear, &lanes), (0.0, max));
    }
}

#[test]
fn the_unit_of_x_changes_where_points_are_and_nothing_else() {
    let examples = state();
    let record = record(&examples, None);
    let steps = RaceState {
        x_axis: XAxis::Steps,
        ..examples.clone()
    };
    let (a, b) = (
        loss(&view(&examples, &record)),
        loss(&view(&steps, &record)),
    );
    assert_ne!(a.x.label, b.x.label);
    for (a, b) in a.series.iter().zip(&b.series) {
        assert!(a.points.iter().zip(&b.points).all(|(p, q)| p.1 == q.1));
        let batch = if a.ink == Ink::Text { 4.0 } else { 16.0 };
        assert!(
            a.points
                .iter()
                .zip(&b.points)
                .all(|(p, q)| p.0 == batch * q.0)
        );
    }
}

#[test]
fn warmup_is_shaded_to_its_end() {
    let state = RaceState {
        warmup: 1,
        warmup_examples: 640.0,
        ..state()
    };
    let record = record(&state, None);
    let scene = loss(&view(&state, &record));
    let strip = scene.bands.iter().find(|b| b.ink == Ink::Muted).unwrap();
    assert_eq!(strip.points.last().unwrap().0, 640.0);
    // The plan of the learning rates shows the ramp before anything trains.
    let fresh = RaceRecord::new(RacePlan::of(&state));
    let plan = lr_scene(&view(&state, &fresh));
    let linear = plan.series.iter().find(|s| s.ink == Ink::Linear).unwrap();
    let (first, last) = (linear.points[0].1, linear.points.last().unwrap().1);
    assert!(first < 0.6 && (last - 2.0).abs() < 1e-12, "{first} {last}");
}

#[test]
fn hidden_lanes_are_not_drawn_and_test_loss_only_on_request() {
    let state = RaceState {
        budget: 640.0,
        n_hidden: 6.0,
        ..RaceState::default()
    };
    let record = record(&state, None);
    let mut view = view(&state, &record);
    let without = loss(&view).series.len();
    view.hidden = 0;
    assert_eq!(loss(&view).series.len(), without + 5);
    view.hidden = TEST_BIT | 1;
    assert!(loss(&view).series.iter().all(|s| s.ink != Ink::Text));
}

#[test]
fn the_crosshair_reads_every_lane_up_to_where_it_is() {
    let state = state();
    let record = record(&state, None);
    let view = view(&state, &record);
    let stops = visited(&view);
    assert!(stops.len() > 50 && stops.windows(2).all(|w| w[0] < w[1]));
    assert_eq!(reading(&view, Chart::Loss, 3999.0).len(), 6);
    // Before the first step of the larger batch there is only where it starts.
    let early = reading(&view, Chart::Loss, 5.0);
    let of = |rows: &[(&str, String, String)], token: &str| {
        let text = &rows.iter().find(|r| r.0 == token).unwrap().2;
        text.parse::<f64>().unwrap()
    };
    assert!((of(&early, "sqrt") / of(&early, "linear") - 1.0).abs() < 0.02);
    assert!(
        reading(&view, Chart::Lr, 100.0)
            .iter()
            .any(|r| r.0 == "sqrt" && r.2 == "1")
    );
    assert!(reading(&view, Chart::Accuracy, 100.0).is_empty());
}
