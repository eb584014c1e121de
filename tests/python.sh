#!/bin/sh
# Makes target/python, a virtual environment with the Python packages that tests compare us against. Without Python or the
# network it says so, and the tests that need it are skipped.
set -eu
cd "$(dirname "$0")/.."

# Authlib: an OAuth client that others wrote. standardwebhooks: verifies our webhooks as receivers do.
wanted="Authlib==1.9.8 requests==2.34.2 standardwebhooks==1.1.0"
folder=target/python

[ "$(cat "$folder/wanted" 2>/dev/null)" != "$wanted" ] || exit 0
skip() {
    echo "No $folder: $1. Tests that need Python packages are skipped." >&2
    exit 0
}
command -v python3 >/dev/null 2>&1 || skip "there is no python3"
mkdir -p target
python3 -m venv --clear "$folder" >/dev/null 2>&1 || skip "python3 has no venv (Debian: python3-venv)"
# shellcheck disable=SC2086 # one word per package
"$folder/bin/pip" install --quiet --disable-pip-version-check $wanted || skip "pip could not install $wanted"
printf '%s' "$wanted" >"$folder/wanted"
