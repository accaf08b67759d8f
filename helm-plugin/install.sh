#!/bin/sh
# Puts the program `autopurge` of one version into a folder: from the project's releases, checked against their list of
# checksums, or built by cargo where no release fits.
#
#   install.sh VERSION FOLDER [SOURCES]
#
# VERSION is like 0.1.0. SOURCES is a folder with the project's sources to build, if there is one. AUTOPURGE_RELEASES
# stands for the address of the releases, for mirrors.
set -eu

version=$1
folder=$2
sources=${3:-}
releases=${AUTOPURGE_RELEASES:-https://github.com/autopurge/autopurge/releases/download}

say() { printf 'autopurge: %s\n' "$*" >&2; }

fail() {
    say "$*; nothing has been installed"
    exit 1
}

# The name of this machine's release; nothing where there is none.
target() {
    case "$(uname -s) $(uname -m)" in
    "Linux x86_64") echo x86_64-unknown-linux-gnu ;;
    "Linux aarch64" | "Linux arm64") echo aarch64-unknown-linux-gnu ;;
    "Darwin x86_64") echo x86_64-apple-darwin ;;
    "Darwin arm64") echo aarch64-apple-darwin ;;
    esac
}

checksum() {
    if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# Puts the program that is in a folder where it is wanted.
put() {
    mkdir -p "$folder" && install -m 755 "$1/autopurge" "$folder/autopurge" || fail "cannot put the program into $folder"
    [ -f "$folder/autopurge" ] && [ -x "$folder/autopurge" ] || fail "$folder/autopurge is no program"
}

fetch() { curl --fail --silent --show-error --location --retry 3 --output "$2" "$1"; }

# Both ways below are tried in an `if`, where `set -e` is off: every command says itself what its failure means.

# A release that is not what the list says is never unpacked, and nothing else is tried then.
from_release() {
    target=$(target)
    [ -n "$target" ] && command -v curl >/dev/null 2>&1 || return 1
    name=autopurge-$version-$target.tar.gz
    fetch "$releases/v$version/SHA256SUMS" "$scratch/SHA256SUMS" && fetch "$releases/v$version/$name" "$scratch/$name" || return 1
    expected=$(sed -n "s/^\([0-9a-f]\{64\}\) [ *]$name\$/\1/p" "$scratch/SHA256SUMS")
    if [ -z "$expected" ] || [ "$(checksum "$scratch/$name")" != "$expected" ]; then
        fail "$name is not what SHA256SUMS says"
    fi
    tar -xzf "$scratch/$name" -C "$scratch" || return 1
    put "$scratch"
}

from_sources() {
    command -v cargo >/dev/null 2>&1 || return 1
    say "building version $version with cargo, which takes minutes"
    if [ -n "$sources" ] && [ -f "$sources/Cargo.toml" ]; then
        cargo install --locked --quiet --root "$scratch/built" --path "$sources"
    else
        cargo install --locked --quiet --root "$scratch/built" "autopurge@$version"
    fi || return 1
    put "$scratch/built/bin"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if from_release || from_sources; then
    say "installed version $version in $folder"
else
    say "there is no release of version $version for $(uname -sm) at $releases, and cargo cannot build it."
    say "Put the program autopurge into a folder of PATH and try again."
    exit 1
fi
