#!/bin/sh
# Installs what the tests need, runs them all, and ends with one line of figures. Arguments go to `cargo test`.
set -eu
cd "$(dirname "$0")/.."

# dovecot-imapd: mailboxes are read from somebody else's server.
# iproute2, wireguard-*, nftables, ping: the agent is tested on real interfaces in namespaces of its own.
# php-*: the client that document 001 prints runs as it stands.
# python3-venv: for tests/python.sh, what others wrote to speak with us.
# systemd: judges the units that install.sh writes; it need not be running.
sh tests/packages.sh curl dovecot-imapd iproute2 iputils-ping jq nftables php-cli php-curl python3-venv systemd \
    wireguard-go wireguard-tools
sh tests/python.sh
# The web app is built with it.
sh tests/node.sh
PATH=$PWD/target/node/bin:$PATH
export PATH

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# A pipe has the status of its last command; the tests' own is kept in a file.
{ cargo test --locked --no-fail-fast "$@" && echo 0 >"$folder/status" || echo $? >"$folder/status"; } | tee "$folder/log"

# Cargo closes with the documentation's tests, which say nothing about the rest: this line counts them all.
awk '/^test result: / { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i - 1); if ($i ~ /^failed/) f += $(i - 1)
     if ($i ~ /^ignored/) s += $(i - 1) } } END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' "$folder/log"
exit "$(cat "$folder/status")"
