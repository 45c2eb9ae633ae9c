//! What the build makes of `content/`.

use crate::content::Content;
use crate::frame::{Assets, Lang};
use crate::{article, site};
use critical_batch::experiment::lessons::Lesson;
use critical_batch::params::url::decode;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const CONTENT: &str = "content";
/// What Trunk makes of `index.html`, as far as the pages read it.
const INDEX: &str = r#"<link rel="icon" href="data:,">
<link rel="stylesheet" href="./tokens-1.css"/>
<link rel="preload" href="./critical-batch-2_bg.wasm" as="fetch">
<script type="module" src="./start-4.js"></script><link rel="modulepreload" href="./critical-batch-2.js">
<link rel="modulepreload" href="./critical-batch-2-later.js"><link rel="modulepreload" href="./snippets/critical-batch-3/src/worker/worker.js">
<body><div id="stopped">It stopped.</div><div id="app">"#;

fn files() -> Vec<(String, String)> {
    files_for(None)
}

fn files_for(site: Option<&str>) -> Vec<(String, String)> {
    let assets = Assets::of(INDEX, "body {}", "// progress", site.map(ToOwned::to_owned)).unwrap();
    site::files(Path::new(CONTENT), &assets).unwrap()
}

fn pages() -> Vec<(String, String)> {
    let mut pages = files();
    pages.retain(|(name, _)| name.ends_with(".html"));
    pages
}

fn outline(path: PathBuf) -> Vec<(String, String)> {
    let content = Content::read(&path).unwrap();
    content
        .blocks
        .into_iter()
        .map(|b| (b.name, b.arg))
        .collect()
}

fn lesson_file(lang: Lang, lesson: Lesson) -> PathBuf {
    let name = format!("lessons/{}.md", lesson.facts().slug);
    Path::new(CONTENT).join(lang.key()).join(name)
}

#[test]
fn both_languages_have_the_same_sentences() {
    let of = |lang: Lang, name: &str| outline(Path::new(CONTENT).join(lang.key()).join(name));
    for name in ["frame.md", "article.md"] {
        assert_eq!(of(Lang::En, name), of(Lang::Zh, name), "{name}");
    }
    for lesson in Lesson::ALL {
        assert_eq!(
            outline(lesson_file(Lang::En, lesson)),
            outline(lesson_file(Lang::Zh, lesson)),
            "{lesson:?}"
        );
    }
}

#[test]
fn no_file_is_left_over() {
    for lang in Lang::ALL {
        let folder = Path::new(CONTENT).join(lang.key());
        let found = std::fs::read_dir(folder.join("lessons")).unwrap();
        let found: BTreeSet<PathBuf> = found.map(|e| e.unwrap().path()).collect();
        let wanted = Lesson::ALL.map(|l| lesson_file(lang, l));
        assert_eq!(found, BTreeSet::from(wanted));
    }
}

/// Formulas are the same in both languages, but for words in them and where a formula ends a sentence.
#[test]
fn both_languages_have_the_same_numbers_and_sources() {
    let sources = |text: &str| -> BTreeSet<String> {
        let links = text.split("arxiv.org/abs/").skip(1);
        links
            .map(|t| t.split(')').next().unwrap().to_owned())
            .collect()
    };
    let places = |text: &str| -> BTreeSet<char> {
        let found = text.split('{').skip(1);
        let digits = found.filter(|t| t.chars().nth(1) == Some('}'));
        digits.map(|t| t.chars().next().unwrap()).collect()
    };
    let mut names = vec!["article.md".to_owned()];
    names.extend(Lesson::ALL.map(|l| format!("lessons/{}.md", l.facts().slug)));
    for name in names {
        let read =
            |lang: Lang| Content::read(&Path::new(CONTENT).join(lang.key()).join(&name)).unwrap();
        let (en, zh) = (read(Lang::En), read(Lang::Zh));
        for (a, b) in en.blocks.iter().zip(&zh.blocks) {
            assert_eq!(sources(&a.body), sources(&b.body), "{name} @{}", a.name);
            if a.name == "found" {
                assert_eq!(places(&a.body), places(&b.body), "{name}");
            }
        }
    }
}

