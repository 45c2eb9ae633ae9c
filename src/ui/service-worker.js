// The site without a network: keeps one whole version and answers from it.
//
// `.make/offline.mjs` writes the two constants at build time. FILES maps every address that the site needs, relative to
// this script, to the hash of its content; a folder stands for its index.html. VERSION is a hash of all that and of
// this program.
//
// Cache first, for every file, index.html included. Asking the network first would be a mix as soon as a new version is
// published: the new index.html with the kept early.js, or the kept one with files that are gone. So a page is answered
// wholly from the version that controls it. A new version is fetched beside it, checked file by file against FILES, and
// waits until the last page of the old one is closed; only then does it answer, and the old cache goes.

const VERSION = "";
const FILES = {};

// Several sites may share an origin, and so its caches; the scope tells ours.
const SCOPE = new URL("./", location).href;
const PREFIX = `critical-batch ${SCOPE} `;
const CACHE = PREFIX + VERSION;

// Pages that have said that they are of this version.
const pages = new Set();

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data?.type === "claim") event.waitUntil(claim(event.source.id, event.data.file));
});
self.addEventListener("fetch", (event) => {
  const path = pathOf(event.request);
  if (path !== undefined) event.respondWith(answer(event.request, path));
});

/** All or nothing: a version with a missing or a foreign file is no version. */
async function install() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(Object.entries(FILES).map(async ([path, integrity]) => {
      // By its full name, which every host has; asked for anew, but an unchanged file is not sent again.
      const address = path === "" || path.endsWith("/") ? `${path}index.html` : path;
      const response = await fetch(new URL(address, location), { cache: "no-cache", integrity });
      if (!response.ok) throw new Error(`${address}: ${response.status}`);
      await cache.put(new URL(path, location), response.redirected ? direct(response) : response);
    }));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** A navigation accepts no answer that came by a redirect. */
function direct({ body, status, statusText, headers }) {
  return new Response(body, { status, statusText, headers });
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

/**
 * So that the page of the first visit keeps its files as well. `file` tells its version. All pages are claimed or none,
 * so none while one is open that may be of another version; it is answered after its next load.
 */
async function claim(page, file) {
  if (!Object.hasOwn(FILES, file)) return;
  pages.add(page);
  const answered = (await self.clients.matchAll()).map(({ id }) => id);
  const open = await self.clients.matchAll({ includeUncontrolled: true });
  const others = open.filter(({ id, url }) => url.startsWith(SCOPE) && !pages.has(id) && !answered.includes(id));
  if (others.length === 0) await self.clients.claim();
}

/** Which of FILES a request asks for. */
function pathOf({ method, url, mode }) {
  const { href, search } = new URL(url);
  if (method !== "GET" || !href.startsWith(SCOPE)) return undefined;
  if (search !== "" && mode !== "navigate") return undefined;
  const name = href.slice(SCOPE.length).replace(/[?#].*$/, "");
  return [name, name.replace(/(^|\/)index\.html$/, "$1"), `${name}/`].find((path) => Object.hasOwn(FILES, path));
}

async function answer(request, path) {
  const address = new URL(path, location);
  // A folder without its slash: relative addresses in its page would lead elsewhere.
  if (request.mode === "navigate" && path.endsWith("/") && !/\/(index\.html)?([?#]|$)/.test(request.url)) {
    return Response.redirect(address);
  }
  // The browser or a page may have thrown the cache away; then the network has to do.
  return (await caches.match(address, { cacheName: CACHE, ignoreVary: true })) ?? fetch(request);
}
