#!/bin/sh
# Installs Gatehouse as a service, or runs it where there are no services: the control plane (serve) or an agent.
set -eu

usage() {
    cat <<'END'
Installs Gatehouse as a systemd service. Run it as root; running it again changes only what differs.

  install.sh serve [--listen ADDRESS:PORT] [--public-url URL] [--trusted-proxies NETWORKS]
      The control plane, on this machine.

  install.sh agent --url URL --enroll TOKEN [--interface NAME] [--masquerade] [--ping-target HOST]
                   [--interval SECONDS] [--backend auto|kernel|userspace]
      The agent, on a VPN server. --token TOKEN instead of --enroll takes an agent token that is there already,
      on a machine that has its server's private key: in /var/lib/gatehouse-agent/private.key or on the interface.
      --masquerade lets peers reach the internet through this server; it also switches on forwarding.

  install.sh [serve|agent] --uninstall [--purge]
      Removes the service and the program. Data and settings stay unless --purge is given.

For both:
  --binary FILE   the program to install. Without it: target/release/gatehouse beside this script; for an agent
                  the one that the control plane at URL serves; gatehouse in PATH.
  --prefix DIR    where the program goes: DIR/bin (default /usr/local)

What is not given keeps its earlier value. Settings are in /etc/gatehouse, data in /var/lib/gatehouse (serve) and
/var/lib/gatehouse-agent. With DESTDIR set, everything is written below it and nothing is started.
The variables GATEHOUSE_ENROLL and GATEHOUSE_TOKEN stand in for --enroll and --token.
END
}

say() { printf '%s\n' "$*"; }
warn() { printf 'Warning: %s\n' "$*" >&2; }
die() {
    printf 'install.sh: %s\n' "$*" >&2
    exit 1
}
misuse() {
    printf 'install.sh: %s\nTry install.sh --help.\n' "$*" >&2
    exit 2
}

serve_unit() {
    cat <<END
[Unit]
Description=Gatehouse, control plane of WireGuard servers
# Not online: on some machines that never comes, and an address that is not there yet is tried again.
After=network.target
StartLimitIntervalSec=0

[Service]
Type=notify
User=gatehouse
Group=gatehouse
Environment=GATEHOUSE_DATA_DIR=/var/lib/gatehouse
EnvironmentFile=/etc/gatehouse/serve.env
ExecStart=$prefix/bin/gatehouse serve
StateDirectory=gatehouse
StateDirectoryMode=0700
Restart=always
RestartSec=2
# A wrong setting does not get better by trying.
RestartPreventExitStatus=2
# After an unclean stop the whole database is read before the first answer.
TimeoutStartSec=infinity
TimeoutStopSec=20
LimitNOFILE=65536

$(hardening)
CapabilityBoundingSet=
PrivateDevices=yes
PrivateUsers=yes
ProcSubset=pid
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
# Passwords are hashed on a thread of low priority.
SystemCallFilter=setpriority

[Install]
WantedBy=multi-user.target
END
}

agent_unit() {
    cat <<END
[Unit]
Description=Gatehouse agent, keeps WireGuard as the control plane wants it
# Not online: the state on disk is applied before anyone is asked.
After=network.target nftables.service
StartLimitIntervalSec=0

[Service]
Type=notify
User=gatehouse-agent
Group=gatehouse-agent
Environment=GATEHOUSE_STATE_DIR=/var/lib/gatehouse-agent
EnvironmentFile=/etc/gatehouse/agent.env
# Holds the enrolment token until the agent says that it is ready, which it is once it has a token of its own.
EnvironmentFile=-/etc/gatehouse/agent.enroll
ExecStart=$prefix/bin/gatehouse agent
ExecStartPost=+/bin/rm -f /etc/gatehouse/agent.enroll
StateDirectory=gatehouse-agent
StateDirectoryMode=0700
# wireguard-go and wg(8) look for its socket there; it stays while the agent restarts.
RuntimeDirectory=wireguard
RuntimeDirectoryPreserve=yes
Restart=always
RestartSec=2
RestartPreventExitStatus=2
# Ready is when the interface is up, and the first time once enrolled: that may take a control plane that is away.
TimeoutStartSec=infinity
# It says so after each look at the machine, every 5 s; wireguard-go may take a minute for a change of many peers.
WatchdogSec=180
TimeoutStopSec=15
# A wireguard-go that the agent started outlives it: a restart of the agent, the watchdog's too, must not cut the tunnels.
KillMode=process

$(hardening)
AmbientCapabilities=CAP_NET_ADMIN
CapabilityBoundingSet=CAP_NET_ADMIN
DevicePolicy=closed
DeviceAllow=/dev/net/tun rw
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX

[Install]
WantedBy=multi-user.target
END
}

