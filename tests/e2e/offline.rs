//! Without a network, and while a new version is published: the page is always one whole version.

use crate::harness::{DESKTOP, Engine, Feature, Host, Page, browse};
use crate::race;
use critical_batch::experiment::lessons::Lesson;
use critical_batch::i18n::{Lang, strings};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the footer says, by `data-value`: kept, without a network, a newer version waits.
pub const KEPT: &str = "1";
const NO_NETWORK: &str = "2";
const NEWER_WAITS: &str = "3";

/// Keeps when a page registers a service worker. Only Chromium's driver puts scripts into pages of every host.
async fn record_registration(page: &Page) {
    if page.engine == Engine::Chromium {
        page.before(
            "(() => { if (!window.ServiceWorkerContainer) return; const proto = ServiceWorkerContainer.prototype, register = proto.register;
                proto.register = function (...args) { window.registeredAt ??= performance.now(); return register.apply(this, args); }; })()",
        )
        .await;
    }
}

/// Opens the host's site and waits until the browser keeps it.
async fn visit(page: &Page, host: &Host) {
    record_registration(page).await;
    page.open_address(&format!("{}#/race?v=1&ex=2000", host.page))
        .await;
    page.wait_ready().await;
    page.wait_attr("offline", "data-value", KEPT).await;
    assert_parts_came_first(page, host).await;
}

/// What the page fetches ahead comes before the page registers the service worker: a request that is under way when it
/// takes the page over may get no answer, and breaks off with the host.
async fn assert_parts_came_first(page: &Page, host: &Host) {
    let modules: Vec<String> = all_files(&host.folder)
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "wasm"))
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert!(modules.len() >= 5, "{modules:?}");
    let missing: Vec<String> = page
        .js(
            "const entries = performance.getEntriesByType('resource');
             const came = entries.filter(e => e.responseEnd <= (window.registeredAt ?? Infinity)).map(e => e.name.split('/').pop());
             return arguments[0].filter(name => !came.includes(name))",
            &[json!(modules)],
        )
        .await;
    assert!(missing.is_empty(), "{missing:?} had not come");
}

/// Trains to the end, in a worker.
async fn train(page: &Page) {
    race::play(page).await;
    race::wait_state(page, "done").await;
    assert!(
        !page.is_shown("on-page").await || page.engine.lacks(Feature::KeptWorkers),
        "the worker did not start"
    );
}

/// Which version each part of the page is of: document, script without a hash in its name, and all other files.
async fn assert_version(page: &Page, is_b: bool) {
    let (document, script, files): (bool, bool, Vec<String>) = page
        .js(
            "const root = document.documentElement;
             return [document.querySelector('meta[name=published]') !== null, root.dataset.early === 'b',
               performance.getEntriesByType('resource').map(e => e.name).filter(n => /\\.(css|js|wasm)$/.test(n) && /-[^/]*$/.test(n))]",
            &[],
        )
        .await;
    assert_eq!((document, script), (is_b, is_b), "document and script");
    let hashed: Vec<&String> = files
        .iter()
        .filter(|f| !f.contains("service-worker"))
        .collect();
    assert!(hashed.len() >= 5, "{files:?}");
    for file in hashed {
        assert_eq!(file.contains("-published-b"), is_b, "{file}");
    }
}

/// Runs the build's own step that lists the files.
fn list_files(folder: &Path) {
    let output = Command::new("node")
        .args([".make/offline.mjs"])
        .arg(folder)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Files in a folder and below.
fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(all_files(&path));
        } else {
            out.push(path);
        }
    }
    out
}

/// Puts another version in the place of the present one: every name with a hash changes, so the old files are gone,
/// and of the others the contents. Page and worker of one version do not understand those of the other.
fn publish_b(folder: &Path) {
    let renamed = |name: &str| -> Option<String> {
        let (stem, ending) = name.rsplit_once('.')?;
        let is_hashed = matches!(ending, "css" | "js" | "wasm")
            && stem != "service-worker"
            && stem.contains('-');
        // The glue's name begins the module's.
        is_hashed.then(|| match stem.strip_suffix("_bg") {
            Some(stem) => format!("{stem}-published-b_bg.{ending}"),
            None => format!("{stem}-published-b.{ending}"),
        })
    };
    let mut names = Vec::new();
    for path in all_files(folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(new) = renamed(&name) {
            fs::rename(&path, path.with_file_name(&new)).unwrap();
            names.push((name, new));
        }
    }
    assert!(names.len() >= 5, "{names:?}");
    for path in all_files(folder) {
        let ending = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !matches!(ending.as_str(), "html" | "js") || path.ends_with("service-worker.js") {
            continue;
        }
        let mut text = fs::read_to_string(&path).unwrap();
        for (old, new) in &names {
            text = text.replace(old, new);
        }
        if ending == "html" {
            text = text.replace("<head>", "<head><meta name=\"published\" content=\"b\">");
        }
        if path.ends_with("early.js") {
            text.push_str("\ndocument.documentElement.dataset.early = \"b\";\n");
        }
        if path.ends_with("worker/worker.js") {
            assert!(text.contains("glueUrl"));
            text = text.replace("glueUrl", "glueAddress");
        }
        fs::write(&path, text).unwrap();
    }
    list_files(folder);
}

