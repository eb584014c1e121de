#!/bin/sh
# Installs those of the named Debian packages that are missing: sh tests/packages.sh NAME...
set -eu

missing=
for name in "$@"; do
    dpkg-query -W -f '${Status}\n' "$name" 2>/dev/null | grep -q ' installed$' || missing="$missing $name"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Not a Debian system: install what these packages hold by other means:$missing" >&2
    exit 0
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1; then
    as_root="sudo -n"
else
    echo "Missing, and only root can install them; tests that need them are skipped or fail:$missing" >&2
    exit 0
fi

echo "Installing$missing."
apt() {
    # shellcheck disable=SC2086 # as_root is empty or two words
    timeout 600 $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null >/dev/null
}
apt update
# shellcheck disable=SC2086 # one word per package
apt install -y --no-install-recommends $missing
