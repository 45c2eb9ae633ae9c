// A headless Chromium, and a server for its one page on this machine only.
import { createServer } from "node:http";
import { chromium } from "playwright-core";
import sirv from "sirv";

// Where addresses lead; the first folder that fits.
const FOLDERS = [
  ["/built/", "target/bench"],
  ["/node_modules/", "bench/node_modules"],
  ["/site/", "dist"],
  ["/", "bench/page"],
];

/** Starts both; `page` is the bench's page, `close` ends them. */
export async function openBrowser() {
  const served = FOLDERS.map(([prefix, folder]) => [prefix, sirv(folder, { dev: true })]);
  const server = createServer((request, response) => {
    const [prefix, serve] = served.find(([prefix]) => request.url.startsWith(prefix));
    request.url = request.url.slice(prefix.length - 1);
    serve(request, response, () => response.writeHead(404).end());
  });
  await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-gpu", "--disable-quic", "--disable-sync"],
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  return {
    page,
    version: browser.version(),
    async close() {
      await browser.close();
      server.close();
    },
  };
}
