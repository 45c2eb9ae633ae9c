#!/usr/bin/env bash
# Installs what the end-to-end tests need to run in Firefox and WebKitGTK besides Chromium: the browsers, a screen that
# exists in memory only (WebKitGTK has no headless mode), and Firefox' driver, which Debian does not have.
# Run from the top of the checkout.
set -euo pipefail
. .make/versions.sh
. .make/install-crate.sh
missing=()
command -v firefox-esr >/dev/null 2>&1 || command -v firefox >/dev/null 2>&1 || missing+=(firefox-esr)
command -v WebKitWebDriver >/dev/null 2>&1 || missing+=(webkit2gtk-driver)
command -v Xvfb >/dev/null 2>&1 || missing+=(xvfb)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests in the other engines need: ${missing[*]}. Install them (Debian: sudo apt-get install ${missing[*]}), then run this again." >&2
    exit 1
  fi
  echo "Installing ${missing[*]}…"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
install_crate geckodriver "$GECKODRIVER_VERSION" "$GECKODRIVER_DIR" 2
