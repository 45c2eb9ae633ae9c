#!/usr/bin/env bash
# Builds what is committed twice, in two folders with target folders of their own, and compares every byte.
set -euo pipefail
top=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Names of different lengths, in case a path gets in.
for copy in one another-and-longer; do
  mkdir -p "$scratch/$copy"
  git archive HEAD | tar -x -C "$scratch/$copy"
  ln -s "$top/node_modules" "$scratch/$copy/node_modules"
  echo "Building in $scratch/$copy…"
  (cd "$scratch/$copy" && env -u CARGO_TARGET_DIR .make/build.sh && rm -rf target)
done
diff "$scratch/one/dist/SHA256SUMS" "$scratch/another-and-longer/dist/SHA256SUMS"
diff -r "$scratch/one/dist" "$scratch/another-and-longer/dist"
echo "Both builds are the same, byte by byte: SHA256SUMS has $(sha256sum < "$scratch/one/dist/SHA256SUMS" | cut -c1-16)…"