hardening() {
    cat <<'END'
LimitCORE=0
UMask=0077
KeyringMode=private
LockPersonality=yes
MemoryDenyWriteExecute=yes
NoNewPrivileges=yes
NotifyAccess=main
PrivateMounts=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
END
}

# A value ends in a line KEY=VALUE that both systemd and this script read as it stands, without quoting.
check_value() { # FLAG VALUE
    case $2 in
        '') misuse "$1 needs a value." ;;
        *[!A-Za-z0-9._~:/?#@!\&\(\)*+,\;=%\[\]-]*) misuse "the value of $1 has a character that no setting needs." ;;
    esac
}

# Writes standard input to FILE unless that is what it holds. Nobody ever sees half a file.
put_file() { # FILE MODE
    cat >"$work/content"
    wrote=no
    if [ -f "$1" ] && cmp -s "$work/content" "$1"; then
        chmod "$2" "$1"
        return 0
    fi
    mkdir -p "$(dirname "$1")"
    (umask 077 && cat "$work/content" >"$1.new")
    chmod "$2" "$1.new"
    mv -f "$1.new" "$1"
    say "Wrote $1."
    wrote=yes
    changed=yes
}

remove_file() {
    if [ -e "$1" ]; then
        rm -f "$1"
        say "Removed $1."
        changed=yes
    fi
}

# Settings given now replace their earlier lines; all other lines stay, those that a person wrote too.
merge_settings() { # FILE
    : >"$work/old"
    if [ -f "$1" ]; then cat "$1" >"$work/old"; fi
    if [ ! -s "$work/given" ] || [ "$(grep -cxFf "$work/given" "$work/old")" -eq "$(wc -l <"$work/given")" ]; then
        cat "$work/old" >"$work/new"
    else
        awk -F= 'FILENAME == ARGV[1] { given[$1] = 1; next } !($1 in given)' "$work/given" "$work/old" >"$work/new"
        cat "$work/given" >>"$work/new"
    fi
}

# Takes the program's settings from the lines KEY=VALUE of FILE, of which a person may have put a value in quotes.
export_settings() { # FILE
    while read -r line || [ -n "$line" ]; do
        case $line in
            GATEHOUSE_*=* | JWT_*=*) key=${line%%=*} value=${line#*=} ;;
            *) continue ;;
        esac
        case $key in *[!A-Z0-9_]*) continue ;; esac
        case $value in
            \"*\" | \'*\') value=${value#?} value=${value%?} ;;
        esac
        export "$key=$value"
    done <"$1"
}

# The program that is about to be installed judges the settings that it would start with, before either is replaced.
check_settings() {
    cat "$work/new" >"$work/judged"
    if enrollment_is_new; then
        printf 'GATEHOUSE_ENROLL=%s\n' "$enroll" >>"$work/judged"
    elif [ "$role" = agent ] && [ -f "$etc/agent.enroll" ]; then
        # No agent has used it up yet.
        cat "$etc/agent.enroll" >>"$work/judged"
    fi
    if ! (
        for key in $(env | sed -n 's/^\(GATEHOUSE_[A-Z0-9_]*\)=.*/\1/p'); do unset "$key"; done
        export_settings "$work/judged"
        "$staged" "$role" --check </dev/null >/dev/null 2>"$work/refusal"
    ); then
        die "gatehouse $role would refuse these settings, so what was there stays: $(sed '/^$/,$d; s/^error: //' "$work/refusal")"
    fi
}

