#!/usr/bin/env bash
# Builds dist/ with Trunk, downloading nothing but crates. Run from the top of the checkout.
set -euo pipefail
. .make/versions.sh
. .make/site-flags.sh
export TRUNK_SKIP_VERSION_CHECK=true

cargo build --locked --release --target "$WASM_TARGET" --bin critical-batch
# Offline turns a tool that Trunk cannot find into a clear sentence instead of a download.
PATH="$PWD/.make/split:$PATH" trunk build --release --offline
.make/split/place.sh
# What the page needs as it is: the manifest of the installable site with its icons.
cp site/* dist/
# The licences of what is shipped stand beside it.
cp LICENSE-MIT LICENSE-APACHE dist/
node .make/licences.mjs "$WASM_TARGET" dist/licences.txt
# Last, because both look at every file.
node .make/offline.mjs dist
.make/sums.sh dist
size=$(cat dist/*_bg.wasm dist/critical-batch-*.js | node -e '
  const chunks = []; process.stdin.on("data", c => chunks.push(c)).on("end", () =>
    console.log(require("zlib").brotliCompressSync(Buffer.concat(chunks)).length))')
echo "dist/ is ready: what the first screen needs of wasm and glue is $((size / 1000)) kB with Brotli."
