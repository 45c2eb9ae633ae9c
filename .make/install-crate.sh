# A command from a crate, at a pinned version, into the cache of .make/versions.sh.
install_crate() { # install_crate NAME VERSION DIR EXPECTED_MINUTES [FLAGS…]
  local name=$1 version=$2 dir=$3 minutes=$4
  shift 4
  [ -f "$dir/.complete" ] && return
  mkdir -p "$TOOL_CACHE"
  echo "Installing $name $version into $dir (about $minutes minutes, once)…"
  # A target directory inside the cache, so that an interrupted build continues where it stopped.
  # The release profile's link-time optimisation would triple the time and change nothing that matters.
  CARGO_TARGET_DIR="$dir/build" CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
    cargo install "$name" --version "$version" --locked --root "$dir" "$@"
  rm -rf "$dir/build"
  touch "$dir/.complete"
}
