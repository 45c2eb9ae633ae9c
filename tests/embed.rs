//! Frames in other pages: what a link says about them survives a round trip, and what they say is JSON.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::export::{citation, host_message, iframe};
use critical_batch::params::curves::CurvesState;
use critical_batch::params::defs::{Kind, ParamId, Params, Value};
use critical_batch::params::embed::{Embed, MIN_HEIGHT, Ui, main_controls};
use critical_batch::params::url::{
    Lang, Link, Notice, Panel, Theme, controls, decode, encode, with_values,
};
use proptest::prelude::*;

fn embed_of(fragment: &str) -> Embed {
    let (link, notices) = decode(fragment);
    assert_eq!(notices, [], "{fragment}");
    link.embed.unwrap()
}

fn defaults(panel: Panel) -> Link {
    Link {
        panel,
        ..Link::default()
    }
}

#[test]
fn only_a_link_that_says_so_is_a_frame() {
    assert_eq!(decode("#/curves?v=1&ui=min&lock=b").0.embed, None);
    assert_eq!(decode("#/curves?v=1&embed=0").0.embed, None);
    assert_eq!(embed_of("#/curves?v=1&embed=1"), Embed::default());
    assert_eq!(encode(&defaults(Panel::Race)), "#/race");
}

#[test]
fn a_frame_says_what_it_shows() {
    let embed = embed_of("#/curves?v=1&embed=1&ui=min&lock=lr0,b0&hide=bc&height=420&notify=1");
    assert_eq!(embed.ui, Ui::Min);
    // In the order of the registry.
    assert_eq!(embed.locked, [ParamId::BaseBatch, ParamId::BaseLr]);
    assert_eq!(embed.hidden, [ParamId::CriticalBatch]);
    assert_eq!((embed.height, embed.is_notifying), (Some(420), true));
    let (link, _) = decode("#/curves?embed=1&lock=lr0,b0,lr0&b=512&ui=std");
    assert_eq!(encode(&link), "#/curves?v=1&b=512&embed=1&lock=b0,lr0");
}

#[test]
fn the_short_name_of_the_height_gives_way_to_a_control_of_that_name() {
    assert_eq!(embed_of("#/curves?embed=1&h=500").height, Some(500));
    let (link, notices) = decode("#/race?embed=1&h=48");
    assert_eq!(notices, []);
    assert_eq!(
        (link.race.n_hidden, link.embed.unwrap().height),
        (48.0, None)
    );
    assert_eq!(embed_of("#/race?embed=1&h=48&height=500").height, Some(500));
}

#[test]
fn what_cannot_be_done_is_named() {
    let (link, notices) = decode("#/curves?embed=1&ui=huge&lock=b0,zap&hide=task&height=9e9&b=512");
    let embed = link.embed.unwrap();
    assert_eq!((embed.ui, embed.height), (Ui::Std, Some(4000)));
    assert_eq!(embed.locked, [ParamId::BaseBatch]);
    assert_eq!(link.curves.batch, 512.0);
    let unknown = |key, given: &str| Notice::UnknownControl {
        key,
        given: given.to_owned(),
    };
    assert!(notices.contains(&unknown("lock", "zap")));
    assert!(notices.contains(&unknown("hide", "task")));
    assert_eq!(notices.len(), 4, "{notices:?}");
    let (link, notices) = decode("#/race?embed=yes&height=tall");
    assert_eq!((link.embed, notices.len()), (None, 1));
    assert_eq!(decode("#/race?embed=1&height=tall").1.len(), 1);
}

#[test]
fn every_level_shows_more_than_the_one_before_it() {
    for panel in Panel::ALL {
        let all = controls(&defaults(panel));
        for id in main_controls(panel) {
            assert!(all.iter().any(|c| c.id == *id), "{panel:?} has no {id:?}");
        }
        let shown = |ui| {
            let embed = Embed {
                ui,
                ..Embed::default()
            };
            all.iter().filter(|c| embed.shows(panel, c.id)).count()
        };
        let counts = Ui::ALL.map(shown);
        if all.is_empty() {
            assert_eq!(counts, [0; 3]);
        } else {
            assert_eq!((counts[0], counts[2]), (1, all.len()), "{panel:?}");
            // Your runs has two controls in all.
            let has_more = counts[1] < counts[2] || all.len() == 2;
            assert!(counts[0] < counts[1] && has_more, "{panel:?}");
        }
    }
    let embed = embed_of("#/curves?embed=1&ui=full&hide=b");
    assert!(!embed.shows(Panel::Curves, ParamId::Batch));
    assert!(embed.shows(Panel::Curves, ParamId::BaseLr));
}

