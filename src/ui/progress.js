// Pages beside the app: which lessons are done, and the way to the other language with the same settings.
// Without it the pages only lack the marks.
(() => {
  let done = "";
  try {
    done = localStorage.getItem("critical-batch-lessons") ?? "";
  } catch {
    // Storage is optional; a sandboxed frame refuses it.
  }
  for (const slug of done.split(" ")) {
    for (const link of document.querySelectorAll("[data-slug]")) {
      if (link.dataset.slug === slug) link.dataset.done = "";
    }
  }
  document.querySelector(".other-language")?.addEventListener("click", (event) => {
    event.currentTarget.hash = location.hash;
  });
})();
