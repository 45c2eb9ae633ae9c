// Before the first paint: the theme of the link or the stored one, so that nothing flashes.
(() => {
  let theme = (/[?&]theme=(light|dark|auto)\b/.exec(location.hash) || [])[1];
  try {
    theme = theme || localStorage.getItem("critical-batch-theme");
  } catch {
    // Storage is optional; a sandboxed frame refuses it.
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();

// A panic ends the module for good, and only its trap is left to tell: then the banner of index.html appears.
(() => {
  const stop = (error) => {
    if (error instanceof WebAssembly.RuntimeError) document.documentElement.dataset.stopped = "";
  };
  addEventListener("error", (event) => stop(event.error));
  addEventListener("unhandledrejection", (event) => stop(event.reason));
})();

// Lessons and article are pages of their own; links name them like panels.
(() => {
  const go = () => {
    const [, page, lesson] = /^#\/(learn|article)(?:\/([a-z-]+))?(?:[?/]|$)/.exec(location.hash) ?? [];
    if (!page || document.body?.classList.contains("page")) return;
    let language = (/[?&]lang=(en|zh)\b/.exec(location.hash) || [])[1];
    try {
      language = language || localStorage.getItem("critical-batch-lang");
    } catch {
      // As above.
    }
    const folder = (language || navigator.language).startsWith("zh") ? "zh/" : "";
    location.replace(folder + page + "/" + (lesson ? lesson + "/" : ""));
  };
  go();
  addEventListener("hashchange", go);
})();
