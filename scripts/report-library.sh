#!/usr/bin/env bash
# Fetches the plotting library that HTML reports carry into artifacts/report, as src/CommandLine/Reports/package-lock.json pins it:
# npm holds what the registry sends against the lock's checksum. Does nothing when it is there. Needs npm, from anywhere;
# where there is none, installs Debian's.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
# shellcheck source=scripts/setup.sh
source "$root/scripts/setup.sh"

lock="$root/src/CommandLine/Reports/package-lock.json"
library="$root/artifacts/report"
is_there() { cmp --silent "$lock" "$library/.fetched"; }

is_there && exit 0
begin_setup
is_there && exit 0 # another call fetched it while this one waited
if ! command -v npm >/dev/null; then
    mapfile -t packages < <(packages_of "$root/packages.txt" report)
    require_packages "${packages[@]}"
fi
say "fetching the plotting library"
rm -rf "$library"
mkdir "$library"
cp "$root/src/CommandLine/Reports/package.json" "$lock" "$library"
if ! npm ci --prefix "$library" --ignore-scripts --no-audit --no-fund --no-update-notifier \
    >>"$setup_log" 2>&1 </dev/null 9>&-; then
    show_failure "npm ci --prefix $library"
    exit 3
fi
cp "$lock" "$library/.fetched"
