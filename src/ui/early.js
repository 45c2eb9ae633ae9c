// Before the first paint: the theme of the link or the stored one, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const inLink = (pattern) => (pattern.exec(location.hash) || [])[1];
  let theme = inLink(/[?&]theme=(light|dark|auto)\b/);
  try {
    theme = theme || localStorage.getItem("critical-batch-theme");
  } catch {
    // Storage is optional; a sandboxed frame refuses it.
  }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  // A frame in somebody else's page has no header, and tells that page when nothing comes of it.
  if (inLink(/[?&](embed=1)\b/)) root.dataset.embed = inLink(/[?&]ui=(min|std|full)\b/) || "std";
  const tell = (code) => {
    if (root.dataset.embed && parent !== self) parent.postMessage({ type: "lrbs:error", code }, "*");
  };

  // A panic ends the module for good, and only its trap is left to tell: then the banner of index.html appears.
  // Any other error before the page is ready means that the module did not come: blocked, cut off, of a wrong type.
  const stop = (error) => {
    if (error instanceof WebAssembly.RuntimeError) {
      root.dataset.stopped = "";
      tell("stopped");
    } else if (!("ready" in root.dataset)) {
      tell("load");
    }
  };
  // A script that does not load says so to nobody but itself, unless somebody listens on the way down to it.
  addEventListener("error", (event) => stop(event.error), true);
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
