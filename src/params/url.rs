//! Links: state ⇄ URL fragment, versioned and total.
//!
//! A fragment reads `#/curves?v=1&b=8192`. Only values that differ from the defaults are written, and a value
//! is written with the shortest digits that read back as the same number.

use super::calc::CalcState;
use super::curves::CurvesState;
use super::defs::{Field, Kind, ParamId, Params, Value};
use super::embed::{self, Embed};
use super::measured::{self, MeasuredPoint};
use super::noise::NoiseState;
use super::race::RaceState;
use super::runs::RunsState;
use crate::units::parse_number;

/// Version of the keys; a link of another version is read as far as its keys are known.
pub const VERSION: &str = "1";
/// Longer fragments are read up to here; no link of ours comes near.
const MAX_LENGTH: usize = 8192;
/// Bytes of a value that comes by itself; the longest of ours is a list of all lanes.
const MAX_VALUE: usize = 100;

/// The screens that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Panel {
    #[default]
    Curves,
    Race,
    Sweep,
    Noise,
    Calc,
    Runs,
    About,
}

impl Panel {
    /// Every panel, in the order of the tabs.
    pub const ALL: [Panel; 7] = [
        Panel::Curves,
        Panel::Race,
        Panel::Sweep,
        Panel::Noise,
        Panel::Calc,
        Panel::Runs,
        Panel::About,
    ];

    /// Name in links.
    pub const fn key(self) -> &'static str {
        match self {
            Panel::Curves => "curves",
            Panel::Race => "race",
            Panel::Sweep => "sweep",
            Panel::Runs => "runs",
            Panel::Noise => "noise",
            Panel::Calc => "calc",
            Panel::About => "about",
        }
    }
}

/// Language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    En,
    Zh,
}

/// Colour theme; automatic follows the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// Name in links and in `data-theme`.
    pub const fn key(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// Everything a link carries.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Link {
    pub panel: Panel,
    /// `None` leaves the language to the stored choice or the browser.
    pub lang: Option<Lang>,
    pub theme: Option<Theme>,
    /// Train on the page's thread even where workers exist.
    pub is_threadless: bool,
    /// How a frame in somebody else's page shows the panel; `None` on a page of our own.
    pub embed: Option<Embed>,
    pub curves: CurvesState,
    /// Drawn over the curves.
    pub measured: Vec<MeasuredPoint>,
    pub race: RaceState,
    pub noise: NoiseState,
    pub runs: RunsState,
    pub calc: CalcState,
}

/// Something a link asked for that was not done as asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// Outside the range: the nearest allowed value is used.
    Clamped {
        key: &'static str,
        given: String,
        used: f64,
        min: f64,
        max: f64,
    },
    /// Not a number, or not one of the choices: the default is used.
    Unreadable { key: &'static str, given: String },
    /// The panel does not exist: the first one is shown.
    UnknownPanel { given: String },
    /// Written by another version; what is known was read.
    OtherVersion { given: String },
    /// Cut off at the longest length that is read.
    TooLong,
    /// A panel is asked to lock or hide (the key) a control that it does not have.
    UnknownControl { key: &'static str, given: String },
    /// The code of the Share dialog did not come.
    NoShareDialog,
    /// A file that the page did not save.
    UnknownFile { given: String },
}

/// Reads a fragment, with or without its `#`. Never fails.
pub fn decode(fragment: &str) -> (Link, Vec<Notice>) {
    let mut notices = Vec::new();
    let mut text = fragment.trim_start_matches('#');
    if text.len() > MAX_LENGTH {
        let mut end = MAX_LENGTH;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text = &text[..end];
        notices.push(Notice::TooLong);
    }
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let mut link = Link::default();
    let name = path.trim_matches('/');
    match Panel::ALL.into_iter().find(|p| p.key() == name) {
        Some(panel) => link.panel = panel,
        None if name.is_empty() => {}
        None => notices.push(Notice::UnknownPanel {
            given: shorten(&percent_decode(name)),
        }),
    }
    let pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|p| !p.is_empty())
        .map(|p| p.split_once('=').unwrap_or((p, "")))
        .map(|(k, v)| (percent_decode(k), percent_decode(v)))
        .collect();
    for (key, value) in &pairs {
        match key.as_str() {
            "v" if value != VERSION => notices.push(Notice::OtherVersion {
                given: shorten(value),
            }),
            "lang" => match value.as_str() {
                "en" => link.lang = Some(Lang::En),
                "zh" => link.lang = Some(Lang::Zh),
                _ => notices.push(Notice::Unreadable {
                    key: "lang",
                    given: shorten(value),
                }),
            },
            "theme" => match [Theme::Auto, Theme::Light, Theme::Dark]
                .into_iter()
                .find(|t| t.key() == value)
            {
                Some(theme) => link.theme = Some(theme),
                None => notices.push(Notice::Unreadable {
                    key: "theme",
                    given: shorten(value),
                }),
            },
            "nothread" => link.is_threadless = value == "1",
            _ => {}
        }
    }
    match link.panel {
        Panel::Curves => {
            read(&mut link.curves, &pairs, &mut notices);
            if let Some((_, text)) = pairs.iter().rev().find(|(key, _)| key == measured::KEY) {
                match measured::read(text) {
                    Some(points) => link.measured = points,
                    None => notices.push(Notice::Unreadable {
                        key: measured::KEY,
                        given: shorten(text),
                    }),
                }
            }
        }
        Panel::Race | Panel::Sweep => read(&mut link.race, &pairs, &mut notices),
        Panel::Noise => read(&mut link.noise, &pairs, &mut notices),
        Panel::Calc => read(&mut link.calc, &pairs, &mut notices),
        Panel::Runs => read(&mut link.runs, &pairs, &mut notices),
        Panel::About => {}
    }
    link.embed = embed::read(link.panel, &pairs, &mut notices);
    (link, notices)
}

