# shellcheck shell=bash
# What the set-up commands share. Source it after `set -euo pipefail`; it sets
# `root`, the folder of the checkout. Everything here may be run twice: what is
# there already is left alone.

# What is set here is read by those who source this file.
# shellcheck disable=SC2034

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=$root/.build-python/bin/python

# What building needs of Debian: for the Swift toolchain, and for us.
build_packages=(
    binutils ca-certificates git libc6-dev libcurl4 libncurses6 libsqlite3-0 libstdc++-12-dev libxml2
    pkg-config tzdata zlib1g-dev
    libzmq3-dev libprotobuf-c-dev libsqlite3-dev
)

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m' usual=$'\033[0m'; else bold='' usual=''; fi

say() { printf '%s%s%s\n' "$bold" "$*" "$usual"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "this needs root: $* — run it as root, or install sudo"
    fi
}

# need_packages NAME…: installs those Debian packages that are missing.
need_packages() {
    local name missing=()
    for name in "$@"; do
        if [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" != installed ]; then
            missing+=("$name")
        fi
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing with apt: ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Swift comes from its own site, so it is looked for and not installed; what
# building with it takes is.
need_swift() {
    local advice='install a toolchain from https://www.swift.org/install/linux/ and put its usr/bin on the PATH'
    command -v swift >/dev/null || fail "there is no swift here; $advice"
    need_packages "${build_packages[@]}"
    local answer
    answer=$(swift --version 2>&1) || fail "swift does not start ($answer); $advice"
    if ! [[ $answer =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] || ((BASH_REMATCH[1] * 100 + BASH_REMATCH[2] < 601)); then
        fail "Swift 6.1 or newer is needed, and this is: $answer; $advice"
    fi
}

# need_python SET REQUIREMENT…: installs requirements into the checkout's own
# virtual environment, once for each set. A requirement is what pip takes;
# a folder of ours (`Skills/python[test]`) is installed so that edits count.
need_python() {
    local set=$1 stamp wanted requirement arguments=() projects=()
    shift
    need_packages python3 python3-venv
    for requirement in "$@"; do
        if [ -f "$root/${requirement%%[*}/pyproject.toml" ]; then
            projects+=("$root/${requirement%%[*}/pyproject.toml")
            arguments+=(--editable "$root/$requirement")
        else
            arguments+=("$requirement")
        fi
    done
    wanted=$({
        printf '%s\n' "$root" "$@"
        [ ${#projects[@]} = 0 ] || cat "${projects[@]}"
    } | sha256sum)
    stamp=$root/.build-python/installed-$set
    if [ -x "$root/.build-python/bin/pip" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
    if ! [ -x "$root/.build-python/bin/pip" ]; then
        say "Making a Python environment in .build-python"
        rm -rf "$root/.build-python"
        /usr/bin/python3 -m venv "$root/.build-python"
    fi
    say "Installing with pip: $*"
    "$python" -m pip install --quiet --disable-pip-version-check "${arguments[@]}" >&2
    printf '%s\n' "$wanted" >"$stamp"
}

# free_ports N: N different TCP ports that nothing listens on now.
free_ports() {
    /usr/bin/python3 - "$1" <<'PYTHON'
import socket, sys
sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in sockets:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in sockets))
PYTHON
}
