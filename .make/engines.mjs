// Runs the end-to-end tests in every engine and writes what came of it into README.md (a table: engines × panels ×
// passed) and tests/README.md (what an engine cannot do, test by test). Usage: node .make/engines.mjs [ENGINE…] [-- TEST…];
// without names all three and every test. What is not named keeps the results of its last run.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const ENGINES = { chromium: "Chromium", firefox: "Firefox", webkit: "WebKitGTK" };
const REST = "links, languages, keyboard, layout, hosting, faults";
// By the name of a test's file; the first that fits counts.
const PANELS = [
  [/^curves|^engines::curves/, "Curves"],
  [/^race|^engines::race|^engines::ac_18_a_race/, "Race"],
  [/^sweep|^engines::sweep/, "Sweep"],
  [/^noise|^engines::noise/, "Noise"],
  [/^calc|^engines::calc/, "Calculator"],
  [/^runs|^engines::runs/, "Your runs"],
  [/^learn/, "Lessons"],
  [/^embed|^share|^frame/, "Embedding"],
  [/./, REST],
];
const FOLDER = "target/e2e/results";

const given = process.argv.slice(2);
const end = given.includes("--") ? given.indexOf("--") : given.length;
const [chosen, filters] = [given.slice(0, end), given.slice(end + 1)];
for (const engine of chosen) if (!(engine in ENGINES)) throw new Error(`${engine} is none of ${Object.keys(ENGINES)}`);
mkdirSync(FOLDER, { recursive: true });
for (const engine of chosen.length > 0 ? chosen : Object.keys(ENGINES)) await run(engine);

const results = Object.keys(ENGINES).map((engine) => {
  const file = `${FOLDER}/${engine}.json`;
  if (!existsSync(file)) throw new Error(`there are no results of ${engine}: run make engines`);
  return { engine, ...JSON.parse(readFileSync(file, "utf8")) };
});
put("README.md", table());
put("tests/README.md", cannot());
const failed = results.flatMap((r) => Object.entries(r.tests).filter(([, state]) => state === "failed").map(([name]) => `${r.engine}: ${name}`));
if (failed.length > 0) {
  console.error(`Failed:\n${failed.join("\n")}`);
  process.exit(1);
}

/** Runs the tests in one engine and keeps how each of them ended: passed, failed or left out. */
async function run(engine) {
  console.log(`\n${ENGINES[engine]}:`);
  const list = `target/e2e/cannot/${engine}.tsv`;
  if (existsSync(list)) writeFileSync(list, "");
  const args = ["test", "--locked", "--no-default-features", "--features", "e2e", "--test", "e2e", "--", ...filters];
  const child = spawn("cargo", args, { env: { ...process.env, E2E_ENGINE: engine }, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
    process.stdout.write(data);
  });
  await new Promise((done) => child.on("close", done));
  const tests = {};
  for (const [, name, outcome] of text.matchAll(/^test (\S+)(?: - should panic)? \.\.\. (ok|FAILED)$/gm)) tests[name] = outcome === "ok" ? "passed" : "failed";
  if (Object.keys(tests).length === 0) throw new Error(`no test ran in ${engine}`);
  const reasons = {};
  for (const line of (existsSync(list) ? readFileSync(list, "utf8") : "").trim().split("\n").filter(Boolean)) {
    const [name, feature, reason] = line.split("\t");
    if (tests[name] === "passed") tests[name] = "cannot";
    reasons[name] = { feature, reason };
  }
  const file = `${FOLDER}/${engine}.json`;
  const kept = filters.length > 0 && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { tests: {}, reasons: {} };
  for (const name of Object.keys(tests)) delete kept.reasons[name];
  const all = { version: version(engine), tests: { ...kept.tests, ...tests }, reasons: { ...kept.reasons, ...reasons } };
  writeFileSync(file, JSON.stringify(all, null, 1));
}

function version(engine) {
  const first = (command, ...args) => spawnSync(command, args, { encoding: "utf8" }).stdout?.match(/[\d.]+[\d]/)?.[0] ?? "";
  if (engine === "chromium") return first("chromium", "--version");
  if (engine === "firefox") return first(spawnSync("firefox-esr", ["--version"]).error ? "firefox" : "firefox-esr", "--version");
  // Its browser tells nothing without a screen.
  return first("dpkg-query", "--show", "--showformat=${Version}", "libwebkit2gtk-4.1-0");
}

function table() {
  const rows = [...new Set(PANELS.map(([, panel]) => panel))].filter((panel) => results.some((r) => of(r, panel).length > 0));
  const cell = (r, panel) => {
    const states = of(r, panel).map(([, state]) => state);
    const count = (state) => states.filter((s) => s === state).length;
    const parts = [`${count("passed")} of ${states.length}`];
    if (count("failed") > 0) parts.push(`**${count("failed")} failed**`);
    return parts.join(", ");
  };
  const lines = [
    ["tests passed", ...results.map((r) => `${ENGINES[r.engine]} ${r.version}`)],
    ["---", ...results.map(() => "--:")],
    ...rows.map((panel) => [panel, ...results.map((r) => cell(r, panel))]),
  ];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

function of(result, panel) {
  return Object.entries(result.tests).filter(([name]) => PANELS.find(([pattern]) => pattern.test(name))[1] === panel);
}

function cannot() {
  const parts = [];
  for (const r of results) {
    const byReason = new Map();
    for (const [name, { reason }] of Object.entries(r.reasons)) byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
    for (const [reason, names] of [...byReason].sort()) parts.push(`- ${ENGINES[r.engine]}: ${reason}.\n${names.sort().map((name) => `  - \`${name}\``).join("\n")}`);
  }
  return parts.join("\n");
}

function put(file, text) {
  const old = readFileSync(file, "utf8");
  const between = /(<!-- make engines writes from here -->\n)[^]*?(<!-- make engines writes up to here -->)/;
  if (!between.test(old)) throw new Error(`${file} has no place for the results`);
  writeFileSync(file, old.replace(between, (_, from, to) => `${from}${text}\n${to}`));
}
