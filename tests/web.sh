#!/bin/sh
# Checks the web app's source and that of its tests: format, types, and what needs no browser.
set -eu
cd "$(dirname "$0")/.."

sh tests/node.sh
PATH=$PWD/target/node/bin:$PATH
sh tests/npm.sh assets
sh tests/npm.sh tests/browser
cd assets
npx --no-install prettier --check . ../tests/browser
npx --no-install openapi-ts
npx --no-install tsc --noEmit
npx --no-install vitest run
cd ../tests/browser
npx --no-install tsc --noEmit
