//! Fragments as nobody writes them: known panels and keys with values of every kind, cut, doubled, escaped, mixed with
//! noise. The same for the native test and for the browser.

use critical_batch::params::calc::CalcState;
use critical_batch::params::curves::CurvesState;
use critical_batch::params::defs::Params;
use critical_batch::params::noise::NoiseState;
use critical_batch::params::race::RaceState;
use critical_batch::params::url::Panel;
use critical_batch::train::rng::{Rng, Stream};

/// Values that have broken readers of numbers and addresses before.
const NASTY: &[&str] = &[
    "",
    "0",
    "-0",
    "1e999",
    "-1e999",
    "1e-999",
    "NaN",
    "inf",
    "-inf",
    "Infinity",
    "0x10",
    "1_000",
    "1,5",
    "2^20",
    "2^-5",
    "2^99999",
    "64k",
    "1/3",
    "1/0",
    "%",
    "%0",
    "%00",
    "%F0%9F",
    "%E4%BD%A0",
    "+1",
    "--1",
    "1e",
    "1e+",
    ".",
    "null",
    "undefined",
    "<b>",
    "\u{202e}",
    "😀",
    "批量",
    "a=b",
    "1&1",
    "#",
    "?",
    "/",
];

/// Words of choices and lists.
const WORDS: &[&str] = &[
    "sgd",
    "adam",
    "adamw",
    "momentum",
    "rmsprop",
    "digits",
    "quadratic",
    "regression",
    "spirals",
    "base,none",
    "sqrt,linear,theory",
    "custom",
    "-",
    "on",
    "off",
    "auto",
    "fixed",
    "dark",
    "light",
    "en",
    "zh",
    "unknown",
];

/// Keys that are no control.
const OTHERS: &[&str] = &[
    "v",
    "lang",
    "theme",
    "nothread",
    "embed",
    "ui",
    "lock",
    "hide",
    "height",
    "pts",
    "notify",
    "__proto__",
    "constructor",
    "B",
    "",
];

fn keys() -> Vec<&'static str> {
    fn of<S: Params>() -> impl Iterator<Item = &'static str> {
        S::fields().iter().map(|field| field.key)
    }
    of::<CurvesState>()
        .chain(of::<RaceState>())
        .chain(of::<NoiseState>())
        .chain(of::<CalcState>())
        .chain(OTHERS.iter().copied())
        .collect()
}

/// The fragment of a number; equal numbers give equal fragments. Every panel comes about equally often.
pub fn fragment(number: u64) -> String {
    let mut rng = Rng::new(number, Stream::Noise);
    let keys = keys();
    let panel = Panel::ALL[rng.below(Panel::ALL.len() as u32) as usize].key();
    let mut text = match rng.below(12) {
        0 => format!("#{panel}"),
        1 => format!("#/{panel}x?"),
        2 => format!("#//{panel}??"),
        _ => format!("#/{panel}?v=1"),
    };
    for _ in 0..rng.below(9) {
        let key = keys[rng.below(keys.len() as u32) as usize];
        let value = value(&mut rng);
        let (and, is) = match rng.below(20) {
            0 => ("&&", "="),
            1 => ("&", "=="),
            2 => ("&", ""),
            3 => (";", "="),
            _ => ("&", "="),
        };
        text.push_str(&format!("{and}{key}{is}{value}"));
    }
    if rng.below(40) == 0 {
        text.push_str(&"9".repeat(20_000));
    }
    if rng.below(10) == 0 {
        let end = rng.below(text.chars().count() as u32) as usize;
        text = text.chars().take(end).collect();
    }
    text
}

fn value(rng: &mut Rng) -> String {
    let one_of = |rng: &mut Rng, all: &[&str]| all[rng.below(all.len() as u32) as usize].to_owned();
    match rng.below(8) {
        0 | 1 => one_of(rng, NASTY),
        2 => one_of(rng, WORDS),
        // Any magnitude, and any number there is.
        3 | 4 => format!("{}", 10_f64.powf(rng.uniform() * 14.0 - 6.0)),
        5 => format!("{:e}", f64::from_bits(u64::from(rng.below(u32::MAX)) << 32)),
        6 => format!("{}", rng.below(2000)),
        _ => {
            let points = (0..1 + rng.below(4)).map(|_| {
                let lr = rng.uniform();
                format!(
                    "{}:{lr:.3}:{:.3}:{}",
                    rng.below(5000),
                    lr / 2.0,
                    one_of(rng, NASTY)
                )
            });
            points.collect::<Vec<_>>().join(",")
        }
    }
}
