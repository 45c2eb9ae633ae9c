//! What a test can ask a page: open it, read it, wait for it.

use super::before::RECORDER;
use super::drivers::Driver;
use super::engine::{Engine, Feature};
use super::{Setup, Site, Unable};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::future::Future;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use thirtyfour::WebDriver;

/// How long anything may take that a test waits for.
pub const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(25);

/// A browser window on the site.
pub struct Page {
    pub driver: WebDriver,
    pub site: &'static Site,
    pub engine: Engine,
    /// How the browser was started.
    pub(super) setup: Setup,
    /// Errors of documents that are gone, where no driver tells them.
    pub(super) gone: Mutex<Vec<String>>,
    process: Driver,
}

impl Page {
    pub(super) async fn start(setup: Setup, site: &'static Site) -> Self {
        let engine = Engine::chosen();
        let mut n_lost = 0;
        let (process, driver) = loop {
            let process = Driver::start(engine, setup, site).unwrap_or_else(|why| panic!("{why}"));
            match WebDriver::new(&process.address, process.capabilities.clone()).await {
                Ok(driver) => break (process, driver),
                // A driver's port can be taken by another socket before it listens; the next one has another port.
                Err(why) if n_lost == 2 => panic!("{engine} does not start: {why}"),
                Err(_) => n_lost += 1,
            }
        };
        let page = Self {
            driver,
            site,
            engine,
            setup,
            gone: Mutex::default(),
            process,
        };
        if engine == Engine::Chromium {
            page.before(RECORDER).await;
        }
        page
    }

    /// Ends the test here, as one that the engine cannot run, unless the engine can do this.
    pub fn needs(&self, feature: Feature) {
        if self.engine.lacks(feature) {
            std::panic::resume_unwind(Box::new(Unable));
        }
    }

    /// A command of the DevTools protocol, which only Chromium speaks.
    pub async fn cdp(&self, method: &str, params: Value) -> Value {
        self.needs(Feature::DevTools);
        match self.driver.cdp().send_raw(method, params).await {
            Ok(answer) => answer,
            Err(why) => panic!("{method}: {why}"),
        }
    }

    /// Loads the page anew with a fragment such as `#/curves?v=1&b=512`, and waits until it is interactive.
    pub async fn open(&self, fragment: &str) {
        let address = format!("{}{fragment}", self.site.page);
        self.open_address(&address).await;
        self.wait_ready().await;
    }

    /// Loads any address anew. Going there from the same page would only change the fragment.
    pub async fn open_address(&self, address: &str) {
        self.keep_errors().await;
        self.driver.goto("about:blank").await.unwrap();
        self.driver.goto(address).await.unwrap();
    }

    pub async fn reload(&self) {
        self.keep_errors().await;
        if self.engine == Engine::Chromium {
            self.driver.refresh().await.unwrap();
        } else {
            // geckodriver's own goes past the service worker, as a reader's does only with Shift.
            self.js::<Value>("document.isOld = true; location.reload(); return null", &[])
                .await;
            self.wait_js("another document", "return !document.isOld")
                .await;
        }
        self.wait_ready().await;
    }

    pub async fn wait_ready(&self) {
        self.wait_js(
            "the page to be interactive",
            "return document.documentElement?.hasAttribute('data-ready') && !$('fetching') && !$('building')",
        )
        .await;
    }

    /// Runs a function body in the page. `$` finds the element with a test id.
    pub async fn js<T: DeserializeOwned>(&self, body: &str, args: &[Value]) -> T {
        let script =
            format!("const $ = id => document.querySelector(`[data-testid=\"${{id}}\"]`);\n{body}");
        let answer = self
            .driver
            .execute(script, args.to_vec())
            .await
            .unwrap_or_else(|why| panic!("script failed: {why}\n{body}"));
        answer
            .convert()
            .unwrap_or_else(|why| panic!("unexpected answer: {why}\n{body}"))
    }

    /// The same for a body that awaits.
    pub async fn js_async<T: DeserializeOwned>(&self, body: &str, args: &[Value]) -> T {
        let script = format!(
            "const $ = id => document.querySelector(`[data-testid=\"${{id}}\"]`);
             const args = [...arguments], done = args.pop();
             (async () => {{ {body} }})().then(v => done({{ ok: v ?? null }}), e => done({{ failed: String(e) }}));"
        );
        let answer = self
            .driver
            .execute_async(script, args.to_vec())
            .await
            .unwrap_or_else(|why| panic!("script failed: {why}\n{body}"));
        let mut answer: Value = answer.convert().unwrap();
        if let Some(why) = answer.get("failed") {
            panic!("script failed: {why}\n{body}");
        }
        serde_json::from_value(answer["ok"].take())
            .unwrap_or_else(|why| panic!("unexpected answer: {why}\n{body}"))
    }