#[test]
fn the_page_around_sets_known_controls_inside_their_ranges() {
    let set = |link: &Link, values: &[(&str, &str)]| {
        let owned = values
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        with_values(link, &owned.collect::<Vec<_>>())
    };
    let before = decode("#/curves?v=1&b=512&bc=777&embed=1&lock=b").0;
    let after = set(
        &before,
        &[
            ("b", "1e99"),
            ("lr0", "0.25"),
            ("bc", "many"),
            ("opt", "lion"),
            ("task", "spirals"),
            ("embed", "0"),
            ("lock", ""),
            ("b0&hide", "1"),
            ("lang", "zh"),
        ],
    );
    assert_eq!(after.curves.batch, 1_048_576.0);
    assert_eq!(after.curves.base_lr, 0.25);
    // What cannot be read changes nothing.
    assert_eq!(after.curves.critical_batch, 777.0);
    assert_eq!(after.curves.family, before.curves.family);
    assert_eq!(after.embed, before.embed);
    assert_eq!(after.lang, Some(Lang::Zh));
    // An escape in a value cannot add a key.
    assert_eq!(set(&before, &[("b0", "64&embed=0")]), before);
    let long = "9".repeat(100_000);
    assert_eq!(set(&before, &[("b", &long)]), before);
    // A panel with everything at its default.
    let race = set(
        &defaults(Panel::Race),
        &[("b", "128"), ("lanes", "none,linear")],
    );
    assert_eq!((race.race.batch, race.race.lanes), (128.0, 0b1010));
}

#[test]
fn messages_are_json_with_every_control() {
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    for panel in Panel::ALL {
        let ready = json(&host_message::ready(panel));
        assert_eq!(ready["type"], "lrbs:ready");
        assert_eq!(ready["panel"], panel.key());
        assert_eq!(ready["version"], env!("CARGO_PKG_VERSION"));
        let link = defaults(panel);
        let state = json(&host_message::state(&link));
        assert_eq!(state["type"], "lrbs:state");
        assert_eq!(
            state["params"].as_object().unwrap().len(),
            controls(&link).len()
        );
    }
    let link = decode("#/curves?b=512&lr0=3e-4&opt=adam&off=sqrt,linear").0;
    let params = &json(&host_message::state(&link))["params"];
    assert_eq!(params["b"], 512.0);
    assert_eq!(params["lr0"], 3e-4);
    assert_eq!(params["opt"], "adam");
    let names: Vec<&str> = params["off"].as_str().unwrap().split(',').collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(
        json(&host_message::resize(421)),
        serde_json::json!({"type": "lrbs:resize", "height": 421})
    );
    assert_eq!(
        json(host_message::LOST),
        serde_json::json!({"type": "lrbs:error", "code": "load"})
    );
    // amp.dev/documentation/components/amp-iframe, section "Iframe resizing".
    assert_eq!(
        json(&host_message::resize_amp(421)),
        serde_json::json!({"sentinel": "amp", "type": "embed-size", "height": 421})
    );
}

#[test]
fn pym_frames_are_named_by_their_query() {
    // pym.js joins 'pym', the child's id, the kind of message and the message by 'xPYMx'.
    assert_eq!(
        host_message::resize_pym("chart-1", 421),
        "pymxPYMxchart-1xPYMxheightxPYMx421"
    );
    let query = "?initialWidth=640&childId=chart-1&parentTitle=x";
    assert_eq!(host_message::pym_child(query), Some("chart-1"));
    for query in [
        "",
        "?",
        "?childId=",
        "?childId=a%20b",
        "?childId=axPYMx/",
        "?child=a",
    ] {
        assert_eq!(host_message::pym_child(query), None, "{query}");
    }
    let long = format!("?childId={}", "a".repeat(65));
    assert_eq!(host_message::pym_child(&long), None);
}

#[test]
fn the_html_of_a_frame_survives_any_address_and_title() {
    let html = iframe::snippet(
        "https://a.example/x/?q=\"1\"#/curves?v=1&b=512&embed=1",
        "Batch <& \"size\">",
        (720, 460),
    );
    assert!(
        html.starts_with("<iframe ") && html.ends_with("></iframe>"),
        "{html}"
    );
    assert!(html.contains(
        "src=\"https://a.example/x/?q=&quot;1&quot;#/curves?v=1&amp;b=512&amp;embed=1\""
    ));
    assert!(html.contains("title=\"Batch &lt;&amp; &quot;size&quot;&gt;\""));
    for attribute in [
        "width=\"720\"",
        "height=\"460\"",
        "loading=\"lazy\"",
        "allow=\"clipboard-write\"",
    ] {
        assert!(html.contains(attribute), "{html}");
    }
    assert_eq!(html.matches('<').count(), 2);
}

