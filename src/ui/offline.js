// The page's side of the service worker: registers it, and tells what a reader may rely on.
// In a frame nothing happens: an embedded panel leaves nothing behind in the reader's browser.

/**
 * `address` is the service worker's. `tell` is called with 1 when the site is kept in this browser, 2 when besides
 * there is no network, 3 when a newer version waits for the last page to be closed.
 */
export function keep(address, tell) {
  if (window.top !== window) return;
  const begin = async () => {
    let registration;
    try {
      registration = await register(address);
    } catch {
      // No secure context or storage refused: the page itself is not concerned.
    }
    if (!registration) return;
    const report = () => {
      if (registration.active) tell(registration.waiting ? 3 : navigator.onLine ? 1 : 2);
    };
    const watch = (worker) => worker?.addEventListener("statechange", report);
    watch(registration.installing);
    registration.addEventListener("updatefound", () => watch(registration.installing));
    for (const name of ["online", "offline"]) addEventListener(name, report);
    report();
  };
  // After the page's own files: what is kept must not slow the first start.
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
}

/** The registration; none when the host has withdrawn the script, and then an older one goes too. */
async function register(address) {
  const container = navigator.serviceWorker;
  let status = 0;
  try {
    status = (await fetch(address, { cache: "no-cache" })).status;
  } catch {
    // No network: that is what it is for.
  }
  if (status !== 404 && status !== 410) return container.register(address);
  const old = await container.getRegistration(address);
  // Still answers this page, and no page after it.
  await old?.unregister();
}
