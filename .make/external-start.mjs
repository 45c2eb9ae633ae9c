// Moves the script that Trunk writes into the page to a file of its own, so that the site also works under a
// Content-Security-Policy without inline scripts. Usage: node .make/external-start.mjs FOLDER
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
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
const name = `start-${createHash("sha256").update(script).digest("hex").slice(0, 16)}.js`;
writeFileSync(join(folder, name), script);
const rest = html.replace(inline, () => `<script type="module" src="./${name}"></script>`);
const forbidden = /<script(?![^>]*\ssrc=)[^>]*>|<style[\s>]|<[^>]*\s(?:style|on[a-z]+)=/i.exec(rest);
if (forbidden) throw new Error(`index.html has an inline script or style: ${forbidden[0]}`);
writeFileSync(page, rest);
