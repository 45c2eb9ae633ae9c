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
const PREFIX = `critical-batch ${new URL("./", location)} `;
const CACHE = PREFIX + VERSION;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
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
  // So that the page of the first visit keeps its files as well.
  await self.clients.claim();
}

/** Which of FILES a request asks for. */
function pathOf({ method, url, mode }) {
  const { href, search } = new URL(url);
  const scope = new URL("./", location).href;
  if (method !== "GET" || !href.startsWith(scope)) return undefined;
  if (search !== "" && mode !== "navigate") return undefined;
  const name = href.slice(scope.length).replace(/[?#].*$/, "");
  return [name, name.replace(/(^|\/)index\.html$/, "$1"), `${name}/`].find((path) => Object.hasOwn(FILES, path));
}

async function answer(request, path) {
  const address = new URL(path, location);
  // A folder without its slash: relative addresses in its page would lead elsewhere.
  if (request.mode === "navigate" && path.endsWith("/") && !/\/(index\.html)?([?#]|$)/.test(request.url)) {
    return Response.redirect(address);
  }
  const cache = await caches.open(CACHE);
  // The browser may throw a cache away; then the network has to do.
  return (await cache.match(address, { ignoreVary: true })) ?? fetch(request);
}
