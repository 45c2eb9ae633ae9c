#!/usr/bin/env bash
# The wasm tests in headless Chromium, as on a plain static host (no cross-origin isolation).
set -euo pipefail
. .make/versions.sh
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
export CHROMEDRIVER=${CHROMEDRIVER:-$(command -v chromedriver)}
export WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION=1
export WASM_BINDGEN_TEST_WEBDRIVER_JSON=$PWD/tests/webdriver.json
cargo test --locked --target "$WASM_TARGET" --test web
