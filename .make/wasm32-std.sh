#!/usr/bin/env bash
# Installs the library's sources and wasm32-unknown-unknown's standard library from Debian's rust-src of the active
# rustc's version, for machines where rustup cannot fetch them. Needs apt-get with Debian's sources, dpkg, cargo, 400 MB and a minute.
set -euo pipefail
target=wasm32-unknown-unknown
version=$(rustc --version | cut -d' ' -f2)
sysroot=$(rustc --print sysroot)
if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
  echo "rustup cannot fetch $target and this is no Debian: install the target for Rust $version by hand, then run this again." >&2
  exit 1
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# An apt of its own, so that neither root nor a change to the machine's sources is needed. Newer compilers' sources
# are in the backports of the releases after this one.
mkdir -p "$scratch/lists/partial" "$scratch/sources"
mirror=$({ cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null || true; } \
  | sed -n 's/^URIs: *//p; s/^deb [^#]*\(http[^ ]*\) .*/\1/p' | sed -n 1p)
if [ -z "$mirror" ]; then
  echo "No Debian mirror is configured here: install $target for Rust $version by hand, then run this again." >&2
  exit 1
fi
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
printf 'Types: deb\nURIs: %s\nSuites: trixie-backports sid\nComponents: main\nSigned-By: %s\n' \
  "$mirror" "$keyring" > "$scratch/sources/rust.sources"
apt=(-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$scratch/sources" -o Dir::State::Lists="$scratch/lists"
  -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=)
apt-get "${apt[@]}" -qq update
package=$(apt-cache "${apt[@]}" madison rust-src | awk -v v="$version" 'index($3, v "+") == 1 { print $3; exit }')
if [ -z "$package" ]; then
  echo "Neither rustup nor Debian has the standard library of $target for Rust $version: install it by hand, then run this again." >&2
  exit 1
fi
(cd "$scratch" && apt-get "${apt[@]}" -qq download "rust-src=$package" && dpkg -x rust-src_*.deb source)

# cargo's build-std looks for the sources in the sysroot; the site's build wants them there too.
mkdir -p "$sysroot/lib/rustlib/src/rust"
cp -r "$scratch/source/usr/src/rustc-$version/library" "$sysroot/lib/rustlib/src/rust/"

# A crate that uses std makes cargo build all of it.
mkdir -p "$scratch/empty/src"
cat > "$scratch/empty/Cargo.toml" <<'TOML'
[package]
name = "empty"
version = "0.0.0"
edition = "2024"
[profile.release]
panic = "abort"
[workspace]
TOML
: > "$scratch/empty/src/lib.rs"
(cd "$scratch/empty" && RUSTC_BOOTSTRAP=1 cargo build -q -Zbuild-std=std,panic_abort --release --target "$target")
mkdir -p "$sysroot/lib/rustlib/$target/lib"
rm -f "$scratch/empty/target/$target/release/deps/"libempty-*.rlib
cp "$scratch/empty/target/$target/release/deps/"lib*.rlib "$sysroot/lib/rustlib/$target/lib/"
echo "$target for Rust $version is installed, built from rust-src $package."
