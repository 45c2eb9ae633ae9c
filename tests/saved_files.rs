//! What the page saves: JSON says what CSV says, and the state can be found again in every format.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::chart::palette::{Palette, Theme};
use critical_batch::chart::scale::{Axis, Spacing, TickFormat};
use critical_batch::chart::scene::Scene;
use critical_batch::chart::sheet::{self, Sheet};
use critical_batch::export::csv;
use critical_batch::export::json::{SCHEMA, from_csv, saved_fragment};
use critical_batch::params::curves::CurvesState;
use critical_batch::params::url::{Link, decode, encode};
use proptest::prelude::*;
use serde_json::Value;

fn link() -> Link {
    Link {
        curves: CurvesState {
            batch: 512.0,
            base_lr: 3e-4,
            ..CurvesState::default()
        },
        ..Link::default()
    }
}

fn saved_csv() -> String {
    let address = format!("https://host.example/a/b/{}", encode(&link()));
    csv::curves(&link().curves, &[1.0, 64.0, 512.0], &address)
}

#[test]
fn json_says_what_the_csv_says() {
    let csv = saved_csv();
    let json: Value = serde_json::from_str(&from_csv(&csv)).unwrap();
    assert_eq!(json["schema"], SCHEMA);
    assert!(json.get("digest").is_none(), "nothing was run");
    let mut lines = csv.lines().skip(1);
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(json["columns"], serde_json::json!(header));
    let rows = json["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    for (row, line) in rows.iter().zip(lines) {
        let cells: Vec<f64> = line.split(',').map(|c| c.parse().unwrap()).collect();
        let values: Vec<f64> = row
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v.as_f64().unwrap())
            .collect();
        assert_eq!(values, cells);
    }
}

#[test]
fn empty_cells_texts_and_digests_keep_their_kind() {
    let csv = "# https://h/#/sweep?v=1\n# digest 12ab34\nlr,outcome [\"x\"],score\n0.5,scored,1e-3\n1,missed,\n";
    let json: Value = serde_json::from_str(&from_csv(csv)).unwrap();
    assert_eq!(json["digest"], "12ab34");
    assert_eq!(json["link"], "https://h/#/sweep?v=1");
    assert_eq!(json["columns"][1], "outcome [\"x\"]");
    assert_eq!(json["rows"][0], serde_json::json!([0.5, "scored", 1e-3]));
    assert_eq!(json["rows"][1], serde_json::json!([1, "missed", null]));
}

#[test]
fn the_state_is_found_in_every_saved_file() {
    let csv = saved_csv();
    let scene = Scene::new(
        Axis::new(Spacing::Log2, 1.0, 64.0, "batch", TickFormat::Short).unwrap(),
        Axis::new(Spacing::Log10, 0.1, 1.0, "rate", TickFormat::Plain).unwrap(),
    );
    let sheet = Sheet {
        title: "a < b".to_owned(),
        notes: vec![
            "B 512".to_owned(),
            format!("https://host.example/{}", encode(&link())),
        ],
    };
    let palette = Palette::from_css(include_str!("../style/tokens.css"), Theme::Light);
    let svg = sheet::to_svg(&scene, &sheet, 900.0, 400.0, &palette);
    assert!(svg.contains("a &lt; b") && svg.contains("B 512") && !svg.contains("NaN"));
    for text in [from_csv(&csv), csv, svg] {
        let fragment = saved_fragment(&text).unwrap();
        assert_eq!(decode(&fragment), (link(), vec![]), "{fragment}");
    }
}

#[test]
fn other_files_hold_no_state() {
    for text in [
        "",
        "a,b\n1,2\n",
        "#/nowhere?v=1",
        "# a comment",
        "#/",
        "{\"link\":\"https://h/\"}",
    ] {
        assert_eq!(saved_fragment(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_searched_without_a_panic(text in "\\PC*", around in "[#/a-z?&=\"<]{0,40}") {
        let _ = saved_fragment(&text);
        if let Some(fragment) = saved_fragment(&around) {
            let _ = decode(&fragment);
        }
    }
}