#[test]
fn each_lesson_has_the_parts_that_its_check_speaks_of() {
    for lang in Lang::ALL {
        for lesson in Lesson::ALL {
            let facts = lesson.facts();
            let content = Content::read(&lesson_file(lang, lesson)).unwrap();
            let ids = |name: &'static str| content.all(name).map(|(id, _)| id).collect::<Vec<_>>();
            assert_eq!(ids("option"), facts.options, "{lesson:?}");
            let hints: BTreeSet<&str> = ids("hint").into_iter().collect();
            assert_eq!(hints, facts.hints.iter().copied().collect(), "{lesson:?}");
            // Each once: the app fills one place.
            let found = content.one("found").unwrap();
            let numbers: Vec<usize> = (0..10)
                .filter(|i| found.matches(&format!("{{{i}}}")).count() == 1)
                .collect();
            assert_eq!(
                numbers,
                (0..facts.n_numbers).collect::<Vec<_>>(),
                "{lesson:?}"
            );
            // Whoever predicts wrongly is told why; a prediction that may be right or wrong by measurement, too.
            if facts.options.is_empty() {
                assert_eq!(ids("why"), ["low", "high"], "{lesson:?}");
                content.one("number").unwrap();
            } else {
                let whys = ids("why");
                assert!(whys.len() >= facts.options.len() - 1, "{lesson:?}");
                assert!(whys.iter().all(|w| facts.options.contains(w)), "{lesson:?}");
            }
            for name in [
                "title",
                "description",
                "lead",
                "predict",
                "try",
                "found",
                "explain",
                "source",
            ] {
                content.one(name).unwrap();
            }
        }
    }
}

#[test]
fn every_page_stands_in_both_languages() {
    let names: BTreeSet<String> = pages().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), 2 * (Lesson::ALL.len() + 2));
    for name in names.iter().filter(|n| !n.starts_with("zh/")) {
        assert!(names.contains(&format!("zh/{name}")), "{name}");
    }
    for lesson in Lesson::ALL {
        assert!(names.contains(&format!("learn/{}/index.html", lesson.facts().slug)));
    }
}

/// The texts between `start` and `end`.
fn between<'a>(html: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    let parts = html.split(start).skip(1);
    parts.map(|p| p.split(end).next().unwrap()).collect()
}

#[test]
fn titles_and_descriptions_are_each_page_s_own() {
    let pages = pages();
    for (start, end) in [
        ("<title>", "</title>"),
        ("name=\"description\" content=\"", "\""),
    ] {
        let mut all = BTreeSet::new();
        for (name, html) in &pages {
            let found = between(html.split("</head>").next().unwrap(), start, end);
            assert_eq!(found.len(), 1, "{name}");
            assert!(found[0].chars().count() >= 8, "{name}: {}", found[0]);
            assert!(
                all.insert(found[0].to_owned()),
                "{name} repeats {}",
                found[0]
            );
        }
    }
}

#[test]
fn formulas_are_mathml_and_no_markup_is_left() {
    for (name, html) in pages() {
        if name.contains("learn/")
            && name.matches('/').count() >= 2 + usize::from(name.starts_with("zh/"))
        {
            assert!(html.contains("<math"), "{name} has no formula");
        }
        let body = html.split("<body").nth(1).unwrap();
        for raw in [
            "$", "\\", "**", "](", "{0}", "{n}", "{title}", "{what}", "<merror",
        ] {
            assert!(!body.contains(raw), "{name} shows {raw:?}");
        }
        assert!(
            !body.contains("{"),
            "{name} shows a place that nobody fills"
        );
    }
}

#[test]
fn nothing_is_written_into_the_page_that_a_strict_policy_forbids() {
    for (name, html) in pages() {
        for script in between(&html, "<script", "</script>") {
            assert!(
                script.ends_with('>') && script.contains("src="),
                "{name}: {script}"
            );
        }
        for forbidden in ["<style", " style=", " onclick", " onload", "javascript:"] {
            assert!(!html.contains(forbidden), "{name} has {forbidden}");
        }
        for tag in html.split('<').filter(|t| {
            ["script", "link", "iframe", "img"]
                .iter()
                .any(|n| t.starts_with(n))
        }) {
            assert!(!tag.contains("http"), "{name} loads from elsewhere: {tag}");
        }
    }
}

