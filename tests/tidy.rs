//! The layout's rules that no compiler checks: who may import whom, where colours, sentences and versions stand.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file under `dir` with one of the endings.
fn files(dir: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![PathBuf::from(dir)];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).expect("the folder exists") {
            let path = entry.expect("its entries can be read").path();
            if path.is_dir() {
                todo.push(path);
            } else if endings
                .iter()
                .any(|e| path.extension().is_some_and(|x| x == *e))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{dir} holds no {endings:?}");
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("source files are text")
}

/// Lines of code, without comments.
fn code(path: &Path) -> Vec<(usize, String)> {
    read(path)
        .lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line.split("//").next().unwrap_or("").to_owned()))
        .collect()
}

/// Fails if any line of code in `dirs` contains one of `words`.
fn forbid(dirs: &[&str], words: &[&str], why: &str) {
    let mut found = Vec::new();
    for dir in dirs {
        let paths = if Path::new(dir).is_dir() {
            files(dir, &["rs"])
        } else {
            vec![PathBuf::from(dir)]
        };
        for path in paths {
            for (number, line) in code(&path) {
                if let Some(word) = words.iter().find(|w| line.contains(**w)) {
                    found.push(format!("{}:{number} has `{word}`", path.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{why}\n{}", found.join("\n"));
}

#[test]
fn the_pure_core_knows_no_browser() {
    forbid(
        &[
            "src/units.rs",
            "src/theory",
            "src/train",
            "src/experiment",
            "src/measurements",
            "src/params",
            "src/scenes",
            "src/export",
            "src/i18n",
            "src/worker/protocol.rs",
            "src/worker/engine.rs",
            "src/worker/dispatch.rs",
        ],
        &["leptos", "web_sys", "js_sys", "wasm_bindgen"],
        "these run natively and in workers",
    );
}

#[test]
fn theory_and_trainer_do_not_know_each_other() {
    let why = "then `measurement agrees with formula` is a test, not a tautology";
    forbid(
        &["src/theory"],
        &[
            "crate::train",
            "crate::experiment",
            "crate::params",
            "crate::i18n",
            "crate::chart",
        ],
        why,
    );
    forbid(
        &["src/train"],
        &[
            "crate::theory",
            "crate::experiment",
            "crate::params",
            "crate::i18n",
            "crate::chart",
        ],
        why,
    );
}

#[test]
fn each_folder_keeps_to_its_directions() {
    forbid(
        &["src/experiment"],
        &["crate::ui", "crate::i18n", "crate::chart", "crate::scenes"],
        "experiments return numbers",
    );
    forbid(
        &["src/measurements"],
        &[
            "crate::ui",
            "crate::i18n",
            "crate::theory",
            "crate::train",
            "crate::experiment",
            "crate::chart",
            "crate::params",
            "crate::worker",
        ],
        "reading knows no subject",
    );
    forbid(
        &["src/params"],
        &["crate::ui", "crate::i18n", "crate::train", "crate::theory"],
        "parameters are plain values",
    );
    forbid(
        &["src/chart"],
        &[
            "crate::ui",
            "crate::i18n",
            "crate::theory",
            "crate::train",
            "crate::params",
        ],
        "a chart knows no subject",
    );
    forbid(
        &["src/scenes", "src/export", "src/i18n"],
        &["crate::ui"],
        "only the page builds DOM",
    );
    forbid(
        &["src/worker"],
        &["crate::ui", "crate::i18n", "crate::theory", "crate::chart"],
        "workers only train",
    );
}

#[test]
fn panels_do_not_know_each_other() {
    let panels = ["curves", "race", "sweep", "noise", "calc", "runs", "about"];
    for panel in panels {
        let others: Vec<String> = panels
            .iter()
            .filter(|p| **p != panel)
            .map(|p| format!("panels::{p}"))
            .collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let folder = format!("src/ui/panels/{panel}");
        let place = if Path::new(&folder).is_dir() {
            folder
        } else {
            format!("{folder}.rs")
        };
        forbid(&[&place], &others, "panels embed on their own");
    }
}

#[test]
fn only_the_worker_folder_posts_messages() {
    forbid(
        &["src/ui", "src/main.rs", "src/chart"],
        &["post_message", "MessageEvent", "web_sys::Worker"],
        "messages stay in src/worker",
    );
}

#[test]
fn colours_stand_in_one_file() {
    let is_colour = |line: &str| {
        line.match_indices('#').any(|(i, _)| {
            let digits = line[i + 1..]
                .chars()
                .take_while(char::is_ascii_hexdigit)
                .count();
            let ends = line[i + 1 + digits..]
                .chars()
                .next()
                .is_none_or(|c| !c.is_alphanumeric());
            ends && matches!(digits, 3 | 6 | 8)
        })
    };
    let mut found = Vec::new();
    for path in files("src", &["rs"])
        .into_iter()
        .chain(files("style", &["css"]))
    {
        if path.ends_with("tokens.css") {
            continue;
        }
        // Tests of the colour reader need colours to read.
        let text = read(&path);
        let body = text.split("#[cfg(test)]").next().unwrap_or("");
        for (number, line) in body.lines().enumerate() {
            if is_colour(line.split("//").next().unwrap_or("")) {
                found.push(format!("{}:{} {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(
        found.is_empty(),
        "colours belong into style/tokens.css:\n{}",
        found.join("\n")
    );
}

#[test]
fn chinese_stands_only_where_sentences_stand() {
    // Citations keep their own title.
    let allowed = [
        "src/i18n",
        "src/theory/presets.rs",
        "src/theory/measured.rs",
        "src/theory/mean_field.rs",
        "src/chart/draw.rs",
    ];
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for path in files("src", &["rs"]) {
        if allowed.iter().any(|a| path.starts_with(a)) {
            continue;
        }
        let text = read(&path);
        let body = text.split("#[cfg(test)]").next().unwrap_or("");
        assert!(
            !body.chars().any(is_han),
            "{} holds a sentence",
            path.display()
        );
    }
}

#[test]
fn pinned_versions_agree() {
    let value = |file: &str, key: &str| -> String {
        let text = fs::read_to_string(file).expect("the file exists");
        let line = text
            .lines()
            .find(|l| l.trim_start().starts_with(key))
            .unwrap_or_else(|| panic!("{file} has no {key}"));
        line.chars()
            .filter(|c| c.is_ascii_digit() || *c == '.')
            .collect::<String>()
            .trim_matches('.')
            .to_owned()
    };
    let cli = value(".make/versions.sh", "WASM_BINDGEN_VERSION");
    assert_eq!(value("Trunk.toml", "wasm_bindgen"), cli);
    let lock = fs::read_to_string("Cargo.lock").expect("the lock file is committed");
    assert!(
        lock.contains(&format!("name = \"wasm-bindgen\"\nversion = \"{cli}\"")),
        "Cargo.lock differs from {cli}"
    );
    let trunk = value(".make/versions.sh", "TRUNK_VERSION");
    assert_eq!(value("Trunk.toml", "trunk-version"), trunk);
    let npm = fs::read_to_string("package.json").expect("package.json exists");
    let binaryen = value("Trunk.toml", "wasm_opt");
    assert!(
        npm.contains(&format!("\"binaryen\": \"{binaryen}.")),
        "package.json differs from wasm-opt {binaryen}"
    );
}

#[test]
fn only_the_calls_into_later_parts_are_unsafe() {
    let found: Vec<String> = files("src", &["rs"])
        .iter()
        .filter(|path| read(path).contains("unsafe_code"))
        .map(|path| path.display().to_string())
        .collect();
    assert_eq!(found, ["src/ui/panels/later.rs"]);
}

#[test]
fn npm_packages_come_from_the_public_registry() {
    for lock in [
        "package-lock.json",
        "bench/package-lock.json",
        "tests/lighthouse/package-lock.json",
    ] {
        let text = fs::read_to_string(lock).expect("the lock file is committed");
        for line in text.lines().filter(|l| l.contains("\"resolved\"")) {
            assert!(
                line.contains("\"https://registry.npmjs.org/"),
                "{lock} names another host: {line}"
            );
        }
    }
}
