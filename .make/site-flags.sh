# How cargo compiles what is shipped; the bench measures that, so it compiles alike.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS NO_COLOR

# The standard library is built along, for size and without the texts of panics, for a smaller download.
# Stable cargo asks for the first variable before it takes these options, and stable rustc before `optimize_speed`,
# which compiles the functions that say so for speed.
export RUSTC_BOOTSTRAP=1
export CARGO_UNSTABLE_BUILD_STD=std,panic_abort
export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
# Replaces the flags of .cargo/config.toml, so those are repeated. No path of the building machine gets into the site.
sysroot=$(rustc --print sysroot)
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-C target-feature=+simd128 --cfg erase_components --cfg optimize_speed \
-Zunstable-options -Cpanic=immediate-abort \
--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$sysroot=/rust --remap-path-prefix=$PWD=/critical-batch"