give() { # KEY VALUE
    if [ -n "$2" ]; then printf '%s=%s\n' "$1" "$2" >>"$work/given"; fi
}

setting() { # KEY: its value in the settings file
    sed -n "s/^$1=//p" "$settings" 2>/dev/null | tail -n 1
}

download() { # URL FILE: the status is the answer's
    if command -v curl >/dev/null 2>&1; then
        # No redirects: the program comes from the address that was named, or not at all.
        code=$(curl -sS --connect-timeout 15 --max-time 300 -o "$2" -w '%{http_code}' "$1" </dev/null) || return 1
    elif command -v wget >/dev/null 2>&1; then
        wget -q -T 60 -O "$2" "$1" </dev/null || {
            warn "wget could not fetch $1; with curl installed the reason would stand here."
            return 1
        }
        code=200
    else
        warn "neither curl nor wget is installed; give the program with --binary FILE."
        return 1
    fi
    [ "$code" = 200 ] && return 0
    warn "$1 answered $code: $(head -c 300 "$2" 2>/dev/null | tr -d '\000-\037\177')"
    return 1
}

# Lays the program beside its place and tries it there.
stage_program() {
    target=$DESTDIR$prefix/bin/gatehouse
    mkdir -p "$DESTDIR$prefix/bin"
    staged=$(mktemp "$DESTDIR$prefix/bin/.gatehouse.XXXXXX")
    here=$(dirname "$0")
    found=$(command -v gatehouse || true)
    if [ -n "$binary" ]; then
        [ -f "$binary" ] || die "there is no file $binary."
        from=$binary
        cat "$binary" >"$staged"
    elif [ -f "$0" ] && [ -f "$here/target/release/gatehouse" ]; then
        from=$here/target/release/gatehouse
        cat "$from" >"$staged"
    elif [ "$role" = agent ] && [ -n "$url" ] && download "$url/install/gatehouse?arch=$(uname -m)" "$staged"; then
        from=$url
    elif [ -n "$found" ]; then
        from=$found
        cat "$found" >"$staged"
    else
        die "there is no program to install. Build it (cargo build --release) or give it with --binary FILE."
    fi
    chmod 0755 "$staged"
    version=$("$staged" --version </dev/null 2>/dev/null || true)
    case $version in
        gatehouse\ *) ;;
        *) die "what came from $from is not a gatehouse program for this machine ($(uname -m))." ;;
    esac
}

swap_program() {
    if [ -f "$target" ] && cmp -s "$staged" "$target"; then
        rm -f "$staged"
        return 0
    fi
    mv -f "$staged" "$target"
    say "Installed $version from $from as $target."
    changed=yes
}

make_user() { # NAME
    [ -z "$DESTDIR" ] || return 0
    if id "$1" >/dev/null 2>&1; then
        return 0
    fi
    command -v useradd >/dev/null 2>&1 || die "useradd is missing: make a system user and group $1, then run this again."
    useradd --system --user-group --no-create-home --home-dir "/var/lib/$1" --shell /usr/sbin/nologin "$1"
    say "Made the system user $1."
    changed=yes
}

install_package() { # NAME WHY
    if command -v apt-get >/dev/null 2>&1; then
        say "Installing $1: $2."
        DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$1" </dev/null >/dev/null && return 0
        DEBIAN_FRONTEND=noninteractive apt-get -qq update </dev/null >/dev/null &&
            DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$1" </dev/null >/dev/null &&
            return 0
    fi
    warn "$1 is missing ($2) and could not be installed; install it by hand. The agent works as far as it can without."
}

# Nothing here stops the installation: the agent says itself what it lacks.
prepare_wireguard() {
    [ -z "$DESTDIR" ] || return 0
    if [ ! -d /sys/module/wireguard ] && ! modprobe -q wireguard 2>/dev/null && ! command -v wireguard-go >/dev/null 2>&1; then
        install_package wireguard-go "this kernel has no WireGuard"
    fi
    command -v nft >/dev/null 2>&1 || install_package nftables "quotas, expiry and --masquerade need nft"
}

