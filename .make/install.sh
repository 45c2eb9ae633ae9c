#!/usr/bin/env bash
# Installs what building the site needs and is missing: the wasm target, wasm-bindgen-cli, wasm-split-cli, Trunk,
# and from npm's lock file wasm-opt and the static server. Run from the top of the checkout.
set -euo pipefail
. .make/versions.sh
. .make/install-crate.sh

need() { # need COMMAND HINT: one clear sentence instead of a failure somewhere later.
  command -v "$1" >/dev/null 2>&1 || { echo "critical-batch needs '$1': $2" >&2; exit 1; }
}
need rustup "install it from https://rustup.rs, then run this again."
need node "install Node.js 20 or newer, then run this again."
need npm "install npm (it comes with Node.js), then run this again."
need cc "install a C compiler (Debian: apt-get install build-essential), then run this again."

# The pinned toolchain. Since rustup 1.28 nothing may be installed on the fly, so it is asked for.
if ! rustc --version >/dev/null 2>&1; then
  echo "Installing the Rust toolchain that rust-toolchain.toml names…"
  rustup toolchain install --no-self-update
fi

# The target's library for the tests, and the library's sources for the site, which builds it for size.
sysroot=$(rustc --print sysroot)
std_present() { ls "$sysroot/lib/rustlib/$WASM_TARGET/lib/"libstd-*.rlib >/dev/null 2>&1 && [ -d "$sysroot/lib/rustlib/src/rust/library/std" ]; }
if ! std_present; then
  echo "Installing the standard library of $WASM_TARGET…"
  if ! { rustup target add "$WASM_TARGET" && rustup component add rust-src && std_present; }; then
    echo "rustup could not fetch $WASM_TARGET; building it from Debian's rust-src of the same version instead."
    .make/wasm32-std.sh
  fi
fi

install_crate wasm-bindgen-cli "$WASM_BINDGEN_VERSION" "$WASM_BINDGEN_DIR" 2
install_crate wasm_split_cli_support "$WASM_SPLIT_VERSION" "$WASM_SPLIT_DIR" 1 --features build-binary
install_crate trunk "$TRUNK_VERSION" "$TRUNK_DIR" 4 --no-default-features --features rustls

# npm leaves a copy of the lock file of what it installed; a change of ours means install again.
if ! cmp -s package-lock.json node_modules/.critical-batch.lock; then
  echo "Installing wasm-opt and the static server from package-lock.json…"
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.critical-batch.lock
fi
