# The pinned tools. wasm-bindgen's version must equal the one in Cargo.toml and Trunk.toml;
# tests/tidy.rs compares them.
WASM_BINDGEN_VERSION=0.2.129
TRUNK_VERSION=0.21.14
WASM_SPLIT_VERSION=0.2.4
# Firefox' driver, for the tests in other engines only.
GECKODRIVER_VERSION=0.37.1
WASM_TARGET=wasm32-unknown-unknown
# One cache per user, outside the checkout, so that `git clean` keeps the tools.
TOOL_CACHE=${CRITICAL_BATCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/critical-batch}
WASM_BINDGEN_DIR=$TOOL_CACHE/wasm-bindgen-cli-$WASM_BINDGEN_VERSION
TRUNK_DIR=$TOOL_CACHE/trunk-$TRUNK_VERSION
WASM_SPLIT_DIR=$TOOL_CACHE/wasm-split-cli-$WASM_SPLIT_VERSION
GECKODRIVER_DIR=$TOOL_CACHE/geckodriver-$GECKODRIVER_VERSION
export WASM_BINDGEN_DIR
export PATH="$PWD/node_modules/.bin:$TRUNK_DIR/bin:$WASM_SPLIT_DIR/bin:$WASM_BINDGEN_DIR/bin:$GECKODRIVER_DIR/bin:$PATH"
