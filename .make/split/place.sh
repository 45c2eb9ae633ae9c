#!/usr/bin/env bash
# Puts the parts of the module that are fetched later beside the first one in dist/. All of them, the glue and the loader
# get one hash over everything into their names, so that no cache can mix two versions.
set -euo pipefail
. .make/versions.sh

# Made as small as Trunk makes the first part.
trunk_attribute() { sed -n "s/.*rel=\"rust\".* $1=\"\([^\"]*\)\".*/\1/p" index.html; }
read -ra params <<< "$(trunk_attribute data-wasm-opt-params)"
for part in target/later/*.wasm; do
  # It says of every part that it does not know the names of globals, which go anyway.
  wasm-opt "-O$(trunk_attribute data-wasm-opt)" "${params[@]}" --strip-debug "$part" -o "$part" 2> >(grep -v 'unknown name subsection' >&2)
done

trunk_name=$(basename dist/critical-batch-*.js .js)
hash=$(cat "dist/$trunk_name.js" "dist/${trunk_name}_bg.wasm" target/later/* | sha256sum)
name=critical-batch-${hash:0:16}
mv "dist/$trunk_name.js" "dist/$name.js"
mv "dist/${trunk_name}_bg.wasm" "dist/${name}_bg.wasm"
sed -i "s#from \"\./__wasm_split\.js\"#from \"./$name-later.js\"#" "dist/$name.js"
# The loader is preloaded along with the glue, which imports it.
sed -i "s#$trunk_name#$name#g; s#^<link rel=\"modulepreload\"#<link rel=\"modulepreload\" href=\"./$name-later.js\" crossorigin=\"anonymous\">&#" dist/index.html

for part in target/later/*.wasm; do cp "$part" "dist/$name-$(basename "$part")"; done
# Parts are taken as bytes instead of a stream, so that a host that names their type wrongly is served as well.
bytes='src.then(r => r.ok ? r.arrayBuffer() : Promise.reject(new Error(`${r.url}: ${r.status}`))).then(b => WebAssembly.instantiate(b, imports))'
sed "s#\"\./critical-batch\.js\"#\"./$name.js\"#; s#\"\./\([a-z_0-9]*\.wasm\)\"#\"./$name-\1\"#; s#WebAssembly\.instantiateStreaming(src, imports)#$bytes#" \
  target/later/__wasm_split.js > "dist/$name-later.js"

# Another version of the tools may write these files differently.
if grep -q "instantiateStreaming\|\"\./[^c]\|\"\./critical-batch\." "dist/$name-later.js" ||
  [ "$(grep -c "$name" dist/index.html)" = 0 ] || ! grep -q "$name-later.js" "dist/$name.js"; then
  echo "The parts of the module were not written in a form that .make/split/place.sh knows." >&2
  exit 1
fi
