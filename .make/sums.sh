#!/usr/bin/env bash
# Writes SHA256SUMS into a built site: sums.sh FOLDER. `sha256sum --check SHA256SUMS` there compares.
set -euo pipefail
cd "$1"
# The list in the order of the bytes of the names, which no language setting changes; names have no spaces.
find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs sha256sum > SHA256SUMS