#[test]
fn the_script_for_hosts_is_short_and_looks_at_who_speaks() {
    let lines = iframe::HOST_SCRIPT.lines().count();
    assert!(lines <= 10, "{lines} lines");
    assert!(iframe::HOST_SCRIPT.contains("contentWindow === source"));
}

#[test]
fn citations_are_balanced_and_differ() {
    let is_balanced = |text: &str| {
        let mut depth = 0;
        for c in text.chars() {
            depth += i32::from(c == '{') - i32::from(c == '}');
            assert!(depth >= 0, "{text}");
        }
        depth == 0
    };
    let tool = citation::tool("https://a.example/");
    assert!(is_balanced(&tool) && tool.contains(env!("CARGO_PKG_VERSION")));
    for panel in Panel::ALL {
        let text = citation::of_panel(panel);
        assert!(is_balanced(&text));
        let keys: Vec<&str> = text.lines().filter(|line| line.starts_with('@')).collect();
        let mut unique = keys.clone();
        unique.sort_unstable();
        unique.dedup();
        assert!(
            !keys.is_empty() && unique.len() == keys.len(),
            "{panel:?}: {keys:?}"
        );
        // Every panel rests on the noise scale.
        assert!(text.contains("1812.06162"), "{panel:?}");
    }
}

/// A value inside the range of a control, from random bits.
fn some_value(kind: Kind, bits: u32) -> Value {
    let share = f64::from(bits) / f64::from(u32::MAX);
    match kind {
        Kind::Number { min, max, .. } => kind
            .admit(Value::Number(min + (max - min) * share))
            .unwrap(),
        Kind::Choice(names) => Value::Choice(bits as usize % names.len()),
        Kind::Flags(_) => kind.admit(Value::Flags(bits)).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_frame_survives_its_link(
        panel in 0..Panel::ALL.len(),
        ui in 0..3_usize,
        locked in any::<u128>(),
        hidden in any::<u128>(),
        height in proptest::option::of(MIN_HEIGHT..=4000),
        is_notifying in any::<bool>(),
        values in proptest::collection::vec(any::<u32>(), 20),
    ) {
        let panel = Panel::ALL[panel];
        let ids: Vec<ParamId> = controls(&defaults(panel)).iter().map(|c| c.id).collect();
        let some = |bits: u128| -> Vec<ParamId> {
            ids.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1).map(|(_, id)| *id).collect()
        };
        let mut curves = CurvesState::default();
        if panel == Panel::Curves {
            for (field, bits) in CurvesState::fields().iter().zip(values.iter().cycle()) {
                curves.put(field.id, some_value(field.kind, *bits));
            }
        }
        let embed = Embed { ui: Ui::ALL[ui], locked: some(locked), hidden: some(hidden), height, is_notifying };
        let link = Link { curves, theme: Some(Theme::Dark), embed: Some(embed), ..defaults(panel) };
        let (read, notices) = decode(&encode(&link));
        prop_assert_eq!(notices, []);
        prop_assert_eq!(read, link);
    }

    #[test]
    fn any_text_gives_a_frame_or_none(
        panel in prop_oneof!["curves", "race", "noise", "calc", "runs"],
        pairs in proptest::collection::vec((prop_oneof!["embed", "ui", "lock", "hide", "height", "h", "notify"], "[-a-z0-9,.%&=]{0,20}"), 0..10),
    ) {
        let query: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let (link, _) = decode(&format!("#/{panel}?embed=1&{}", query.join("&")));
        if let Some(embed) = &link.embed {
            prop_assert!(embed.height.is_none_or(|h| (MIN_HEIGHT..=4000).contains(&h)));
        }
        let (again, notices) = decode(&encode(&link));
        prop_assert_eq!(notices, []);
        prop_assert_eq!(again, link);
    }

    #[test]
    fn whatever_the_page_around_sets_stays_inside_the_ranges(
        values in proptest::collection::vec((prop_oneof!["b", "b0", "lr0", "opt", "off", "bc", "y"], prop_oneof!["\\PC{0,12}", "-?[0-9]{1,9}(e-?[0-9]{1,3})?", "NaN", "inf"]), 0..12),
    ) {
        let before = decode("#/curves?v=1&b=512&embed=1").0;
        let after = with_values(&before, &values);
        for field in CurvesState::fields() {
            let value = (field.get)(&after.curves);
            prop_assert_eq!(field.kind.admit(value), Some(value));
        }
        prop_assert_eq!(after.embed, before.embed);
    }
}
