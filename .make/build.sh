#!/usr/bin/env bash
# Builds dist/ with Trunk, downloading nothing but crates. Run from the top of the checkout.
set -euo pipefail
. .make/versions.sh
(
  # In a shell of its own: what else is compiled here shares its results with the tests.
  . .make/site-flags.sh
  export TRUNK_SKIP_VERSION_CHECK=true
  # The module is cut into parts (build.rs).
  export CRITICAL_BATCH_PARTS=1

  cargo build --locked --release --target "$WASM_TARGET" --bin critical-batch
  # Offline turns a tool that Trunk cannot find into a clear sentence instead of a download.
  PATH="$PWD/.make/split:$PATH" trunk build --release --offline
)
.make/split/place.sh
node .make/first-screen.mjs dist
# What the page needs as it is: the manifest of the installable site with its icons.
cp site/* dist/
# Lessons and article: static pages from content/, which name the files that were just hashed.
cargo run --locked --quiet --no-default-features --example pages -- dist
# The licences of what is shipped stand beside it.
cp LICENSE-MIT LICENSE-APACHE dist/
node .make/licences.mjs "$WASM_TARGET" dist/licences.txt
# Last, because both look at every file.
node .make/offline.mjs dist
.make/sums.sh dist
node .make/sizes.mjs dist
