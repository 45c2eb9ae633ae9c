#!/usr/bin/env bash
# Installs Lighthouse and measures the built site with it.
set -euo pipefail
. .make/versions.sh

# As in bench.sh: a folder of its own, so that who only builds or tests the site does not pay for it.
if ! cmp -s tests/lighthouse/package-lock.json tests/lighthouse/node_modules/.critical-batch.lock; then
  echo "Installing Lighthouse from tests/lighthouse/package-lock.json…"
  npm ci --prefix tests/lighthouse --ignore-scripts --no-audit --no-fund --loglevel=error
  cp tests/lighthouse/package-lock.json tests/lighthouse/node_modules/.critical-batch.lock
fi

export CHROMIUM=${CHROMIUM:-$(command -v chromium)}
CHROMIUM_VERSION=$("$CHROMIUM" --version | grep -o '[0-9.]\+' | head -1)
export CHROMIUM_VERSION
exec node tests/lighthouse/run.mjs
