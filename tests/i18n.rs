//! Every sentence exists in both languages, says something, and keeps its values.

use critical_batch::i18n::{Lang, Strings, strings};
use critical_batch::params::curves::CurvesState;
use critical_batch::params::defs::{Kind, ParamId, Params};
use critical_batch::params::noise::NoiseState;
use critical_batch::params::race::RaceState;

const LANGS: [Lang; 2] = [Lang::En, Lang::Zh];

fn is_han(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// All controls of all panels with their kinds.
fn controls() -> Vec<(ParamId, Kind)> {
    let curves = CurvesState::fields().iter().map(|f| (f.id, f.kind));
    let race = RaceState::fields().iter().map(|f| (f.id, f.kind));
    let noise = NoiseState::fields().iter().map(|f| (f.id, f.kind));
    curves.chain(race).chain(noise).collect()
}

#[test]
fn every_control_has_a_name_and_a_help() {
    for lang in LANGS {
        let s = strings(lang);
        for (id, kind) in controls() {
            let text = (s.param)(id);
            assert!(
                !text.label.is_empty() && text.help.len() > 10,
                "{} {id:?}",
                s.tag
            );
            if lang == Lang::Zh {
                assert!(is_han(text.help), "{id:?} is not translated");
            }
            if let Kind::Choice(names) | Kind::Flags(names) = kind {
                for i in 0..names.len() {
                    assert!(!(s.choice)(id, i).is_empty(), "{} {id:?} {i}", s.tag);
                }
                assert_eq!(
                    (s.choice)(id, names.len()),
                    "",
                    "{} {id:?} names more than there is",
                    s.tag
                );
            }
        }
    }
}

/// The sentences that take values, called with marks in place of the values.
fn filled(s: &Strings) -> Vec<(&'static str, String, Vec<&'static str>)> {
    let (a, b, c, d, e) = ("⟨a⟩", "⟨b⟩", "⟨c⟩", "⟨d⟩", "⟨e⟩");
    vec![
        ("less", (s.control.less)(a), vec![a]),
        ("more", (s.control.more)(a), vec![a]),
        ("help", (s.control.help)(a), vec![a]),
        ("slider", (s.control.slider)(a), vec![a]),
        ("invalid", (s.control.invalid)(a, b, c), vec![a, b, c]),
        (
            "invalid_integer",
            (s.control.invalid_integer)(a, b, c),
            vec![a, b, c],
        ),
        ("times_base", (s.control.times_base)(a, b), vec![a, b]),
        ("theory_adam", (s.curves.theory_adam)(a), vec![a]),
        ("base_label", (s.curves.base_label)(a, b), vec![a, b]),
        ("critical_label", (s.curves.critical_label)(a), vec![a]),
        ("meets_again_at", (s.curves.meets_again_at)(a), vec![a]),
        ("leaves_band", (s.curves.leaves_band)(a), vec![a]),
        ("slope", (s.curves.slope)(a), vec![a]),
        ("column_lr", (s.curves.column_lr)(a), vec![a]),
        (
            "sentence",
            (s.curves.sentence)(a, b, true, c, false),
            vec![a, b, c],
        ),
        (
            "sentence_adam",
            (s.curves.sentence_adam)(a, b, true, c, false),
            vec![a, b, c],
        ),
        ("cost_summary", (s.curves.cost_summary)(a, b), vec![a, b]),
        (
            "adam_invalid",
            (s.curves.adam_invalid)(a, b, c),
            vec![a, b, c],
        ),
        ("surge_peak", (s.curves.surge_peak)(a), vec![a]),
        ("live", (s.curves.live)(a, b, c, d), vec![a, b, c, d]),
        ("race done", (s.race.done)(a), vec![a]),
        ("refused", (s.race.refused)(a, b, c, d), vec![a, b, c, d]),
        ("target_label", (s.race.target_label)(a), vec![a]),
        ("diverged_at", (s.race.diverged_at)(a, b), vec![a, b]),
        ("column_target", (s.race.column_target)(a), vec![a]),
        ("status_diverged", (s.race.status_diverged)(a), vec![a]),
        ("status_some", (s.race.status_some)(a, b), vec![a, b]),
        ("winner", (s.race.winner)(a, b), vec![a, b]),
        ("stability", (s.race.stability)(a, b, c), vec![a, b, c]),
        ("noise_exact", (s.race.noise_exact)(a), vec![a]),
        ("noise_measured", (s.race.noise_measured)(a), vec![a]),
        ("steps_done", (s.race.steps_done)(a), vec![a]),
        ("epochs", (s.race.epochs)(a), vec![a]),
        ("lr_changed", (s.race.lr_changed)(a, b), vec![a, b]),
        (
            "announce_reached",
            (s.race.announce_reached)(a, b),
            vec![a, b],
        ),
        (
            "announce_diverged",
            (s.race.announce_diverged)(a, b),
            vec![a, b],
        ),
        (
            "clamped",
            (s.notice.clamped)(a, b, c, d, e),
            vec![a, b, c, d, e],
        ),
        ("fan_note", (s.noise.fan_note)(a), vec![a]),
        ("fan_radius", (s.noise.fan_radius)(a, b), vec![a, b]),
        ("fan_radius_bare", (s.noise.fan_radius_bare)(a), vec![a]),
        ("best", (s.noise.best)(a), vec![a]),
        ("yours", (s.noise.yours)(a, b), vec![a, b]),
        ("yours_rises", (s.noise.yours_rises)(a), vec![a]),
        ("slope here", (s.noise.slope)(a, b), vec![a, b]),
        ("pairs", (s.noise.pairs)(a), vec![a]),
        ("not_increasing", (s.noise.not_increasing)(a, b), vec![a, b]),
        ("ready", (s.noise.ready)(a, b), vec![a, b]),
        ("running", (s.noise.running)(a, b), vec![a, b]),
        ("noise done", (s.noise.done)(a), vec![a]),
        ("raw_factor", (s.noise.raw_factor)(a), vec![a]),
        ("unreadable", (s.notice.unreadable)(a, b), vec![a, b]),
        ("unknown_panel", (s.notice.unknown_panel)(a), vec![a]),
        ("other_version", (s.notice.other_version)(a), vec![a]),
    ]
}

/// The same of the Sweep panel.
fn filled_sweep(s: &Strings) -> Vec<(&'static str, String, Vec<&'static str>)> {
    let (a, b, c) = ("⟨a⟩", "⟨b⟩", "⟨c⟩");
    let s = &s.sweep;
    vec![
        ("cost", (s.cost)(a, b, c), vec![a, b, c]),
        ("running", (s.running)(a, b, c), vec![a, b, c]),
        ("sweep done", (s.done)(a, b), vec![a, b]),
        ("cell", (s.cell)(a, b), vec![a, b]),
        ("seed", (s.seed)(a), vec![a]),
        ("steps", (s.steps)(a, b), vec![a, b]),
        ("loss", (s.loss)(a), vec![a]),
        ("diverged", (s.diverged)(a), vec![a]),
        ("between", (s.value_between)(a, b, c), vec![a, b, c]),
        ("too_few", (s.too_few)(a), vec![a]),
        ("why_two", (s.why_two)(a, b), vec![a, b]),
        ("slope_below", (s.slope_below)(a, b), vec![a, b]),
        ("slope_above", (s.slope_above)(a, b), vec![a, b]),
        ("rule_above", (s.rule_above)(a, b, c), vec![a, b, c]),
        ("rule_below", (s.rule_below)(a, b, c), vec![a, b, c]),
        ("rule_agrees", (s.rule_agrees)(a, b), vec![a, b]),
        ("censored", (s.censored)(a, b), vec![a, b]),
        ("too_high", (s.target_too_high)(a, b), vec![a, b]),
        ("unbracketed", (s.unbracketed)(a), vec![a]),
        ("state_censored", (s.state_censored)(a), vec![a]),
    ]
}

#[test]
fn sentences_keep_every_value_in_both_languages() {
    for lang in LANGS {
        let s = strings(lang);
        for (name, text, values) in filled(s).into_iter().chain(filled_sweep(s)) {
            for value in values {
                assert_eq!(text.matches(value).count(), 1, "{name} in {lang:?}: {text}");
            }
        }
    }
}

#[test]
fn sentences_differ_by_direction() {
    for lang in LANGS {
        let say = strings(lang).curves.sentence;
        assert_ne!(
            say("1", "2", true, "3", true),
            say("1", "2", false, "3", true),
            "{lang:?}"
        );
        assert_ne!(
            say("1", "2", true, "3", true),
            say("1", "2", true, "3", false),
            "{lang:?}"
        );
    }
}

#[test]
fn long_texts_are_translated() {
    let (en, zh) = (strings(Lang::En), strings(Lang::Zh));
    let pairs = [
        (en.curves.question, zh.curves.question),
        (en.curves.hint, zh.curves.hint),
        (en.race.question, zh.race.question),
        (en.race.norm_note, zh.race.norm_note),
        (en.sweep.question, zh.sweep.question),
        (en.sweep.cell_hint, zh.sweep.cell_hint),
        (en.sweep.protocol, zh.sweep.protocol),
        (en.noise.question, zh.noise.question),
        (en.noise.scale_note, zh.noise.scale_note),
        (en.noise.norm_note, zh.noise.norm_note),
        (en.shell.footer, zh.shell.footer),
        (en.about.data, zh.about.data),
    ];
    for (en, zh) in pairs {
        assert!(is_han(zh) && !is_han(en), "{en} / {zh}");
    }
    assert_eq!(en.about.paragraphs.len(), zh.about.paragraphs.len());
    assert_eq!(en.about.glossary.len(), zh.about.glossary.len());
    assert_eq!(en.curves.assumptions.len(), zh.curves.assumptions.len());
    assert_eq!(en.noise.assumptions.len(), zh.noise.assumptions.len());
    assert_eq!(en.shell.key_list.len(), zh.shell.key_list.len());
}
