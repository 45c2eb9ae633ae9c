// `make lighthouse`: measures the built site with Lighthouse, prints, and writes the README's table.
// Run from the top of the checkout by `.make/lighthouse.sh`. Fails when a page misses a target.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";
import sirv from "sirv";

const [BEGIN, END] = ["<!-- make lighthouse writes from here -->", "<!-- make lighthouse wrote to here -->"];
const SITE = "target/lighthouse/site";
const REPORTS = "target/lighthouse/reports";
/** Performance varies from run to run; the median counts. */
const N_RUNS = 3;
/** Least scores, in percent. */
const TARGETS = { performance: 95, accessibility: 100, "best-practices": 100, seo: 100 };
/** Most milliseconds until the page answers, on a phone. */
const INTERACTIVE = 4000;

// What is looked at: a phone is Lighthouse's own (4 times slower processor, 1.6 Mbit/s, 150 ms), with brakes applied
// while it loads. Lighthouse's other way, loading without brakes and computing what they would have done, believes that
// whatever a server on the same machine delivers before the first paint is needed for it.
const PAGES = [
  { name: "first screen, phone", path: "" },
  { name: "first screen, desktop", path: "", isDesktop: true },
  { name: "Race, phone", path: "#/race" },
  { name: "Sweep, phone", path: "#/sweep" },
  { name: "Noise, phone", path: "#/noise" },
  { name: "Calculator, phone", path: "#/calc" },
  { name: "Your runs, phone", path: "#/runs" },
  { name: "简体中文, phone", path: "#/curves?v=1&lang=zh" },
  { name: "a lesson, phone", path: "learn/linear-breaks/" },
  { name: "article, phone", path: "article/" },
];

/** A copy of the site with everything compressed beforehand, as hosts do. */
function compress() {
  rmSync("target/lighthouse", { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  cpSync("dist", SITE, { recursive: true });
  for (const entry of readdirSync(SITE, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(html|js|css|wasm|svg|webmanifest|txt)$/.test(entry.name)) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const bytes = readFileSync(path);
    writeFileSync(`${path}.br`, brotliCompressSync(bytes));
    writeFileSync(`${path}.gz`, gzipSync(bytes));
  }
}

const median = values => values.toSorted((a, b) => a - b)[values.length >> 1];

async function measure(address, { name, path, isDesktop }, port) {
  const runs = [];
  for (let i = 0; i < N_RUNS; i++) {
    const options = { port, throttlingMethod: "devtools", output: "html", logLevel: "error", onlyCategories: Object.keys(TARGETS) };
    const { lhr, report } = await lighthouse(address + path, options, isDesktop ? desktopConfig : undefined);
    if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
    writeFileSync(join(REPORTS, `${name.replace(/\W+/g, "-")}-${i}.html`), report);
    runs.push(lhr);
  }
  const audit = id => median(runs.map(r => r.audits[id].numericValue));
  const scores = Object.fromEntries(Object.keys(TARGETS).map(id => [id, Math.round(100 * median(runs.map(r => r.categories[id].score)))]));
  const failed = Object.values(runs[0].categories).flatMap(c => c.auditRefs)
    .filter(({ id, weight }) => weight > 0 && runs[0].audits[id].score !== null && runs[0].audits[id].score < 0.9)
    .map(({ id }) => `${id} (${runs[0].audits[id].displayValue ?? runs[0].audits[id].score})`);
  return {
    name, isDesktop, scores, failed,
    first: audit("first-contentful-paint"), largest: audit("largest-contentful-paint"), blocked: audit("total-blocking-time"),
    shift: audit("cumulative-layout-shift"), interactive: audit("interactive"),
  };
}

function render(pages, versions) {
  const s = ms => (ms / 1000).toFixed(1);
  const rows = pages.map(p => `| ${p.name} | ${Object.keys(TARGETS).map(id => p.scores[id]).join(" | ")} | ${s(p.first)} | ${s(p.largest)} | ${s(p.interactive)} | ${Math.round(p.blocked)} | ${p.shift.toFixed(3)} |`);
  return `| page | performance | accessibility | best practices | SEO | first paint, s | largest paint, s | interactive, s | blocked, ms | shift |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |
${rows.join("\n")}

Medians of ${N_RUNS}; on a phone the browser's own brakes are on: a processor 4 times slower than this machine's, and Lighthouse's slow 4G, 1.6 Mbit/s at 150 ms.
Measured on ${new Date().toISOString().slice(0, 10)} with Lighthouse ${versions.lighthouse} and Chromium ${versions.chromium}.`;
}

function writeReadme(markdown) {
  const readme = readFileSync("README.md", "utf8");
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md has lost the lines ${BEGIN} and ${END}, between which the table stands`);
  writeFileSync("README.md", `${readme.slice(0, begin + BEGIN.length)}\n${markdown}\n${readme.slice(end)}`);
}

compress();
const serve = sirv(SITE, { brotli: true, gzip: true, etag: true });
const server = createServer((request, response) => serve(request, response, () => response.writeHead(404).end()));
await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${server.address().port}/`;
const chrome = await launch({
  chromePath: process.env.CHROMIUM,
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en-US"],
});
const pages = [];
try {
  for (const page of PAGES) {
    console.log(`Measuring ${page.name}…`);
    pages.push(await measure(address, page, chrome.port));
  }
} finally {
  chrome.kill();
  server.close();
}
const { version } = JSON.parse(readFileSync("tests/lighthouse/node_modules/lighthouse/package.json", "utf8"));
const markdown = render(pages, { lighthouse: version, chromium: process.env.CHROMIUM_VERSION });
writeReadme(markdown);
console.log(`\n${markdown}\n\nWritten to README.md; reports are in ${REPORTS}/.`);
const missed = pages.flatMap(({ name, isDesktop, scores, interactive, failed }) => [
  ...Object.entries(TARGETS).filter(([id, least]) => scores[id] < least).map(([id, least]) => `${name}: ${id} is ${scores[id]}, not ${least}; ${failed.join(", ")}`),
  ...(!isDesktop && interactive > INTERACTIVE ? [`${name}: interactive after ${Math.round(interactive)} ms, not ${INTERACTIVE}`] : []),
]);
if (missed.length > 0) {
  console.error(missed.join("\n"));
  process.exitCode = 1;
}
