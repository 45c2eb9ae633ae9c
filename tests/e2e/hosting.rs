//! Any folder of any static host: addresses, headers, sizes.

use crate::harness::{DESKTOP, browse, site};
use crate::race;
use critical_batch::i18n::{Lang, strings};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

#[tokio::test]
async fn ac_52_everything_loads_from_a_sub_path_of_a_plain_host() {
    browse(DESKTOP, async |page| {
        page.open("#/race?v=1&ex=2000").await;
        race::play(page).await;
        race::wait_state(page, "done").await;
        assert!(
            !page.is_shown("on-page").await,
            "the worker did not start under a sub-path"
        );
        let base = page.site.page.clone();
        let addresses: Vec<String> = page
            .js(
                "return [location.href.split('#')[0], ...performance.getEntriesByType('resource').map(e => e.name)]",
                &[],
            )
            .await;
        assert!(addresses.len() >= 6, "{addresses:?}");
        let outside: Vec<&String> = addresses
            .iter()
            .filter(|a| !a.starts_with(&base) && !a.starts_with("data:"))
            .collect();
        assert!(outside.is_empty(), "requests left {base}: {outside:?}");
        // The host sets nothing that would make shared memory or other privileges possible.
        assert!(!page.js::<bool>("return crossOriginIsolated", &[]).await);
        let headers = page.site.headers_of(&base);
        assert!(headers[0].contains("200"), "{headers:?}");
        assert!(
            !headers.iter().any(|h| h.starts_with("cross-origin-")),
            "{headers:?}"
        );
        let wasm = addresses.iter().find(|a| a.ends_with(".wasm")).unwrap();
        let headers = page.site.headers_of(wasm);
        assert!(
            headers.iter().any(|h| h == "content-type: application/wasm"),
            "{headers:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn ac_52_no_state_leaks_into_cookies() {
    browse(DESKTOP, async |page| {
        page.open("#/curves?v=1&b=512&theme=dark&lang=zh").await;
        assert_eq!(page.js::<String>("return document.cookie", &[]).await, "");
        let databases: Value = page
            .js_async("return (await indexedDB.databases()).length", &[])
            .await;
        assert_eq!(databases, 0);
    })
    .await;
}

/// Files of the built site with one of these endings.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &std::path::Path, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else {
                out.push(path);
            }
        }
    }
    let mut all = Vec::new();
    walk(&site().folder, &mut all);
    all.retain(|p| {
        p.extension()
            .is_some_and(|e| endings.contains(&e.to_string_lossy().as_ref()))
    });
    all
}

