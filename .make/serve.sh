#!/usr/bin/env bash
# Serves dist/ on this machine only: serve.sh PORT.
set -euo pipefail
. .make/versions.sh
port=$1
is_free='const s = require("net").createServer(); s.on("error", () => process.exit(1)); s.listen(+process.argv[1], "127.0.0.1", () => s.close());'
if ! node -e "$is_free" "$port"; then
  echo "Port $port is taken. Stop what uses it, or choose another: make serve PORT=$((port + 1))" >&2
  exit 1
fi
# A service worker keeps the version of an open tab.
echo "After a new build, close every tab of the page and open it again."
echo "Critical Batch is on http://127.0.0.1:$port/ (Ctrl-C stops it)."
exec sirv dist --host 127.0.0.1 --port "$port" --quiet
