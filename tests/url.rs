//! Links: everything that can be set survives a round trip, and any text whatever gives a state inside the ranges.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::params::curves::CurvesState;
use critical_batch::params::defs::{Kind, ParamId, Params, Value};
use critical_batch::params::measured::MeasuredPoint;
use critical_batch::params::noise::NoiseState;
use critical_batch::params::race::RaceState;
use critical_batch::params::runs::RunsState;
use critical_batch::params::url::{Lang, Link, Notice, Panel, Theme, decode, encode};
use critical_batch::units::parse_decimal;
use proptest::prelude::*;

fn back(link: &Link) -> Link {
    let (read, notices) = decode(&encode(link));
    assert_eq!(notices, [], "{}", encode(link));
    read
}

#[test]
fn the_first_screen_needs_no_parameters() {
    assert_eq!(encode(&Link::default()), "#/curves");
    assert_eq!(decode(""), (Link::default(), vec![]));
    assert_eq!(decode("#"), (Link::default(), vec![]));
    assert_eq!(decode("#/race").0.panel, Panel::Race);
}

#[test]
fn readable_links_say_what_they_mean() {
    let (link, notices) = decode("#/curves?v=1&b0=512&lr0=3e-4&b=16k&bc=2^11&lang=zh&theme=dark");
    assert_eq!(notices, []);
    assert_eq!(link.curves.base_batch, 512.0);
    assert_eq!(link.curves.base_lr, 3e-4);
    assert_eq!(link.curves.batch, 16_000.0);
    assert_eq!(link.curves.critical_batch, 2048.0);
    assert_eq!((link.lang, link.theme), (Some(Lang::Zh), Some(Theme::Dark)));
}

#[test]
fn out_of_range_values_are_clamped_and_named() {
    let (link, notices) = decode("#/curves?v=1&b=1e99&lr0=-1&opt=foo");
    assert_eq!(link.curves.batch, 1_048_576.0);
    assert_eq!(link.curves.base_lr, 1e-6);
    assert_eq!(link.curves.family, CurvesState::default().family);
    assert_eq!(notices.len(), 3);
    assert!(
        notices
            .iter()
            .any(|n| matches!(n, Notice::Clamped { key: "b", used, .. } if *used == 1_048_576.0))
    );
    assert!(
        notices
            .iter()
            .any(|n| matches!(n, Notice::Unreadable { key: "opt", .. }))
    );
}

#[test]
fn a_task_brings_its_defaults_wherever_it_stands_in_the_link() {
    let (a, _) = decode("#/race?v=1&task=quadratic&b=128");
    let (b, _) = decode("#/race?v=1&b=128&task=quadratic");
    assert_eq!(a, b);
    assert_eq!(a.race.batch, 128.0);
    let quadratic = RaceState::for_task(a.race.task, a.race.optimizer);
    assert_eq!(a.race.target_loss, quadratic.target_loss);
}

#[test]
fn choosing_adam_brings_its_usual_rate_unless_the_rate_was_set() {
    let mut state = CurvesState::default();
    state.put(ParamId::Family, Value::Choice(1));
    assert_eq!(state.base_lr, 1e-3);
    state.put(ParamId::Family, Value::Choice(0));
    assert_eq!(state.base_lr, 0.1);
    state.put(ParamId::BaseLr, Value::Number(0.02));
    state.put(ParamId::Family, Value::Choice(1));
    assert_eq!(state.base_lr, 0.02);
}

#[test]
fn the_noise_lab_travels_in_a_link() {
    let (link, notices) = decode("#/noise?v=1&b=64&x=-1.5&t=40&dopt=adam&dm=4");
    assert_eq!(notices, []);
    assert_eq!((link.panel, link.noise.batch), (Panel::Noise, 64.0));
    assert_eq!((link.noise.x, link.noise.follow), (-1.5, 40.0));
    // Adam brings its usual rate, unless the link names one.
    assert_eq!((link.noise.is_adam, link.noise.digits_lr), (true, 0.007));
    assert_eq!(decode("#/noise?dlr=0.1&dopt=adam").0.noise.digits_lr, 0.1);
    assert_eq!(encode(&link), "#/noise?v=1&dopt=adam&b=64&x=-1.5&t=40&dm=4");
    let (link, notices) = decode("#/noise?v=1&x=9&dp=1");
    assert_eq!((link.noise.x, link.noise.n_parts), (3.0, 2.0));
    assert_eq!(notices.len(), 2);
}

