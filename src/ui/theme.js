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
