# Sourced by ./speaker, ./test, bench/run and the scripts beside it: installs system packages, builds and publishes.
# Set-up lines go to stderr, details to the log.
# shellcheck shell=bash

: "${root:?the caller sets it to the folder of the repository}"
setup_log="$root/artifacts/setup.log"

# The programs: the project that is published to artifacts/NAME, and what its build reads. (models/ and appsettings.json
# are read where they are.)
declare -A project_of=([speaker]=src/Host [speaker-service]=src/Host [speaker-train]=src/Trainer)
declare -A options_of=([speaker]=-p:SpeakerServices=false)
declare -A sources_of=(
    [speaker-service]="src/Audio src/Recognition src/Postgres src/CommandLine src/Host build"
    [speaker]="src/Audio src/Recognition src/Postgres src/CommandLine src/Host build"
    [speaker-train]="src/Audio src/Recognition src/Postgres src/CommandLine src/Model src/Trainer build"
)

# The package names of one section of a list such as packages.txt.
packages_of() { # FILE SECTION
    awk -v wanted="[$2]" '{ sub(/#.*/, "") } /^\[/ { section = $1; next } NF && section == wanted { print $1 }' "$1"
}

say() { local program=${0##*/}; printf '%s: %s\n' "${program%.sh}" "$*" >&2; }

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
    : >"$setup_log"
    # Nothing of the SDK's greetings, no resident build servers, no writing outside the repository but for NuGet's cache.
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false \
        DOTNET_ADD_GLOBAL_TOOLS_TO_PATH=false DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true \
        DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1
}

end_setup() { exec 9>&-; }

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

# Whether a C program links here, with the driver and the linker that the .NET SDK takes.
can_link() {
    local driver
    driver=$(command -v clang || command -v gcc) || return 1
    printf 'int main(void) { return 0; }\n' | "$driver" -x c -fuse-ld=bfd -o /dev/null - >>"$setup_log" 2>&1
}

# Sets machine_options, what every build here takes: native code where a C program links, after installing what that takes
# where it is allowed.
choose_compiler() {
    local packages
    machine_options=()
    can_link && return
    mapfile -t packages < <(packages_of "$root/packages.txt" linker)
    if [[ $EUID -eq 0 ]] && command -v apt-get dpkg-query >/dev/null; then
        require_packages "${packages[@]}"
        can_link && return
    fi
    say "no C linker here, so speaker becomes no native program and starts slower; to change that, install" \
        "${packages[*]} and delete artifacts/speaker"
    machine_options=(-p:PublishAot=false)
}

# Runs `dotnet ARGS` for a build. Where the package registry does not serve a compiler to native code, builds without:
# the same program, whose start takes longer.
build() { # ARGS...
    local lacks say_so
    for ((lacks = 0; lacks < 3; lacks++)); do
        if dotnet "$@" "${machine_options[@]}" --configuration Release --disable-build-servers -nologo \
            -verbosity:quiet >>"$setup_log" 2>&1 </dev/null 9>&-; then
            return 0
        fi
        case "${machine_options[*]}" in
            "")
                grep -qiE 'NU110[12]:.*(ilcompiler|nativeaot|illink)' "$setup_log" || break
                say_so="native code"
                machine_options=(-p:PublishAot=false -p:IsAotCompatible=false)
                ;;
            *PublishReadyToRun*) break ;;
            *)
                grep -qiE 'NU110[12]:.*(crossgen|app\.runtime)' "$setup_log" || break
                say_so="code that is compiled ahead"
                machine_options+=(-p:PublishReadyToRun=false)
                ;;
        esac
        say "the package registry has no compiler to $say_so: building without, commands will start slower"
        : >"$setup_log"
    done
    show_failure "dotnet $* ${machine_options[*]}"
    return 1
}

# What native code is compiled for: a checkout may be moved, or mounted, to where a processor can do less.
read_processor() {
    while read -r processor; do
        if [[ $processor == flags* || $processor == Features* ]]; then return; fi
    done </proc/cpuinfo
}

# Published, for this processor, and nothing that the build reads has changed since.
is_current() { # PROGRAM
    local built_for processor stamp="$root/artifacts/$1/.built"
    { read -r built_for <"$stamp"; } 2>/dev/null || return 1
    read_processor
    # shellcheck disable=SC2086 # folders without blanks
    [[ "$built_for" == "$processor" ]] && [[ -z "$(cd "$root" && find ${sources_of[$1]} \
        Directory.Build.props Directory.Packages.props packages.txt scripts/setup.sh -newer "$stamp" -print -quit)" ]]
}

# Builds a program into artifacts/PROGRAM. Set up before: begin_setup, packages, choose_compiler.
publish() { # PROGRAM
    local processor folder="$root/artifacts/$1" started=$SECONDS
    rm -rf "$folder.next"
    mkdir "$folder.next"
    read_processor
    echo "$processor" >"$folder.next/.built" # dated before the build starts: what is edited meanwhile is newer
    # shellcheck disable=SC2086 # options without blanks
    build publish "$root/${project_of[$1]}" ${options_of[$1]:-} --output "$folder.next" || exit 4
    # Swapped as a whole, so that a program that is running keeps the files it has open.
    rm -rf "$folder.previous"
    if [[ -d "$folder" ]]; then mv "$folder" "$folder.previous"; fi
    mv "$folder.next" "$folder"
    rm -rf "$folder.previous"
    say "$1 is ready after $((SECONDS - started)) s"
}

# Brings a program up to date, from what a fresh machine has.
set_up() { # PROGRAM WHAT-IT-SAYS...
    local packages
    begin_setup
    if ! is_current "$1"; then # another call may have built it while this one waited
        require_sdk
        mapfile -t packages < <(packages_of "$root/packages.txt" "$1")
        require_packages "${packages[@]}"
        choose_compiler
        say "${@:2}"
        publish "$1"
    fi
    end_setup
}
