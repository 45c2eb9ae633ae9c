#!/usr/bin/env bash
# Builds dist/ with Trunk, downloading nothing but crates. Run from the top of the checkout.
set -euo pipefail
. .make/versions.sh
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS NO_COLOR
export TRUNK_SKIP_VERSION_CHECK=true

# The standard library is built along, for size and without the texts of panics, for a smaller download.
# Stable cargo asks for the first variable before it takes these options.
export RUSTC_BOOTSTRAP=1
export CARGO_UNSTABLE_BUILD_STD=std,panic_abort
export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
# Replaces the flags of .cargo/config.toml, so those are repeated. No path of the building machine gets into the site.
sysroot=$(rustc --print sysroot)
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-C target-feature=+simd128 --cfg erase_components \
-Zunstable-options -Cpanic=immediate-abort \
--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$sysroot=/rust --remap-path-prefix=$PWD=/critical-batch"

cargo build --locked --release --target "$WASM_TARGET" --bin critical-batch
# Offline turns a tool that Trunk cannot find into a clear sentence instead of a download.
trunk build --release --offline
# The licences of what is shipped stand beside it.
cp LICENSE-MIT LICENSE-APACHE dist/
size=$(cat dist/*.wasm dist/critical-batch-*.js | node -e '
  const chunks = []; process.stdin.on("data", c => chunks.push(c)).on("end", () =>
    console.log(require("zlib").brotliCompressSync(Buffer.concat(chunks)).length))')
echo "dist/ is ready: wasm and glue are $((size / 1000)) kB with Brotli."