    /// Asks until the answer is yes.
    pub async fn wait<F: Future<Output = bool>>(&self, what: &str, mut holds: impl FnMut() -> F) {
        let until = Instant::now() + PATIENCE;
        while !holds().await {
            assert!(
                Instant::now() < until,
                "waited {} s in vain for {what}",
                PATIENCE.as_secs()
            );
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until a function body returns something true.
    pub async fn wait_js(&self, what: &str, body: &str) {
        self.wait(what, || async { self.js::<Value>(body, &[]).await == true })
            .await;
    }

    /// An attribute, `None` when element or attribute is missing.
    pub async fn attr(&self, id: &str, name: &str) -> Option<String> {
        self.js(
            "return $(arguments[0])?.getAttribute(arguments[1]) ?? null",
            &[json!(id), json!(name)],
        )
        .await
    }

    /// Waits until an attribute has a value.
    pub async fn wait_attr(&self, id: &str, name: &str, wanted: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let found = self.attr(id, name).await;
            if found.as_deref() == Some(wanted) {
                return;
            }
            assert!(
                Instant::now() < until,
                "{id}: {name} should become {wanted:?} but is {found:?}"
            );
            tokio::time::sleep(POLL).await;
        }
    }

    pub async fn text(&self, id: &str) -> String {
        self.js::<Option<String>>(
            "return $(arguments[0])?.innerText.trim() ?? null",
            &[json!(id)],
        )
        .await
        .unwrap_or_else(|| panic!("there is no {id}"))
    }

    /// Whether an element exists and takes part in the layout.
    pub async fn is_shown(&self, id: &str) -> bool {
        self.js(
            "const e = $(arguments[0]); return !!e && e.getClientRects().length > 0",
            &[json!(id)],
        )
        .await
    }

    /// The raw number behind an output or a field.
    pub async fn value_of(&self, id: &str) -> f64 {
        let text = self
            .attr(id, "data-value")
            .await
            .unwrap_or_else(|| panic!("{id} has no data-value"));
        text.parse()
            .unwrap_or_else(|_| panic!("{id}: data-value {text:?} is no number"))
    }

    /// Waits until an output equals a number, up to 1e-9 relative.
    pub async fn wait_value(&self, id: &str, wanted: f64) {
        let until = Instant::now() + PATIENCE;
        loop {
            let found = match self.attr(id, "data-value").await {
                Some(text) => text.parse::<f64>().ok(),
                None => None,
            };
            if found.is_some_and(|v| is_close(v, wanted)) {
                return;
            }
            assert!(
                Instant::now() < until,
                "{id} should become {wanted} but is {found:?}"
            );
            tokio::time::sleep(POLL).await;
        }
    }

    /// Fails unless an output equals a number now, up to 1e-9 relative.
    pub async fn assert_value(&self, id: &str, wanted: f64) {
        let found = self.value_of(id).await;
        assert!(is_close(found, wanted), "{id} is {found}, not {wanted}");
    }

    /// What is written in the latest picture of every chart on screen.
    pub async fn chart_texts(&self) -> Vec<Vec<String>> {
        self.js(
            "return [...document.querySelectorAll('canvas[data-draws]')].map(c => [...window.canvasTexts(c)])",
            &[],
        )
        .await
    }

    pub async fn assert_quiet(&self) {
        let errors = self.console_errors().await;
        assert!(
            errors.is_empty(),
            "the console holds errors:\n{}",
            errors.join("\n")
        );
    }

    /// Beside the served site, named after the thread and so after the test.
    pub(super) async fn keep_screenshot(&self) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/e2e/failed");
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("test").replace("::", "-");
        // The picture is a courtesy; the failure itself is told by the test.
        if std::fs::create_dir_all(&folder).is_ok() {
            let file = folder.join(format!("{name}.png"));
            if self.driver.screenshot(&file).await.is_ok() {
                eprintln!("Screenshot: {}", file.display());
            }
        }
    }

    pub(super) async fn end(self) {
        // A session that is already gone needs no end.
        let _ = self.driver.quit().await;
        drop(self.process);
    }
}

/// Equal up to 1e-9 relative.
pub fn is_close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs()
}