/// Writes the fragment of a link, with its `#`.
pub fn encode(link: &Link) -> String {
    let mut pairs = Vec::new();
    match link.panel {
        Panel::Curves => {
            write(&link.curves, &mut pairs);
            if !link.measured.is_empty() {
                pairs.push(format!(
                    "{}={}",
                    measured::KEY,
                    measured::write(&link.measured)
                ));
            }
        }
        Panel::Race | Panel::Sweep => write(&link.race, &mut pairs),
        Panel::Noise => write(&link.noise, &mut pairs),
        Panel::Calc => write(&link.calc, &mut pairs),
        Panel::Runs => write(&link.runs, &mut pairs),
        Panel::About => {}
    }
    match link.lang {
        Some(Lang::En) => pairs.push("lang=en".to_owned()),
        Some(Lang::Zh) => pairs.push("lang=zh".to_owned()),
        None => {}
    }
    if let Some(theme) = link.theme {
        pairs.push(format!("theme={}", theme.key()));
    }
    if link.is_threadless {
        pairs.push("nothread=1".to_owned());
    }
    if let Some(embed) = &link.embed {
        embed::write(embed, link.panel, &mut pairs);
    }
    let mut out = format!("#/{}", link.panel.key());
    if !pairs.is_empty() {
        out.push_str("?v=");
        out.push_str(VERSION);
        for pair in pairs {
            out.push('&');
            out.push_str(&pair);
        }
    }
    out
}

/// Applies the pairs in the order of the registry, because a task changes the defaults of what follows.
fn read<S: Params>(state: &mut S, pairs: &[(String, String)], notices: &mut Vec<Notice>) {
    for field in S::fields() {
        // The last of repeated keys wins, as in every browser's own parser.
        let Some((_, text)) = pairs.iter().rev().find(|(key, _)| key == field.key) else {
            continue;
        };
        match read_value(field, text) {
            Some((value, clamped)) => {
                (field.set)(state, value);
                if clamped {
                    let (min, max) = field.kind.range();
                    notices.push(Notice::Clamped {
                        key: field.key,
                        given: shorten(text),
                        used: value.number(),
                        min,
                        max,
                    });
                }
            }
            None => notices.push(Notice::Unreadable {
                key: field.key,
                given: shorten(text),
            }),
        }
        // Only after task and optimiser are known do the defaults of the rest stand.
        if field.changes_defaults() {
            *state = state.defaults();
        }
    }
}

impl<S: Params> Field<S> {
    /// Whether the other controls' defaults depend on this one.
    fn changes_defaults(&self) -> bool {
        use super::defs::ParamId::{DigitsOptimizer, Family, Optimizer, Recipe, Task};
        matches!(
            self.id,
            Task | Optimizer | Family | DigitsOptimizer | Recipe
        )
    }
}

