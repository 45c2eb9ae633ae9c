// The page's side of the service worker: registers it, and tells what a reader may rely on.
// In a frame nothing happens: an embedded panel leaves nothing behind in the reader's browser.

/**
 * `address` is the service worker's. `tell` is called with 1 when the site is kept in this browser, 2 when besides
 * there is no network, 3 when a newer version waits for the last page to be closed.
 */
export async function keep(address, tell) {
  if (window.top !== window) return;
  let registration;
  try {
    registration = await register(address);
  } catch {
    // No secure context or storage refused: the page itself is not concerned.
  }
  if (!registration) return;
  const container = navigator.serviceWorker;
  const report = () => {
    // Until the worker answers this page, the page relies on nothing. Another site's worker may answer it.
    if (container.controller?.scriptURL === address) tell(registration.waiting ? 3 : navigator.onLine ? 1 : 2);
    else registration.active?.postMessage({ type: "claim", file: fileOfVersion(address) });
  };
  const watch = (worker) => worker?.addEventListener("statechange", report);
  watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration.installing));
  container.addEventListener("controllerchange", report);
  for (const name of ["online", "offline"]) addEventListener(name, report);
  report();
}

/** A file that only this page's version has, relative to the scope: it has a hash in its name. */
function fileOfVersion(address) {
  const link = document.querySelector('link[rel=modulepreload]:not([href*="snippets/"])');
  return link?.href.slice(new URL("./", address).href.length);
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
  const scope = new URL("./", address).href;
  const old = await container.getRegistration(address);
  // One of a folder above is another site's.
  if (old?.scope !== scope) return;
  // Still answers this page, from the network, and no page after it.
  await old.unregister();
  // Their names begin as in service-worker.js.
  const names = (await caches.keys()).filter((name) => name.startsWith(`critical-batch ${scope} `));
  await Promise.all(names.map((name) => caches.delete(name)));
}