#[test]
fn what_is_asked_of_own_runs_travels_in_a_link() {
    let (link, notices) = decode("#/runs?v=1&b=512&opt=adam");
    assert_eq!((link.panel, notices), (Panel::Runs, vec![]));
    let runs = RunsState {
        is_adam: true,
        batch: 512.0,
    };
    assert_eq!(link.runs, runs);
    assert_eq!(encode(&link), "#/runs?v=1&opt=adam&b=512");
    // Other panels keep their own batch size under the same key.
    assert_eq!(link.curves, CurvesState::default());
    let (link, notices) = decode("#/runs?v=1&b=0.2&opt=lion");
    assert_eq!((link.runs.batch, link.runs.is_adam), (1.0, false));
    assert!(
        matches!(&notices[..], [
            Notice::Unreadable { key: "opt", .. },
            Notice::Clamped { key: "b", used, .. },
        ] if *used == 1.0),
        "{notices:?}"
    );
    // Tokens per batch go beyond every other batch size.
    assert_eq!(decode("#/runs?v=1&b=4194304").0.runs.batch, 4_194_304.0);
}

#[test]
fn keys_are_unique_and_defaults_lie_inside_their_ranges() {
    fn check<S: Params>(state: &S) {
        for (i, field) in S::fields().iter().enumerate() {
            for other in &S::fields()[i + 1..] {
                assert!(
                    field.key != other.key && field.id != other.id,
                    "{}",
                    field.key
                );
            }
            for reserved in [
                "v", "lang", "theme", "nothread", "embed", "ui", "lock", "hide", "pts",
            ] {
                assert_ne!(field.key, reserved);
            }
            let value = (field.get)(state);
            assert_eq!(field.kind.admit(value), Some(value), "{}", field.key);
        }
    }
    check(&CurvesState::default());
    check(&NoiseState::default());
    check(&RunsState::default());
    for task in 0..4 {
        for optimizer in 0..6 {
            let mut state = RaceState::default();
            state.put(ParamId::Task, Value::Choice(task));
            state.put(ParamId::Optimizer, Value::Choice(optimizer));
            check(&state);
            assert_eq!(
                back(&Link {
                    panel: Panel::Race,
                    race: state.clone(),
                    ..Link::default()
                })
                .race,
                state
            );
        }
    }
}

/// A value inside the range of a control, from a random number.
fn some_value(kind: Kind, x: f64, bits: u32) -> Value {
    match kind {
        Kind::Number { min, max, .. } => {
            let v = if min > 0.0 {
                min * (max / min).powf(x)
            } else {
                min + (max - min) * x
            };
            kind.admit(Value::Number(v)).unwrap()
        }
        Kind::Choice(names) => Value::Choice(bits as usize % names.len()),
        Kind::Flags(_) => kind.admit(Value::Flags(bits)).unwrap(),
    }
}

fn scrambled<S: Params>(mut state: S, seeds: &[(f64, u32)]) -> S {
    for (field, (x, bits)) in S::fields().iter().zip(seeds.iter().cycle()) {
        state.put(field.id, some_value(field.kind, *x, *bits));
    }
    state
}

