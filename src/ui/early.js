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
    if (self.WebAssembly && error instanceof WebAssembly.RuntimeError) document.documentElement.dataset.stopped = "";
  };
  addEventListener("error", (event) => stop(event.error));
  addEventListener("unhandledrejection", (event) => stop(event.reason));
})();
