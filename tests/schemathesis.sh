#!/bin/sh
# Lets Schemathesis, an API tester that others wrote, hold /api/openapi.json against what a server answers, as six callers:
# sh tests/schemathesis.sh [CALLER...]. GATEHOUSE_BINARY names a program to ask instead of target/debug/gatehouse, which is
# built; EXAMPLES says how many random cases an operation gets (4) beside those that cover its schema, SEED which.
set -eu
cd "$(dirname "$0")/.."

wanted="schemathesis==4.32.5"
callers="anonymous customer agent admin api_key key_pair"
# All cases of all callers, at least.
goal=20000

sh tests/packages.sh curl jq python3-venv
folder=target/schemathesis
if [ "$(cat "$folder/wanted" 2>/dev/null)" != "$wanted" ]; then
    python3 -m venv --clear "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$wanted"
    printf '%s' "$wanted" >"$folder/wanted"
fi
if [ -z "${GATEHOUSE_BINARY:-}" ]; then
    cargo build --locked --bin gatehouse
    GATEHOUSE_BINARY=${CARGO_TARGET_DIR:-target}/debug/gatehouse
fi

# Checks that are switched off, and why:
# - positive_data_acceptance: no schema says that an id exists, a name is free, or that two fields must fit each other;
# - missing_required_header: the only header that is ever required is the credential, and ignored_auth takes that away;
# - unsupported_method: it takes 401 for "supported"; tests/it asks every path by every method.
off=positive_data_acceptance,missing_required_header,unsupported_method

work=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    [ -z "$server" ] || wait "$server" 2>/dev/null || :
    server=
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

password=$(head -c 18 /dev/urandom | base64)
"$GATEHOUSE_BINARY" seed --data-dir "$work/model" --tickets 200 --agents 3 --customers 20 --projects 1 --servers 2 \
    --devices 5 >"$work/seed.log" 2>&1 || { cat "$work/seed.log"; exit 1; }
printf '%s\n' "$password" | "$GATEHOUSE_BINARY" create-admin --data-dir "$work/model" --email asker@example.org \
    --name Asker --password-stdin >/dev/null

ask() { # ask METHOD PATH BODY [HEADER]
    curl -sSf -X "$1" "$url$2" -H 'Content-Type: application/json' ${4:+-H "$4"} ${3:+-d "$3"}
}

sign_in() { # sign_in EMAIL
    ask POST /api/auth/login "$(jq -nc --arg email "$1" --arg password "$password" '$ARGS.named')" | jq -r .access_token
}

# An instance of its own for each caller: what one breaks is not there for the next.
start() { # start CALLER
    cp -r "$work/model" "$work/$1"
    : >"$work/$1.out"
    "$GATEHOUSE_BINARY" serve --data-dir "$work/$1" --listen 127.0.0.1:0 --rate-limit off --jwt-ttl 1440 \
        >"$work/$1.out" 2>"$work/$1.err" &
    server=$!
    url=
    while [ -z "$url" ]; do
        kill -0 "$server" || { cat "$work/$1.err"; exit 1; }
        url=$(sed -n 's/^listening on //p' "$work/$1.out")
        [ -n "$url" ] || sleep 0.1
    done
}

