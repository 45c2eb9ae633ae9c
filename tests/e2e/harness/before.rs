//! What stands in a page before its own scripts: recorders, and what a test wants to be different.
//!
//! Chromium's driver can put scripts there. For the other engines every page of the served copy begins with a script of
//! ours; what a test adds travels in the session's storage.

use super::copies::each_file;
use super::engine::Engine;
use super::page::Page;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Keeps what the latest painting of each canvas wrote, as nothing in the document tells.
pub(super) const RECORDER: &str = "
(() => {
  const texts = new WeakMap();
  window.canvasTexts = canvas => texts.get(canvas) ?? [];
  const proto = CanvasRenderingContext2D.prototype;
  const fill = proto.fillText;
  proto.fillText = function (text, ...rest) {
    const list = texts.get(this.canvas) ?? [];
    if (list.last !== this.canvas.dataset.draws) list.length = 0;
    // A canvas counts its paintings afterwards, so a new count means a new picture.
    list.last = this.canvas.dataset.draws;
    list.push(text);
    texts.set(this.canvas, list);
    return fill.call(this, text, ...rest);
  };
})();";

/// Keeps what would stand in the console as an error, for drivers that do not tell; then runs what a test has added.
const CONSOLE: &str = "
(() => {
  const errors = window.seenErrors = [];
  addEventListener('error', event => {
    const from = event.target;
    // Later, because the page may say that it has dealt with it.
    if (event instanceof ErrorEvent) setTimeout(() => {
      if (!event.defaultPrevented) errors.push(`${event.message} ${event.filename}:${event.lineno}`);
    });
    else if (from instanceof Element) errors.push(`not loaded: ${from.src || from.href}`);
  }, true);
  // The same.
  addEventListener('unhandledrejection', event => setTimeout(() => {
    if (!event.defaultPrevented) errors.push(`unhandled: ${event.reason?.stack ?? event.reason}`);
  }));
  addEventListener('securitypolicyviolation', event => errors.push(`refused: ${event.blockedURI} by ${event.violatedDirective}`));
  const real = console.error;
  console.error = (...given) => { errors.push(given.map(String).join(' ')); real.apply(console, given); };
  // A sandboxed frame has no storage, and no additions either.
  let added = [];
  try { added = JSON.parse(sessionStorage.getItem('before') ?? '[]'); } catch {}
  for (const script of added) (0, eval)(script);
})();";

const FILE: &str = "before-the-page.js";

/// Lets every page in a folder begin with our scripts.
pub(super) fn put_into(folder: &Path) -> std::io::Result<()> {
    fs::write(folder.join(FILE), format!("{CONSOLE}\n{RECORDER}"))?;
    each_file(folder, &|file| {
        if file.extension().is_none_or(|e| e != "html") {
            return Ok(());
        }
        let depth = file
            .strip_prefix(folder)
            .map_or(0, |inner| inner.components().count() - 1);
        let tag = format!(
            "<head><script src=\"{}{FILE}\"></script>",
            "../".repeat(depth)
        );
        let text = fs::read_to_string(file)?;
        fs::write(file, text.replacen("<head>", &tag, 1))
    })
}

impl Page {
    /// Runs a script in every page that is opened from now on, before the page's own.
    pub async fn before(&self, script: &str) {
        if self.engine == Engine::Chromium {
            self.cdp(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": script }),
            )
            .await;
            return;
        }
        // A small file of the same origin, because storage belongs to origins.
        let address = format!("{}{FILE}", self.site.page);
        self.open_address(&address).await;
        self.js::<Value>(
            "const all = JSON.parse(sessionStorage.getItem('before') ?? '[]');
             sessionStorage.setItem('before', JSON.stringify([...all, arguments[0]]));
             return null",
            &[json!(script)],
        )
        .await;
    }

    /// Errors of the console since the last look.
    pub async fn console_errors(&self) -> Vec<String> {
        if self.engine == Engine::Chromium {
            let log = self.driver.browser_log().await.unwrap();
            return log
                .into_iter()
                .filter(|line| line.level == "SEVERE")
                .map(|line| line.message)
                .collect();
        }
        self.keep_errors().await;
        std::mem::take(&mut *self.gone.lock().unwrap())
    }

    /// Takes over what the present document has seen, before it goes.
    pub(super) async fn keep_errors(&self) {
        if self.engine == Engine::Chromium {
            return;
        }
        let seen: Vec<String> = self
            .js("return window.seenErrors?.splice(0) ?? []", &[])
            .await;
        self.gone.lock().unwrap().extend(seen);
    }
}