put_sysctl() {
    {
        if [ "$(setting GATEHOUSE_MASQUERADE)" = true ]; then
            echo "# Peers reach the internet through this server."
            echo "net.ipv4.ip_forward = 1"
            echo "net.ipv6.conf.all.forwarding = 1"
            # A forwarding kernel stops listening to the router that gave it its own IPv6 address, unless told to go on.
            if [ -z "$DESTDIR" ] && command -v ip >/dev/null 2>&1; then
                ip -6 route show default 2>/dev/null | sed -n 's/.* dev \([^ ]*\) .*proto ra.*/net.ipv6.conf.\1.accept_ra = 2/p' | sort -u
            fi
        fi
        if [ -n "$(setting GATEHOUSE_PING_TARGET)" ]; then
            echo "# The agent pings without the right to forge packets."
            echo "net.ipv4.ping_group_range = 0 2147483647"
        fi
    } >"$work/sysctl"
    file=$DESTDIR/etc/sysctl.d/90-gatehouse.conf
    if [ ! -s "$work/sysctl" ]; then
        remove_file "$file"
        return 0
    fi
    put_file "$file" 0644 <"$work/sysctl"
    if [ "$wrote" = yes ] && [ -z "$DESTDIR" ]; then
        sysctl -q -p "$file" >/dev/null || warn "not every line of $file could be applied here."
    fi
}

# A token works once. The same one given again, as by running the same line twice, is not offered again.
enrollment_is_new() {
    [ -n "$enroll" ] || return 1
    mark=$(printf '%s' "$enroll" | sha256sum | cut -d ' ' -f 1)
    [ "$(cat "$etc/agent.enrolled" 2>/dev/null || true)" != "$mark" ]
}

put_enrollment() {
    [ -n "$enroll" ] || return 0
    if ! enrollment_is_new; then
        say "This enrolment token was handed to the agent before; it stays as it is."
        return 0
    fi
    printf 'GATEHOUSE_ENROLL=%s\n' "$enroll" | put_file "$etc/agent.enroll" 0600
    printf '%s\n' "$mark" | put_file "$etc/agent.enrolled" 0600
}

# Without systemd the program takes this script's place. The token is in its environment only, and it is handed over
# each time: whether it was used is the agent's to know.
run_here() { # KEY=VALUE: where its data is
    say "systemd does not run here, so there is no service: gatehouse $role runs in the foreground."
    unset GATEHOUSE_ENROLL
    export_settings "$settings"
    export "${1?}"
    if [ "$role" = agent ] && [ -n "$enroll" ]; then export GATEHOUSE_ENROLL="$enroll"; fi
    rm -rf "$work"
    trap - EXIT
    exec "$prefix/bin/gatehouse" "$role" </dev/null
}

start_service() { # UNIT
    if [ "$unit_changed" = yes ]; then systemctl daemon-reload; fi
    if ! systemctl is-enabled --quiet "$1" 2>/dev/null; then
        systemctl enable --quiet "$1"
        changed=yes
    fi
    if [ "$changed" = yes ]; then
        verb=restart
    elif systemctl is-active --quiet "$1"; then
        say "Nothing to do: $1 is installed like this and runs."
        return 0
    else
        verb=start
    fi
    if ! timeout 60 systemctl "$verb" "$1"; then
        journalctl -u "$1" -n 20 -o cat --no-pager >&2 || true
        die "$1 is installed but not ready. Its last words stand above; it goes on trying."
    fi
    say "$1 runs. Its log: journalctl -u $1"
}

