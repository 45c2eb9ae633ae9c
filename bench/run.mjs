// `make bench`: measures section by section, prints, and writes bench/results.json and the README's tables.
// Run from the top of the checkout, after `.make/bench.sh` has built and installed what is needed.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import init, { features, labels } from "../target/bench/bench-steps.js";
import { openBrowser } from "./browser.mjs";
import * as reading from "./reading.mjs";
import * as steps from "./steps.mjs";
import * as sweep from "./sweep.mjs";

// A section is a module with `measure(bench)`, whose answer stands in results.json under the section's name, and
// `render(answer)`, which makes Markdown of it. They run in this order.
const SECTIONS = { steps, sweep, reading };

const RESULTS = "bench/results.json";
const OS_RELEASE = "/etc/os-release";
const DIGITS = "target/bench/digits.bin";
/** Where others use more of the machine than this share, the numbers are provisional. */
const MAX_DISTURBANCE = 0.1;
const [BEGIN, END] = ["<!-- make bench writes from here -->", "<!-- to here -->"];

/** First line of what a program prints. */
const said = (program, ...args) => execFileSync(program, args, { encoding: "utf8" }).split("\n")[0].trim();

/** The training digits, decoded by the trainer itself: features as f32, then labels as bytes. */
async function writeDigits() {
  await init({ module_or_path: readFileSync("target/bench/bench-steps_bg.wasm") });
  writeFileSync(DIGITS, Buffer.concat([Buffer.from(features().buffer), labels()]));
}

function machine() {
  const cpus = os.cpus();
  const release = existsSync(OS_RELEASE) && readFileSync(OS_RELEASE, "utf8").match(/^PRETTY_NAME="?([^"\n]*)/m)?.[1];
  return {
    cpu: cpus[0].model,
    cores: cpus.length,
    os: [...(release ? [release] : []), `${os.type()} ${os.release()}`].join(", "),
  };
}

/** Share of the processors' time in use over two seconds; asked while the bench itself rests. */
async function busyShare() {
  const read = () => os.cpus().flatMap(({ times }) => Object.entries(times));
  const sum = times => times.reduce((sum, [, ms]) => sum + ms, 0);
  const idle = times => sum(times.filter(([what]) => what === "idle"));
  const before = read();
  await pause(2000);
  const after = read();
  const share = 1 - (idle(after) - idle(before)) / (sum(after) - sum(before));
  return Number(share.toFixed(2));
}

/** The commit that was measured; what the bench itself writes does not make it another. */
function commit() {
  const changed = said("git", "status", "--porcelain", "--", ".", ":!README.md", `:!${RESULTS}`);
  return `${said("git", "describe", "--always")}${changed ? "-dirty" : ""}`;
}

function versions() {
  const { devDependencies: npm } = JSON.parse(readFileSync("bench/package.json", "utf8"));
  return {
    commit: commit(),
    rustc: said("rustc", "--version").split(" ")[1],
    node: process.versions.node,
    tfjs: npm["@tensorflow/tfjs"],
    convnetjs: npm.convnetjs,
  };
}

function writeReadme(markdown) {
  const readme = readFileSync("README.md", "utf8");
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`README.md has lost the lines ${BEGIN} and ${END}, between which the tables stand`);
  }
  writeFileSync("README.md", `${readme.slice(0, begin + BEGIN.length)}\n${markdown}\n${readme.slice(end)}`);
}

/** When, where and with what it was measured, in a sentence or two. */
function setting({ date, machine: { cpu, cores, os: system }, disturbance, versions }) {
  const listed = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
  const disturbed = `\nOther programs used ${Math.round(100 * disturbance)} % of the machine, so these numbers are provisional.`;
  return `Measured on ${date}: ${cpu}, ${cores} cores, ${system}; ${listed.join(", ")}.${disturbance > MAX_DISTURBANCE ? disturbed : ""}`;
}

async function main() {
  await writeDigits();
  const about = { date: new Date().toISOString().slice(0, 10), machine: machine(), disturbance: await busyShare(), versions: versions() };
  if (about.disturbance > MAX_DISTURBANCE) {
    console.log("Other programs keep this machine busy: the numbers will not be worth much.");
  }
  if (!process.env.PYTHON) {
    console.log("No PYTHON=… is given: PyTorch and JAX are left out.");
  }
  const browser = await openBrowser();
  about.versions.chromium = browser.version;
  const bench = { page: browser.page, digits: DIGITS, python: process.env.PYTHON, versions: about.versions };
  const answers = {};
  for (const [name, section] of Object.entries(SECTIONS)) {
    answers[name] = await section.measure(bench);
  }
  await browser.close();
  about.disturbance = Math.max(about.disturbance, await busyShare());

  const tables = Object.entries(SECTIONS).map(([name, section]) => section.render(answers[name]));
  const markdown = [...tables, setting(about)].join("\n\n");
  writeFileSync(RESULTS, `${JSON.stringify({ ...about, ...answers }, null, 2)}\n`);
  writeReadme(markdown);
  console.log(`\n${markdown}\n\nWritten to ${RESULTS} and README.md.`);
}

try {
  await main();
} catch (error) {
  console.error(`The bench stopped: ${error.message}`);
  process.exit(1);
}