fn read_value<S>(field: &Field<S>, text: &str) -> Option<(Value, bool)> {
    match field.kind {
        Kind::Number { .. } => {
            // "1e99" is a number that is too large, not an unreadable one; parse_number rejects only infinities.
            let asked = Value::Number(parse_number(text)?);
            let value = field.kind.admit(asked)?;
            Some((value, value != asked))
        }
        Kind::Choice(names) => names
            .iter()
            .position(|n| *n == text)
            .map(|i| (Value::Choice(i), false)),
        Kind::Flags(_) if text == "-" => Some((Value::Flags(0), false)),
        Kind::Flags(names) => {
            let mut bits = 0;
            for name in text.split(',') {
                bits |= 1 << names.iter().position(|n| *n == name)?;
            }
            Some((Value::Flags(bits), false))
        }
    }
}

fn write<S: Params>(state: &S, pairs: &mut Vec<String>) {
    let defaults = state.defaults();
    for field in S::fields() {
        let value = (field.get)(state);
        // The choices that change defaults are compared with the very first screen.
        let default = if field.changes_defaults() {
            Value::Choice(0)
        } else {
            (field.get)(&defaults)
        };
        if value == default {
            continue;
        }
        pairs.push(format!("{}={}", field.key, text_of(field.kind, value)));
    }
}

/// A value as links write it.
fn text_of(kind: Kind, value: Value) -> String {
    match (kind, value) {
        (Kind::Choice(names), Value::Choice(i)) => names[i].to_owned(),
        (Kind::Flags(_), Value::Flags(0)) => "-".to_owned(),
        (Kind::Flags(names), Value::Flags(bits)) => {
            let on: Vec<&str> = names
                .iter()
                .enumerate()
                .filter(|(i, _)| bits >> i & 1 == 1)
                .map(|(_, n)| *n)
                .collect();
            on.join(",")
        }
        (_, value) => shortest(value.number()),
    }
}

/// A control of a panel with its value, apart from the type of the panel's state.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    pub id: ParamId,
    /// Name in links.
    pub key: &'static str,
    pub value: Value,
    /// The value as links write it.
    pub text: String,
}

/// Every control of the link's panel, in the order of the registry.
pub fn controls(link: &Link) -> Vec<Control> {
    fn of<S: Params>(state: &S) -> Vec<Control> {
        let control = |f: &Field<S>| {
            let value = (f.get)(state);
            Control {
                id: f.id,
                key: f.key,
                value,
                text: text_of(f.kind, value),
            }
        };
        S::fields().iter().map(control).collect()
    }
    match link.panel {
        Panel::Curves => of(&link.curves),
        Panel::Race | Panel::Sweep => of(&link.race),
        Panel::Noise => of(&link.noise),
        Panel::Calc => of(&link.calc),
        Panel::Runs => of(&link.runs),
        Panel::About => Vec::new(),
    }
}

/// The link with some controls of its panel set to values of any origin: unknown keys are passed over, numbers are
/// clamped, and what cannot be read leaves the control as it was. `lang` and `theme` count as controls.
pub fn with_values(link: &Link, values: &[(String, String)]) -> Link {
    let known = controls(link);
    let mut text = encode(link);
    if !text.contains('?') {
        text.push_str("?v=");
        text.push_str(VERSION);
    }
    for (key, value) in values {
        let is_known = known.iter().any(|c| c.key == key) || key == "lang" || key == "theme";
        if !is_known || value.len() > MAX_VALUE {
            continue;
        }
        let pair = format!("{key}={}", percent_encode(value));
        let (_, notices) = decode(&format!("#/{}?{pair}", link.panel.key()));
        // In a link an unreadable value stands for the default.
        if !notices
            .iter()
            .any(|n| matches!(n, Notice::Unreadable { .. }))
        {
            text.push('&');
            text.push_str(&pair);
        }
    }
    decode(&text).0
}

/// The shortest text that reads back as the same number.
pub(super) fn shortest(value: f64) -> String {
    let (plain, scientific) = (format!("{value}"), format!("{value:e}"));
    if scientific.len() < plain.len() {
        scientific
    } else {
        plain
    }
}

/// What is quoted back to the reader stays short.
pub(super) fn shorten(text: &str) -> String {
    let mut out: String = text.chars().filter(|c| !c.is_control()).take(24).collect();
    if text.chars().count() > 24 {
        out.push('…');
    }
    out
}

/// Escapes everything but what stands unescaped in our own links.
fn percent_encode(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._,:".contains(&b);
    text.bytes()
        .map(|b| {
            if is_plain(b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// Percent-decoding that accepts anything; wrong escapes stay as they are.
fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = |b: u8| (b as char).to_digit(16);
        match (
            bytes[i],
            bytes.get(i + 1).copied().and_then(hex),
            bytes.get(i + 2).copied().and_then(hex),
        ) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 3;
            }
            (byte, ..) => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
