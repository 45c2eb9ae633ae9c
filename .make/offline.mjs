// Gives a built site its service worker: writes the list of its files with their hashes into service-worker.js.
// Usage: node .make/offline.mjs FOLDER
// Everything in the folder is kept for use without a network but licences, sums and the worker itself.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const [folder] = process.argv.slice(2);
const NOT_KEPT = /^(service-worker\.js|SHA256SUMS|LICENSE-.*|licences\.txt|robots\.txt|\.nojekyll)$/;

const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
  .filter(path => !NOT_KEPT.test(path))
  .sort();
const odd = paths.find(path => !/^[\w.@/-]+$/.test(path));
if (odd) throw new Error(`${odd}: its name would change in an address`);
const files = paths.map(path => {
  const hash = createHash("sha256").update(readFileSync(join(folder, path))).digest("base64");
  return [path.replace(/(^|\/)index\.html$/, "$1"), `sha256-${hash}`];
});

const program = readFileSync("src/ui/service-worker.js", "utf8");
const version = createHash("sha256").update(program).update(JSON.stringify(files)).digest("hex").slice(0, 16);
const list = `{\n${files.map(([path, hash]) => `  ${JSON.stringify(path)}: ${JSON.stringify(hash)},\n`).join("")}}`;
// As functions, because a replacement text would give `$` a meaning.
const filled = program
  .replace('const VERSION = "";', () => `const VERSION = ${JSON.stringify(version)};`)
  .replace("const FILES = {};", () => `const FILES = ${list};`);
if (!filled.includes(version) || !filled.includes(list)) throw new Error("service-worker.js has lost its constants");
writeFileSync(join(folder, "service-worker.js"), filled);
console.log(`${folder}/service-worker.js keeps ${files.length} files, version ${version}.`);
