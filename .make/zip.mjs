// Packs dist/ for people who put it on a server of their own: node .make/zip.mjs FOLDER FILE
// The same folder always gives the same bytes: sorted names, one date for all, no owner, and a packer whose version is
// in the lock file.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { zipSync } from "fflate";

// The packer writes the local time of the day that it is given.
process.env.TZ = "UTC";
const [folder, out] = process.argv.slice(2);

// The date of the release: asked for, else of the latest commit, else the first that the format knows.
function seconds() {
  if (process.env.SOURCE_DATE_EPOCH) return Number(process.env.SOURCE_DATE_EPOCH);
  try {
    return Number(execFileSync("git", ["log", "-1", "--format=%ct"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  } catch {
    return Date.UTC(1980, 0, 1) / 1000;
  }
}

const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
  .sort();
const files = Object.fromEntries([
  ["critical-batch/READ-ME.txt", readFileSync(".make/zip-read-me.txt")],
  ...paths.map(path => [`critical-batch/${path}`, readFileSync(join(folder, path))]),
]);
const zip = zipSync(files, { level: 9, mtime: new Date(seconds() * 1000) });
writeFileSync(out, zip);
console.log(`${createHash("sha256").update(zip).digest("hex")}  ${basename(out)}`);