/// Search engines take the way to another language only with its whole address.
#[test]
fn pages_name_their_other_language_where_the_address_of_the_site_is_known() {
    for (name, html) in files_for(Some("https://example.org/batch/")) {
        let Some(folder) = name.strip_suffix("index.html") else {
            continue;
        };
        let plain = folder.strip_prefix("zh/").unwrap_or(folder);
        for (tag, at) in [("en", ""), ("zh-Hans", "zh/"), ("x-default", "")] {
            let line = format!(
                "<link rel=\"alternate\" hreflang=\"{tag}\" href=\"https://example.org/batch/{at}{plain}\">"
            );
            assert!(html.contains(&line), "{name} lacks {line}");
        }
    }
    for (name, html) in pages() {
        assert!(!html.contains("rel=\"alternate\""), "{name}");
    }
}

/// Every address below the site leads to a file that is there, from any folder that the site is put in.
#[test]
fn links_between_the_pages_lead_somewhere() {
    let files: BTreeSet<String> = files().into_iter().map(|(name, _)| name).collect();
    let built = [
        "index.html",
        "early.js",
        "faults.js",
        "tokens-1.css",
        "critical-batch-2.js",
        "critical-batch-2_bg.wasm",
        "start-4.js",
    ];
    for (name, html) in pages() {
        let folder = Path::new(&name).parent().unwrap();
        for address in between(&html, "href=\"", "\"")
            .into_iter()
            .chain(between(&html, "src=\"", "\""))
        {
            if address.starts_with("https://")
                || address.starts_with("data:")
                || address.starts_with("#")
            {
                continue;
            }
            let path = address.split('#').next().unwrap();
            let mut at: Vec<&str> = folder.iter().map(|p| p.to_str().unwrap()).collect();
            for part in path.split('/') {
                match part {
                    ".." => assert!(at.pop().is_some(), "{name}: {address} leaves the site"),
                    "." | "" => {}
                    part => at.push(part),
                }
            }
            let mut target = at.join("/");
            if path.ends_with('/') {
                target = format!("{target}/index.html")
                    .trim_start_matches('/')
                    .to_owned();
            }
            assert!(
                files.contains(&target) || built.contains(&target.as_str()),
                "{name}: {address} leads to {target}"
            );
        }
    }
}

#[test]
fn every_link_to_a_panel_is_read_without_notices() {
    let mut n_links = 0;
    for (name, html) in pages() {
        for address in between(&html, "href=\"", "\"")
            .into_iter()
            .chain(between(&html, "src=\"", "\""))
        {
            if let Some((_, fragment)) = address.split_once("#/") {
                let (_, notices) = decode(&format!("#/{}", fragment.replace("&amp;", "&")));
                assert_eq!(notices, [], "{name}: {address}");
                n_links += 1;
            }
        }
    }
    assert!(n_links > 120, "{n_links}");
    for lesson in Lesson::ALL {
        for (start, _) in lesson.facts().starts {
            let (link, notices) = decode(start);
            assert_eq!(notices, [], "{start}");
            assert_eq!(
                &critical_batch::params::url::encode(&link),
                *start,
                "is how it is written"
            );
        }
    }
}

#[test]
fn the_article_judges_thirty_statements() {
    for lang in Lang::ALL {
        let path = Path::new(CONTENT).join(lang.key()).join("article.md");
        let content = Content::read(&path).unwrap();
        let claims: Vec<(usize, &str)> = content
            .all("claim")
            .map(|(arg, _)| arg.split_once(' ').unwrap())
            .map(|(n, verdict)| (n.parse().unwrap(), verdict))
            .collect();
        let numbers: Vec<usize> = claims.iter().map(|c| c.0).collect();
        assert_eq!(numbers, (1..=30).collect::<Vec<_>>());
        // reference/theory.md, section 9: what is wrong there is called so here.
        let failing: Vec<usize> = claims
            .iter()
            .filter(|c| c.1 == "fails")
            .map(|c| c.0)
            .collect();
        assert_eq!(failing, [4, 15, 21]);
        assert!(claims.iter().all(|c| article::VERDICTS.contains(&c.1)));
    }
}
