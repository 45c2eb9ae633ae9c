// The section on reading a hundred thousand rows in Your runs: in a worker of the page, and natively.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { number, table } from "./table.mjs";

/** Each time is the median of so many readings. */
const N_READINGS = 5;
const TARGET_S = 1;
const ROWS = "target/bench/rows.csv";

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

export async function measure({ page }) {
  console.log("Reading…");
  // The example writes the rows as well, so that both read the same.
  const native = JSON.parse(execFileSync("target/release/examples/bench-reading", [ROWS], { encoding: "utf8" }));
  const inPage = await readings(page.context().browser(), new URL("/site/#/runs", page.url()).href);
  if (inPage.rows !== native.rows) {
    throw new Error(`the page reads ${inPage.rows} rows, natively they are ${native.rows}`);
  }
  return { rows: native.rows, pageMs: inPage.ms, nativeMs: native.ms, longestMs: inPage.longestMs };
}

async function readings(browser, address) {
  const page = await browser.newPage();
  await page.goto(address);
  // A first text starts the worker and compiles the module there.
  await page.click("[data-testid=example-mnist]");
  await page.waitForSelector("[data-testid=panel-runs][data-state=done]");
  await page.evaluate(text => (window.rows = new File([text], "rows.csv")), readFileSync(ROWS, "utf8"));
  await page.evaluate(() => {
    window.tasks = [];
    new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(e => e.duration))).observe({ type: "longtask" });
  });
  const times = [];
  let rows = 0;
  for (let i = 0; i < N_READINGS; i++) {
    const reading = await page.evaluate(oneReading);
    times.push(reading.ms);
    rows = reading.rows;
  }
  // Tasks under 50 ms are not reported.
  const longestMs = Math.max(0, ...(await page.evaluate(() => window.tasks)));
  await page.close();
  return { ms: Math.round(median(times)), rows, longestMs };
}

/** In the page: drops the file, and times until its rows are counted on screen. */
async function oneReading() {
  const find = id => document.querySelector(`[data-testid=${id}]`);
  find("runs-clear").click();
  await new Promise(done => setTimeout(done, 100));
  const data = new DataTransfer();
  data.items.add(window.rows);
  const start = performance.now();
  find("drop").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
  await new Promise(done => {
    const look = () => (find("panel-runs").dataset.state === "done" ? done() : setTimeout(look, 1));
    look();
  });
  return { ms: performance.now() - start, rows: Number(find("runs-status").dataset.rows) };
}

/** The table, as Markdown. */
export function render({ rows, pageMs, nativeMs, longestMs }) {
  const isReached = pageMs <= 1000 * TARGET_S;
  const times = table(
    ["reading", "seconds", "target", ""],
    [
      ["a worker in Chromium, from the drop to the answer", number(pageMs / 1000), `at most ${TARGET_S} s`, isReached ? "reached" : "**not reached**"],
      ["natively", number(nativeMs / 1000), "", ""],
    ],
  );
  const longest = longestMs > 0 ? `takes ${number(longestMs)} ms` : "stays under 50 ms";
  return `Your runs reads ${rows.toLocaleString("en")} rows of runs, fits included; medians of ${N_READINGS}.

${times}

The longest task of the page meanwhile ${longest}.`;
}