# The caller's headers, its own ids, what it can be seen alive by, and what it is not asked.
become() { # become CALLER
    first="" second="" own="" alive=/api/auth/me except=""
    # They end the very session that asks.
    session="postAuthLogout postAuthRefresh putAuthProfile deleteAuthSessionsBySession"
    [ "$1" != anonymous ] || { alive=/api/health; return 0; }
    admin=$(sign_in asker@example.org)
    as_admin="Authorization: Bearer $admin"
    id=$(ask GET /api/auth/me "" "$as_admin" | jq -r .user.id)
    own="$id $(ask GET "/api/users?limit=1000" "" "$as_admin" | jq -r '.[] | select(.email == "asker@example.org").id')"
    case $1 in
        admin) first=$as_admin except=$session ;;
        agent | customer)
            body=$(jq -nc --arg role "$1" --arg password "$password" \
                '{name: "Caller", email: "caller@example.org", role: $role, password: $password, email_verified: true}')
            made=$(ask POST /api/admin/users "$body" "$as_admin" | jq -r .user.id)
            [ "$1" != agent ] || ask POST /api/admin/projects/1/agents "{\"user_id\": $made}" "$as_admin" >/dev/null
            own=$made except=$session
            first="Authorization: Bearer $(sign_in caller@example.org)"
            body='{"project_id": 1, "subject": "Mine", "description": "Of the one who asks."}'
            ask POST /api/tickets "$body" "$first" >/dev/null
            ;;
        api_key)
            all='["tickets:read", "tickets:write", "users:read", "users:write", "kb:read", "kb:write", "settings:read",
                "settings:write", "fleet:read", "fleet:write"]'
            made=$(ask POST /api/api-keys "{\"name\": \"Caller\", \"scopes\": $all}" "$as_admin")
            first="Authorization: Bearer $(printf '%s' "$made" | jq -r .key)"
            own="$own $(printf '%s' "$made" | jq -r .id)" alive=/api/api-keys
            ;;
        key_pair)
            made=$(ask POST /api/admin/projects/1/api-keys '{"name": "Caller"}' "$as_admin")
            first="X-Api-Key: $(printf '%s' "$made" | jq -r .api_key)"
            second="X-Api-Secret: $(printf '%s' "$made" | jq -r .api_secret)"
            alive=/api/external/ping
            ;;
        *) echo "There is no caller $1. Callers are: $callers." >&2; exit 2 ;;
    esac
}

failed=0
total=0
asked=${*:-$callers}
printf '%-10s %10s %8s  %s\n' caller operations cases result
for caller in $asked; do
    start "$caller"
    become "$caller"
    set -- --config-file tests/schemathesis.toml run "$url/api/openapi.json" --workers 2 --max-examples "${EXAMPLES:-4}" \
        --no-shrink --exclude-checks "$off" --seed "${SEED:-1}" --warnings off --suppress-health-check all
    for operation in $except; do set -- "$@" --exclude-operation-id "$operation"; done
    [ -z "$first" ] || set -- "$@" --header "$first"
    [ -z "$second" ] || set -- "$@" --header "$second"
    status=0
    OWN_IDS=$own PYTHONPATH=tests "$folder/bin/schemathesis" --no-color "$@" >"$work/$caller.log" 2>&1 || status=$?
    # Else all that was seen was 401.
    curl -sSf "$url$alive" ${first:+-H "$first"} ${second:+-H "$second"} >/dev/null ||
        { echo "The caller's own credential did not live through it." >>"$work/$caller.log"; status=1; }
    kill -0 "$server" || { echo "The server did not live through it." >>"$work/$caller.log"; status=1; }
    # One that was caught and answered with 500 counts too.
    if grep -E ' (ERROR|panicked)' "$work/$caller.err" >>"$work/$caller.log"; then status=1; fi
    stop
    cases=$(sed -n 's/^ *\([0-9][0-9]*\) generated.*/\1/p' "$work/$caller.log" | tail -1)
    operations=$(sed -n 's/^ *Tested: *\([0-9]*\).*/\1/p' "$work/$caller.log" | tail -1)
    total=$((total + ${cases:-0}))
    result=passed
    [ "$status" -eq 0 ] || { result=FAILED; failed=1; cat "$work/$caller.log"; }
    printf '%-10s %10s %8s  %s\n' "$caller" "${operations:-0}" "${cases:-0}" "$result"
done
printf '%-10s %10s %8s\n' "all" "" "$total"
if [ "$asked" = "$callers" ] && [ "$total" -lt "$goal" ]; then
    echo "These are fewer than $goal cases." >&2
    failed=1
fi
exit "$failed"
