#!/usr/bin/env bash
# Installs what the bench compares with, builds the trainer as the site does, and measures.
# PYTHON=… names a Python with torch and jax; without it their columns are left out.
set -euo pipefail
. .make/versions.sh

# Asked first, because the rest takes minutes.
if [ -n "${PYTHON:-}" ] && ! "$PYTHON" -c 'import torch, jax' 2>/dev/null; then
  echo "PYTHON=$PYTHON cannot import torch and jax: install both there, or leave PYTHON out to bench without them." >&2
  exit 1
fi

# As in install.sh, but a folder of its own: who only builds or tests the site does not pay for it.
if ! cmp -s bench/package-lock.json bench/node_modules/.critical-batch.lock; then
  echo "Installing TensorFlow.js, ConvNetJS and the browser's driver from bench/package-lock.json…"
  npm ci --prefix bench --ignore-scripts --no-audit --no-fund --loglevel=error
  cp bench/package-lock.json bench/node_modules/.critical-batch.lock
fi

echo "Building the trainer with the site's flags…"
(
  . .make/site-flags.sh
  cargo build --locked --release --target "$WASM_TARGET" --no-default-features --features bench --bin bench-steps
)
wasm-bindgen --target web --no-typescript --out-dir target/bench "target/$WASM_TARGET/release/bench-steps.wasm"
# What Trunk does to the site's module stands in index.html.
trunk_attribute() { sed -n "s/.*rel=\"rust\".* $1=\"\([^\"]*\)\".*/\1/p" index.html; }
read -ra params <<< "$(trunk_attribute data-wasm-opt-params)"
wasm-opt "-O$(trunk_attribute data-wasm-opt)" "${params[@]}" target/bench/bench-steps_bg.wasm -o target/bench/bench-steps_bg.wasm
# The sweep and the reading natively: for speed, since its download is nobody's concern.
cargo build --locked --release --no-default-features --example bench-sweep --example bench-reading --config 'profile.release.opt-level=3'
# For Node.js, which reads the glue as well: it is a module.
echo '{"type": "module"}' > target/bench/package.json

export CHROMIUM=${CHROMIUM:-$(command -v chromium)}
exec node bench/run.mjs
