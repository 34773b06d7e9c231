# Sourced by ./speaker, ./test and bench/run: installs system packages and builds. Set-up lines go to stderr, details to the log.
# shellcheck shell=bash

: "${root:?the caller sets it to the folder of the repository}"
setup_log="$root/artifacts/setup.log"

# The package names of one section of a list such as packages.txt.
packages_of() { # FILE SECTION
    awk -v wanted="[$2]" '{ sub(/#.*/, "") } /^\[/ { section = $1; next } NF && section == wanted { print $1 }' "$1"
}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

show_failure() { # COMMAND
    tail -n 25 "$setup_log" >&2
    say "failed: $1"
    say "the whole log: $setup_log"
}

# Opens the log and takes the lock, so that two first calls do not build over each other.
begin_setup() {
    if ! mkdir -p "$root/artifacts" 2>/dev/null || ! : 2>/dev/null >>"$root/artifacts/.lock"; then
        say "$root is not built and cannot be written to: run $root/speaker once as a user who may write there"
        exit 3
    fi
    exec 9>>"$root/artifacts/.lock"
    if ! flock --nonblock 9; then
        say "waiting for another set-up of this checkout to end"
        flock 9
    fi
}

end_setup() { exec 9>&-; }

# Nothing of the SDK's greetings, no resident build servers, no writing outside the repository but for NuGet's cache.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false \
    DOTNET_ADD_GLOBAL_TOOLS_TO_PATH=false DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true \
    DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

require_sdk() {
    if ! command -v dotnet >/dev/null || ! dotnet --list-sdks 2>/dev/null | awk -F. '$1 >= 10 { found = 1 } END { exit !found }'; then
        say "the .NET SDK, version 10 or later, is needed and 'dotnet' on the PATH has none"
        exit 3
    fi
}

is_installed() { [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]; }

# Installs what is missing of the named Debian packages; says what to install when it may not.
require_packages() { # PACKAGE...
    local missing=() package
    if command -v dpkg-query >/dev/null; then
        for package in "$@"; do is_installed "$package" || missing+=("$package"); done
    else
        missing=("$@")
    fi
    [[ ${#missing[@]} -gt 0 ]] || return 0

    local install=(apt-get install --yes --no-install-recommends "${missing[@]}")
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "this system has no apt. What is needed is what this installs on Debian:"
        printf '    %s\n' "${install[*]}" >&2
        exit 3
    fi
    if [[ $EUID -ne 0 ]]; then
        say "system packages are missing. Install them with:"
        printf '    sudo apt-get update && sudo %s\n' "${install[*]}" >&2
        exit 3
    fi
    say "installing ${#missing[@]} system packages: ${missing[*]}"
    local apt=(env DEBIAN_FRONTEND=noninteractive "${install[@]}" -o DPkg::Lock::Timeout=300)
    # A first try without an update: it fails at once where apt has no package lists yet, or when they are too old.
    if ! "${apt[@]}" >>"$setup_log" 2>&1 </dev/null 9>&- &&
        ! { apt-get update && "${apt[@]}"; } >>"$setup_log" 2>&1 </dev/null 9>&-; then
        show_failure "apt-get update && ${install[*]}"
        exit 3
    fi
}

# Runs `dotnet ARGS` for a build. Where the package registry does not serve the ahead-of-time compiler, builds without it:
# the same program, whose start takes longer.
build() { # ARGS...
    if dotnet "$@" >>"$setup_log" 2>&1 </dev/null 9>&-; then return 0; fi
    if grep -qiE 'NU110[12]:.*crossgen' "$setup_log"; then
        say "the package registry has no ahead-of-time compiler: building without, commands will start slower"
        export PublishReadyToRun=false # MSBuild reads it as a property
        : >"$setup_log"
        if dotnet "$@" >>"$setup_log" 2>&1 </dev/null 9>&-; then return 0; fi
    fi
    show_failure "dotnet $*"
    return 1
}
