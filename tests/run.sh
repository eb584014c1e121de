#!/bin/sh
# Installs what the tests need, runs them all, and ends with one line of figures. Arguments go to `cargo test`.
set -eu
cd "$(dirname "$0")/.."

# dovecot-imapd, postfix: mails come and go through somebody else's servers; openssl makes their certificates.
# iproute2, wireguard-*, nftables, ping: the agent is tested on real interfaces in namespaces of its own.
# php-*: the client that document 001 prints runs as it stands.
# python3-venv: for tests/python.sh, what others wrote to speak with us.
# systemd: judges the units that install.sh writes; it need not be running.
# Postfix stays without a configuration of the machine's own: none runs beside the tests.
if [ "$(id -u)" -eq 0 ] && command -v debconf-set-selections >/dev/null 2>&1; then
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
fi
sh tests/packages.sh curl dovecot-imapd iproute2 iputils-ping jq nftables openssl php-cli php-curl postfix python3-venv \
    systemd wireguard-go wireguard-tools
sh tests/python.sh
# The web app is built with it.
sh tests/node.sh
PATH=$PWD/target/node/bin:$PATH
export PATH
# What receivers verify webhooks with.
sh tests/npm.sh tests/webhooks

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# A pipe has the status of its last command; the tests' own is kept in a file.
{ cargo test --locked --no-fail-fast "$@" && echo 0 >"$folder/status" || echo $? >"$folder/status"; } | tee "$folder/log"

# Cargo closes with the documentation's tests, which say nothing about the rest: this line counts them all.
awk '/^test result: / { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i - 1); if ($i ~ /^failed/) f += $(i - 1)
     if ($i ~ /^ignored/) s += $(i - 1) } } END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' "$folder/log"
exit "$(cat "$folder/status")"
