#!/bin/sh
# Breaks a running Gatehouse in every way that `tests/faults/main.rs` knows, and holds what is left against the ledger of
# what was answered: sh tests/faults.sh short|long [NAME...] [--out FILE]. FAULTS_SEED=N does the same as an earlier run.
set -eu
cd "$(dirname "$0")/.."
# util-linux, mount: disks of its own, in mount namespaces; qemu-utils, e2fsprogs: one that records every write; strace: calls
# that fail; faketime: a clock that jumps; the rest of them: networks of its own, and tunnels.
sh tests/packages.sh e2fsprogs ethtool faketime fuse3 iproute2 iputils-ping mount nftables qemu-utils strace util-linux \
    wireguard-go wireguard-tools
exec cargo test --locked --quiet --test faults -- "$@"