/// Sum of the files' sizes, each compressed with a function of Node's zlib.
fn compressed(function: &str, files: &[PathBuf]) -> usize {
    let script = format!(
        "const z = require('zlib'), fs = require('fs');
         console.log(process.argv.slice(1).map(f => z.{function}(fs.readFileSync(f)).length).reduce((a, b) => a + b, 0))"
    );
    let output = Command::new("node")
        .arg("-e")
        .arg(script)
        .args(files)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

/// Names of the modules and scripts that the first screen needs; panels fetch the others later.
const LATER: [&str; 3] = ["-split_", "-chunk_", "service-worker"];

#[test]
fn ac_54_the_first_part_of_the_module_and_its_glue_stay_below_300_kb() {
    let (later, first): (Vec<_>, Vec<_>) = files(&["wasm", "js"])
        .into_iter()
        .partition(|f| LATER.iter().any(|part| f.to_string_lossy().contains(part)));
    assert!(
        first
            .iter()
            .any(|f| f.to_string_lossy().ends_with("_bg.wasm")),
        "{first:?}"
    );
    assert!(later.len() >= 2, "{later:?}");
    let size = compressed("brotliCompressSync", &first);
    assert!(size <= 300_000, "{size} bytes with Brotli");
}

#[test]
fn about_says_how_much_a_browser_keeps() {
    let folder = &site().folder;
    let list = std::fs::read_to_string(folder.join("service-worker.js")).unwrap();
    let (_, list) = list.split_once("const FILES = {").unwrap();
    let (list, _) = list.split_once('}').unwrap();
    // Names and hashes in turn; a folder stands for its page.
    let names: Vec<&str> = list.split('"').skip(1).step_by(4).collect();
    assert!(names.len() > 20, "{names:?}");
    let size = |name: &&str| {
        let path = folder.join(name);
        let file = if path.is_dir() {
            path.join("index.html")
        } else {
            path
        };
        std::fs::metadata(file).unwrap().len()
    };
    let bytes: u64 = names.iter().map(size).sum();
    assert!((1_500_000..2_500_000).contains(&bytes), "{bytes} bytes");
    assert!(
        strings(Lang::En)
            .about
            .offline
            .contains("about two megabytes")
    );
    assert!(strings(Lang::Zh).about.offline.contains("约两兆字节"));
}

/// What trains, and with it the data, comes when something is trained; a panel does not wait for it.
#[test]
fn the_digits_are_in_the_part_that_trains_and_in_no_other() {
    let digits = &include_bytes!("../../src/train/data/digits.bin")[..64];
    let holders: Vec<_> = files(&["wasm"])
        .into_iter()
        .filter(|file| {
            let bytes = std::fs::read(file).unwrap();
            bytes.windows(digits.len()).any(|part| part == digits)
        })
        .collect();
    assert!(
        matches!(&holders[..], [one] if one.to_string_lossy().ends_with("-split_worker.wasm")),
        "{holders:?}"
    );
}

#[test]
fn ac_54_page_and_styles_stay_below_30_kb_and_nothing_else_is_loaded() {
    // The first screen's; lessons and article are pages of their own.
    let mut first = files(&["html", "css"]);
    let is_of_lessons = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .starts_with("learn-")
    };
    first.retain(|path| path.parent() == Some(&site().folder) && !is_of_lessons(path));
    // The page and its one file of styles.
    assert_eq!(first.len(), 2, "{first:?}");
    let size = compressed("gzipSync", &first);
    assert!(size <= 30_000, "{size} bytes with gzip");
    let mut heavy = files(&[
        "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "woff", "woff2", "ttf", "otf", "mp4",
    ]);
    // Only a system that installs the site asks for them.
    heavy.retain(|path| !path.ends_with("icon-192.png") && !path.ends_with("icon-512.png"));
    assert!(heavy.is_empty(), "{heavy:?}");
}

/// cargo's own list of what is compiled into the module must be in the notices, by name and version.
#[test]
fn notices_name_every_package_in_the_module() {
    let notices = std::fs::read_to_string(site().folder.join("licences.txt")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--target", "wasm32-unknown-unknown"])
        .args([
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "none",
            "--no-dedupe",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let tree = String::from_utf8(output.stdout).unwrap();
    let mut n_found = 0;
    // "name v1.2.3 (source)"; the first line is this crate.
    for line in tree.lines().skip(1) {
        let mut words = line.split(' ');
        let (name, version) = (words.next().unwrap(), words.next().unwrap());
        let wanted = format!("\n{name} {} (", version.trim_start_matches('v'));
        assert!(
            notices.contains(&wanted),
            "{line} is missing in licences.txt"
        );
        n_found += 1;
    }
    assert!(n_found > 50, "{n_found} packages");
    for part in [
        "Permission is hereby granted",
        "CC BY 4.0",
        "Rust standard library",
        "\ndlmalloc ",
    ] {
        assert!(notices.contains(part), "{part} is missing in licences.txt");
    }
}

#[test]
fn sums_are_those_of_the_files() {
    let output = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(&site().folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let sums = std::fs::read_to_string(site().folder.join("SHA256SUMS")).unwrap();
    let n_files = files(&[
        "html",
        "js",
        "css",
        "wasm",
        "txt",
        "png",
        "svg",
        "webmanifest",
    ])
    .len();
    assert!(sums.lines().count() >= n_files, "{sums}");
}
