#!/usr/bin/env bash
# Starts speaker-service, which has every verb, `speaker serve`, `speaker worker` and `speaker mcp` among them; builds it
# first where that is needed. It is a program of its own so that the others need not carry a web server: they start sooner
# and take less memory.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
# shellcheck source=scripts/setup.sh
source "$root/scripts/setup.sh"

is_current speaker-service ||
    set_up speaker-service "building speaker-service, which 'serve', 'worker' and 'mcp' need: once, a minute or two"
exec "$root/artifacts/speaker-service/speaker" "$@"