install_role() {
    if [ "$role" = serve ]; then
        unit=gatehouse
        case $listen in
            '' | *:0) ;;
            *:*)
                # The unit has no capability, that one neither.
                [ "${listen##*:}" -ge 1024 ] 2>/dev/null ||
                    misuse "--listen needs a port from 1024 up; put a reverse proxy with TLS in front for 80 and 443."
                ;;
            *) misuse "--listen needs an address and a port, such as 127.0.0.1:8080." ;;
        esac
        give GATEHOUSE_LISTEN "$listen"
        give GATEHOUSE_PUBLIC_URL "$public_url"
        give GATEHOUSE_TRUSTED_PROXIES "$trusted_proxies"
        state=GATEHOUSE_DATA_DIR=/var/lib/gatehouse
    else
        unit=gatehouse-agent
        [ -n "$url" ] || url=$(setting GATEHOUSE_URL)
        url=${url%/}
        case $url in
            https://*) ;;
            http://127.* | http://localhost* | http://\[::1\]*) ;;
            http://*) warn "$url is not encrypted: anyone on the way can read the token and change the program." ;;
            '') misuse "an agent needs --url URL, the address of its control plane." ;;
            *) misuse "--url needs an address such as https://vpn.example.org." ;;
        esac
        if [ -z "$enroll$token" ] && [ ! -f "$etc/agent.enrolled" ] && [ -z "$(setting GATEHOUSE_TOKEN)" ]; then
            misuse "an agent needs --enroll TOKEN; the control plane shows it once when a server is added."
        fi
        give GATEHOUSE_URL "$url"
        give GATEHOUSE_TOKEN "$token"
        give GATEHOUSE_INTERFACE "$interface"
        give GATEHOUSE_INTERVAL "$interval"
        give GATEHOUSE_PING_TARGET "$ping_target"
        give GATEHOUSE_BACKEND "$backend"
        give GATEHOUSE_MASQUERADE "$masquerade"
        state=GATEHOUSE_STATE_DIR=/var/lib/gatehouse-agent
    fi

    stage_program
    merge_settings "$settings"
    check_settings
    swap_program
    mkdir -p "$etc"
    chmod 0755 "$etc"
    put_file "$settings" 0600 <"$work/new"
    if [ "$role" = agent ]; then
        prepare_wireguard
        put_sysctl
    fi
    if [ -z "$DESTDIR" ] && [ ! -d /run/systemd/system ]; then
        run_here "$state"
    fi
    if [ "$role" = agent ]; then put_enrollment; fi

    make_user "$unit"
    "${role}_unit" >"$work/unit"
    put_file "$DESTDIR/etc/systemd/system/$unit.service" 0644 <"$work/unit"
    unit_changed=$wrote

    if [ -n "$DESTDIR" ]; then
        [ "$changed" = yes ] || say "Nothing to do: $unit is installed like this below $DESTDIR."
        return 0
    fi
    start_service "$unit"
    if [ "$role" = serve ] && [ "$changed" = yes ]; then
        say "What it said at its start, on a new instance with the link for the first administrator:"
        journalctl -u "$unit" -n 10 -o cat --no-pager || true
        say "Commands beside it run as its user: runuser -u gatehouse -- gatehouse doctor --data-dir /var/lib/gatehouse"
    fi
}

uninstall_role() { # UNIT
    file=$DESTDIR/etc/systemd/system/$1.service
    if [ -z "$DESTDIR" ] && [ -f "$file" ] && [ -d /run/systemd/system ]; then
        systemctl disable --now --quiet "$1" || warn "$1 could not be stopped."
    fi
    remove_file "$file"
    if [ "$1" = gatehouse ]; then
        own=serve.env
        data=$DESTDIR/var/lib/gatehouse
    else
        own="agent.env agent.enrolled"
        data=$DESTDIR/var/lib/gatehouse-agent
        remove_file "$etc/agent.enroll"
        remove_file "$DESTDIR/etc/sysctl.d/90-gatehouse.conf"
        say "Tunnels that run now are left running. 'ip link delete NAME' ends one."
    fi
    if [ "$purge" = yes ]; then
        for name in $own; do remove_file "$etc/$name"; done
        if [ -d "$data" ]; then
            rm -rf "$data"
            say "Removed $data."
            changed=yes
        fi
        if [ -z "$DESTDIR" ] && id "$1" >/dev/null 2>&1; then
            userdel "$1" 2>/dev/null || warn "the system user $1 stays: a program of its own still runs. Remove it with userdel."
        fi
    elif [ -d "$data" ]; then
        say "Kept $data; --purge removes it."
    fi
}

