//! Every acceptance criterion has a test named after it, or stands in `tests/README.md` with the reason why not.
//!
//! A criterion AC-7 is checked by functions whose names begin with `ac_07_`. The table in `tests/README.md` names the
//! files where they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The criteria are numbered from 1 to this.
const LAST: u32 = 54;

const LIST: &str = include_str!("README.md");
/// Above the criteria that no test is named after.
const UNTESTED: &str = "Without a test of that name:";

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the tests' folder can be read") {
        let path = entry.expect("its entries can be read").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Criteria by the files that have a test named after them.
fn tested() -> BTreeMap<u32, BTreeSet<String>> {
    let mut paths = Vec::new();
    sources(Path::new("tests"), &mut paths);
    let mut found: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("sources are text");
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with("#[") {
                is_test |= line == "#[test]" || line == "#[tokio::test]";
                continue;
            }
            let name = line
                .trim_start_matches("pub ")
                .trim_start_matches("async ")
                .strip_prefix("fn ac_");
            if let (true, Some(name)) = (is_test, name) {
                let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
                let number = digits.parse().expect("a criterion's number follows ac_");
                assert_eq!(digits.len(), 2, "{line}: two digits, so that names sort");
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                found.entry(number).or_default().insert(file.into_owned());
            }
            is_test = false;
        }
    }
    found
}

/// The numbers that a text such as "AC-31 to AC-33 and AC-40" names.
fn numbers(text: &str) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut before: Option<u32> = None;
    let mut parts = text.split("AC-");
    let mut between = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        let number: u32 = digits.parse().expect("AC- is followed by a number");
        if let (Some(first), " to ") = (before, between.as_str()) {
            found.extend(first..number);
        }
        found.insert(number);
        before = Some(number);
        between = part[digits.len()..].to_owned();
    }
    found
}

/// Rows of the table: criterion and the files that its row names.
fn table() -> BTreeMap<u32, BTreeSet<String>> {
    let mut rows: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    for line in LIST.lines().filter(|l| l.starts_with("| AC-")) {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let criteria = numbers(cells.next().unwrap_or(""));
        let files = cells.nth(1).unwrap_or("");
        let files = files.split('`').skip(1).step_by(2).map(str::to_owned);
        let files: BTreeSet<String> = files.collect();
        for number in criteria {
            rows.entry(number).or_default().extend(files.clone());
        }
    }
    rows
}

/// Criteria in the list of those without a test, each of which must come with a reason.
fn excused() -> BTreeSet<u32> {
    let list = LIST
        .split(UNTESTED)
        .nth(1)
        .expect("the list has its heading");
    let list = list.split("\n## ").next().unwrap_or("");
    let mut found = BTreeSet::new();
    for item in list.lines().filter(|l| l.starts_with("- AC-")) {
        let (criteria, reason) = item.split_once(": ").expect("a reason follows a colon");
        assert!(reason.len() > 20, "{item}: that is no reason");
        found.extend(numbers(criteria));
    }
    found
}

#[test]
fn every_criterion_is_tested_or_listed_with_a_reason() {
    let (tested, excused) = (tested(), excused());
    for number in 1..=LAST {
        let (is_tested, is_excused) = (tested.contains_key(&number), excused.contains(&number));
        assert!(
            is_tested || is_excused,
            "AC-{number} has neither a test ac_{number:02}_… nor a reason in tests/README.md"
        );
        assert!(
            !(is_tested && is_excused),
            "AC-{number} has a test; tests/README.md still excuses it"
        );
    }
    assert!(tested.keys().all(|n| (1..=LAST).contains(n)), "{tested:?}");
    assert!(
        excused.iter().all(|n| (1..=LAST).contains(n)),
        "{excused:?}"
    );
}

#[test]
fn the_table_names_the_files_where_the_tests_are() {
    let (tested, table) = (tested(), table());
    for (number, files) in &tested {
        let named = table
            .get(number)
            .unwrap_or_else(|| panic!("AC-{number} is not in the table of tests/README.md"));
        for file in files {
            assert!(
                named.contains(file),
                "AC-{number}: the table does not name {file}, only {named:?}"
            );
        }
    }
    for number in table.keys() {
        assert!(
            tested.contains_key(number),
            "AC-{number} is in the table, but no test is named after it"
        );
    }
}

#[test]
fn ranges_and_single_numbers_are_read() {
    assert_eq!(
        numbers("AC-31 to AC-33 and AC-40"),
        BTreeSet::from([31, 32, 33, 40])
    );
    assert_eq!(numbers("AC-7"), BTreeSet::from([7]));
    assert!(numbers("–").is_empty());
}
