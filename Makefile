# `make serve` shows the page, `make test` runs everything. Both install what is missing.
.DEFAULT_GOAL := serve
.PHONY: serve dist zip reproducible tools test test-tools lint test-native test-wasm test-e2e test-exports engine-tools test-firefox test-webkit engines bench lighthouse pictures golden clean
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
TOOLS := . .make/versions.sh;
PORT ?= 8080

serve: dist
	@.make/serve.sh $(PORT)

# The site, for any folder of any static host.
dist: tools
	@.make/build.sh

# The same as one file for teachers and other hosts.
zip: dist
	@$(TOOLS) node .make/zip.mjs dist critical-batch-$$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1).zip

# Two clean builds of what is committed, compared byte by byte; some four minutes.
reproducible: tools
	@.make/reproducible.sh

tools:
	@.make/install.sh

test: test-tools dist lint test-native test-wasm test-e2e
	@echo "All tests passed."

# What the tests need besides: Chromium, its driver and fonts.
test-tools: tools
	@.make/install-browser.sh

lint:
	@$(TOOLS) cargo fmt --check
	@$(TOOLS) cargo clippy --locked --all-targets --no-default-features -- -D warnings
	@$(TOOLS) cargo clippy --locked --lib --bins --target $$WASM_TARGET -- -D warnings
	@$(TOOLS) cargo clippy --locked --no-default-features --features bench --bin bench-steps --target $$WASM_TARGET -- -D warnings

test-native:
	@$(TOOLS) cargo test --locked --no-default-features

test-wasm:
	@$(TOOLS) .make/test-wasm.sh

test-e2e:
	@$(TOOLS) cargo test --locked --no-default-features --features e2e --test e2e

# Firefox, WebKitGTK and their drivers.
engine-tools: tools
	@.make/install-engines.sh

# The same tests in other engines. Not part of `test`, for the time they take.
test-firefox: engine-tools dist
	@$(TOOLS) E2E_ENGINE=firefox cargo test --locked --no-default-features --features e2e --test e2e

test-webkit: engine-tools dist
	@$(TOOLS) E2E_ENGINE=webkit cargo test --locked --no-default-features --features e2e --test e2e

# The same tests in all three engines, for the README's table.
engines: test-tools engine-tools dist
	@$(TOOLS) node .make/engines.mjs

# Runs the files that the site generates in PyTorch, Ray and others; installs them once, several GB. Not part of `test`.
test-exports:
	@$(TOOLS) .make/test-exports.sh

# Times training steps, sweeps and reading here and training steps in other libraries, for bench/results.json and the README's table.
# PYTHON=… names a Python with torch and jax.
bench: test-tools dist
	@.make/bench.sh

# Scores of the built site, for the README's table; some ten minutes. Fails when a page misses a target.
lighthouse: test-tools dist
	@.make/lighthouse.sh

# A picture of each panel in both themes and languages, into tests/pictures/, and the icons of the installed site.
pictures: test-tools dist
	@$(TOOLS) cargo run --locked --no-default-features --features e2e --example pictures

# Recomputes the golden numbers; needs a Python with the versions named in the script.
golden:
	@$${PYTHON:-python3} tests/golden/make_golden.py

clean:
	@rm -rf dist target node_modules bench/node_modules tests/lighthouse/node_modules
