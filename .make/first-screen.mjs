// Arranges what the page loads first. Usage: node .make/first-screen.mjs FOLDER
// - The script that Trunk writes into the page gets a file of its own, so that the site also works under a
//   Content-Security-Policy without inline scripts.
// - The styles become one file, and the module is asked for before the scripts around it: a browser has six connections
//   to a host that does not speak HTTP/2, and what comes seventh waits for a whole round on a slow network.
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(2);
const page = join(folder, "index.html");
const html = readFileSync(page, "utf8");
const inline = /<script type="module">\s*([^]*?)\s*<\/script>/;
const found = inline.exec(html);
if (!found) throw new Error("index.html has no module script: Trunk has changed");
// In a file, the address of the module's neighbour follows from the file's own.
const named = found[1].replace(/module_or_path: ('[^']*')/, "module_or_path: new URL($1, import.meta.url)") + "\n";
if (!named.includes("import.meta.url")) throw new Error("the module script has lost its address: Trunk has changed");
// WebKit tells no listener of a script that ends so, nor Firefox of a module that was cut off, which it takes for a lack
// of memory; so the script tells of it as of any other error, and goes no further.
const script = named.replace(/await (init\([^]*?\));\n/, `await $1.catch((error) => {
  reportError(self.WebAssembly && error instanceof WebAssembly.RuntimeError ? error : new Error(String(error)));
  return new Promise(() => {});
});
`);
if (script === named) throw new Error("the module script does not wait for init: Trunk has changed");
const hashed = (start, end, text) => {
  const name = `${start}-${createHash("sha256").update(text).digest("hex").slice(0, 16)}${end}`;
  writeFileSync(join(folder, name), text);
  return name;
};
const preloads = [];
const styles = [];
const rest = html
  .replace(/<link rel="(?:module)?preload"[^>]*>\s*/g, (link) => (preloads.push(link.trim()), ""))
  .replace(/\s*<link rel="stylesheet" href="\.\/([^"]*)"[^>]*>/g, (_, name) => (styles.push(name), ""))
  .replace(inline, () => "")
  // Trunk leaves the lines of its own links empty.
  .replace(/\n(\s*\n)+/g, "\n");
const module = preloads.find((link) => link.includes('as="fetch"'));
const glue = preloads.find((link) => /-[0-9a-f]+\.js"/.test(link));
if (!module || !glue || styles.length < 2) throw new Error("index.html lacks styles or preloads: Trunk has changed");
const style = hashed("style", ".css", styles.map((name) => readFileSync(join(folder, name), "utf8")).join("\n"));
for (const name of styles) rmSync(join(folder, name));
// Which parts of the module a panel needs besides the first, from the loader.
const loader = readFileSync(join(folder, /[^"/]*-later\.js/.exec(html)[0]), "utf8");
const parts = (of) =>
  [...loader.matchAll(/(?:\/\* ([a-z, ]+) \*\/\nconst|export const __wasm_split_load_([a-z]+)) [^"]*"\.\/([^"]+\.wasm)"/g)]
    .filter(([, users, name]) => name === of || users?.split(", ").includes(of)).map(([, , , file]) => file);
const partsOf = ["race", "measuring", "job"].map((of) => {
  const files = parts(of);
  if (files.length < 2) throw new Error(`the loader names no parts for ${of}: wasm-split has changed`);
  return ` data-${of}="${files.join(" ")}"`;
});
const lines = [
  module,
  glue,
  `<script type="module" src="./${hashed("start", ".js", script)}"></script>`,
  ...preloads.filter((link) => link !== module && link !== glue),
];
const arranged = rest
  .replace('  <script src="early.js"', `  <link rel="stylesheet" href="./${style}">\n$&${partsOf.join("")}`)
  .replace("</head>", `${lines.map((line) => `  ${line}\n`).join("")}$&`);
const forbidden = /<script(?![^>]*\ssrc=)[^>]*>|<style[\s>]|<[^>]*\s(?:style|on[a-z]+)=/i.exec(arranged);
if (forbidden) throw new Error(`index.html has an inline script or style: ${forbidden[0]}`);
writeFileSync(page, arranged);