fn in_range<S: Params>(state: &S) -> bool {
    S::fields()
        .iter()
        .all(|f| f.kind.admit((f.get)(state)) == Some((f.get)(state)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn decimals_are_read_like_the_standard_library_reads_them(
        bits in any::<u64>(),
        text in "[-+]?[0-9]{0,25}\\.?[0-9]{0,25}([eE][-+]?[0-9]{1,5})?",
    ) {
        let value = f64::from_bits(bits);
        if value.is_finite() {
            for text in [format!("{value:e}"), format!("{value}"), format!("{value:.4e}")] {
                let read = parse_decimal(&text);
                prop_assert_eq!(read.map(f64::to_bits), text.parse::<f64>().ok().map(f64::to_bits), "{}", text);
            }
        }
        let expected = text.parse::<f64>().ok().filter(|v| v.is_finite());
        prop_assert_eq!(parse_decimal(&text).map(f64::to_bits), expected.map(f64::to_bits), "{}", text);
    }

    #[test]
    fn every_state_survives_its_link(seeds in proptest::collection::vec((0.0..1.0f64, any::<u32>()), 48)) {
        let curves = scrambled(CurvesState::default(), &seeds);
        let race = scrambled(RaceState::default(), &seeds);
        let noise = scrambled(NoiseState::default(), &seeds);
        let runs = scrambled(RunsState::default(), &seeds);
        let link = Link { panel: Panel::Noise, noise: noise.clone(), ..Link::default() };
        prop_assert_eq!(back(&link).noise, noise);
        let link = Link { panel: Panel::Runs, runs: runs.clone(), ..Link::default() };
        prop_assert_eq!(back(&link).runs, runs);
        let link = Link { curves: curves.clone(), ..Link::default() };
        prop_assert_eq!(back(&link).curves, curves);
        let link = Link { panel: Panel::Race, race: race.clone(), lang: Some(Lang::Zh), theme: Some(Theme::Dark), is_threadless: true, ..Link::default() };
        prop_assert_eq!(&back(&link), &link);
        prop_assert_eq!(back(&link).race, race);
    }

    #[test]
    fn any_text_gives_a_state_inside_the_ranges(text in "\\PC*") {
        let (link, _) = decode(&text);
        prop_assert!(in_range(&link.curves) && in_range(&link.race) && in_range(&link.noise) && in_range(&link.runs));
    }

    #[test]
    fn any_values_of_known_keys_give_a_state_inside_the_ranges(
        panel in prop_oneof!["curves", "race", "noise", "runs"],
        pairs in proptest::collection::vec((prop_oneof!["b0", "lr0", "b", "bc", "opt", "task", "off", "lanes", "seed", "y", "x", "t", "r", "bb", "dopt", "dlr", "v", "lang", "pts"], prop_oneof!["-?[0-9]{0,30}(\\.[0-9]{0,30})?(e-?[0-9]{1,4})?", "[a-z,%^]{0,12}", "NaN|inf|-inf|1e999|%00|%"]), 0..12),
    ) {
        let query: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let (link, notices) = decode(&format!("#/{panel}?{}", query.join("&")));
        prop_assert!(in_range(&link.curves) && in_range(&link.race) && in_range(&link.noise) && in_range(&link.runs));
        prop_assert!(notices.len() <= pairs.len());
        let again = back(&link);
        prop_assert_eq!(again, link);
    }
}

#[test]
fn measured_points_travel_with_the_curves() {
    let point = |batch, lr, low, high| MeasuredPoint {
        batch,
        lr,
        low,
        high,
    };
    let measured = [
        point(1.0, 0.061_234_567, 0.05, 0.0812),
        point(1024.0, 1.0, 1.0, 1.0),
    ]
    .map(MeasuredPoint::rounded);
    let link = Link {
        measured: measured.to_vec(),
        ..Link::default()
    };
    assert_eq!(
        encode(&link),
        "#/curves?v=1&pts=1:0.06123:0.05:0.0812,1024:1:1:1"
    );
    assert_eq!(back(&link), link);
    // Another panel's link is shorter without them.
    let elsewhere = Link {
        panel: Panel::Race,
        ..link
    };
    assert_eq!(encode(&elsewhere), "#/race");
}

#[test]
fn points_that_cannot_be_are_named_and_left_out() {
    for text in [
        "",
        "1",
        "1:1:1",
        "1:1:1:1:1",
        "0:1:1:1",
        "1:2:3:4",
        "1:1:1:1,",
        "2000000:1:1:1",
        "1:0:0:0",
        "1:-1:-1:1",
        "1:NaN:1:1",
        "1:1:1:1e99",
    ] {
        let (link, notices) = decode(&format!("#/curves?v=1&b=512&pts={text}"));
        assert_eq!(
            (link.measured.len(), link.curves.batch),
            (0, 512.0),
            "{text}"
        );
        assert!(
            matches!(&notices[..], [Notice::Unreadable { key: "pts", .. }]),
            "{text}: {notices:?}"
        );
    }
    let many = ["1:1:1:1"; 65].join(",");
    assert_eq!(decode(&format!("#/curves?v=1&pts={many}")).1.len(), 1);
}

#[test]
fn a_fragment_of_100_kilobytes_is_cut_and_said_so() {
    let (link, notices) = decode(&format!("#/curves?b=512&x={}", "中".repeat(40_000)));
    assert_eq!(link.curves.batch, 512.0);
    assert_eq!(notices, [Notice::TooLong]);
}
