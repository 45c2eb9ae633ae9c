// Says what is downloaded for which panel, with Brotli. Usage: node .make/sizes.mjs FOLDER
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

const [folder] = process.argv.slice(2);
const kb = (files) => Math.round(files.reduce((sum, file) => sum + brotliCompressSync(readFileSync(join(folder, file))).length, 0) / 1000);
const first = readdirSync(folder).filter((name) => /_bg\.wasm$|^critical-batch-.*\.js$/.test(name));
console.log(`${folder}/ is ready. Wasm and glue with Brotli: ${kb(first)} kB for the first screen;`);
// At early.js stands what the panels of a link need besides (first-screen.mjs).
const [script] = /<script src="early\.js"[^>]*>/.exec(readFileSync(join(folder, "index.html"), "utf8"));
for (const [, part, files] of script.matchAll(/data-([a-z]+)="([^"]*)"/g)) {
  console.log(`  ${kb(files.split(" "))} kB more for ${part};`);
}
console.log(`  ${kb(readdirSync(folder).filter((name) => name.endsWith("-split_worker.wasm")))} kB more for a first run.`);