uninstall() {
    case $role in
        serve) uninstall_role gatehouse ;;
        agent) uninstall_role gatehouse-agent ;;
        *)
            uninstall_role gatehouse
            uninstall_role gatehouse-agent
            ;;
    esac
    units=$DESTDIR/etc/systemd/system
    if [ ! -f "$units/gatehouse.service" ] && [ ! -f "$units/gatehouse-agent.service" ]; then
        remove_file "$DESTDIR$prefix/bin/gatehouse"
    fi
    if [ "$purge" = yes ]; then rmdir "$etc" 2>/dev/null || true; fi
    if [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
    [ "$changed" = yes ] || say "Nothing to do: it is not installed."
}

main() {
    DESTDIR=${DESTDIR:-}
    prefix=/usr/local role='' uninstall=no purge=no
    binary='' listen='' public_url='' trusted_proxies=''
    url='' interface='' interval='' ping_target='' backend='' masquerade=''
    enroll=${GATEHOUSE_ENROLL:-} token=${GATEHOUSE_TOKEN:-}
    changed=no unit_changed=no staged=''

    while [ $# -gt 0 ]; do
        case $1 in
            serve | agent)
                [ -z "$role" ] || misuse "say serve or agent, not both."
                role=$1
                ;;
            --masquerade) masquerade=true ;;
            --uninstall) uninstall=yes ;;
            --purge) purge=yes ;;
            -h | --help)
                usage
                exit 0
                ;;
            --*=*)
                flag=${1%%=*} value=${1#*=}
                shift
                set -- "$flag" "$value" "$@"
                continue
                ;;
            --binary | --prefix)
                [ -n "${2:-}" ] || misuse "$1 needs a value."
                if [ "$1" = --binary ]; then binary=$2; else prefix=${2%/}; fi
                shift
                ;;
            --listen | --public-url | --trusted-proxies | --url | --enroll | --token | --interface | --interval | \
                --ping-target | --backend)
                check_value "$1" "${2:-}"
                case $1 in
                    --listen) listen=$2 ;;
                    --public-url) public_url=$2 ;;
                    --trusted-proxies) trusted_proxies=$2 ;;
                    --url) url=$2 ;;
                    --enroll) enroll=$2 ;;
                    --token) token=$2 ;;
                    --interface) interface=$2 ;;
                    --interval) interval=$2 ;;
                    --ping-target) ping_target=$2 ;;
                    --backend) backend=$2 ;;
                esac
                shift
                ;;
            *) misuse "there is no option $1." ;;
        esac
        shift
    done
    case $prefix in
        /*[!A-Za-z0-9._/-]*) misuse "--prefix has a character that a unit file would read in its own way." ;;
        /*) ;;
        *) misuse "--prefix needs a path from the root." ;;
    esac
    if [ "$role" = agent ]; then
        [ -z "$listen$public_url$trusted_proxies" ] || misuse "--listen, --public-url and --trusted-proxies are for serve."
    elif [ -n "$url$interface$interval$ping_target$backend$masquerade" ]; then
        misuse "--url, --interface, --interval, --ping-target, --backend and --masquerade are for agent."
    fi
    if [ -n "$enroll" ]; then check_value --enroll "$enroll"; fi
    if [ -n "$token" ]; then check_value --token "$token"; fi

    if [ -z "$DESTDIR" ] && [ "$(id -u)" -ne 0 ]; then
        die "this needs root, for the service and its user: run it with sudo, or as root."
    fi
    etc=$DESTDIR/etc/gatehouse
    settings=$etc/$role.env
    work=$(mktemp -d)
    trap 'rm -rf "$work"; [ -z "$staged" ] || rm -f "$staged"' EXIT
    trap 'exit 130' INT TERM
    : >"$work/given"

    if [ "$uninstall" = yes ]; then
        uninstall
    elif [ -z "$role" ]; then
        usage >&2
        exit 2
    else
        install_role
    fi
}

# The last line: of a download that broke off, nothing runs.
main "$@"
