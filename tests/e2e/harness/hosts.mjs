// A static server whose answers any origin may read, and that allows no inline script or style under /strict/.
// Usage: node hosts.mjs FOLDER PORT
import { createServer } from "node:http";
import sirv from "sirv";

// `frame-src` is for the article, whose frames are of the same host.
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'";
const [folder, port] = process.argv.slice(2);
const serve = sirv(folder, {
  dev: true,
  setHeaders: (answer, path) => {
    answer.setHeader("Access-Control-Allow-Origin", "*");
    const more = path.startsWith("/strict/examples/") ? "; frame-src 'self'" : "";
    if (path.startsWith("/strict/")) answer.setHeader("Content-Security-Policy", POLICY + more);
  },
});
createServer((request, answer) => serve(request, answer, () => answer.writeHead(404).end())).listen(Number(port), "127.0.0.1");
