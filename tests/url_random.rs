//! 10,000 fragments as nobody writes them: each gives a state inside the ranges, and that state a link of its own.
#![allow(clippy::unwrap_used)]

#[path = "support/fragments.rs"]
mod fragments;

use critical_batch::experiment::curves::{Curves, Row};
use critical_batch::experiment::noise_lab::state::Lab;
use critical_batch::experiment::race_state::RacePlan;
use critical_batch::params::curves::CurvesState;
use critical_batch::params::defs::Params;
use critical_batch::params::url::{Link, Panel, decode, encode};
use std::collections::BTreeSet;

fn is_in_range<S: Params>(state: &S) -> bool {
    S::fields()
        .iter()
        .all(|field| field.kind.admit((field.get)(state)) == Some((field.get)(state)))
}

/// Whether a state can be shown: its link reads back as the same screen.
fn is_whole(link: &Link) -> bool {
    let (again, notices) = decode(&encode(link));
    let shown = |link: &Link| (link.panel, encode(link));
    notices.is_empty() && shown(&again) == shown(link)
}

#[test]
fn any_fragment_gives_a_screen_that_a_link_can_carry() {
    let mut panels = BTreeSet::new();
    let (mut n_changed, mut n_noticed) = (0, 0);
    for number in 0..10_000 {
        let text = fragments::fragment(number);
        let (link, notices) = decode(&text);
        let is_good = is_in_range(&link.curves)
            && is_in_range(&link.race)
            && is_in_range(&link.noise)
            && is_in_range(&link.calc)
            && is_whole(&link);
        assert!(is_good, "fragment {number}: {text}\n{link:?}");
        // What is shown of it is computed without a panic, too.
        let curves = Curves::new(&link.curves);
        let is_finite = |row: &Row| row.lr.is_finite() && row.ratio.is_finite();
        assert!(
            curves.rows(curves.target).iter().all(is_finite),
            "fragment {number}: {text}"
        );
        if number % 10 == 0 {
            RacePlan::of(&link.race);
            Lab::of(&link.noise);
        }
        panels.insert(link.panel.key());
        n_changed += u32::from(link.curves != CurvesState::default());
        n_noticed += u32::from(!notices.is_empty());
    }
    // They are no mere rubbish that is thrown away as a whole.
    assert_eq!(panels.len(), Panel::ALL.len(), "{panels:?}");
    assert!(n_changed > 500, "{n_changed}");
    assert!((1000..9900).contains(&n_noticed), "{n_noticed}");
}

#[test]
fn a_fragment_of_100_kb_is_read_to_its_limit_and_says_so() {
    for tail in [
        "9".repeat(100_000),
        "批".repeat(33_000),
        "&b=7".repeat(25_000),
    ] {
        let (link, notices) = decode(&format!("#/curves?v=1&lr0=0.25&{tail}"));
        assert!((link.curves.base_lr - 0.25).abs() < 1e-12);
        assert!(
            notices.contains(&critical_batch::params::url::Notice::TooLong),
            "{notices:?}"
        );
        assert!(encode(&link).len() < 200);
    }
}
