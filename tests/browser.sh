#!/bin/sh
# Drives the web app in Chromium: installs what that needs, builds the program, and runs tests/browser. Arguments go to the
# test runner. GATEHOUSE_BINARY names a program to drive instead of target/debug/gatehouse, which is built.
set -eu
cd "$(dirname "$0")/.."

sh tests/packages.sh chromium fonts-liberation
sh tests/node.sh
PATH=$PWD/target/node/bin:$PATH
sh tests/npm.sh tests/browser
if [ -z "${GATEHOUSE_BINARY:-}" ]; then
    cargo build --locked --bin gatehouse
    GATEHOUSE_BINARY=${CARGO_TARGET_DIR:-target}/debug/gatehouse
fi
GATEHOUSE_BINARY=$(realpath "$GATEHOUSE_BINARY")
export GATEHOUSE_BINARY
cd tests/browser
exec npx --no-install playwright test "$@"
