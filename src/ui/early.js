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

  // A frame in somebody else's page has no header.
  if (inLink(/[?&](embed=1)\b/)) root.dataset.embed = inLink(/[?&]ui=(min|std|full)\b/) || "std";

  // What the panel of the link needs besides the module; its names stand at this script (.make/first-screen.mjs).
  const part = { race: "race", sweep: "measuring", noise: "measuring", calc: "job", runs: "job", about: "job" }[inLink(/^#\/([a-z]+)/)];
  for (const name of document.currentScript.dataset[part]?.split(" ") ?? []) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "preload", as: "fetch", type: "application/wasm", crossOrigin: "anonymous", fetchPriority: "low", href: name });
    document.head.append(link);
  }

  // A panic ends the module for good, and only its trap is left to tell: then the banner of index.html appears.
  const stop = (error) => {
    if (!self.WebAssembly || !(error instanceof WebAssembly.RuntimeError)) return;
    root.dataset.stopped = "";
    if (root.dataset.embed && parent !== self) parent.postMessage({ type: "lrbs:error", code: "stopped" }, "*");
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
