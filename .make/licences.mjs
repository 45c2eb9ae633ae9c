// Writes dist/licences.txt: notices of everything that is inside the shipped files, from Cargo.lock and the licence
// files of the packages themselves. Run after the build, which has fetched the sources.
// Usage: node .make/licences.mjs TARGET FILE
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [target, out] = process.argv.slice(2);
const run = (command, ...args) => execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28 });
const metadata = JSON.parse(run("cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target));
const packages = new Map(metadata.packages.map(p => [p.id, p]));
const nodes = new Map(metadata.resolve.nodes.map(n => [n.id, n]));

// What is compiled into the module: normal dependencies of the site's features. A procedural macro leaves code of its
// own in the program, so it counts; what the macro itself is built from runs at build time only.
const shipped = new Set();
const visit = id => {
  if (shipped.has(id)) return;
  shipped.add(id);
  if (packages.get(id).targets.some(t => t.kind.includes("proc-macro"))) return;
  for (const dep of nodes.get(id).deps) if (dep.dep_kinds.some(k => k.kind === null)) visit(dep.pkg);
};
visit(metadata.resolve.root);
shipped.delete(metadata.resolve.root);

const MIT = /Permission is hereby granted, free of charge, to any person obtaining a copy/;
const textsIn = folder => readdirSync(folder)
  .filter(name => /^(licen[cs]e|copying|notice)([-._].*)?$/i.test(name)).sort()
  .map(name => ({ name, text: readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim() }));

const mitText = owner => `MIT License

Copyright (c) ${owner}

${readFileSync("LICENSE-MIT", "utf8").split("\n\n").slice(2).join("\n\n").trim()}`;

// Where a package may be had under MIT or another licence, MIT is taken. A package that may be had under MIT and comes
// without the text gets the licence's own text with the authors that it names.
function textsOf({ name, version, license, authors, folder }) {
  if (!license) throw new Error(`${name} ${version} names no licence`);
  const offersMit = license.split(/ OR |\//).some(choice => choice.trim() === "MIT");
  const texts = textsIn(folder);
  const notices = texts.filter(t => /^notice/i.test(t.name));
  if (offersMit) {
    const mit = texts.find(t => MIT.test(t.text));
    if (mit) return [mit.text, ...notices.map(t => t.text)];
    return [mitText(authors.length > 0 ? authors.join(", ") : `the authors of ${name}`), ...notices.map(t => t.text)];
  }
  // A folder without a text, or with another than the one that is asked for, needs a person's look.
  if (texts.length === 0) throw new Error(`${name} ${version} (${license}) comes without the text of its licence`);
  return texts.map(t => t.text);
}

// The standard library is built along; what of it reaches this target, with versions from its own lock file.
function standardLibrary() {
  const library = join(run("rustc", "--print", "sysroot").trim(), "lib/rustlib/src/rust/library");
  const lock = readFileSync(join(library, "Cargo.lock"), "utf8");
  const registry = join(process.env.CARGO_HOME ?? join(process.env.HOME, ".cargo"), "registry/src");
  const places = [join(library, "vendor"), ...(existsSync(registry) ? readdirSync(registry).map(r => join(registry, r)) : [])];
  const release = run("rustc", "--version").split(" ")[1];
  const found = [
    { label: `Rust standard library ${release}`, license: "MIT OR Apache-2.0", texts: [mitText("The Rust Project contributors")] },
    {
      label: `compiler-builtins and libm of Rust ${release}`, license: "MIT AND Apache-2.0 WITH LLVM-exception",
      texts: [readFileSync(join(library, "compiler-builtins/LICENSE.txt"), "utf8").trim()],
    },
  ];
  for (const name of ["cfg-if", "dlmalloc", "hashbrown", "rustc-demangle"]) {
    const version = new RegExp(`name = "${name}"\nversion = "([^"]+)"`).exec(lock)?.[1];
    const folder = places.map(p => join(p, `${name}-${version}`)).find(existsSync) ?? places.map(p => join(p, name)).find(existsSync);
    if (!folder) throw new Error(`the sources of ${name} ${version}, a part of the standard library, are not here; build the site first`);
    const license = "MIT OR Apache-2.0";
    found.push({ label: `${name} ${version} (in the standard library)`, license, texts: textsOf({ name, version, license, authors: [], folder }) });
  }
  return found;
}

const entries = [...shipped].map(id => packages.get(id)).map(p => ({
  label: `${p.name} ${p.version}`, license: p.license, texts: textsOf({ ...p, folder: dirname(p.manifest_path) }),
})).concat(standardLibrary());

// Each text once, with all that come under it.
const groups = new Map();
for (const { label, license, texts } of entries) {
  for (const text of texts) {
    const key = text.replace(/\s+/g, " ");
    const group = groups.get(key) ?? groups.set(key, { text, labels: [] }).get(key);
    group.labels.push(`${label} (${license})`);
  }
}
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
for (const group of groups.values()) group.labels.sort(compare);
const sorted = [...groups.values()].sort((a, b) => compare(a.labels[0], b.labels[0]));

const rule = "-".repeat(78);
const head = `Critical Batch
==============

The program is under the MIT or the Apache 2.0 licence, as you choose: LICENSE-MIT and LICENSE-APACHE beside this file.

Digits: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
https://doi.org/10.24432/C50P49, under CC BY 4.0, https://creativecommons.org/licenses/by/4.0/; the 1,797 images of its
test part, packed, otherwise unchanged.

The module contains parts of the following packages. This list is made from the lock file at every build.
`;
writeFileSync(out, [head, ...sorted.map(g => `${rule}\n${g.labels.join("\n")}\n\n${g.text}\n`)].join("\n"));
console.log(`${out}: ${entries.length} packages under ${sorted.length} texts.`);
