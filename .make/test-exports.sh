#!/usr/bin/env bash
# Writes every kind of export and runs it for real: single process, torchrun, Ray, JAX, Transformers.
# KEEP=1 keeps what came out as the fixtures in tests/exports/output/. DEEPSPEED=1 installs DeepSpeed as well.
set -euo pipefail
. .make/versions.sh

venv=$TOOL_CACHE/exports-venv
wanted=tests/exports/requirements.txt
if ! cmp -s $wanted "$venv/installed.txt"; then
  echo "Installing PyTorch, Ray and others (several GB) into $venv…"
  "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r $wanted
  cp $wanted "$venv/installed.txt"
fi
if [ -n "${DEEPSPEED:-}" ]; then
  # Apart, because it is built from source.
  "$venv/bin/pip" install --quiet --disable-pip-version-check setuptools wheel ninja py-cpuinfo hjson
  DS_BUILD_OPS=0 "$venv/bin/pip" install --quiet --disable-pip-version-check --no-build-isolation deepspeed==0.19.8
fi

generated=target/exports/generated
rm -rf target/exports
cargo run --locked --no-default-features --example write_exports -- $generated
"$venv/bin/python" tests/exports/run.py $generated target/exports/output
if [ -n "${KEEP:-}" ]; then
  cp target/exports/output/{parity.json,versions.json,log.txt,ray_sweep.csv,race_*.csv} tests/exports/output/
fi
