// The section on the default sweep: seconds in the page with one worker and with two, and natively.
import { execFileSync } from "node:child_process";
import { number, table } from "./table.mjs";

/** Each time is the median of so many sweeps. */
const N_SWEEPS = 3;
/** The page leaves one core to itself, so it takes one worker fewer than the cores it believes to have. */
const CORES = { one: 2, two: 3 };

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

export async function measure({ page }) {
  console.log("Sweeping…");
  const inPage = {};
  for (const [workers, cores] of Object.entries(CORES)) {
    inPage[workers] = await sweeps(page.context().browser(), new URL("/site/#/sweep", page.url()).href, cores);
  }
  const native = JSON.parse(execFileSync("target/release/examples/bench-sweep", { encoding: "utf8" }));
  const digests = new Set([inPage.one.digest, inPage.two.digest, native.digest]);
  if (digests.size > 1) {
    throw new Error(`the sweeps differ: ${[...digests].join(", ")}`);
  }
  const answering = await answers(page.context().browser(), new URL("/site/#/sweep", page.url()).href);
  return { page: inPage, native, answering, targets: targets(inPage, native, answering) };
}

/** How the page answers while a sweep runs: its longest task, and the time from a move of Curves' slider to the picture. */
async function answers(browser, address) {
  const page = await browser.newPage();
  await page.goto(address);
  await page.waitForSelector("[data-testid=sweep-cost][data-value]");
  await page.evaluate(() => {
    window.tasks = [];
    new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(e => e.duration))).observe({ type: "longtask" });
  });
  // Tasks under 50 ms are not reported; that is the limit.
  await page.evaluate(oneSweep);
  const longestMs = Math.max(0, ...(await page.evaluate(() => window.tasks)));
  await page.click("[data-testid=sweep-run]");
  await page.click("[data-testid=tab-curves]");
  await page.waitForSelector("[data-testid=panel-curves] canvas[data-draws]");
  const times = await page.evaluate(moveSlider);
  await page.close();
  return { longestMs, repaintMs: Number(times.toSorted((a, b) => a - b)[Math.floor(0.95 * times.length)].toFixed(1)) };
}

/** In the page: milliseconds of work from an input to the end of the frame that shows it, without the wait for that frame. */
async function moveSlider() {
  const slider = document.querySelector("[data-testid=slider-b]");
  const canvas = document.querySelector("canvas[data-draws]");
  const times = [];
  for (let i = 0; i < 60; i++) {
    await new Promise(done => setTimeout(done, 23));
    const draws = canvas.dataset.draws;
    const start = performance.now();
    slider.value = String(Number(slider.value) + (i % 2 ? 1 : -1));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const handled = performance.now() - start;
    // Asked for before the page asks, so that it comes first in the same frame.
    const began = await new Promise(done => requestAnimationFrame(() => done(performance.now())));
    const ended = await new Promise(done => {
      const { port1, port2 } = new MessageChannel();
      port2.onmessage = () => done(performance.now());
      port1.postMessage(null);
    });
    if (canvas.dataset.draws === draws) throw new Error("a move of the slider drew nothing");
    times.push(handled + ended - began);
  }
  return times;
}

async function sweeps(browser, address, cores) {
  const page = await browser.newPage();
  await page.addInitScript(n => Object.defineProperty(Navigator.prototype, "hardwareConcurrency", { get: () => n }), cores);
  await page.goto(address);
  // The estimate compiles and warms up what is measured.
  await page.waitForSelector("[data-testid=sweep-cost][data-value]");
  const times = [];
  for (let i = 0; i < N_SWEEPS; i++) {
    times.push(await page.evaluate(oneSweep));
  }
  const digest = await page.getAttribute("[data-testid=panel-sweep]", "data-digest");
  await page.close();
  return { ms: Math.round(median(times.map(t => t.ms))), firstMs: Math.round(median(times.map(t => t.firstMs))), digest };
}

/** In the page: presses Run, and times the first three batch sizes on the map and the end. */
async function oneSweep() {
  const find = id => document.querySelector(`[data-testid=${id}]`);
  const until = holds =>
    new Promise(done => {
      const look = () => (holds() ? done(performance.now()) : setTimeout(look, 5));
      look();
    });
  const start = performance.now();
  find("sweep-run").click();
  await until(() => find("panel-sweep").dataset.state === "running");
  const first = await until(() => document.querySelectorAll("[data-testid=sweep-table] tbody tr").length >= 3);
  const end = await until(() => find("panel-sweep").dataset.state === "done");
  return { firstMs: first - start, ms: end - start };
}

function targets(inPage, native, { longestMs, repaintMs }) {
  const list = [
    ["first shape on screen, 2 workers", inPage.two.firstMs / 1000, "s", 1, true],
    ["complete, 2 workers", inPage.two.ms / 1000, "s", 10, true],
    ["2 workers against 1", inPage.one.ms / inPage.two.ms, "× faster", 1.7, false],
    ["2 workers against native on 2 threads", inPage.two.ms / native.two, "× its time", 1.5, true],
    ["longest task of the page meanwhile", longestMs, "ms", 50, true],
    ["Curves' slider to its picture meanwhile, 95th percentile", repaintMs, "ms", 16, true],
  ];
  return list.map(([what, value, unit, limit, isAtMost]) => ({
    what,
    measured: Number(value.toPrecision(3)),
    unit,
    [isAtMost ? "atMost" : "atLeast"]: limit,
    isReached: isAtMost ? value <= limit : value >= limit,
  }));
}

/** The tables, as Markdown. */
export function render({ page, native, targets }) {
  const seconds = ms => number(ms / 1000);
  const times = table(
    ["default sweep (Digits, SGD, 3 seeds)", "1", "2"],
    [
      ["workers in Chromium, s", seconds(page.one.ms), seconds(page.two.ms)],
      ["native threads, s", seconds(native.one), seconds(native.two)],
    ],
  );
  const reached = table(
    ["sweep", "target", "measured", ""],
    targets.map(({ what, measured, unit, atMost, atLeast, isReached }) => [
      what,
      atMost === undefined ? `at least ${number(atLeast)} ${unit}` : `at most ${number(atMost)} ${unit}`,
      measured === 0 ? `none over 50 ${unit}` : `${number(measured)} ${unit}`,
      isReached ? "reached" : "**not reached**",
    ]),
  );
  return `The default sweep of the Sweep panel, ${native.runs} training runs to a loss of 0.2, from pressing Run to the last fit; medians of ${N_SWEEPS}.

${times}

${reached}

On two cores the second worker shares its core with the page, which draws the map while it runs.
Natively it is compiled for speed, the page's module for size.`;
}
