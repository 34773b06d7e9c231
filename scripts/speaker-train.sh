#!/usr/bin/env bash
# Starts speaker-train, the program of `speaker train`, `speaker study` and `speaker eval --leave-out`; builds it first
# where that is needed. It is a program of its own because libtorch is a hundred times as large as everything else.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
# shellcheck source=scripts/setup.sh
source "$root/scripts/setup.sh"

is_current speaker-train ||
    set_up speaker-train "building speaker-train, which 'train', 'study' and 'eval --leave-out' need: once, a minute or two," \
        "160 MB to fetch and 750 MB on the disk, most of it libtorch"
exec dotnet "$root/artifacts/speaker-train/speaker-train.dll" "$@"
