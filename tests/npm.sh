#!/bin/sh
# Installs the packages of a folder's lock file, unless those are there: sh tests/npm.sh FOLDER
set -eu
cd "$(dirname "$0")/../$1"

# build.rs leaves and reads the same file.
known=node_modules/.gatehouse-lock
! cmp -s package-lock.json "$known" || exit 0
npm ci --ignore-scripts --no-audit --no-fund --loglevel error
cp package-lock.json "$known"