/// What caches the origin holds, seen from any of its pages.
async fn caches(page: &Page) -> Vec<String> {
    page.js_async("return await caches.keys()", &[]).await
}

/// Whether a worker is registered for the site, and whether another one waits.
async fn registration(page: &Page, host: &Host) -> (bool, bool) {
    page.js_async(
        "const r = await navigator.serviceWorker.getRegistration(args[0]);
         return [!!r && r.active?.state === 'activated', !!r && r.waiting !== null]",
        &[json!(host.page)],
    )
    .await
}

#[tokio::test]
async fn after_the_first_visit_the_site_works_without_its_host() {
    let mut host = Host::start("offline");
    browse(DESKTOP, async |page| {
        visit(page, &host).await;
        host.stop();
        for path in ["", "index.html", "?from=a-link"] {
            page.open_address(&format!("{}{path}#/race?v=1&ex=2000", host.page))
                .await;
            page.wait_ready().await;
            train(page).await;
            assert_version(page, false).await;
        }
        // The browser asks for the worker's script and finds no host; nothing else may fail.
        let errors = page.console_errors().await;
        assert!(
            errors.iter().all(|line| line.contains("service-worker.js")),
            "{errors:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_lesson_that_is_opened_first_works_without_its_host() {
    let mut host = Host::start("lesson");
    browse(DESKTOP, async |page| {
        let lesson = format!("{}learn/{}/", host.page, Lesson::LinearBreaks.facts().slug);
        record_registration(page).await;
        page.open_address(&lesson).await;
        page.wait_ready().await;
        page.wait_js(
            "the service worker to answer the lesson",
            "return navigator.serviceWorker.controller !== null",
        )
        .await;
        assert_parts_came_first(page, &host).await;
        host.stop();
        for address in [&lesson, &host.page] {
            page.open_address(address).await;
            page.wait_ready().await;
        }
        let errors = page.console_errors().await;
        assert!(
            errors.iter().all(|line| line.contains("service-worker.js")),
            "{errors:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn footer_and_about_say_what_works_without_a_network() {
    let host = Host::start("footer");
    browse(DESKTOP, async |page| {
        visit(page, &host).await;
        let says = strings(Lang::En).shell.offline;
        assert_eq!(page.text("offline").await, says[1]);
        page.cdp("Network.enable", json!({})).await;
        let network = |is_off: bool| json!({ "offline": is_off, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        page.cdp("Network.emulateNetworkConditions", network(true)).await;
        page.wait_attr("offline", "data-value", NO_NETWORK).await;
        assert_eq!(page.text("offline").await, says[2]);
        page.cdp("Network.emulateNetworkConditions", network(false)).await;
        page.wait_attr("offline", "data-value", KEPT).await;
        page.click("tab-about").await;
        let about = page.text("about").await;
        assert!(about.contains(strings(Lang::En).about.offline), "{about}");
    })
    .await;
}

#[tokio::test]
async fn a_new_version_waits_until_the_old_one_is_closed() {
    let host = Host::start("publish");
    let outside = host.outside("outside.html", "<title>Outside</title>");
    browse(DESKTOP, async |page| {
        visit(page, &host).await;
        assert_version(page, false).await;
        let before = caches(page).await;
        assert_eq!(before.len(), 1, "{before:?}");

        publish_b(&host.folder);
        // The open page starts its worker only now, from files that the host no longer has.
        train(page).await;
        page.js_async::<Value>(
            "await (await navigator.serviceWorker.getRegistration()).update(); return null",
            &[],
        )
        .await;
        page.wait_attr("offline", "data-value", NEWER_WAITS).await;
        assert_eq!(
            page.text("offline").await,
            strings(Lang::En).shell.offline[3]
        );
        assert_eq!(caches(page).await.len(), 2);

        // A reload closes no page: the old version goes on, whole.
        page.reload().await;
        assert_version(page, false).await;
        page.wait_attr("offline", "data-value", NEWER_WAITS).await;
        train(page).await;

        page.open_address(&outside).await;
        page.wait("the new version to take over", || async {
            registration(page, &host).await == (true, false)
        })
        .await;
        visit(page, &host).await;
        assert_version(page, true).await;
        train(page).await;
        let after = caches(page).await;
        assert_eq!(after.len(), 1, "{after:?}");
        assert_ne!(after, before);
    })
    .await;
}

#[tokio::test]
async fn a_half_published_version_is_not_taken() {
    let host = Host::start("half");
    browse(DESKTOP, async |page| {
        visit(page, &host).await;
        publish_b(&host.folder);
        // As while files are being copied: one of them is still another's.
        fs::write(host.folder.join("early.js"), "// of another version\n").unwrap();
        let is_refused: bool = page
            .js_async(
                "const r = await navigator.serviceWorker.getRegistration();
                 const found = new Promise(done => r.addEventListener('updatefound', () => done(r.installing)));
                 await r.update();
                 const worker = await found;
                 while (worker.state === 'installing') await new Promise(done => worker.addEventListener('statechange', done, { once: true }));
                 return worker.state === 'redundant'",
                &[],
            )
            .await;
        assert!(is_refused);
        assert_eq!(caches(page).await.len(), 1);
        page.wait_attr("offline", "data-value", KEPT).await;
        page.reload().await;
        assert_version(page, false).await;
        train(page).await;
        // Chromium reports the refused file, as it should.
        let errors = page.console_errors().await;
        assert!(errors.iter().all(|line| line.contains("early.js")), "{errors:?}");
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_the_host_withdraws_goes() {
    let host = Host::start("withdraw");
    let outside = host.outside("outside.html", "<title>Outside</title>");
    browse(DESKTOP, async |page| {
        visit(page, &host).await;
        fs::remove_file(host.folder.join("service-worker.js")).unwrap();
        page.open_address(&host.page).await;
        page.wait_ready().await;
        page.wait("what was kept to go", || async {
            caches(page).await.is_empty()
        })
        .await;
        page.open_address(&outside).await;
        page.wait("the worker to go", || async {
            !registration(page, &host).await.0
        })
        .await;
        assert!(caches(page).await.is_empty());
        // The missing script is this test's doing.
        let errors = page.console_errors().await;
        assert!(
            errors.iter().all(|line| line.contains("service-worker.js")),
            "{errors:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn in_a_frame_nothing_is_kept() {
    let host = Host::start("frame");
    let outside = host.outside(
        "article.html",
        "<title>Article</title><iframe src=\"course/site/#/race?v=1&ex=5748\" width=\"700\" height=\"500\"></iframe>",
    );
    browse(DESKTOP, async |page| {
        page.needs(Feature::DevTools);
        record_registration(page).await;
        page.open_address(&outside).await;
        page.wait_js(
            "the panel in the frame",
            "const d = document.querySelector('iframe').contentDocument;
             return document.readyState === 'complete' && d.readyState === 'complete' && d.documentElement.hasAttribute('data-ready')
               && d.querySelector('[data-testid=panel-race]') !== null && d.querySelector('[data-testid=building]') === null",
        )
        .await;
        // A page by itself would have registered long before the end.
        page.js::<Value>(
            "document.querySelector('iframe').contentDocument.querySelector('[data-testid=to-end]').click(); return null",
            &[],
        )
        .await;
        page.wait_js(
            "the race in the frame to end",
            "return !!document.querySelector('iframe').contentDocument.querySelector('[data-testid=panel-race]').dataset.digest",
        )
        .await;
        let has_registered: bool = page.js("return 'registeredAt' in document.querySelector('iframe').contentWindow", &[]).await;
        assert!(!has_registered);
        assert!(caches(page).await.is_empty());
        // The same page by itself does.
        visit(page, &host).await;
        assert!(page.js::<bool>("return 'registeredAt' in window", &[]).await);
    })
    .await;
}

#[tokio::test]
async fn the_site_can_be_installed() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        let manifest = page.cdp("Page.getAppManifest", json!({})).await;
        assert_eq!(manifest["errors"], json!([]), "{manifest}");
        let address = manifest["url"].as_str().unwrap();
        assert_eq!(address, format!("{}manifest.webmanifest", page.site.page));
        let text: Value = serde_json::from_str(manifest["data"].as_str().unwrap()).unwrap();
        for icon in text["icons"].as_array().unwrap() {
            let headers = page.site.headers_of(&format!(
                "{}{}",
                page.site.page,
                icon["src"].as_str().unwrap()
            ));
            assert!(headers[0].contains("200"), "{icon}: {headers:?}");
        }
        page.wait_attr("offline", "data-value", KEPT).await;
        page.wait("no obstacle to installing", || async {
            page.cdp("Page.getInstallabilityErrors", json!({})).await["installabilityErrors"]
                == json!([])
        })
        .await;
    })
    .await;
}
